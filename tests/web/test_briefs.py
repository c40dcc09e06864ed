"""Briefs of countries and objectives: contents against the graph, Word documents, long lists, pages of paper."""

from __future__ import annotations

import base64
import csv
import io
import os
import re
from collections.abc import Callable, Iterator
from html import unescape

import pypdfium2
import pytest
from defusedxml.ElementTree import fromstring
from docx import Document
from docx.oxml.ns import qn
from flask.testing import FlaskClient
from PIL import Image
from selenium.webdriver import Chrome

from browsing import needs_chromium
from gcmgraph.repository.layout import Repository
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.briefs.contents import MAX_COUNTED, MAX_PRACTICES, MAX_ROWS, ranges
from gcmgraph.web.briefs.drawings import png
from serving import served_here

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = {"Accept": "text/html", "Accept-Language": "en"}


# a country with more of everything than a brief shows, with long names

#: Practices, each with a leading organisation of its own; treaties; SDG targets.
PRACTICES, TREATIES, TARGETS = 60, 20, 30

_PREFIXES = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix r: <https://w3id.org/gcmgraph/graph/reference/> .
"""
_ID = "https://w3id.org/gcmgraph/id"
_LONG = "Comprehensive programme of the administration for the protection of people on the move and their families"


def _objective(number: int) -> str:
    return f"""<{_ID}/objective/{number}> a gcm:Objective ; skos:notation "{number}" ; skos:prefLabel "{_LONG}"@en ;
  skos:altLabel "Short name of objective {number}"@en .
"""


def _practice(number: int) -> str:
    odd = r"<b>bold</b> \u0007 \u202E " if number == 0 else ""
    return f"""<{_ID}/practice/p{number:02}> a gcm:Practice ; dct:title "{number:02} {odd}{_LONG}"@en ;
  gcm:objective <{_ID}/objective/{1 + number % 14}> ; gcm:country <{_ID}/country/NER> ;
  schema:startDate "2018-06"^^xsd:gYearMonth ;
  gcm:leadOrganisation <{_ID}/organisation/o{number:02}> ; gcm:relevantTarget <{_ID}/sdg/10.{number % TARGETS}> ;
  dct:source "Report {number} of the Ministry on {_LONG}"@en .
<{_ID}/organisation/o{number:02}> a gcm:Organisation ; skos:prefLabel "Organisation {number} for {_LONG}"@en .
"""


def _treaty(number: int) -> str:
    iri = f"{_ID}/instrument/t{number}"
    return f"""<{iri}> a gcm:LegalInstrument ; dct:title "{number} {_LONG}"@en .
<{iri}#participation-NER> a gcm:TreatyParticipation ; gcm:participant <{_ID}/country/NER> ;
  gcm:participationIn <{iri}> ; gcm:bindingDate "2009-03-18"^^xsd:date ; gcm:bindingAction "ratification" ;
  gcm:asOf "2014-07-10"^^xsd:date .
"""


def _target(number: int) -> str:
    return f"""<{_ID}/sdg/10.{number}> a gcm:SdgTarget ; skos:notation "10.{number}" ; skos:prefLabel "{_LONG}"@en .
