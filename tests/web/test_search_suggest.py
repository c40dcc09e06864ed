"""Suggestions while typing: the address, and the search field in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answers import problem
from flask.testing import FlaskClient
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from browsing import complaints, needs_chromium, wait, without_scripts


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("afgh", ["/doc/country/AFG"]),
        ("العِرَاق", ["/doc/country/IRQ"]),  # with its vowels written
        ("onudc", ["/doc/organisation/unodc"]),
        ("crimé", ["/doc/organisation/unodc"]),
        ("9A", ["/doc/action/9a"]),
        *((text, []) for text in ("", "  ", "…", "nothing like it", "'\"<script>", "\0")),
    ],
)
def test_first_suggestion(client: FlaskClient, typed: str, first: list[str]) -> None:
    response = client.get("/search/suggest", query_string={"q": typed, "lang": "en"})
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert [result["href"] for result in response.get_json()["results"]][:1] == first


def test_language_of_suggestions_and_refusals(client: FlaskClient) -> None:
    (result, *_) = client.get("/search/suggest?q=العراق&lang=fr").get_json()["results"]
    assert (result["kind"], result["kind_name"]) == ("country", "Pays")
    assert result["label"] == {"text": "Iraq", "language": "fr"}
    assert result["match"]["text"] == "العراق"
    address = f"q={'a' * 501}&lang=fr"
    details = [problem(client.get(f"/{path}?{address}"))["detail"] for path in ("search/suggest", "search")]
    assert details[0] == details[1]
    assert "caractères" in str(details[0])
    for limit in ("0", "21", "x"):
        problem(client.get(f"/search/suggest?q=a&limit={limit}"))


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
def test_matching_names_in_any_script(browser: Chrome, field: WebElement) -> None:
    field.send_keys("عراق")
    first, _ = wait_for_options(browser, 2)
    assert "Iraq" in first.text
    match = first.find_element(By.CSS_SELECTOR, ".match")
    assert match.get_attribute("lang") == "ar"
    assert "عراق" in match.text
    field.send_keys(Keys.TAB)
    assert options(browser) == []
    field.send_keys("qqq")
    status = browser.find_element(By.CSS_SELECTOR, "header [role=status]")
    wait(browser).until(lambda _: status.get_attribute("textContent") == "No suggestions")
    assert options(browser) == []


@needs_chromium
def test_keys_and_click(browser: Chrome, field: WebElement, server: str) -> None:
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
    first, _ = wait_for_options(browser, 2)
    first.click()
    wait(browser).until(lambda b: "/doc/country/IRQ" in b.current_url)
    again = browser.find_element(By.CSS_SELECTOR, "header input[type=search]")
    again.send_keys("iraq")
    wait_for_options(browser, 2)
    again.send_keys(Keys.ENTER)  # without a choice
    wait(browser).until(lambda b: b.current_url.startswith(f"{server}/search?q=iraq"))


@needs_chromium
def test_search_form_without_scripts(browser: Chrome, server: str) -> None:
    with without_scripts(browser):
        browser.get(f"{server}/?lang=en")
        field = browser.find_element(By.CSS_SELECTOR, "header input[type=search]")
        assert field.get_attribute("role") is None
        field.send_keys("iraq", Keys.ENTER)
        wait(browser).until(lambda b: "/search?q=iraq" in b.current_url)
        assert "Iraq" in browser.find_element(By.CSS_SELECTOR, "main section ul").text
