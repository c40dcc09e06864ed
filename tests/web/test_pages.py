"""Pages: languages, proof, escaping, links, headers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph import __version__
from gcmgraph.queries.description import read_examples
from gcmgraph.translations import LANGUAGES
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


def balanced(markup: str) -> Page:
    page = Page(markup)
    assert page.unbalanced == [], "elements that are not closed"
    return page


def read(client: FlaskClient, path: str) -> Page:
    return balanced(client.get(path, headers=BROWSER).text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_well_formed_pages_without_inline_script_or_style(client: FlaskClient, path: str, language: str) -> None:
    response = client.get(path, headers={**BROWSER, "Accept-Language": language})
    page = balanced(response.text)
    assert page.all("html") == [{"lang": language, "dir": "rtl" if language == "ar" else "ltr"}]
    assert response.headers["Content-Language"] == language
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert all(str(script["src"]).startswith("/static/") for script in page.all("script") if script != DATA)
    assert not page.all("style")
    assert not any(name == "style" or name.startswith("on") for e in page.elements for name in e.attributes)
    ids = page.ids
    assert len(ids) == len(set(ids))


def test_files_of_pages_are_stored_for_good_by_their_version(client: FlaskClient) -> None:
    page = read(client, "/doc/practice/glo-act")
    files = [value for value in page.values("href", "src") if value.startswith("/static/")]
    assert files
    for file in files:
        plain, _, version = file.partition("?v=")
        assert version
        of_version, newest = client.get(file), client.get(f"{plain}?v=0")
        assert of_version.data == newest.data
        assert "immutable" in of_version.headers["Cache-Control"]
        assert "no-cache" in newest.headers["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
def test_answers_of_internal_links(client: FlaskClient, path: str) -> None:
    for link in read(client, path).links:
        assert link.startswith(("/", "#", "http://", "https://")), link
        if link.startswith("/") and "/sparql?" not in link:
            # terms of the ontology and shapes that this small graph leaves out still have their page
            assert client.get(link, headers=BROWSER).status_code == (404 if link.startswith("/nothing") else 200), link


def test_language_by_address(client: FlaskClient) -> None:
    page = read(client, "/doc/practice/glo-act?lang=fr")
    assert "Ce que l'on sait" in page.text
    assert "/doc/country/AFG?lang=fr" in page.links
    assert "/doc/practice/glo-act?lang=en" in page.links


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("de", "en"),
        ("ar;q=1,fr;q=0.2", "ar"),
        ("*", "en"),
        ("", "en"),
        ("zh-CN,zh;q=0.9", "zh"),
        ("es-419", "es"),
        ("de,*;q=0.5", "en"),
        ("ru-RU;q=0.1, fr;q=0.2", "fr"),
        ("x" * 900, "en"),
    ],
)
def test_language_by_header(client: FlaskClient, asked: str, shown: str) -> None:
    response = client.get("/doc/practice/glo-act.html", headers={"Accept-Language": asked})
    assert [html["lang"] for html in balanced(response.text).all("html")] == [shown]
    assert response.headers["Content-Language"] == shown


@pytest.mark.parametrize(("lang", "shown"), [("ar", "ar"), ("fr", "fr"), ("xx", "es"), ("", "es")])
def test_language_by_parameter_precedes_the_header(client: FlaskClient, lang: str, shown: str) -> None:
    response = client.get(f"/doc/practice/glo-act.html?lang={lang}", headers={"Accept-Language": "es"})
    assert response.headers["Content-Language"] == shown


def test_links_to_web_addresses_only(client: FlaskClient) -> None:
    for path in ("/doc/organisation/unodc", "/sparql?query=SELECT%20%3Fo%20%7B%3Fs%20foaf%3Ahomepage%20%3Fo%7D"):
        page = read(client, path)
        assert "https://www.unodc.org/" in page.links
        assert "javascript:alert(1)" in page.text
        assert not any("javascript" in link for link in page.links)


def test_refused_query_is_escaped(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "</textarea><script>alert(1)</script>"}, headers=BROWSER)
    assert response.status_code == 400
    page = balanced(response.text)
    assert all("src" in script for script in page.all("script"))
    assert "Line 1" in page.text


@pytest.mark.parametrize("number", range(len(read_examples())))
def test_answers_of_example_queries(client: FlaskClient, number: int) -> None:
    example = read_examples()[number]
    assert set(example.titles) == set(LANGUAGES)
    response = client.get("/sparql", query_string={"query": example.query, "format": "json"})
    answer = response.get_json()
    if example.query.startswith("SELECT"):
        assert answer["results"]["bindings"]
    elif example.query.startswith("ASK"):
        assert answer["boolean"] in {True, False}
    else:
        assert isinstance(answer, list)  # JSON-LD


def test_health_with_the_current_version(tmp_path: Path, build: Build, application: Application) -> None:
    build(tmp_path, "one", GRAPH)
    client = application(tmp_path).test_client()
    assert client.get("/health").get_json() == {
        "status": "ok", "version": "one", "quads": 135, "software": f"gcmgraph {__version__}",
        "integrity": {"checked": None, "damaged": None},
    }  # fmt: skip
    tag = client.get("/ontology.ttl").headers["ETag"]
    build(tmp_path, "two", GRAPH)
    assert client.get("/health").get_json()["version"] == "two"
    assert client.get("/ontology.ttl").headers["ETag"] != tag


def test_paths_under_another_base(tmp_path: Path, build: Build, application: Application) -> None:
    graph = tmp_path / "graph.trig"
    text = GRAPH.read_text("utf-8")
    graph.write_text(text.replace("https://w3id.org/gcmgraph/", "http://example.org/sub/"), "utf-8")
    build(tmp_path / "store", "one", graph)
    client = application(tmp_path / "store", base="http://example.org/sub/").test_client()
    assert client.get("/id/practice/glo-act").headers["Location"] == "/doc/practice/glo-act"
    assert "http://example.org/sub/id/practice/glo-act" in client.get("/doc/practice/glo-act.nt").text
    assert "/doc/country/AFG" in read(client, "/doc/practice/glo-act").links
