"""Pages without a mouse, on paper, and without movement, in a real browser."""

from __future__ import annotations

import re

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browsing import needs_chromium, set_width

pytestmark = needs_chromium

PRACTICE = "/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025"

#: What can be reached with Tab, in the order of the page.
_REACHABLE = """
const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
window.reachable = [...document.querySelectorAll(usable)].filter(e => e.checkVisibility() && !e.disabled);
return window.reachable.length;
"""

#: Notes after each key press where the focus is: its place among what can be reached (-1: the page itself), its mark,
#: and whether it is in view.
_NOTE_FOCUS = """
const focus = element => {
  if (!element || element == document.body) return [-1];
  const style = getComputedStyle(element);
  const clear = "rgba(0, 0, 0, 0)";
  let behind = element, ground = clear;
  while (ground == clear && (behind = behind.parentElement)) ground = getComputedStyle(behind).backgroundColor;
  const {left, right, top, bottom} = element.getBoundingClientRect();
  const seen = right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
  return [window.reachable.indexOf(element), style.outlineStyle, parseFloat(style.outlineWidth), style.outlineColor,
          ground, seen, element.outerHTML.slice(0, 120)];
};
window.noted = [];
addEventListener("keyup", () => window.noted.push(focus(document.activeElement)), true);
"""

#: How many elements move for longer than a glance.
_MOVING = """
const moves = ({transitionDuration, animationName, animationDuration, scrollBehavior}) =>
  parseFloat(transitionDuration) > 0.01 || scrollBehavior == "smooth"
  || (animationName != "none" && parseFloat(animationDuration) > 0.01);
return [...document.querySelectorAll("*")].map(element => getComputedStyle(element)).filter(moves).length;
"""


def luminance(color: str) -> float:
    """Return the relative luminance of a CSS color `rgb(…)` (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    channels = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def press(browser: Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def go(browser: Chrome, site: str, path: str, language: str = "en") -> None:
    set_width(browser, 1280)
    browser.get(f"{site}{path}?lang={language}")


@pytest.mark.parametrize(("path", "language"), [("/", "ar"), (PRACTICE, "en"), ("/browse/practice", "en")])
def test_focus_order_and_focus_marks(browser: Chrome, site: str, path: str, language: str) -> None:
    go(browser, site, path, language)
    count = browser.execute_script(_REACHABLE)
    assert count > 15
    browser.execute_script(_NOTE_FOCUS)
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


@pytest.mark.parametrize(("path", "language"), [("/", "en"), (PRACTICE, "ar")])
def test_skip_link(browser: Chrome, site: str, path: str, language: str) -> None:
    go(browser, site, path, language)
    skip = browser.find_element(By.CSS_SELECTOR, ".skip")
    press(browser, Keys.TAB)
    assert browser.switch_to.active_element == skip
    press(browser, Keys.ENTER, Keys.TAB)
    assert browser.execute_script("return document.querySelector('main').contains(document.activeElement)")


def test_print_style(browser: Chrome, site: str) -> None:
    go(browser, site, PRACTICE)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        for selector in ("header.site nav", "header.site form", ".skip", ".formats"):
            assert not any(e.is_displayed() for e in browser.find_elements(By.CSS_SELECTOR, selector)), selector
        for selector in ("h1", ".address", ".lead", ".box", ".brand"):
            assert browser.find_element(By.CSS_SELECTOR, selector).is_displayed(), selector
        colors = "const s = getComputedStyle(arguments[0]); return [s.color, s.backgroundColor]"
        color, ground = browser.execute_script(colors, browser.find_element(By.CSS_SELECTOR, ".brand"))
        assert ground == "rgba(0, 0, 0, 0)"
        assert contrast(color, "rgb(255, 255, 255)") >= 4.5
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("path", ["/", "/sparql"])
def test_reduced_motion(browser: Chrome, site: str, path: str) -> None:
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        go(browser, site, path)
        browser.execute_script("""
            document.body.insertAdjacentHTML("beforeend", "<p id='moving'></p>");
            const style = document.getElementById("moving").style;
            style.transition = "color 3s"; style.animation = "any 3s infinite";
        """)
        assert browser.execute_script(_MOVING) == 0
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
