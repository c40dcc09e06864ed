"""Proofs in a real browser: by click, by keyboard, and without JavaScript; the words marked in the document."""

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


def practice(browser: Chrome, server: str) -> list[WebElement]:
    browser.get(f"{server}/doc/practice/hard?lang=en")
    return browser.find_elements(By.CSS_SELECTOR, "details.proof.source")


def proof_of(proofs: list[WebElement], words: str) -> WebElement:
    def quoted(proof: WebElement) -> str:
        """Return the words of a document that a proof marks; a statement whose document has none marks none."""
        return " ".join(
            m.get_attribute("textContent") or "" for m in proof.find_elements(By.TAG_NAME, "mark")
        )

    return next(proof for proof in proofs if words in quoted(proof))


def marked(browser: Chrome) -> str:
    return "".join(words(mark) for mark in browser.find_elements(By.CSS_SELECTOR, ".passages mark"))


def words(element: WebElement) -> str:
    """Return the text of an element with the spaces at its ends."""
    return str(element.get_property("textContent"))


def test_evidence_by_click(either: Chrome, server: str) -> None:
    proof = proof_of(practice(either, server), "of Smuggling <b>")
    mark = proof.find_element(By.TAG_NAME, "mark")
    assert not mark.is_displayed()
    proof.find_element(By.TAG_NAME, "summary").click()
    assert mark.is_displayed()
    assert mark.text == "of Smuggling <b>and</b> Trafficking"
    assert "read by a program" in proof.text
    begin = TEXT.index("of Smuggling")
    assert f"characters {begin} to {begin + len(mark.text)}" in proof.text
    proof.find_element(By.CSS_SELECTOR, "a.in-document").click()
    assert either.current_url.endswith(f"#passage-{begin}-{begin + 35}")
    assert marked(either) == "of Smuggling <b>and</b> Trafficking"
    lit = either.find_element(By.CSS_SELECTOR, ".passages mark")
    assert lit.rect["y"] >= 0
    assert lit.is_displayed()
    said = either.find_element(By.CSS_SELECTOR, ".said")
    assert "What this statement says" in said.text
    assert "area of work" in said.text


def test_evidence_by_keyboard(browser: Chrome, server: str) -> None:
    proof = practice(browser, server)[0]
    summary = proof.find_element(By.TAG_NAME, "summary")
    while browser.switch_to.active_element != summary:  # as a reader without a mouse goes
        ActionChains(browser).send_keys(Keys.TAB).perform()
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    assert proof.get_attribute("open") is not None
    ActionChains(browser).send_keys(Keys.TAB).send_keys(Keys.ESCAPE).perform()
    assert proof.get_attribute("open") is None
    assert browser.switch_to.active_element == summary


def test_evidence_by_click_on_the_value(browser: Chrome, server: str) -> None:
    proofs = practice(browser, server)
    hostile = proof_of(proofs, "window.hacked")
    next(p for p in proofs if p != hostile).find_element(By.TAG_NAME, "summary").click()
    value = hostile.find_element(By.XPATH, "..").find_element(By.CSS_SELECTOR, ".value")
    assert value.text.startswith("</script><script>")
    value.click()
    assert [p.get_attribute("open") for p in proofs if p != hostile] == [None] * (len(proofs) - 1)
    assert hostile.get_attribute("open") is not None


def test_highlights_of_statements_and_passages(browser: Chrome, server: str) -> None:
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


def test_hostile_data_and_blocks_of_data(browser: Chrome, server: str) -> None:
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