"""


#: TriG.
LONG_LISTS = (
    f'{_PREFIXES} r:all {{ <{_ID}/country/NER> a gcm:Country ; skos:notation "NER" ; skos:prefLabel "Niger"@en .\n'
    + "".join(_objective(number) for number in range(1, 24))
    + "".join(_practice(number) for number in range(PRACTICES))
    + "".join(_treaty(number) for number in range(TREATIES))
    + "".join(_target(number) for number in range(TARGETS))
    + "}"
)


@pytest.fixture(scope="module")
def many(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    return client_over(LONG_LISTS, public_url="https://data.example.org")


def section(client: FlaskClient, path: str, name: str) -> str:
    """Return the HTML of one section of a brief."""
    response = client.get(path, headers=PAGE)
    assert response.status_code == 200
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', response.text, re.DOTALL)
    assert found, name
    return found[0]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_facts_in_a_country_brief(client: FlaskClient) -> None:
    practices = section(client, "/brief/country/AFG?lang=fr", "practice-cards")
    heading, _, listed = practices.partition("<ul>")
    assert 'href="/doc/objective/9?lang=fr"' in heading
    assert 'href="/doc/practice/glo-act?lang=fr"' in listed
    assert "2018–2022" in words(listed)
    assert 'href="/doc/organisation/unodc"' in section(client, "/brief/country/AFG", "partners")
    assert "None is recorded." in section(client, "/brief/country/AFG", "treaties")
    assert (
        'href="/brief/country/AFG?lang=fr"'
        in client.get("/doc/country/AFG?lang=fr", headers=PAGE).text
    )
    assert (
        'href="/doc/country/AFG?lang=fr"'
        in client.get("/brief/country/AFG?lang=fr", headers=PAGE).text
    )


def test_actions_with_and_without_practice_in_an_objective_brief(client: FlaskClient) -> None:
    parts = section(client, "/brief/objective/9", "actions").partition("Gaps: no practice yet")
    assert [re.findall("<li>.*?(/doc/action/9[ab])", part) for part in parts[::2]] == [
        ["/doc/action/9a"],
        ["/doc/action/9b"],
    ]
    assert "Afghanistan" in words(section(client, "/brief/objective/9", "countries"))


def test_long_lists_with_links_to_all(many: FlaskClient) -> None:
    rows = re.findall(r"<tr><td.*?</tr>", section(many, "/brief/country/NER", "treaties"))
    assert len(rows) == MAX_ROWS
    assert all(
        "18 March 2009" in row and "10 July 2014" in row and re.search(r"\[\d+\]", row)
        for row in rows
    )
    practices = section(many, "/brief/country/NER", "practice-cards")
    assert practices.count("/doc/practice/p") == MAX_PRACTICES
    assert f"{MAX_PRACTICES} of {PRACTICES} are listed here" in words(practices)
    assert "https://data.example.org/browse/practice?country=NER" in words(practices)
    partners = section(many, "/brief/country/NER", "partners")
    assert partners.count("/doc/organisation/o") == MAX_COUNTED
    for link in re.findall(r'class="rest">.*?href="([^"]+)"', practices + partners):
        assert many.get(unescape(link), headers=PAGE).status_code == 200


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_word_document_with_the_texts_of_the_page(client: FlaskClient, language: str) -> None:
    response = client.get(f"/brief/country/AFG?lang={language}", headers={"Accept": DOCX})
    assert (response.status_code, response.mimetype) == (200, DOCX)
    document = Document(io.BytesIO(response.data))
    page = client.get(f"/brief/country/AFG?lang={language}", headers=PAGE).text
    for paragraph in document.paragraphs:
        if paragraph.style is not None and paragraph.style.name in {
            "Title",
            "Heading 1",
            "List Bullet",
        }:
            text = words(paragraph.text)
            tagless = words(re.sub(r'<span class="tag">[^<]*</span>', "", page))
            assert text, language
            assert text in re.sub("[\u2066-\u2069]", "", tagless), text
    links = {
        relation.target_ref for relation in document.part.rels.values() if relation.is_external
    }
    assert f"https://w3id.org/gcmgraph/doc/practice/glo-act?lang={language}" in links

    right_to_left = [p._p.pPr.find(qn("w:bidi")) is not None for p in document.paragraphs]
    assert set(right_to_left) == {language == "ar"}
    if language == "ar":
        (figures,) = [p for p in document.paragraphs if p.text.startswith("ممارسة")]
        assert {(run.font.rtl, run.font.bold, run.font.cs_bold) for run in figures.runs} == {
            (True, True, True)
        }
        english = [
            link
            for p in document.paragraphs
            for link in p.hyperlinks
            if link.text.startswith("United Nations")
        ]
        assert all(run.font.rtl is None for link in english for run in link.runs)


def test_pictures_of_a_country_brief(real_client: FlaskClient) -> None:
    brief = real_client.get("/brief/country/NER?lang=en", headers=PAGE).text
    assert re.findall(r'<svg class="(map)', brief) == ["map"]
    squares = section(real_client, "/brief/country/NER?lang=en", "gaps")
    assert re.findall(r"<text [^>]*>(\d+)<", squares) == [str(number) for number in range(1, 24)]
    charts = re.findall(r'aria-label="(Niger: people [^.]*)\.', brief)
    assert [chart.split(" from ")[0] for chart in charts] == [
        "Niger: people born here who live abroad rose",
        "Niger: people",
    ]


def test_votes_of_a_country_brief_have_day_and_source(real_client: FlaskClient) -> None:
    votes = section(real_client, "/brief/country/USA?lang=en", "votes")
    assert re.search(r"\(A/RES/73/195\): no \(19 December 2018\) \[\d+\]", words(votes))
    assert "is no signature and no ratification" in words(votes)
    area = section(real_client, "/brief/country/ALA?lang=en", "votes")
    assert "only Members of the United Nations vote" in words(area)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_word_document_has_the_sections_and_pictures_of_the_page(
    real_client: FlaskClient, language: str
) -> None:
    address = f"/brief/country/NER?lang={language}"
    document = Document(io.BytesIO(real_client.get(address, headers={"Accept": DOCX}).data))
    page = real_client.get(address, headers=PAGE).text
    article = re.sub("[\u2066-\u2069]", "", page.partition('<article class="brief">')[2])
    headings = [words(heading) for heading in re.findall(r"<h2 .*?</h2>", article)]
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == headings
    descriptions = re.findall(r'<svg [^>]*aria-label="([^"]*)"', article)
    pictures = document.inline_shapes
    assert len(pictures) == 4
    assert [picture._inline.docPr.get("descr") for picture in pictures] == [
        unescape(text) for text in descriptions
    ]


def test_drawing_is_a_picture_with_its_colours() -> None:
    drawing = fromstring(
        '<svg viewBox="0 0 40 20"><g fill="#ff0000"><path d="M0,0l20,0 0,20-20,0z"/></g>'
        '<circle cx="30" cy="10" r="5" fill="#0000ff"/></svg>'
    )
    picture = Image.open(io.BytesIO(png(drawing)))
    assert picture.width == 1200
    assert picture.getpixel((300, 300)) == (255, 0, 0)
    assert picture.getpixel((900, 300)) == (0, 0, 255)
    assert picture.getpixel((1190, 10)) == (255, 255, 255)


def test_reproducible_word_document(many: FlaskClient) -> None:
    """It opens where titles have controls, markup and overrides, and equal data are equal bytes."""
    first, again = (many.get("/brief/country/NER?format=docx") for _ in range(2))
    assert "attachment" in first.headers["Content-Disposition"]
    text = "\n".join(p.text for p in Document(io.BytesIO(first.data)).paragraphs)
    assert "<b>bold</b>" in text
    assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", text)
    assert again.data == first.data


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("objective/24", "There is no objective 24; objectives have the numbers 9 to 9."),
        (
            "country/AFC",
            "There is no country with the code AFC here; countries have three letters, such as NER.",
        ),
        (
            "practice/glo-act",
            "Briefs exist of countries and objectives: /brief/country/NER, /brief/objective/9.",
        ),
    ],
)
def test_sentence_of_an_unknown_brief(client: FlaskClient, path: str, sentence: str) -> None:
    response = client.get(f"/brief/{path}", headers={"Accept-Language": "en"})
    assert (response.status_code, response.json["detail"]) == (404, sentence)
    suggested = {"href": "/brief/country/AFG", "title": "Afghanistan", "language": "en"}
    assert (suggested in response.json.get("suggestions", ())) == (path == "country/AFC")
    assert client.get(f"/brief/{path}", headers=PAGE).status_code == 404


#: An A4 page in points.
A4 = (595, 842)


@pytest.fixture(scope="module")
def printed_lists(client_over: Callable[..., FlaskClient]) -> Iterator[str]:
    with served_here(
        client_over(LONG_LISTS, public_url="https://data.a-long-name.example.org/").application
    ) as address:
        yield address


def printed(browser: Chrome, address: str) -> pypdfium2.PdfDocument:
    browser.get(address)
    data = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    return pypdfium2.PdfDocument(base64.b64decode(data))


@needs_chromium
@pytest.mark.parametrize("language", ["ar", pytest.param("ru", marks=pytest.mark.exhaustive)])
def test_long_briefs_on_two_pages(browser: Chrome, printed_lists: str, language: str) -> None:
    for path in ("country/NER", "objective/1"):
        paper = printed(browser, f"{printed_lists}/brief/{path}?lang={language}")
        assert len(paper) <= 2, path
        assert tuple(round(side) for side in paper[0].get_size()) == A4


#: The countries with the most practices and partners, one without practices, the objectives with
#: the most parts; `make briefs` prints those of all countries and objectives.
BRIEFS = "country/USA country/THA country/ITA country/MEX country/NER country/TUV objective/17 objective/19".split()


@needs_chromium
@pytest.mark.exhaustive
@pytest.mark.parametrize("language", LANGUAGES)
def test_real_briefs_on_two_pages(
    browser: Chrome, site: str, repository: Repository, language: str
) -> None:
    briefs = BRIEFS
    if os.environ.get("BRIEFS") == "all":
        with (repository.root / "data" / "reference" / "countries.csv").open(
            encoding="utf-8"
        ) as rows:
            briefs = [f"country/{row['iso3']}" for row in csv.DictReader(rows)]
        briefs += [f"objective/{number}" for number in range(1, 24)]
    faults = {path: page_faults(browser, f"{site}/brief/{path}?lang={language}") for path in briefs}
    assert {path: fault for path, fault in faults.items() if fault} == {}


#: Lines that a page has at least.
MIN_LINES = 6


def page_faults(browser: Chrome, address: str) -> list[str]:
    """More than two pages, a heading at the end of a page, and few lines on a page."""
    paper = printed(browser, address)
    headings = {
        letters(heading.text) for heading in browser.find_elements("css selector", "h1, h2, h3")
    }
    faults = ["more than two pages"] if len(paper) > 2 else []
    for page in paper:
        text = page.get_textpage().get_text_bounded()
        lines = [line for line in text.splitlines() if letters(line)]
        if letters(lines[-1]) in headings:
            faults.append(f"heading at the end: {lines[-1]}")
        if len(lines) < MIN_LINES:
            faults.append(f"few lines: {lines}")
    return faults


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sources_in_the_language_of_the_reader_with_pages(
    real_client: FlaskClient, language: str
) -> None:
    """The pages are those of the evidence for its practices, by SPARQL."""
    brief = real_client.get(
        f"/brief/objective/10?lang={language}", headers={"Accept": "text/html"}
    ).text
    sources = brief.partition('aria-labelledby="sources"')[2].partition("</section>")[0]
    assert f"/doc/source/objective-10.{language}" in sources
    query = {"query": _PAGES.replace("LANGUAGE", language), "format": "csv"}
    rows = real_client.get("/sparql", query_string=query).text.split()[1:]
    pages = sorted(int(row.removeprefix("page=")) for row in rows)
    assert pages
    assert f"p. {', '.join(ranges(pages))}" in " ".join(re.sub("<[^>]*>", "", sources).split())


#: Pages of one document with evidence for the practices of objective 10 that are not parts of
#: others.
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


def test_countries_with_equal_counts_are_in_the_order_of_their_codes(
    real_client: FlaskClient,
) -> None:
    brief = real_client.get("/brief/objective/13?lang=fr", headers={"Accept": "text/html"}).text
    [section] = re.findall(r'<h2 id="countries">(.*?)</section>', brief, re.DOTALL)
    listed = [
        (-int(count), code)
        for code, count in re.findall(r"/doc/country/(\w+).*?\((\d+)\)", section)
    ]
    assert len(listed) > len({count for count, _ in listed}) > 1
    assert listed == sorted(listed)
