"""Suggestions while typing: the address, and the search field in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from browsing import complaints, needs_chromium, wait


def suggested(client: FlaskClient, query: str, **more: str) -> list[str]:
    response = client.get("/search/suggest", query_string={"q": query, "lang": "en", **more})
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    return [result["href"] for result in json.loads(response.data)["results"]]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("afgh", "/doc/country/AFG"),
        ("العرا", "/doc/country/IRQ"),
        ("العِرَاق", "/doc/country/IRQ"),  # with its vowels written
        ("onudc", "/doc/organisation/unodc"),
        ("crimé", "/doc/organisation/unodc"),
        ("9A", "/doc/action/9a"),
    ],
)
def test_first_suggestion(client: FlaskClient, typed: str, first: str) -> None:
    assert suggested(client, typed)[0] == first


def test_long_text_is_refused_in_the_language_of_the_page(client: FlaskClient) -> None:
    address = f"q={'a' * 501}&lang=fr"
    details = [json.loads(client.get(f"/{path}?{address}").data)["detail"] for path in ("search/suggest", "search")]
    assert details[0] == details[1]
    assert "caractères" in details[0]


def test_kind_of_a_suggestion_by_language(client: FlaskClient) -> None:
    (result, *_) = json.loads(client.get("/search/suggest?q=العراق&lang=fr").data)["results"]
    assert result["kind"] == "country"
    assert result["kind_name"] == "Pays"
    assert result["label"] == {"text": "Iraq", "language": "fr"}
    assert result["match"]["text"] == "العراق"


@pytest.mark.parametrize("query", ["", "  ", "…", "nothing like it", "'\"<script>", "\0"])
def test_text_without_suggestions(client: FlaskClient, query: str) -> None:
    assert suggested(client, query) == []


@pytest.mark.parametrize("bad", ["q=" + "a" * 501, "q=a&limit=0", "q=a&limit=21", "q=a&limit=x"])
def test_invalid_parameters_of_suggestions(client: FlaskClient, bad: str) -> None:
    response = client.get(f"/search/suggest?{bad}")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"


@pytest.fixture
def field(browser: Chrome, server: str) -> Iterator[WebElement]:
    """Return the search field of the English home page; after the test the console must be silent."""
    complaints(browser)  # forget what others left
    browser.get(f"{server}/?lang=en")
    yield browser.find_element(By.CSS_SELECTOR, "header input[type=search]")
    assert complaints(browser) == []


def options(browser: Chrome) -> list[WebElement]:
    return [item for item in browser.find_elements(By.CSS_SELECTOR, "[role=option]") if item.is_displayed()]


def wait_for_options(browser: Chrome, count: int) -> list[WebElement]:
    wait(browser).until(lambda _: len(options(browser)) == count, message=f"never {count} options")
    return options(browser)


@needs_chromium
def test_enter_opens_the_chosen_suggestion(browser: Chrome, field: WebElement) -> None:
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "false"
    field.send_keys("afgh")
    first, everything = wait_for_options(browser, 2)
    assert field.get_attribute("aria-expanded") == "true"
    assert "Afghanistan" in first.text
    assert "AFG" in first.text
    assert everything.text == "All results"
    assert browser.find_element(By.CSS_SELECTOR, "header [role=status]").get_attribute("textContent") == "1 suggestion"
    field.send_keys(Keys.ARROW_DOWN)
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert first.get_attribute("aria-selected") == "true"
    field.send_keys(Keys.ENTER)
    wait(browser).until(lambda b: b.current_url.endswith("/doc/country/AFG?lang=en"))


@needs_chromium
def test_arrow_and_escape_keys(browser: Chrome, field: WebElement) -> None:
    field.send_keys("iraq")
    first, everything = wait_for_options(browser, 2)
    field.send_keys(Keys.ARROW_UP)
    assert everything.get_attribute("aria-selected") == "true"
    field.send_keys(Keys.ARROW_DOWN)  # back in the field
    assert field.get_attribute("aria-activedescendant") is None
    field.send_keys(Keys.ARROW_DOWN)
    assert first.get_attribute("aria-selected") == "true"
    field.send_keys(Keys.ESCAPE)
    assert options(browser) == []
    assert field.get_attribute("value") == "iraq"
    assert field.get_attribute("aria-expanded") == "false"
    field.send_keys(Keys.ARROW_DOWN)
    assert len(options(browser)) == 2


@needs_chromium
@pytest.mark.parametrize(("typed", "name"), [("عراق", "Iraq"), ("أفغان", "Afghanistan")])
def test_matching_names_in_any_script(browser: Chrome, field: WebElement, typed: str, name: str) -> None:
    field.send_keys(typed)
    first, _ = wait_for_options(browser, 2)
    assert name in first.text
    match = first.find_element(By.CSS_SELECTOR, ".match")
    assert match.get_attribute("lang") == "ar"
    assert typed in match.text


@needs_chromium
def test_click_and_enter_without_a_choice(browser: Chrome, field: WebElement, server: str) -> None:
    field.send_keys("iraq")
    first, _ = wait_for_options(browser, 2)
    first.click()
    wait(browser).until(lambda b: "/doc/country/IRQ" in b.current_url)
    again = browser.find_element(By.CSS_SELECTOR, "header input[type=search]")
    again.send_keys("iraq")
    wait_for_options(browser, 2)
    again.send_keys(Keys.ENTER)
    wait(browser).until(lambda b: b.current_url.startswith(f"{server}/search?q=iraq"))


@needs_chromium
def test_closing_the_list_and_status_of_no_results(browser: Chrome, field: WebElement) -> None:
    field.send_keys("iraq")
    wait_for_options(browser, 2)
    field.send_keys(Keys.TAB)
    assert options(browser) == []
    field.send_keys("qqq")
    status = browser.find_element(By.CSS_SELECTOR, "header [role=status]")
    wait(browser).until(lambda _: status.get_attribute("textContent") == "No suggestions")
    assert options(browser) == []


@needs_chromium
def test_search_form_without_scripts(browser: Chrome, server: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{server}/?lang=en")
        field = browser.find_element(By.CSS_SELECTOR, "header input[type=search]")
        assert field.get_attribute("role") is None
        field.send_keys("iraq", Keys.ENTER)
        wait(browser).until(lambda b: "/search?q=iraq" in b.current_url)
        assert "Iraq" in browser.find_element(By.CSS_SELECTOR, "main section ul").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
