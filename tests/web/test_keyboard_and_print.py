"""Pages without a mouse, on paper and without movement; pictures by keyboard and on a phone; a real browser."""

from __future__ import annotations

import re

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of, url_contains

from browsing import needs_chromium, run, set_width, wait
from markup import contrast

pytestmark = needs_chromium

PRACTICE = "/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025"


def channels(color: str) -> list[int]:
    """Return the numbers of a CSS colour `rgb(…)`."""
    return [int(part) for part in re.findall(r"\d+", color)[:3]]


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
        assert contrast(channels(color), channels(ground)) >= 3, (
            html,
            color,
            ground,
        )  # https://www.w3.org/TR/WCAG22/#non-text-contrast
        assert seen, html
    press(browser, Keys.TAB)  # out of the page, and round again
    end = "return window.reachable.indexOf(document.activeElement)"
    assert browser.execute_script(end) in {-1, 0}


def test_skip_link(browser: Chrome, site: str) -> None:
    go(browser, site, PRACTICE, "ar")
    press(browser, Keys.TAB)
    assert browser.switch_to.active_element == browser.find_element(By.CSS_SELECTOR, ".skip")
    press(browser, Keys.ENTER, Keys.TAB)
    assert browser.execute_script(
        "return document.querySelector('main').contains(document.activeElement)"
    )


def test_print_style_and_reduced_motion(browser: Chrome, site: str) -> None:
    def shown(selector: str) -> list[bool]:
        return [
            element.is_displayed() for element in browser.find_elements(By.CSS_SELECTOR, selector)
        ]

    go(browser, site, PRACTICE)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not any(
        map(any, map(shown, ("header.site nav", "header.site form", ".skip", ".formats")))
    )
    assert all(map(any, map(shown, ("h1", ".address", ".lead", ".box", ".brand"))))
    colors = "const s = getComputedStyle(document.querySelector('.brand')); return [s.color, s.backgroundColor]"
    color, ground = browser.execute_script(colors)
    assert ground == "rgba(0, 0, 0, 0)"
    assert contrast(channels(color), (255, 255, 255)) >= 4.5

    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    go(browser, site, "/sparql")
    assert run(browser, "moving") == 0


def test_english_title_on_an_arabic_page(browser: Chrome, site: str) -> None:
    """A text in another language than its page is marked: for programs (`lang`) and for people (a small tag)."""
    direction = "return getComputedStyle(arguments[0]).direction"
    go(browser, site, "/doc/organisation/icmpd", "ar")
    html, title = (
        browser.find_element(By.CSS_SELECTOR, selector) for selector in ("html", "h1 [lang=en]")
    )
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
    assert (
        link.find_element(By.CSS_SELECTOR, "[lang=en]").get_attribute("textContent")
        == " (reference 1)"
    )


SMALL = "/doc/country/TUV"
PAGES = ["/", "/map", "/network", "/doc/organisation/unodc", "/doc/organisation/rcm", SMALL]

#: Pages of pictures by language: a small state here, all before a release.
WHOLE = [
    (SMALL, "en"),
    *(
        pytest.param(path, tag, marks=pytest.mark.exhaustive)
        for path in PAGES
        for tag in ("en", "ar")
        if path != SMALL
    ),
]

#: Where a link of a picture stands in it: the middle of its first shape, as shares of the picture's
#: width and height.
_PLACE = """
const picture = document.querySelector(arguments[0]).getBoundingClientRect();
const drawn = document.querySelector(`${arguments[0]} a[href*="${arguments[1]}"] :is(path, circle)`);
const shape = drawn.getBoundingClientRect();
return [(shape.left + shape.width / 2 - picture.left) / picture.width,
        (shape.top + shape.height / 2 - picture.top) / picture.height];
"""


@pytest.fixture(autouse=True)
def _desktop(browser: Chrome) -> None:
    """Look at pages on a desktop, unless a test sets another width."""
    set_width(browser, 1280)


def test_countries_on_the_land(browser: Chrome, site: str) -> None:
    places = []
    for language in ("ar", "en"):  # geography is not mirrored
        browser.get(f"{site}/map?lang={language}")
        # where they are in the Equal Earth projection
        places.append(
            [
                browser.execute_script(_PLACE, ".map", f"/country/{code}")[0]
                for code in ("AFG", "BRA")
            ]
        )
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
    [
        ("map", "/country/PAK", "Pakistan"),
        ("network", "/organisation/iom", "International Organization for Migration"),
    ],
)
def test_pictures_with_the_keyboard(
    browser: Chrome, site: str, picture: str, link: str, heading: str
) -> None:
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


def follow(browser: Chrome, selector: str, words: str = "") -> None:
    """Click the first link with these words, and see that the next page needs no sideways scrolling."""
    link = next(
        one for one in browser.find_elements(By.CSS_SELECTOR, selector) if words in one.text
    )
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()
    wait(browser).until(staleness_of(link))
    assert run(browser, "tooWide") == [], browser.current_url


@pytest.mark.exhaustive
@pytest.mark.parametrize("width", [1280, 375])
def test_walks_by_menus_search_and_links(browser: Chrome, site: str, width: int) -> None:
    set_width(browser, width)
    browser.get(f"{site}/?lang=en")
    for selector in ("button.menu", "details.languages summary"):
        for shown in browser.find_elements(By.CSS_SELECTOR, selector):
            if shown.is_displayed():
                shown.click()
    for selector, words in (
        ("details.languages a", "العربية"),
        (".objectives li:nth-child(9) a.name", ""),
    ):
        follow(browser, selector, words)
    follow(browser, ".cards .card a.name")
    root = browser.find_element(By.TAG_NAME, "html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ar", "rtl")
    assert "/doc/practice/" in browser.current_url
    browser.get(f"{site}/?lang=fr")
    browser.find_element(By.CSS_SELECTOR, "header.site input[name=q]").send_keys(
        "Niger" + Keys.ENTER
    )
    wait(browser).until(url_contains("/search"))
    follow(browser, "main li a", "Niger")
    follow(browser, "main a", "Note de deux pages")
    assert "/brief/country/NER" in browser.current_url
