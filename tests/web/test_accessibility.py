"""Pages for everyone: axe-core (WCAG 2.2 AA), a silent console, and nothing to scroll sideways, in a real browser.

Every page that people see stands in `PAGES`, over the real graph; each is looked at in English and
in Arabic (right to left), on a desktop and on a phone (`LAYOUTS`). What only a person at a
keyboard, a printer or a zoomed screen meets is in `test_keyboard_and_print.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import visibility_of_element_located

from browsing import CHECKS, needs_chromium, paste, run, set_width, wait
from gcmgraph import web
from gcmgraph.web.static_files import has_editor

AXE = Path(web.__file__).parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make setup with Node.js")

pytestmark = needs_chromium

#: Pages that `make test` opens, on the phone; the whole runs in the exhaustive half.
EXAMPLES = (
    "/", "/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025",
    "/doc/source/objective-09.fr", "/browse/practice", "/map", "/sparql?query=SELECT", "/queries", "/dataset",
    "/check?resource=AFG&relation=M49&value=005", "/contributions/form/practice",
)  # fmt: skip

PAGES = (
    *EXAMPLES, "/linksets", "/validate", "/doc/objective/9", "/doc/action/9a", "/doc/organisation/unodc",
    "/doc/country/AFG", "/brief/country/AFG", "/doc/sdg/10.7", "/doc/instrument/smuggling-protocol",
    "/doc/source/objective-09.fr/123-192", "/browse/country", "/browse/practice?country=AFG&from=2015",
    "/browse/practice?country=AFG&from=1990&to=1991", "/about", "/guides/officer", "/network", "/coverage",
    "/search?q=migra", "/sparql", "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%2020",
    "/queries/practices-by-country?country=AFG", "/ontology", "/shapes", "/graph/curated", "/reconcile", "/dumps/",
    "/dataset/v1", "/changes", "/resolve?uri=http%3A%2F%2Fmetadata.un.org%2Fsdg%2F10.7", "/contributions",
    "/suggest", "/feedback?page=/doc/country/AFG", "/doc/practice/nothing", "/statistics",
    "/doc/statistics/refugees-by-asylum", "/statistics/migrant-corridors?origin=NER", "/doc/vote/a-res-73-195",
    "/compare?country=NER&country=MAR", "/doc/concept/topic/remittances", "/browse/evaluation",
    "/browse/practice?filters=all", "/check?sentence=Niger%20ratified%20the%20Migrant%20Workers%20Convention",
)  # fmt: skip

#: Widths in CSS pixels.
DESKTOP, PHONE = 1280, 360
#: A desktop at 400 % (https://www.w3.org/TR/WCAG22/#reflow).
NARROWEST = 320

#: Each page in both languages and at both widths, half of the pages with Arabic on the phone, the
#: others with Arabic on the desktop: all pairs of page, language and width, in half of the runs
#: that all combinations would take. On the phone there is most to see: contrasts, and what unfolds.
LAYOUTS = [
    pytest.param(
        page,
        language,
        width,
        marks=() if width == PHONE and page in EXAMPLES else pytest.mark.exhaustive,
    )
    for number, page in enumerate(PAGES)
    for language, width in zip(
        ("en", "ar"), (DESKTOP, PHONE)[:: 1 if number % 2 == 0 else -1], strict=True
    )
]

#: Everything that axe-core can tell about WCAG 2.2 A and AA, and what it thinks good beyond that.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def axe(browser: Chrome) -> Iterator[None]:
    """Every page that is opened has axe-core from its beginning: its text is told once, not for each page."""
    source = {"source": AXE.read_text("utf-8")}
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", source)
    yield
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def problems(browser: Chrome, *, contrast: bool = True) -> list[str]:
    """Return what axe-core finds on the page as it stands.

    To look at contrasts takes as long as all the rest.
    """
    browser.set_script_timeout(90)  # seconds; the longest page takes two on a free machine
    found: list[str] = browser.execute_async_script(
        f"{CHECKS} runAxe(...arguments)", RULES, contrast
    )
    return found


def open_page(browser: Chrome, site: str, page: str, language: str, width: int = DESKTOP) -> None:
    set_width(browser, width)
    browser.get(f"{site}{page}{'&' if '?' in page else '?'}lang={language}")


def check_widths(browser: Chrome) -> None:
    """Check the open page with axe-core, and that nothing is wider than the window, on a desktop and on a phone."""
    for width in (DESKTOP, PHONE):
        set_width(browser, width)
        assert "\n".join(problems(browser)) == "", width
        assert run(browser, "tooWide") == [], width


def beyond_the_narrowest(browser: Chrome) -> list[str]:
    """Return what stands out of the page as it is open, all unfolded, on the narrowest screen."""
    set_width(browser, NARROWEST)
    run(browser, "unfold")
    return run(browser, "tooWide")


@needs_axe
@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize(("page", "language", "width"), LAYOUTS)
def test_accessibility_of_pages(
    browser: Chrome, site: str, page: str, language: str, width: int
) -> None:
    open_page(browser, site, page, language, width)
    assert browser.execute_script("return document.documentElement.lang") == language
    if width == PHONE:  # where room is scarce, what unfolds is looked at, too
        run(browser, "unfold")
    # no colour hangs on width or language: contrasts are looked at once, where everything is
    # unfolded
    assert "\n".join(problems(browser, contrast=width == PHONE)) == ""
    if language == "ar":  # the page is open already; Russian has a test of its own
        assert beyond_the_narrowest(browser) == []


#: Pages with all colours of the dark scheme: squares, cards, evidence, quotations, forms, verdicts, editor.
DARK_PAGES = (
    "/", "/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025", "/ontology",
    "/doc/source/objective-09.fr", "/browse/practice", "/doc/country/AFG", "/contributions/form/practice",
    "/check?resource=AFG&relation=M49&value=005", "/matrix/country", "/compare?country=NER&country=MAR",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205", "/doc/practice/nothing",
)  # fmt: skip


@pytest.fixture
def dark(browser: Chrome) -> Iterator[None]:
    """The dark scheme of the reader's system."""
    scheme = {"name": "prefers-color-scheme", "value": "dark"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    yield
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@needs_axe
@pytest.mark.usefixtures("axe", "dark")
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=() if page in EXAMPLES[:3] else pytest.mark.exhaustive)
        for page in DARK_PAGES
    ],
)
def test_texts_have_contrast_in_the_dark_scheme(browser: Chrome, site: str, page: str) -> None:
    open_page(browser, site, page, "en", PHONE)
    run(browser, "unfold")
    background = "return getComputedStyle(document.body).backgroundColor"
    assert browser.execute_script(background) == "rgb(18, 24, 30)"
    assert "\n".join(problems(browser)) == ""


