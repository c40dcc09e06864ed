"""Evidence of statements in a browser: by click, by keyboard, without JavaScript; words marked in the document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest
from documents_graph import TEXT, hard_graph
from flask.testing import FlaskClient
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from browsing import needs_chromium, without_scripts
from serving import served_here

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(client_over: Callable[..., FlaskClient]) -> Iterator[str]:
    with served_here(client_over(hard_graph()).application) as address:
        yield address


@pytest.fixture(params=[nullcontext, without_scripts])
def either(request: pytest.FixtureRequest, browser: Chrome) -> Iterator[Chrome]:
    """Return a browser with scripts, then one without."""
    with request.param(browser):
        yield browser


def evidence_of_practice(browser: Chrome, server: str) -> list[WebElement]:
    browser.get(f"{server}/doc/practice/hard?lang=en")
    return browser.find_elements(By.CSS_SELECTOR, "details.evidence-details.source")


def evidence_with(quotation: str, details: list[WebElement]) -> WebElement:
    """Return the first element with evidence that quotes these words of a document."""
    return next(element for element in details if quotation in quoted_words(element))


def quoted_words(details: WebElement) -> str:
    """Return the words that are marked in an element; none where the document has no text."""
    marks = details.find_elements(By.TAG_NAME, "mark")
    return " ".join(mark.get_attribute("textContent") or "" for mark in marks)


def marked(browser: Chrome) -> str:
    return "".join(words(mark) for mark in browser.find_elements(By.CSS_SELECTOR, ".passages mark"))


def words(element: WebElement) -> str:
    """Return the text of an element with the spaces at its ends."""
    return str(element.get_property("textContent"))


def test_evidence_opens_by_click_and_leads_to_the_marked_passage(
    either: Chrome, server: str
) -> None:
    evidence = evidence_with("of Smuggling <b>", evidence_of_practice(either, server))
    mark = evidence.find_element(By.TAG_NAME, "mark")
    assert not mark.is_displayed()
    evidence.find_element(By.TAG_NAME, "summary").click()
    assert mark.is_displayed()
    assert mark.text == "of Smuggling <b>and</b> Trafficking"
    assert "read by a program" in evidence.text
    begin = TEXT.index("of Smuggling")
    assert f"characters {begin} to {begin + len(mark.text)}" in evidence.text
    evidence.find_element(By.CSS_SELECTOR, "a.in-document").click()
    assert either.current_url.endswith(f"#passage-{begin}-{begin + 35}")
    assert marked(either) == "of Smuggling <b>and</b> Trafficking"
    lit = either.find_element(By.CSS_SELECTOR, ".passages mark")
    assert lit.rect["y"] >= 0
    assert lit.is_displayed()
    said = either.find_element(By.CSS_SELECTOR, ".said")
    assert "What this statement says" in said.text
    assert "area of work" in said.text


def test_evidence_opens_and_closes_by_keyboard(browser: Chrome, server: str) -> None:
    evidence = evidence_of_practice(browser, server)[0]
    summary = evidence.find_element(By.TAG_NAME, "summary")
    while browser.switch_to.active_element != summary:  # as a reader without a mouse goes
        ActionChains(browser).send_keys(Keys.TAB).perform()
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    assert evidence.get_attribute("open") is not None
    ActionChains(browser).send_keys(Keys.TAB).send_keys(Keys.ESCAPE).perform()
    assert evidence.get_attribute("open") is None
    assert browser.switch_to.active_element == summary


def test_click_on_a_value_opens_its_evidence_only(browser: Chrome, server: str) -> None:
    details = evidence_of_practice(browser, server)
    hostile = evidence_with("window.hacked", details)
    others = [element for element in details if element != hostile]
    others[0].find_element(By.TAG_NAME, "summary").click()
    value = hostile.find_element(By.XPATH, "..").find_element(By.CSS_SELECTOR, ".value")
    assert value.text.startswith("</script><script>")
    value.click()
    assert [element.get_attribute("open") for element in others] == [None] * len(others)
    assert hostile.get_attribute("open") is not None


def test_pointed_statement_and_its_passage_are_highlighted(browser: Chrome, server: str) -> None:
    def lit() -> list[str]:
        return [words(e) for e in browser.find_elements(By.CSS_SELECTOR, ".text .lit")]

    begin = TEXT.index("Afghanistan")
    browser.get(f"{server}/doc/source/hard.en?lang=en#passage-{begin}-{begin + 11}")
    assert lit() == ["Afghanistan"]
    browser.get(f"{server}/doc/source/hard.en?lang=en")
    reading = next(
        r for r in browser.find_elements(By.CSS_SELECTOR, ".readings li") if "Afghanistan" in r.text
    )
    ActionChains(browser).move_to_element(reading).perform()
    assert lit() == ["Afghanistan"]
    quoted = next(
        e for e in browser.find_elements(By.CSS_SELECTOR, ".quoted") if "Trafficking" in e.text
    )
    ActionChains(browser).move_to_element(quoted).perform()
    assert "".join(lit()) == "of Smuggling <b>and</b> Trafficking"
    assert len(browser.find_elements(By.CSS_SELECTOR, ".readings .lit")) == 1


def test_hostile_data_is_not_executed(browser: Chrome, server: str) -> None:
    data = "return document.querySelector('script[type=\"application/ld+json\"]')?.textContent"
    for path, kind in (
        ("/", "Dataset"),
        ("/doc/practice/hard", "Action"),
        ("/doc/source/hard.en?statement=evidence-hostile", ""),
    ):
        browser.get(server + path)
        assert browser.execute_script("return window.hacked") is None
        if kind:  # within the content security policy
            assert json.loads(browser.execute_script(data))["@type"] == kind
    assert marked(browser) == "</script><script>window.hacked = 1</script>"
