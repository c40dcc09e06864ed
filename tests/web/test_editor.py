"""The editor page in a real browser: Chromium, the real server, the built script."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from browsing import complaints, needs_chromium, paste, wait, without_scripts
from gcmgraph.web.static_files import has_editor

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not has_editor(), reason="needs the query editor: make setup with Node.js"),
]

#: Buttons of the drawings of a result.
VIEWS = "#result .tools button[value]"
COUNTRIES = (
    'SELECT ?n { ?p gcm:country ?c . ?c skos:prefLabel ?n FILTER(LANG(?n) = "en") } ORDER BY ?n'
)


@pytest.fixture(autouse=True)
def _without_stored_queries(browser: Chrome) -> Iterator[None]:
    yield
    browser.execute_script("if (location.protocol !== 'data:') localStorage.clear()")


def open_page(browser: Chrome, server: str, **parameters: str) -> WebElement:
    """Open the page and return the editor's content."""
    browser.get(f"{server}/sparql?{urllib.parse.urlencode({'lang': 'en', **parameters})}")
    return wait(browser).until(lambda _: content(browser))


def content(browser: Chrome) -> WebElement | None:
    hosts = browser.find_elements(By.CSS_SELECTOR, ".editor")
    found = hosts[0].shadow_root.find_elements(By.CSS_SELECTOR, ".cm-content") if hosts else []
    return found[0] if found else None


def inside(browser: Chrome, selector: str) -> list[WebElement]:
    """Return elements of the editor, which stands in a shadow root."""
    return browser.find_element(By.CSS_SELECTOR, ".editor").shadow_root.find_elements(
        By.CSS_SELECTOR, selector
    )


def set_query(browser: Chrome, text: str) -> WebElement:
    """Paste a query over the one that stands there, and return the editor's content."""
    editor = content(browser)
    editor.click()
    editor.send_keys(Keys.CONTROL, "a")
    paste(browser, editor, text)
    return editor


def press(browser: Chrome, keys: str) -> None:
    """Type where the cursor is.

    An element's own `send_keys` takes the focus from an editor in a shadow root and gives it back,
    which closes a list of completions, now before the key and now after it.
    """
    ActionChains(browser).send_keys(keys).perform()


def run(browser: Chrome) -> None:
    browser.find_element(By.CSS_SELECTOR, "form.query button[type=submit]").click()


def run_query(browser: Chrome, server: str, query: str) -> None:
    """Open the page and run a query."""
    open_page(browser, server)
    set_query(browser, query)
    run(browser)


def options(browser: Chrome) -> list[str]:
    """Completions that are offered."""
    return [option.text for option in inside(browser, ".cm-completionLabel")]


def cells(browser: Chrome) -> list[str]:
    return [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, "#result tbody td")]


def wait_for_cells(browser: Chrome, expected: list[str]) -> None:
    wait(browser).until(lambda _: cells(browser) == expected, message=f"never {expected}")


def test_typed_query_and_its_address(browser: Chrome, server: str) -> None:
    editor = open_page(browser, server)
    assert not browser.find_element(By.ID, "query").is_displayed()
    editor.click()
    keys = (
        ActionChains(browser)
        .key_down(Keys.CONTROL)
        .send_keys("a")
        .key_up(Keys.CONTROL)
        .send_keys(Keys.DELETE)
    )
    keys.send_keys("SELECT ?n { ?p gcm:country ?n ", Keys.ESCAPE)  # the editor closes the brace
    keys.key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    for reloaded in (False, True):
        wait(browser).until(lambda _: content(browser))
        wait(browser).until(lambda _: sorted(cells(browser)) == ["country:AFG", "country:IRQ"])
        assert (
            "".join(line.text for line in inside(browser, ".cm-line"))
            == "SELECT ?n { ?p gcm:country ?n }"
        )
        if not reloaded:
            browser.get(browser.current_url)


def test_error_at_its_line(browser: Chrome, server: str) -> None:
    run_query(browser, server, "SELECT ?s\nWHERE {\n  ?s nope:x ?o .\n}")
    wait(browser).until(lambda _: inside(browser, ".cm-lint-marker-error"))
    (marker,) = inside(browser, ".cm-lint-marker-error")
    numbers = {
        number.text: number.rect["y"]
        for number in inside(browser, ".cm-lineNumbers .cm-gutterElement")
    }
    assert abs(marker.rect["y"] - numbers["3"]) < 12, numbers
    (refused,) = complaints(browser)
    assert "the server responded with a status of 400" in refused
    assert browser.find_element(By.CSS_SELECTOR, "#result [role=alert]").text.startswith(
        "Line 3, column"
    )
    set_query(browser, COUNTRIES)
    run(browser)
    wait_for_cells(browser, ["Afghanistan", "Iraq"])
    assert inside(browser, ".cm-lint-marker-error") == []