@needs_axe
@pytest.mark.usefixtures("axe")
def test_accessibility_of_suggestions(browser: Chrome, site: str) -> None:
    open_page(browser, site, "/search", "ar")
    browser.find_element(By.CSS_SELECTOR, "header.site input[type=search]").send_keys("mig")
    shown = visibility_of_element_located((By.CSS_SELECTOR, "header.site [role=option]"))
    wait(browser).until(shown)
    check_widths(browser)
    assert shown(browser)  # all the while


@needs_axe
@pytest.mark.usefixtures("axe")
@pytest.mark.skipif(not has_editor(), reason="needs the query editor: make setup with Node.js")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 5", "#result table"),
        pytest.param(
            "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 5",
            "#result pre",
            marks=pytest.mark.exhaustive,
        ),
        pytest.param("ASK {}", "#result .boolean", marks=pytest.mark.exhaustive),
        pytest.param("SELECT", "#result [role=alert]", marks=pytest.mark.exhaustive),
    ],
)
def test_accessibility_of_query_results(browser: Chrome, site: str, query: str, shown: str) -> None:
    open_page(browser, site, "/sparql", "ar")
    wait(browser).until(visibility_of_element_located((By.CSS_SELECTOR, ".editor")))
    editor = browser.find_element(By.CSS_SELECTOR, ".editor").shadow_root.find_element(
        By.CSS_SELECTOR, ".cm-content"
    )
    editor.send_keys(Keys.CONTROL, "a")
    paste(browser, editor, query)
    editor.send_keys(Keys.CONTROL, Keys.ENTER)
    wait(browser).until(visibility_of_element_located((By.CSS_SELECTOR, shown)))
    check_widths(browser)


#: A practice without anything that it needs.
_LACKING = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
<https://w3id.org/gcmgraph/id/practice/lacking> a gcm:Practice .
"""


@needs_axe
@pytest.mark.usefixtures("axe")
def test_accessibility_of_reports(browser: Chrome, site: str) -> None:
    open_page(browser, site, "/validate", "ar")
    browser.find_element(By.CSS_SELECTOR, ".as-text > summary").click()
    browser.find_element(By.ID, "text").send_keys(_LACKING)
    browser.find_element(By.CSS_SELECTOR, "main form button[type=submit]").click()
    report = visibility_of_element_located((By.CSS_SELECTOR, "main .problem[role=status]"))
    wait(browser).until(report)
    check_widths(browser)


@pytest.mark.exhaustive
@pytest.mark.parametrize("page", PAGES)
def test_reflow_and_text_of_twice_the_size(browser: Chrome, site: str, page: str) -> None:
    """Russian words are the longest; https://www.w3.org/TR/WCAG22/#resize-text."""
    open_page(browser, site, page, "ru", NARROWEST)
    assert beyond_the_narrowest(browser) == []
    open_page(browser, site, page, "fr")
    browser.execute_script("document.documentElement.style.fontSize = '200%'")
    assert run(browser, "tooWide") == []
    assert run(browser, "cut") == []


@pytest.mark.parametrize("language", ["es", "fr"])
def test_unbroken_words_in_table_headings(browser: Chrome, site: str, language: str) -> None:
    for page, widths in (("/linksets", (DESKTOP, 1024)), ("/network", (PHONE,))):
        open_page(browser, site, page, language, widths[0])
        run(browser, "unfold")
        assert browser.find_elements(By.TAG_NAME, "th")
        for width in widths:
            set_width(browser, width)
            assert run(browser, "broken") == [], (page, width)
