"""Drafts of forms in a real browser: stored, put back, cleared; never the token."""

from __future__ import annotations

import json

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from browsing import needs_chromium, wait

pytestmark = [needs_chromium]

STORED = "return localStorage.getItem('gcmgraph.draft.practice')"


def write(browser: Chrome, name: str, text: str) -> None:
    browser.find_element(By.NAME, name).send_keys(text)


def value(browser: Chrome, name: str) -> str:
    return browser.find_element(By.NAME, name).get_property("value")  # type: ignore[return-value]


def test_draft_of_a_form_without_token(site: str, browser: Chrome) -> None:
    form = f"{site}/contributions/form/practice?lang=en"
    browser.get(form)
    browser.execute_script("localStorage.clear()")
    browser.get(form)  # without the draft that another test left
    write(browser, "dct:title@en", "Mobile desk")
    write(browser, "gcm:country", "France")
    write(browser, "token", "gcm_secret")
    wait(browser).until(lambda b: "France" in (b.execute_script(STORED) or ""))
    assert "secret" not in browser.execute_script("return JSON.stringify(localStorage)")
    browser.get(form)
    assert (value(browser, "dct:title@en"), value(browser, "gcm:country")) == ("Mobile desk", "France")
    assert value(browser, "token") == ""
    assert browser.find_element(By.CSS_SELECTOR, "[data-draft-restored]").is_displayed()
    # the form that the server gives back has what was sent, not an older draft
    browser.find_element(By.CSS_SELECTOR, "button[value=check]").click()
    wait(browser).until(lambda b: b.find_elements(By.ID, "report"))
    assert value(browser, "dct:title@en") == "Mobile desk"
    browser.get(form)
    browser.find_element(By.CSS_SELECTOR, "[data-draft-clear]").click()
    assert browser.execute_script(STORED) is None
    assert value(browser, "dct:title@en") == ""
    browser.get(form)
    assert value(browser, "dct:title@en") == ""


@pytest.mark.parametrize("draft", ["not JSON", "{}", '{"at": 1, "values": [["dct:title@en", "old"]]}', "null", "[1]"])
def test_damaged_draft_is_ignored(site: str, browser: Chrome, draft: str) -> None:
    form = f"{site}/contributions/form/practice?lang=en"
    browser.get(form)
    browser.execute_script(f"localStorage.setItem('gcmgraph.draft.practice', {json.dumps(draft)})")
    browser.get(form)
    assert value(browser, "dct:title@en") == ""
    write(browser, "dct:title@en", "x")  # the script runs on
    wait(browser).until(lambda b: '"x"' in (b.execute_script(STORED) or ""))
    browser.execute_script("localStorage.clear()")