@pytest.mark.parametrize(("typed", "offered"), [("gcm:Pr", "gcm:Practice"), ("OPT", "OPTIONAL")])
def test_completion_of_terms(browser: Chrome, server: str, typed: str, offered: str) -> None:
    open_page(browser, server)
    set_query(browser, "SELECT * { ?s ?p ")
    press(browser, typed)
    looks = 0

    def accepted(_: object) -> bool:
        """Accept what is offered once it was seen twice: just after its list appears, Enter may begin a new line."""
        nonlocal looks
        looks = looks + 1 if offered in options(browser) else 0
        if looks > 1:
            press(browser, Keys.ENTER)
        return [line.text for line in inside(browser, ".cm-line")] == [
            f"SELECT * {{ ?s ?p {offered}"
        ]

    wait(browser, every=0.3).until(accepted, message=f"never {offered}")


def test_links_and_languages_of_results(browser: Chrome, server: str) -> None:
    query = "{ ?p a gcm:Practice ; gcm:country ?c . ?c skos:prefLabel ?n BIND(<javascript:alert(1)> AS ?out) "
    run_query(browser, server, f'SELECT ?p ?n ?out {query} FILTER(LANG(?n) = "fr") }} LIMIT 1')
    wait(browser).until(lambda _: cells(browser))
    (link,) = browser.find_elements(By.CSS_SELECTOR, "#result tbody a")
    assert (link.text, link.get_attribute("href")) == (
        "practice:glo-act",
        f"{server}/doc/practice/glo-act?lang=en",
    )
    assert browser.find_element(By.CSS_SELECTOR, "#result tbody .tag").text == "fr"
    formats = browser.find_elements(By.CSS_SELECTOR, "#result .formats a")
    assert [link.text for link in formats] == ["JSON", "CSV", "TSV", "XLSX", "XML"]


def test_example_and_layout_of_a_query(browser: Chrome, server: str) -> None:
    open_page(browser, server)
    Select(browser.find_element(By.ID, "examples-menu")).select_by_visible_text(
        "Practices in a country"
    )
    run(browser)
    wait(browser).until(lambda _: any("practice:glo-act" in cell for cell in cells(browser)))
    set_query(browser, COUNTRIES)
    browser.find_element(By.ID, "format-query").click()
    lines = [line.get_attribute("textContent") for line in inside(browser, ".cm-line")]
    assert lines[:3] == ["SELECT ?n {", "  ?p gcm:country ?c .", "  ?c skos:prefLabel ?n"]
    run(browser)
    wait_for_cells(browser, ["Afghanistan", "Iraq"])


def test_completion_by_names_codes_and_classes(browser: Chrome, site: str) -> None:
    """Properties of the class of the subject are first."""
    classes = "?x a oa:SpecificResource . ?a a gcm:Evidence . ?a "
    for language, query, typed, offered in (
        ("en", "?s ?p ", "country:Afg", "country:AFG"),
        ("es", "?s ?p ", "pai", "gcm:country"),
        ("en", classes, "oa:has", "oa:hasTarget"),
    ):
        open_page(browser, site, lang=language)
        set_query(browser, f"SELECT * {{ {query}")
        press(browser, typed)
        first = 1 if query == classes else None
        wait(browser).until(
            lambda _, offered=offered, first=first: offered in options(browser)[:first]
        )


def test_tabs_of_queries(browser: Chrome, server: str) -> None:
    open_page(browser, server)
    set_query(browser, COUNTRIES)
    tabs = "#tabs button[aria-pressed]"
    browser.find_element(By.CSS_SELECTOR, "#tabs [aria-label='new query']").click()
    set_query(browser, "ASK { ?s ?p ?o }")
    assert [tab.text for tab in browser.find_elements(By.CSS_SELECTOR, tabs)] == [
        "Query 1",
        "Query 2",
    ]
    browser.get(f"{server}/sparql?lang=en")
    wait(browser).until(lambda _: content(browser))
    assert browser.find_element(By.CSS_SELECTOR, "#tabs [aria-pressed=true]").text == "Query 2"
    browser.find_elements(By.CSS_SELECTOR, tabs)[0].click()
    assert "".join(line.text for line in inside(browser, ".cm-line")) == COUNTRIES
    browser.find_element(By.CSS_SELECTOR, "#tabs [aria-label='remove this query']").click()
    browser.switch_to.alert.accept()
    assert [tab.text for tab in browser.find_elements(By.CSS_SELECTOR, tabs)] == ["Query 2"]


def test_misspelt_term_and_prefixes(browser: Chrome, server: str) -> None:
    run_query(browser, server, "SELECT * { ?p gcm:contry ?c }")
    note = wait(browser).until(
        lambda _: browser.find_elements(By.CSS_SELECTOR, "#result [role=note]")
    )[0]
    assert note.text.startswith(
        "No statement of this graph uses gcm:contry. Did you mean gcm:country"
    )
    set_query(browser, 'SELECT ?s { ?s a gcm:Practice ; dct:title "schema:x" } # foaf:y')
    for _ in range(2):
        browser.find_element(By.ID, "add-prefixes").click()
    lines = [line.text for line in inside(browser, ".cm-line")]
    assert lines[:2] == [
        "PREFIX dct: <http://purl.org/dc/terms/>",
        "PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>",
    ]
    assert len(lines) == 3


