"""Pages without a mouse, on paper, and without movement, in a real browser."""

from __future__ import annotations

import re

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browsing import needs_chromium, run, set_width

pytestmark = needs_chromium

PRACTICE = "/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025"


def contrast(*colors: str) -> float:
    """Return the contrast ratio of two CSS colors `rgb(…)` (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    luminances = []  # https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    for color in colors:
        channels = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        luminances.append(sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


def press(browser: Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def go(browser: Chrome, site: str, path: str, language: str = "en") -> None:
    set_width(browser, 1280)
    browser.get(f"{site}{path}?lang={language}")


@pytest.mark.parametrize(("path", "language"), [("/", "ar"), ("/browse/practice", "en")])
def test_focus_order_and_focus_marks(browser: Chrome, site: str, path: str, language: str) -> None:
    go(browser, site, path, language)
    count = run(browser, "reachable")
    assert count > 15
    run(browser, "noteFocus")
    press(browser, *[Keys.TAB] * count)
    noted = browser.execute_script("return window.noted")
    assert len(noted) == count
    for place, (found, outline, width, color, ground, seen, html) in enumerate(noted):
        assert found == place, html
        assert outline != "none", html
        assert width >= 2, html
        assert contrast(color, ground) >= 3, (html, color, ground)  # https://www.w3.org/TR/WCAG22/#non-text-contrast
        assert seen, html
    press(browser, Keys.TAB)  # out of the page, and round again
    end = "return window.reachable.indexOf(document.activeElement)"
    assert browser.execute_script(end) in {-1, 0}


def test_skip_link(browser: Chrome, site: str) -> None:
    go(browser, site, PRACTICE, "ar")
    press(browser, Keys.TAB)
    assert browser.switch_to.active_element == browser.find_element(By.CSS_SELECTOR, ".skip")
    press(browser, Keys.ENTER, Keys.TAB)
    assert browser.execute_script("return document.querySelector('main').contains(document.activeElement)")


def test_print_style(browser: Chrome, site: str) -> None:
    def shown(selector: str) -> list[bool]:
        return [element.is_displayed() for element in browser.find_elements(By.CSS_SELECTOR, selector)]

    go(browser, site, PRACTICE)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not any(map(any, map(shown, ("header.site nav", "header.site form", ".skip", ".formats"))))
        assert all(map(any, map(shown, ("h1", ".address", ".lead", ".box", ".brand"))))
        colors = "const s = getComputedStyle(document.querySelector('.brand')); return [s.color, s.backgroundColor]"
        color, ground = browser.execute_script(colors)
        assert ground == "rgba(0, 0, 0, 0)"
        assert contrast(color, "rgb(255, 255, 255)") >= 4.5
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_reduced_motion(browser: Chrome, site: str) -> None:
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        go(browser, site, "/sparql")
        assert run(browser, "moving") == 0
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_english_title_on_an_arabic_page(browser: Chrome, site: str) -> None:
    """A text in another language than its page is marked: for programs (`lang`) and for people (a small tag)."""
    direction = "return getComputedStyle(arguments[0]).direction"
    go(browser, site, "/doc/organisation/unodc", "ar")
    html, title = (browser.find_element(By.CSS_SELECTOR, selector) for selector in ("html", "h1 [lang=en]"))
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
    assert (bool(title.text), browser.execute_script(direction, title)) == (True, "ltr")
    tag = browser.find_element(By.CSS_SELECTOR, "h1 [lang=en] + .tag")
    assert (tag.is_displayed(), tag.text) == (True, "en")
    go(browser, site, PRACTICE, "ar")
    term = browser.find_element(By.CSS_SELECTOR, ".box dt")
    assert term.find_elements(By.CSS_SELECTOR, "[lang]") == []  # names of properties are Arabic
    description, *_ = [p for p in browser.find_elements(By.CSS_SELECTOR, ".lead p.value") if p.text]
    assert browser.execute_script(direction, description) == "ltr"
    go(browser, site, "/doc/organisation/unodc", "fr")
    link = browser.find_element(By.CSS_SELECTOR, "main a[href*='#reference-1']:has([lang=en])")
    assert (link.get_attribute("textContent") or "").startswith("Action mondiale")
    assert link.find_element(By.CSS_SELECTOR, "[lang=en]").get_attribute("textContent") == " (reference 1)"
