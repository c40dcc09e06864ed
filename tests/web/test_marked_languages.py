"""A text in another language than its page is marked as such: for programs (`lang`) and for people (a small tag)."""

from __future__ import annotations

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from browsing import needs_chromium

pytestmark = needs_chromium

ORGANISATION = "/doc/organisation/unodc"
PRACTICE = "/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025"


def test_english_title_on_an_arabic_page(browser: Chrome, site: str) -> None:
    browser.get(f"{site}{ORGANISATION}?lang=ar")
    html = browser.find_element(By.TAG_NAME, "html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
    title = browser.find_element(By.CSS_SELECTOR, "h1 [lang=en]")
    assert title.text
    direction = "return getComputedStyle(arguments[0]).direction"
    assert browser.execute_script(direction, title) == "ltr"
    tag = browser.find_element(By.CSS_SELECTOR, "h1 [lang=en] + .tag")
    assert tag.is_displayed()
    assert tag.text == "en"
    browser.get(f"{site}{PRACTICE}?lang=ar")
    term = browser.find_element(By.CSS_SELECTOR, ".box dt")
    assert term.find_elements(By.CSS_SELECTOR, "[lang]") == []  # names of properties are Arabic
    description, *_ = [p for p in browser.find_elements(By.CSS_SELECTOR, ".lead p.value") if p.text]
    assert browser.execute_script(direction, description) == "ltr"


def test_english_word_in_a_french_name(browser: Chrome, site: str) -> None:
    browser.get(f"{site}/doc/organisation/unodc?lang=fr")
    link = browser.find_element(By.CSS_SELECTOR, "main a[href*='#reference-1']:has([lang=en])")
    assert link.get_attribute("textContent").startswith("Action mondiale")
    assert link.find_element(By.CSS_SELECTOR, "[lang=en]").get_attribute("textContent") == " (reference 1)"
