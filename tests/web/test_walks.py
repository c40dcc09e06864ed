"""Three walks through the site by links and forms, as a person takes them, on a desktop and on a phone."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of, url_contains
from selenium.webdriver.support.ui import Select
from test_briefs import printed

from browsing import needs_chromium, set_width, wait

pytestmark = [needs_chromium, pytest.mark.exhaustive]

#: The questions of docs/analyst.md with the values that it names, and whether the data have an answer.
QUESTIONS: tuple[tuple[str, Mapping[str, str], bool], ...] = (
    ("practices-by-region", {"region": "m49/202"}, True),
    ("targets-without-practice", {}, True),
    ("leaders-by-budget", {"minimum": "5000000", "currency": "EUR"}, True),
    ("practices-reviewed-since", {"since": "2026-01-01"}, True),
    ("practices-by-state", {"day": "2026-11-27"}, True),
    ("actions-without-practice", {"objective": "9"}, True),
    ("instruments-of-actions", {"objective": "9"}, True),
    ("practices-per-region-and-year", {}, True),
    ("funders-of-objective", {"objective": "9"}, False),  # no source names one
    ("principles-named", {"principle": "principle/g"}, True),
)

#: Seconds of a walk at most on a busy machine, without the reading.
MOST = 300


class Walk:
    """A person's clicks. Each waits for the next page."""

    def __init__(self, browser: Chrome, width: int, address: str) -> None:
        self.browser = browser
        self.began = time.monotonic()
        set_width(browser, width)
        browser.get(address)

    def open_menu(self, fold: str = "") -> None:
        """Open the menu, where it is closed, and a part of it."""
        for selector in filter(None, ("button.menu", fold)):
            for shown in self.browser.find_elements(By.CSS_SELECTOR, selector):
                if shown.is_displayed():
                    shown.click()

    def click(self, selector: str, words: str = "") -> None:
        """Click the first element with these words, and see that the next page needs no sideways scrolling."""
        shown = [e for e in self.browser.find_elements(By.CSS_SELECTOR, selector) if words in e.text]
        assert shown, f"no {selector} with '{words}' at {self.browser.current_url}"
        page = self.browser.find_element(By.TAG_NAME, "html")
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", shown[0])
        shown[0].click()
        wait(self.browser).until(staleness_of(page))
        root = self.browser.find_element(By.TAG_NAME, "html")
        wide = self.browser.execute_script("return arguments[0].scrollWidth - arguments[0].clientWidth", root)
        assert wide <= 0, self.browser.current_url

    def fill(self, name: str, value: str) -> None:
        """Write or choose a value."""
        field = self.browser.find_element(By.CSS_SELECTOR, f"main form [name='{name}']:not([type=hidden])")
        if field.tag_name == "select":
            Select(field).select_by_value(value)
        else:
            field.clear()
            field.send_keys(value)

    def end(self) -> None:
        """See that it did not take long."""
        assert time.monotonic() - self.began < MOST


@pytest.mark.parametrize("width", [1280, 375])
def test_walk_of_an_analyst(browser: Chrome, site: str, width: int) -> None:
    walk = Walk(browser, width, f"{site}/?lang=en")
    walk.open_menu()
    walk.click("nav.main a", "Ask")
    walk.click("main a", "Guide for analysts")
    guide = browser.current_url
    for name, values, answered in QUESTIONS:
        walk.click("article.guide a", name)
        for field, value in values.items():
            walk.fill(field, value)
        if values:
            walk.click("main form.query button[type=submit]")
        rows = browser.find_elements(By.CSS_SELECTOR, "main table tbody tr")
        assert bool(rows) is answered, name
        browser.get(guide)
    walk.end()


@pytest.mark.parametrize("width", [1280, 375])
def test_walk_of_an_officer(browser: Chrome, site: str, width: int) -> None:
    walk = Walk(browser, width, f"{site}/?lang=fr")
    walk.browser.find_element(By.CSS_SELECTOR, "header.site input[name=q]").send_keys("Niger" + Keys.ENTER)
    wait(walk.browser).until(url_contains("/search"))
    walk.click("main li a", "Niger")
    walk.click("main a", "Note de deux pages")
    assert len(printed(browser, browser.current_url)) <= 2
    walk.end()


@pytest.mark.parametrize("width", [1280, 375])
def test_walk_of_a_reader_of_arabic(browser: Chrome, site: str, width: int) -> None:
    walk = Walk(browser, width, f"{site}/?lang=en")
    walk.open_menu("details.languages summary")
    walk.click("details.languages a", "العربية")
    walk.click(".objectives li:nth-child(9) a.name")
    walk.click(".cards .card a.name")
    root = browser.find_element(By.TAG_NAME, "html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ar", "rtl")
    assert "/doc/practice/" in browser.current_url
    walk.end()
