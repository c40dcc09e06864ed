"""Briefs of countries and objectives: contents against the graph, Word documents, what happens to long lists."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from flask.testing import FlaskClient
from long_lists import LONG_LISTS, PRACTICES

from gcmgraph.web.briefs.contents import MAX_COUNTED, MAX_PRACTICES, MAX_ROWS, ranges
from serving import Application

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def many(
    tmp_path_factory: pytest.TempPathFactory, build: Callable[[Path, str, Path], None], application: Application
) -> FlaskClient:
    folder = tmp_path_factory.mktemp("briefs")
    graph = folder / "graph.trig"
    graph.write_text(LONG_LISTS, "utf-8")
    build(folder / "store", "v1", graph)
    return application(folder / "store", public_url="https://data.example.org").test_client()


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
    practices = section(client, "/brief/country/AFG", "practices")
    heading, _, listed = practices.partition("<ul>")
    assert 'href="/doc/objective/9"' in heading
    assert 'href="/doc/practice/glo-act"' in listed
    assert "United Nations Office on Drugs and Crime" in words(listed)
    assert "2018–2022" in words(listed)
    assert 'href="/doc/organisation/unodc"' in section(client, "/brief/country/AFG", "partners")
    assert "None is recorded." in section(client, "/brief/country/AFG", "treaties")


def test_actions_with_and_without_practice_in_an_objective_brief(client: FlaskClient) -> None:
    covered, _, missing = section(client, "/brief/objective/9", "actions").partition("Gaps: no practice yet")
    assert ("/doc/action/9a" in covered, "/doc/action/9b" in covered) == (True, False)
    assert ("/doc/action/9a" in missing, "/doc/action/9b" in missing) == (False, True)
    assert "Afghanistan" in words(section(client, "/brief/objective/9", "countries"))


@pytest.mark.parametrize("kind", ["country/AFG", "objective/9"])
def test_links_between_pages_and_briefs(client: FlaskClient, kind: str) -> None:
    assert f'href="/brief/{kind}?lang=fr"' in client.get(f"/doc/{kind}?lang=fr", headers=PAGE).text
    assert f'href="/doc/{kind}?lang=fr"' in client.get(f"/brief/{kind}?lang=fr", headers=PAGE).text


def test_dates_and_sources_of_treaties(many: FlaskClient) -> None:
    rows = re.findall(r"<tr><td.*?</tr>", section(many, "/brief/country/NER", "treaties"))
    assert len(rows) == MAX_ROWS
    assert all("18 March 2009" in row and "10 July 2014" in row and re.search(r"\[\d+\]", row) for row in rows)


def test_long_lists_with_links_to_all(many: FlaskClient) -> None:
    practices = section(many, "/brief/country/NER", "practices")
    assert practices.count("/doc/practice/p") == MAX_PRACTICES
    assert f"{MAX_PRACTICES} of {PRACTICES} are listed here" in words(practices)
    assert "https://data.example.org/browse/practice?country=NER" in words(practices)
    partners = section(many, "/brief/country/NER", "partners")
    assert partners.count("/doc/organisation/o") == MAX_COUNTED
    for link in re.findall(r'class="rest">.*?href="([^"]+)"', practices + partners):
        assert many.get(unescape(link), headers=PAGE).status_code == 200


@pytest.mark.parametrize("language", ["en", "fr", "ar", "zh", "ru", "es"])
def test_word_document_with_the_texts_of_the_page(client: FlaskClient, language: str) -> None:
    response = client.get(f"/brief/country/AFG?lang={language}", headers={"Accept": DOCX})
    assert (response.status_code, response.mimetype) == (200, DOCX)
    document = Document(io.BytesIO(response.data))
    page = client.get(f"/brief/country/AFG?lang={language}", headers=PAGE).text
    for paragraph in document.paragraphs:
        if paragraph.style is not None and paragraph.style.name in {"Title", "Heading 1", "List Bullet"}:
            text = words(paragraph.text)
            tagless = words(re.sub(r'<span class="tag">[^<]*</span>', "", page))
            assert text, language
            assert text in re.sub("[\u2066-\u2069]", "", tagless), text
    links = {relation.target_ref for relation in document.part.rels.values() if relation.is_external}
    assert f"https://w3id.org/gcmgraph/doc/practice/glo-act?lang={language}" in links
    size = document.sections[0]
    assert (round(size.page_width.mm), round(size.page_height.mm)) == (210, 297)
    right_to_left = [p._p.pPr.find(qn("w:bidi")) is not None for p in document.paragraphs]
    assert set(right_to_left) == {language == "ar"}
    if language == "ar":
        (figures,) = [p for p in document.paragraphs if p.text.startswith("ممارسة")]
        assert [(run.font.rtl, run.font.bold, run.font.cs_bold) for run in figures.runs] == [(True, True, True)]
        english = [link for p in document.paragraphs for link in p.hyperlinks if link.text.startswith("United Nations")]
        assert all(run.font.rtl is None for link in english for run in link.runs)


def test_reproducible_word_document(client: FlaskClient, many: FlaskClient) -> None:
    """It opens where titles have controls, markup and overrides, and equal data are equal bytes."""
    address = "/brief/country/NER?format=docx"
    first = many.get(address)
    assert "attachment" in first.headers["Content-Disposition"]
    text = "\n".join(p.text for p in Document(io.BytesIO(first.data)).paragraphs)
    assert "<b>bold</b>" in text
    assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", text)
    assert many.get(address).data == first.data


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("objective/24", "There is no objective 24; objectives have the numbers 9 to 9."),
        ("objective/%2E", "There is no objective .; objectives have the numbers 9 to 9."),
        ("country/ZZZ", "There is no country with the code ZZZ here; countries have three letters, such as NER."),
        ("practice/glo-act", "Briefs exist of countries and objectives: /brief/country/NER, /brief/objective/9."),
    ],
)
def test_sentence_of_an_unknown_brief(client: FlaskClient, path: str, sentence: str) -> None:
    response = client.get(f"/brief/{path}", headers={"Accept-Language": "en"})
    assert (response.status_code, response.json["detail"]) == (404, sentence)
    assert client.get(f"/brief/{path}", headers=PAGE).status_code == 404


def test_suggested_briefs_for_a_typing_error(client: FlaskClient) -> None:
    assert {"href": "/brief/country/AFG", "title": "Afghanistan", "language": "en"} in client.get(
        "/brief/country/AFC", headers={"Accept-Language": "en"}
    ).json["suggestions"]


def test_unknown_formats(client: FlaskClient) -> None:
    assert client.get("/brief/country/AFG?format=pdf").status_code == 400
    assert client.get("/brief/country/AFG", headers={"Accept": "image/png"}).status_code == 406


def test_ranges_of_page_numbers() -> None:
    assert ranges([1, 2, 3, 5, 8, 9]) == ["1–3", "5", "8–9"]
    assert ranges([]) == []