def test_drawings_of_a_result(browser: Chrome, server: str, tmp_path: Path) -> None:
    browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    run_query(
        browser, server, "SELECT ?p ?c (STRLEN(STR(?c)) AS ?n) { ?p gcm:country ?c } ORDER BY ?c"
    )
    table, *views = wait(browser).until(lambda _: browser.find_elements(By.CSS_SELECTOR, VIEWS))
    assert [view.text for view in (table, *views)] == [
        "Table",
        "Bar chart",
        "Line chart",
        "Map",
        "Network",
    ]
    shaded = "path[fill='#c6dcec']"  # both countries have the same number
    for view, drawn in zip(
        views, ("rect[fill='#0a5487']", "circle", shaded, "circle"), strict=True
    ):
        view.click()
        assert len(browser.find_elements(By.CSS_SELECTOR, f"#result figure svg {drawn}")) >= 2
    for button in browser.find_elements(By.CSS_SELECTOR, "#result figure + .tools button"):
        button.click()
    wait(browser).until(
        lambda _: {file.name for file in tmp_path.iterdir()} >= {"answer.svg", "answer.png"}
    )
    assert (tmp_path / "answer.png").read_bytes().startswith(b"\x89PNG")
    assert "practice:glo-act" in (tmp_path / "answer.svg").read_text("utf-8")


def test_columns_of_a_drawing(browser: Chrome, server: str) -> None:
    rows = "('Quito' 'a' -0.2 -78.5 3) ('Lyon' 'b' 45.7 4.8 1)"
    run_query(browser, server, f"SELECT * {{ VALUES (?city ?code ?lat ?long ?n) {{ {rows} }} }}")
    _, bars, _, world = wait(browser).until(lambda _: browser.find_elements(By.CSS_SELECTOR, VIEWS))
    drawing = "#result figure svg"
    bars.click()
    assert browser.find_element(By.CSS_SELECTOR, drawing).get_attribute("aria-label") == "city × n"
    for column, chosen in (("numbers", "lat"), ("names", "code")):
        Select(
            browser.find_element(By.CSS_SELECTOR, f"#result select[name={column}]")
        ).select_by_visible_text(chosen)
    assert (
        browser.find_element(By.CSS_SELECTOR, drawing).get_attribute("aria-label") == "code × lat"
    )
    world.click()
    points = browser.find_elements(By.CSS_SELECTOR, f"{drawing} circle[fill='#8a4b00']")
    assert [float(point.get_attribute("cx") or 0) < 2000 for point in points] == [True, False]


@pytest.mark.exhaustive
def test_copied_code_has_the_same_result(browser: Chrome, server: str) -> None:
    quotes = '  # """ \'\'\' \\n )" $HOME `x` SPARQL'
    open_page(browser, server)
    set_query(browser, COUNTRIES + quotes)
    copied = {}
    for kind in ("link", "curl", "python", "r"):
        browser.find_element(By.CSS_SELECTOR, f"button[data-copy={kind}]").click()
        copied[kind] = (
            browser.find_element(By.CSS_SELECTOR, "#copied pre").get_attribute("textContent") or ""
        )
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(copied["link"]).query)["query"] == [
        COUNTRIES + quotes
    ]
    assert (
        f'paste0("{server}/sparql?query=", URLencode(query, reserved = TRUE, repeated = TRUE))'
        in copied["r"]
    )
    assert "library(" not in copied["r"]
    for kind, program, flag in (
        ("r", "Rscript", "-e"),
        ("curl", "bash", "-c"),
        ("python", sys.executable, "-c"),
    ):
        if shutil.which(program):
            answer = subprocess.run(
                [program, flag, copied[kind]], capture_output=True, text=True, check=True
            )
            assert [word for word in answer.stdout.split() if not word.isdecimal()] == [
                "n",
                "Afghanistan",
                "Iraq",
            ]


def test_names_and_focus_of_controls(browser: Chrome, server: str) -> None:
    editor = open_page(browser, server, lang="fr")
    assert editor.accessible_name == "Requête SPARQL"
    for control in browser.find_elements(
        By.CSS_SELECTOR, "main button, main select, main textarea, main input"
    ):
        assert control.accessible_name or not control.is_displayed(), control.get_attribute(
            "outerHTML"
        )
    assert "editor." not in browser.find_element(By.TAG_NAME, "main").text
    editor.click()
    editor.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("id") == "format"


def test_plain_form_without_script(browser: Chrome, server: str) -> None:
    with without_scripts(browser):
        browser.get(f"{server}/sparql?{urllib.parse.urlencode({'query': COUNTRIES, 'lang': 'en'})}")
        assert browser.find_element(By.ID, "query").is_displayed()
        assert not browser.find_element(By.ID, "examples-menu").is_displayed()
        run(browser)
        wait_for_cells(browser, ["Afghanistan", "Iraq"])
