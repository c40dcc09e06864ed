"""Briefs on paper, by Chromium: two A4 pages at most, in three scripts; documents and their pages in them."""

from __future__ import annotations

import base64
import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pypdfium2
import pytest
from long_lists import LONG_LISTS
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from browsing import needs_chromium
from gcmgraph.repository.layout import Repository
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.briefs.contents import ranges
from serving import served

pytestmark = needs_chromium

#: An A4 page in points.
A4 = (595, 842)


@pytest.fixture(scope="module")
def long_lists(tmp_path_factory: pytest.TempPathFactory, build: Callable[[Path, str, Path], None]) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("print")
    graph = folder / "graph.trig"
    graph.write_text(LONG_LISTS, "utf-8")
    build(folder / "store", "v1", graph)
    with served(folder / "store", public_url="https://data.a-long-name.example.org/") as address:
        yield address


def printed(browser: Chrome, address: str) -> pypdfium2.PdfDocument:
    browser.get(address)
    data = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    return pypdfium2.PdfDocument(base64.b64decode(data))


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_long_briefs_on_two_pages(browser: Chrome, long_lists: str, language: str) -> None:
    for path in ("country/NER", "objective/1"):
        paper = printed(browser, f"{long_lists}/brief/{path}?lang={language}")
        assert len(paper) <= 2, path
        assert tuple(round(side) for side in paper[0].get_size()) == A4


#: The countries with the most practices and partners, one without practices, the objectives with the most parts;
#: `make briefs` prints those of all countries and objectives.
BRIEFS = "country/USA country/THA country/ITA country/MEX country/NER country/TUV objective/17 objective/19".split()


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", LANGUAGES)
def test_real_briefs_on_two_pages(browser: Chrome, site: str, repository: Repository, language: str) -> None:
    briefs = BRIEFS
    if os.environ.get("BRIEFS") == "all":
        with (repository.root / "data" / "reference" / "countries.csv").open(encoding="utf-8") as rows:
            briefs = [f"country/{row['iso3']}" for row in csv.DictReader(rows)]
        briefs += [f"objective/{number}" for number in range(1, 24)]
    sizes = {path: len(printed(browser, f"{site}/brief/{path}?lang={language}")) for path in briefs}
    assert {path: pages for path, pages in sizes.items() if pages > 2} == {}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_sources_in_the_language_of_the_reader_with_pages(browser: Chrome, site: str, language: str) -> None:
    """The pages are those of the evidence for its practices, by SPARQL."""
    browser.get(f"{site}/brief/objective/10?lang={language}")
    sources = browser.find_element(By.CSS_SELECTOR, "[aria-labelledby=sources]")
    assert f"/doc/source/objective-10.{language}" in (sources.get_attribute("innerHTML") or "")
    query = urlencode({"query": _PAGES.replace("LANGUAGE", language), "format": "csv"})
    with urlopen(f"{site}/sparql?{query}") as answer:  # noqa: S310 - our own server
        pages = sorted(int(line.removeprefix("page=")) for line in answer.read().decode().split()[1:])
    assert pages
    assert f"p. {', '.join(ranges(pages))}" in sources.text


#: Pages of one document with evidence for the practices of objective 10 that are not parts of others.
_PAGES = """
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?page WHERE {
  ?practice a gcm:Practice ; gcm:objective <https://w3id.org/gcmgraph/id/objective/10> .
  FILTER NOT EXISTS { ?practice dct:isPartOf ?whole . ?whole a gcm:Practice }
  ?evidence rdf:subject ?practice ; oa:hasTarget ?passage .
  ?passage oa:hasSource <https://w3id.org/gcmgraph/id/source/objective-10.LANGUAGE> ; oa:hasSelector ?selector .
  ?selector rdf:value ?page . FILTER(STRSTARTS(STR(?page), "page="))
}
"""
