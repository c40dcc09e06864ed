"""Walk of an officer who sends a practice in French by the form, for the first time, in a real browser."""

from __future__ import annotations

from pathlib import Path

from desk_over_http import Served
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import Select

from browsing import chromium, needs_chromium, wait

OBJECTIVE = "https://w3id.org/gcmgraph/id/objective/9"
ANSWERS = {
    "dct:title@fr": "Guichet unique de la migration d’Agadez",
    "dct:description@fr": "Un guichet informe les migrants de passage et les oriente vers les services.",
    "gcm:country": "Niger",
    "schema:startDate": "2018",
    "dct:source": "Rapport annuel du ministère",
}

#: Texts of the visible page whose language is not French.
NOT_FRENCH = """
return [...document.querySelectorAll("main [lang]:not([lang=fr])")]
  .filter((element) => element.textContent.trim() && element.offsetParent !== null && element.tagName !== "OPTION")
  .map((element) => element.textContent);
"""


def open_form(browser: Chrome, desk: Served) -> None:
    """Open the form as a newcomer does: by the page on contributions."""
    browser.get(f"{desk.base}/contributions?lang=fr")
    browser.execute_script("localStorage.clear()")
    browser.find_element(By.PARTIAL_LINK_TEXT, "Décrire une pratique").click()
    wait(browser).until(lambda page: page.find_element(By.CSS_SELECTOR, "form.described"))


def write(browser: Chrome, answers: dict[str, str]) -> None:
    for name, text in answers.items():
        browser.find_element(By.NAME, name).send_keys(text)


def press(browser: Chrome, action: str) -> None:
    """Press a button of the form, and wait for the page that answers."""
    button = browser.find_element(By.CSS_SELECTOR, f"button[value={action}]")
    button.click()
    wait(browser, 20).until(staleness_of(button))


def main_text(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "main").text


@needs_chromium
def test_officer_sends_a_french_practice_by_seven_fields_in_one_round(
    browser: Chrome, desk: Served
) -> None:
    open_form(browser, desk)
    write(browser, ANSWERS)
    Select(browser.find_element(By.NAME, "gcm:objective")).select_by_value(OBJECTIVE)
    browser.find_element(By.NAME, "token").send_keys(desk.contributor)
    press(browser, "send")
    assert "attend un responsable éditorial" in main_text(browser)
    assert browser.execute_script(NOT_FRENCH) == []
    browser.find_element(By.PARTIAL_LINK_TEXT, "Voir").click()
    wait(browser).until(lambda page: page.find_element(By.CSS_SELECTOR, "dl.facts"))
    assert "envoyée" in main_text(browser)
    assert browser.execute_script(NOT_FRENCH) == []


@needs_chromium
def test_officer_reads_in_french_how_to_correct_each_field(browser: Chrome, desk: Served) -> None:
    open_form(browser, desk)
    ministry = "Ministère de l’Intérieur du Niger"
    answers = ANSWERS | {"schema:startDate": "21/09/2018", "gcm:leadOrganisation": ministry}
    write(browser, answers)
    press(browser, "check")
    wrong = browser.find_elements(By.CSS_SELECTOR, ".field.wrong .error")
    told = {element.get_attribute("id"): element.text for element in wrong}
    assert len(told) == 3
    objective = told["field-gcm-objective-error"]
    assert objective.endswith("à quel objectif du Pacte mondial elle contribue.")
    assert "Écrivez « 2018-09-21 »" in told["field-schema-startDate-error"].replace("\u00a0", " ")
    organisation = told["field-gcm-leadOrganisation-error"]
    assert "laissez le champ vide" in organisation
    assert "Décrire une organisation" in organisation
    assert browser.execute_script(NOT_FRENCH) == []


@needs_chromium
def test_draft_of_a_form_stays_in_its_browser_and_another_states_it(
    browser: Chrome, desk: Served, tmp_path: Path
) -> None:
    open_form(browser, desk)
    write(browser, {"gcm:country": "Niger"})
    stored = "return localStorage.getItem('gcmgraph.draft.practice')"
    wait(browser).until(lambda page: "Niger" in (page.execute_script(stored) or ""))
    form = browser.current_url
    with chromium(tmp_path) as other:
        other.get(form)
        note = wait(other).until(
            lambda page: page.find_element(By.CSS_SELECTOR, "[data-draft-note]")
        )
        wait(other).until(lambda _: note.is_displayed())
        assert "Dans un autre navigateur, le formulaire est vide" in note.text
        assert other.find_element(By.NAME, "gcm:country").get_property("value") == ""
    browser.get(form)
    country = browser.find_element(By.NAME, "gcm:country")
    wait(browser).until(lambda _: country.get_property("value") == "Niger")
    browser.execute_script("localStorage.clear()")
