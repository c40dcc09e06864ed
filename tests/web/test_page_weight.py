"""First paint of pages: what is transferred for it, that nothing moves while it loads, and twice the size of text."""

from __future__ import annotations

import gzip
import re
from html import unescape
from urllib.request import Request, urlopen

import pytest
from selenium.webdriver import Chrome

from browsing import needs_chromium, set_width, wait

#: Most bytes for the first paint of a page without its pictures.
MOST = 80_000

#: The practice with the most statements.
PRACTICE = (
    "/doc/practice/action-mondiale-contre-la-traite-des-personnes-et-le-trafic-illicite-de-migrants"
    "-asie-et-moyen-orient"
)
PAGES = ["/", PRACTICE, "/doc/country/USA", "/doc/objective/9", "/brief/country/USA", "/guides/officer"]

#: Least shift that a reader can see; the measure's own limit of good pages is 0.1. On a busy machine the button of the
#: menu moves by 0.0015.
MOST_SHIFT = 0.01

#: Records how far what is seen moves while a page loads (https://wicg.github.io/layout-instability/).
_OBSERVE = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(({value, sources}) =>
  shifts.push([value, ...sources.map(({node}) => node?.outerHTML?.slice(0, 80))])))
  .observe({type: "layout-shift", buffered: true});
"""


def body_of(address: str) -> bytes:
    request = Request(address, headers={"Accept": "text/html", "Accept-Language": "en"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310 - our own server
        return bytes(answer.read())


@pytest.mark.parametrize("path", PAGES)
def test_size_of_the_first_paint(site: str, path: str) -> None:
    """Page, styles and scripts as nginx transfers them, compressed; fonts are those of the reader's machine."""
    page = body_of(site + path)
    html = page.decode()
    needed = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<script [^>]*src="([^"]+)"', html)
    addresses = [unescape(style or script) for style, script in needed]
    assert len(addresses) >= 3
    styles = [body_of(site + address) for address in addresses]
    assert sum(len(gzip.compress(body, 5)) for body in (page, *styles)) < MOST
    for style in styles:
        text = style.decode()
        assert "@import" not in text
        assert "@font-face" not in text
        assert not re.search(r"url\((?!['\"]?data:)", text)


@needs_chromium
@pytest.mark.parametrize("path", PAGES)
def test_layout_shifts_of_pages(browser: Chrome, site: str, path: str) -> None:
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _OBSERVE})
    try:
        for width in (1280, 375):
            set_width(browser, width)
            browser.get(site + path)
            wait(browser).until(lambda b: b.execute_script("return document.readyState") == "complete")
            frames = "const done = arguments[0]; requestAnimationFrame(() => setTimeout(() => done(shifts), 200))"
            shifts = browser.execute_async_script(frames)
            assert sum(value for value, *_ in shifts) < MOST_SHIFT, (width, shifts)
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
