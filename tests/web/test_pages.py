"""Pages: languages, escaping, links, headers; first paint: what is transferred for it, and that nothing moves."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from answers import html, page
from flask.testing import FlaskClient
from selenium.webdriver import Chrome

from browsing import needs_chromium, set_width, wait
from gcmgraph import __version__
from gcmgraph.rdf.terms import typed
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.i18n import readable
from markup import Page
from serving import Application

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
GRAPH = Path(__file__).parent / "graph.trig"
Build = Callable[[Path, str, Path], None]
#: a block of data, which is no script
DATA = {"type": "application/ld+json"}
PAGES = [
    "/", "/browse/practice", "/browse/contribution", "/doc/practice/glo-act", "/doc/objective/9",
    "/doc/country/AFG",
    "/doc/organisation/unodc", "/doc/sdg/10.7", "/doc/source/objective-09.fr",
    "/doc/source/objective-09.fr/11-22",
    "/graph/curated", "/graph/source/objective-09.fr", "/ontology", "/shapes", "/sparql",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D", "/sparql?query=ASK%20%7B%7D",
    "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20a%20%3Fo%7D", "/nothing",
]  # fmt: skip


#: Every page in one language, and one page in every language; before a release all of them.
@pytest.mark.parametrize(
    ("path", "language"),
    [
        pytest.param(
            path,
            language,
            marks=[pytest.mark.exhaustive] * ((language == "ar") == (path == PAGES[3])),
        )
        for path in PAGES
        for language in LANGUAGES
    ],
)
def test_well_formed_pages_without_inline_script_or_style(
    client: FlaskClient, path: str, language: str
) -> None:
    response = client.get(path, headers={**BROWSER, "Accept-Language": language})
    page = Page(response.text)
    assert page.unbalanced == []
    assert page.all("html") == [{"lang": language, "dir": "rtl" if language == "ar" else "ltr"}]
    assert response.headers["Content-Language"] == language
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert all(
        str(script["src"]).startswith("/static/") for script in page.all("script") if script != DATA
    )
    assert not page.all("style")
    assert not any(
        name == "style" or name.startswith("on") for e in page.elements for name in e.attributes
    )
    assert len(page.ids) == len(set(page.ids))


def test_permanent_storage_of_files_by_version(client: FlaskClient) -> None:
    files = [
        value
        for value in page(client, PAGES[3]).values("href", "src")
        if value.startswith("/static/")
    ]
    assert files
    for file in files:
        plain, _, version = file.partition("?v=")
        assert version
        of_version, newest = client.get(file), client.get(f"{plain}?v=0")
        assert of_version.data == newest.data
        assert "immutable" in of_version.headers["Cache-Control"]
        assert "no-cache" in newest.headers["Cache-Control"]


def test_answers_of_internal_links(client: FlaskClient) -> None:
    linked = {
        link: path for path in PAGES for link in Page(client.get(path, headers=BROWSER).text).links
    }
    for link, path in linked.items():
        assert link.startswith(("/", "#", "http://", "https://")), (path, link)
        if link.startswith("/") and "/sparql?" not in link:
            # terms of the ontology and shapes that this small graph leaves out still have their
            # page
            expected = 404 if link.startswith("/nothing") else 200
            assert client.get(link, headers=BROWSER).status_code == expected, (path, link)


def test_language_by_address(client: FlaskClient) -> None:
    french = page(client, "/doc/practice/glo-act?lang=fr")
    assert "Ce que l'on sait" in french.text
    assert {"/doc/country/AFG?lang=fr", "/doc/practice/glo-act?lang=en"} <= {*french.links}


@pytest.mark.parametrize(
    ("query", "header", "shown"),
    [
        ("", "fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("", "ar;q=1,fr;q=0.2", "ar"),
        *(("", header, "en") for header in ("", "*", "de", "de,*;q=0.5", "x" * 900)),
        ("", "zh-CN,zh;q=0.9", "zh"),
        ("", "es-419", "es"),
        ("", "ru-RU;q=0.1, fr;q=0.2", "fr"),
        ("?lang=ar", "es", "ar"),
        ("?lang=xx", "es", "es"),
        ("?lang=", "es", "es"),
    ],
)
def test_language_by_parameter_before_header(
    client: FlaskClient, query: str, header: str, shown: str
) -> None:
    response = client.get(f"/doc/sdg/10.7.html{query}", headers={"Accept-Language": header})
    assert [root["lang"] for root in Page(response.text).all("html")] == [shown]
    assert response.headers["Content-Language"] == shown


def test_links_to_web_addresses_only(client: FlaskClient) -> None:
    for path in (
        "/doc/organisation/unodc",
        "/sparql?query=SELECT%20%3Fo%20%7B%3Fs%20foaf%3Ahomepage%20%3Fo%7D",
    ):
        found = page(client, path)
        assert "https://www.unodc.org/" in found.links
        assert "javascript:alert(1)" in found.text
        assert not any("javascript" in link for link in found.links)


def test_refused_query_is_escaped(client: FlaskClient) -> None:
    refused = page(client, "/sparql?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E", 400)
    assert all("src" in script for script in refused.all("script"))
    assert "Line 1" in refused.text


def test_health_with_the_current_version(
    tmp_path: Path, build: Build, application: Application
) -> None:
    build(tmp_path, "one", GRAPH)
    client = application(tmp_path).test_client()
    assert client.get("/health").get_json() == {
        "status": "ok", "version": "one", "quads": 140, "software": f"gcmgraph {__version__}",
        "integrity": {"checked": None, "damaged": None}, "difference": None,
    }  # fmt: skip
    tag = client.get("/ontology.ttl").headers["ETag"]
    build(tmp_path, "two", GRAPH)
    assert client.get("/health").get_json()["version"] == "two"
    assert client.get("/ontology.ttl").headers["ETag"] != tag


def test_paths_under_another_base(client_over: Callable[..., FlaskClient]) -> None:
    base = "http://example.org/sub/"
    client = client_over(
        GRAPH.read_text("utf-8").replace("https://w3id.org/gcmgraph/", base), base=base
    )
    assert client.get("/id/practice/glo-act").headers["Location"] == "/doc/practice/glo-act"
    assert f"{base}id/practice/glo-act" in client.get("/doc/practice/glo-act.nt").text
    assert "/doc/country/AFG" in page(client, "/doc/practice/glo-act").links


@pytest.mark.parametrize(
    ("value", "datatype", "language", "shown"),
    [
        ("12000000", "integer", "en", "12,000,000"),
        ("2018", "integer", "en", "2018"),
        ("2018-02-03", "date", "fr", "3 février 2018"),
        ("2018-02-30", "date", "fr", "2018-02-30"),
        ("2023-03", "gYearMonth", "en", "March 2023"),
        ("2026-11-24T19:30:04Z", "dateTime", "es", "24 de noviembre de 2026, 19:30:04 UTC"),
        ("2026-11-24T19:30:04", "dateTime", "es", "2026-11-24T19:30:04"),  # nobody knows where
        ("2026-99-24T19:30:04Z", "dateTime", "es", "2026-99-24T19:30:04Z"),
        ("9" * 5000 + "Z", "dateTime", "es", "9" * 5000 + "Z"),
    ],
)
def test_values_are_readable_and_no_more_precise_than_they_are(
    value: str, datatype: str, language: str, shown: str
) -> None:
    assert readable(typed(value, datatype), language) == shown


#: Most bytes for the first paint of a page without its pictures.
MOST = 80_000

#: The practice with the most statements.
PRACTICE = (
    "/doc/practice/action-mondiale-contre-la-traite-des-personnes-et-le-trafic-illicite-de-migrants"
    "-asie-et-moyen-orient"
)
WEIGHED = [
    *("/", PRACTICE, "/brief/country/USA"),
    *(
        pytest.param(path, marks=pytest.mark.exhaustive)
        for path in ("/doc/country/USA", "/doc/objective/9", "/guides/officer")
    ),
]

#: Least shift that a reader can see; the measure's own limit of good pages is 0.1. On a busy
#: machine the button of the menu moves by 0.0015.
MOST_SHIFT = 0.01

#: Records how far what is seen moves while a page loads
#: (https://wicg.github.io/layout-instability/).
_OBSERVE = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(({value, sources}) =>
  shifts.push([value, ...sources.map(({node}) => node?.outerHTML?.slice(0, 80))])))
  .observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("path", WEIGHED)
def test_size_of_the_first_paint(real_client: FlaskClient, path: str) -> None:
    """Page, styles and scripts as nginx transfers them, compressed; fonts are those of the reader's machine."""
    page = html(real_client, path)
    needed = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<script [^>]*src="([^"]+)"', page)
    assert len(needed) >= 3
    styles = [real_client.get(unescape(style or script)).text for style, script in needed]
    assert sum(len(gzip.compress(text.encode(), 5)) for text in (page, *styles)) < MOST
    for style in styles:
        assert "@import" not in style
        assert "@font-face" not in style
        assert not re.search(r"url\((?!['\"]?data:)", style)


@needs_chromium
@pytest.mark.parametrize("path", WEIGHED)
def test_layout_shifts_of_pages(browser: Chrome, site: str, path: str) -> None:
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _OBSERVE})
    try:
        for width in (1280, 375):
            set_width(browser, width)
            browser.get(site + path)
            wait(browser).until(
                lambda b: b.execute_script("return document.readyState") == "complete"
            )
            frames = "const done = arguments[0]; requestAnimationFrame(() => setTimeout(() => done(shifts), 200))"
            shifts = browser.execute_async_script(frames)
            assert sum(value for value, *_ in shifts) < MOST_SHIFT, (width, shifts)
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
