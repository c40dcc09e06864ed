"""Maps and network pictures in a real browser: seen, reached by keyboard, on a phone, in Arabic, printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browsing import complaints, needs_chromium, set_width

pytestmark = needs_chromium

SMALL = "/doc/country/TUV"
PAGES = ["/", "/map", "/network", "/doc/organisation/unodc", "/doc/organisation/rcm", SMALL]

#: Pages of pictures by language: a small state here, all before a release.
WHOLE = [
    (SMALL, "en"),
    *(pytest.param(path, tag, marks=pytest.mark.exhaustive) for path in PAGES for tag in ("en", "ar") if path != SMALL),
]

#: Where a link of a picture stands in it: the middle of its first shape, as shares of the picture's width and height.
_PLACE = """
const picture = document.querySelector(arguments[0]).getBoundingClientRect();
const drawn = document.querySelector(`${arguments[0]} a[href*="${arguments[1]}"] :is(path, circle)`);
const shape = drawn.getBoundingClientRect();
return [(shape.left + shape.width / 2 - picture.left) / picture.width,
        (shape.top + shape.height / 2 - picture.top) / picture.height];
"""


@pytest.fixture(autouse=True)
def quiet(browser: Chrome) -> Iterator[None]:
    """Look at pages on a desktop, unless a test sets another width; afterwards the console must be silent."""
    complaints(browser)  # forget what others left
    set_width(browser, 1280)
    yield
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert complaints(browser) == []


def test_countries_on_the_land(browser: Chrome, site: str) -> None:
    places = []
    for language in ("ar", "en"):  # geography is not mirrored
        browser.get(f"{site}/map?lang={language}")
        # where they are in the Equal Earth projection
        places.append([browser.execute_script(_PLACE, ".map", f"/country/{code}")[0] for code in ("AFG", "BRA")])
        assert places[-1] == pytest.approx([0.67, 0.365], abs=0.02)
    assert places[0] == pytest.approx(places[1], abs=0.001)
    loaded = browser.execute_script(
        "return performance.getEntriesByType('resource').filter(e => e.name.includes('world.svg'))"
        ".map(e => [e.responseStatus, e.decodedBodySize > 1000])"
    )
    assert loaded == [[200, True]]
    shaded = browser.find_element(By.CSS_SELECTOR, '.map a[href*="/country/AFG"] path')
    plain = browser.find_element(By.CSS_SELECTOR, '.map a[href*="/country/BRA"] path')
    assert shaded.value_of_css_property("fill") not in {"none", plain.value_of_css_property("fill")}
    # the keyboard skips countries without practices
    tabbed = browser.find_elements(By.CSS_SELECTOR, '.map a:not([tabindex="-1"])')
    rows = browser.find_elements(By.CSS_SELECTOR, "table.rows tbody tr")
    cities = browser.find_elements(By.CSS_SELECTOR, ".map a.place")
    assert len(tabbed) == len(rows) + len(cities)
    assert rows
    assert cities
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert shaded.is_displayed()
    assert shaded.value_of_css_property("print-color-adjust") == "exact"
    assert not browser.find_element(By.CSS_SELECTOR, "header.site nav.main").is_displayed()


@pytest.mark.parametrize(
    ("picture", "link", "heading"),
    [("map", "/country/PAK", "Pakistan"), ("network", "/organisation/iom", "International Organization for Migration")],
)
def test_pictures_with_the_keyboard(browser: Chrome, site: str, picture: str, link: str, heading: str) -> None:
    browser.get(f"{site}/{picture}?lang=en")
    linked = browser.find_elements(By.CSS_SELECTOR, f'.{picture} a:not([tabindex="-1"])')
    wanted = browser.find_element(By.CSS_SELECTOR, f'.{picture} a[href*="{link}"]')
    browser.execute_script("arguments[0].focus()", linked[linked.index(wanted) + 1])
    browser.switch_to.active_element.send_keys(Keys.SHIFT, Keys.TAB)
    assert browser.switch_to.active_element == wanted
    shape = wanted.find_element(By.CSS_SELECTOR, "path, circle")
    assert shape.value_of_css_property("stroke") == "rgb(224, 168, 0)", "the focus is to be seen"
    wanted.send_keys(Keys.ENTER)
    assert browser.find_element(By.TAG_NAME, "h1").text == heading


@pytest.mark.parametrize(("page", "language"), WHOLE)
def test_pictures_on_a_phone(browser: Chrome, site: str, page: str, language: str) -> None:
    set_width(browser, 360)
    browser.get(f"{site}{page}?lang={language}")
    assert not browser.execute_script(
        "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    for picture in browser.find_elements(By.CSS_SELECTOR, ".map"):
        assert 200 < picture.rect["width"] <= 360
    if page == SMALL:
        assert browser.find_element(By.CSS_SELECTOR, ".map circle").rect["width"] >= 5
