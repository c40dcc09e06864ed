"""Pages of source documents with the very characters marked; pages about what readings state."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from answers import html, quads, table, words, workbook
from documents_graph import FIRST, HEADING, QUOTED, SECOND, SOURCE, TEXT, hard_graph
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.platform.text import plain_words
from gcmgraph.rdf.media import TRIG
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store
from gcmgraph.web.app import create_app
from gcmgraph.web.resources import source_document
from gcmgraph.web.resources.source_document import cut, map_document
from markup import Page

PAGE = "/doc/source/hard.en"
ClientOver = Callable[..., FlaskClient]
BLOCKS = (HEADING, FIRST, SECOND)


@pytest.fixture(scope="module")
def client(client_over: ClientOver) -> FlaskClient:
    return client_over(hard_graph())


class Words(Page):
    """The words of each block of a document, and of them those that are marked."""

    @property
    def blocks(self) -> list[str]:
        """List the texts of the blocks, without the place that is said below each."""
        blocks = [e for e in self.named("div") if e.attributes.get("class") == "text"]
        places = [e for e in self.named("p") if e.attributes.get("class") == "where"]
        within = [next((p.text for p in places if p.parent is block), "\0") for block in blocks]
        return [block.text.partition(place)[0] for block, place in zip(blocks, within, strict=True)]

    @property
    def marked(self) -> list[str]:
        """List the marked words."""
        return [mark.text for mark in self.named("mark")]


def shown(client: FlaskClient, query: str = "") -> Words:
    return Words(html(client, PAGE + query))


def test_complete_text_of_a_document(client: FlaskClient) -> None:
    page = shown(client)
    assert [block.strip() for block in page.blocks] == [plain_words(block) for block in BLOCKS]
    assert page.marked == []
    assert len(page.ids) == len(set(page.ids))
    start = TEXT.index("Iraq")
    assert shown(client, f"?passage={start}-{start + 4}").marked == ["Iraq"]  # without statements
    for part in ("2", "999999999999"):
        html(client, f"{PAGE}?part={part}", 404)


@pytest.mark.parametrize("fragment", sorted({fragment for *_, fragment in QUOTED}))
def test_marks_of_a_statement(client: FlaskClient, fragment: str) -> None:
    page = shown(client, f"?statement={fragment}")
    wanted = sorted(
        (TEXT.index(quoted), quoted) for quoted, _, _, name in QUOTED if name == fragment
    )
    assert "".join(page.marked) == "".join(plain_words(quoted) for _, quoted in wanted)
    for start, quoted in wanted:
        assert f"passage-{start}-{start + len(quoted)}" in page.ids
    assert [block.strip() for block in page.blocks] == [plain_words(block) for block in BLOCKS]


@pytest.mark.parametrize(
    "query",
    [
        "?statement=nothing", "?statement=%3Cscript%3Ealert(1)%3C/script%3E", "?statement=" + "x" * 9000,
        "?passage=9-1", "?passage=99999999999999999999-1", "?passage=a-b", "?passage=0-999999", "?part=0", "?part=-1",
        "?part=%D9%A1", "?statement=evidence-afg&part=zz", "?statement=evidence-afg&part=7", "?passage=%00", "?part=²",
    ],
)  # fmt: skip
def test_document_page_with_invalid_parameters(client: FlaskClient, query: str) -> None:
    page = shown(client, query)
    assert [block.strip() for block in page.blocks] == [plain_words(block) for block in BLOCKS]
    assert page.run == []


def test_links_from_facts_to_passages_and_contributions(client: FlaskClient) -> None:
    text = html(client, "/doc/practice/hard?lang=en")
    for quoted, _, _, fragment in QUOTED:
        start = TEXT.index(quoted)
        assert (
            f"{PAGE}?statement={fragment}&amp;lang=en#passage-{start}-{start + len(quoted)}" in text
        )
    evidence = text.partition('<details class="evidence-details contribution"')[2].partition(
        "</details>"
    )[0]
    assert "Help &lt;b&gt;e.V.&lt;/b&gt;" in evidence
    assert '<time datetime="2026-11-24T10:00:00Z">2026-11-24</time>' in evidence
    assert "/doc/contribution/1?lang=en" in evidence


def test_markup_and_unsafe_addresses_are_text(client: FlaskClient) -> None:
    for path in (
        PAGE,
        "/doc/practice/hard",
        f"{PAGE}?statement=evidence-hostile",
        "/graph/source/hard.en",
    ):
        text = html(client, path)
        assert Page(text).run == []
        assert "<script>window" not in text
        for scheme in ("javascript:", "data:"):
            assert f'"{scheme}' not in text  # neither in links nor in JSON-LD
    source = html(client, PAGE)
    assert "javascript:alert(1)" in source
    assert 'href="https://example.org/ok"' in source
    data = html(client, "/doc/practice/hard").partition('<script type="application/ld+json">')[2]
    assert json.loads(data.partition("</script>")[0])["name"] == "Hard </script> title"


def test_parts_of_a_long_document(client_over: ClientOver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_document, "PART_BLOCKS", 1)
    parted = client_over(hard_graph())
    for number, block in enumerate(BLOCKS, 1):
        assert [b.strip() for b in shown(parted, f"?part={number}").blocks] == [plain_words(block)]
    assert (
        "".join(shown(parted, "?statement=evidence-overlap").marked)
        == "of Smuggling <b>and</b> Trafficking"
    )
    assert shown(parted, "?statement=evidence-afg&part=3").marked == ["أفغانستان"]
    text = html(parted, f"{PAGE}?lang=en")
    assert "Page 1 of 3" in text
    assert "?part=2&amp;lang=en" in text
    site = replace(parted.application.extensions["gcmgraph"], as_files=True)
    copy = create_app(Settings(), site=site).test_client()
    assert [block.strip() for block in shown(copy).blocks] == [plain_words(b) for b in BLOCKS]
    assert "?part=" not in html(copy, PAGE)


@pytest.mark.parametrize(
    ("graph", "blocks"), [("contribution/1", 0), ("curated", 1), ("evidence", 1)]
)
def test_contributed_passages_are_not_in_the_map(graph: str, blocks: int) -> None:
    passage = f"""
        @prefix oa: <http://www.w3.org/ns/oa#> .
        GRAPH <{Addresses().graph(graph)}> {{
          <https://example.org/p> a <{Addresses().term("Passage")}> ; oa:hasSource <{SOURCE}> ;
            oa:hasSelector <https://example.org/p#quote>, <https://example.org/p#position> .
          <https://example.org/p#quote> oa:exact "Never written there." .
          <https://example.org/p#position> oa:start 0 ; oa:end 20 . }}"""
    store = Store.in_memory(parse_quads(passage.encode(), TRIG, source="test"))
    assert len(map_document(store, Addresses(), IRI(SOURCE)).blocks) == blocks


def test_page_of_a_document_without_passages(client_over: ClientOver) -> None:
    html(client_over(hard_graph().replace("oa:hasSource", "oa:hadSource")), PAGE)


def test_pictures_of_pages_where_the_operator_names_their_folder(
    client_over: ClientOver, tmp_path: Path
) -> None:
    """Blocks on the pages 1, 2 and 2: the picture of page 2 is before the second one."""
    pages = ""
    for block, number in zip(BLOCKS, (1, 2, 2), strict=True):
        iri = f"{SOURCE}/{TEXT.index(block)}-{TEXT.index(block) + len(block)}"
        pages += (
            f"<{iri}> oa:hasSelector <{iri}#page> . "
            f'<{iri}#page> a oa:FragmentSelector ; rdf:value "page={number}" .'
        )
    graph = f"{hard_graph()}\ngraph:evidence {{ {pages} }}"
    for name in ("hard.en/2.png", "hard.en/9.png", "secret.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    picture = "/page-pictures/hard.en/2.png"
    with_pictures = client_over(graph, page_pictures=str(tmp_path))
    page = html(with_pictures, PAGE)
    assert page.count("/page-pictures/") == 1
    shown = page.index(f'src="{picture}" alt="page 2"')
    assert page.rindex("page 1</a>", 0, shown) < shown < page.index("page 2</a>")
    response = with_pictures.get(picture)
    assert (response.mimetype, response.data) == ("image/png", b"hard.en/2.png")
    assert (
        with_pictures.get(picture, headers={"If-None-Match": response.headers["ETag"]}).status_code
        == 304
    )
    for wrong in ("hard.en/1.png", "../secret.png", "%2e%2e/2.png"):
        assert with_pictures.get(f"/page-pictures/{wrong}").status_code == 404, wrong
    without = client_over(graph)
    assert "/page-pictures/" not in html(without, PAGE)
    assert without.get(picture).status_code == 404


#: letters, signs of Markdown, a character outside of the Basic Multilingual Plane, a combining
#: accent, Arabic
TEXTS = st.text(st.sampled_from("ab *#-\n■é\u0301😀أ"), max_size=60)


@given(
    TEXTS,
    st.integers(0, 1000),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6),
)
def test_joined_segments_equal_the_text(
    text: str, start: int, offsets: list[tuple[int, int]]
) -> None:
    spans = {
        str(place): (start + min(pair), start + max(pair)) for place, pair in enumerate(offsets)
    }
    segments = cut(text, start, spans)
    assert "".join(segment.text for segment in segments) == text
    for name, (begin, end) in spans.items():
        covered = "".join(segment.text for segment in segments if name in segment.passages)
        assert covered == text[max(0, begin - start) : max(0, end - start)]


def test_signs_of_markdown() -> None:
    segments = cut("- a. **Promote** it**", 0, {})
    assert [(s.text, s.sign, s.strong) for s in segments] == [
        ("- ", True, False),
        ("a. ", False, False),
        ("**", True, False),
        ("Promote", False, True),
        ("**", True, False),
        (" it", False, False),
        ("**", True, False),
    ]


@pytest.fixture(scope="module")
def reading(client_over: ClientOver) -> FlaskClient:
    return client_over(Path(__file__).with_name("readings.trig"))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "page 3 of Objective 5: pathways (en)"),
        ("ar", "الصفحة \u20683\u2069 من \u2068 Objective 5: pathways \u2069 (\u2068en\u2069)"),
        ("zh", "Objective 5: pathways 第3页（en）"),
    ],
)
def test_evidence_without_quotation(reading: FlaskClient, language: str, says: str) -> None:
    text = html(reading, f"/doc/practice/permit?lang={language}")
    (link,) = set(
        re.findall(r'<a class="on-page" href="([^"]+)">(.*?)</a>', text)
    )  # above and in the folded list
    assert link[0] == "https://example.org/objective-05.en.pdf#page=3"
    assert words(link[1]) == says
    assert "<mark>" not in text


def test_period_of_a_practice_with_dates_only(reading: FlaskClient, app: Flask) -> None:
    dated = html(app.test_client(), "/doc/practice/glo-act?lang=en")
    assert "When 2018" in words(dated)
    assert "When" not in words(html(reading, "/doc/practice/training?lang=en"))


def test_facts_of_a_reading_on_its_page(reading: FlaskClient) -> None:
    permit, training = (
        words(html(reading, f"/doc/practice/{name}?lang=en")) for name in ("permit", "training")
    )
    for fact in (
        "location Bogota",
        "Open Society Foundations",
        "at least",
        "180,000",
        "migrants given a permit",
        "fee per person",
        "Border mobility card",
        "Gender-responsive",
        "Permit law",
        "read by an editor",
        "reviewed by the editors on 27 November 2026",
        "The French page says 2018.",
        "has part Renewal of the permit",
        "corridor VEN Venezuela → to COL Colombia",
    ):
        assert fact in permit, fact
    for fact in (
        "corridor COL Colombia – VEN Venezuela",
        "region South America",
        "result 40 trainers",
    ):
        assert fact in training, fact
    assert not re.search("→|(origin|destination) country", training)


def test_page_numbers_of_passages(reading: FlaskClient) -> None:
    passage = words(html(reading, "/doc/source/objective-05.en/1200-1222?lang=en"))
    assert "page 3 of Objective 5: pathways (en)" in passage
    document = words(html(reading, "/doc/source/objective-05.en?lang=en"))
    assert "The text of this document is not repeated here." in document
    assert "page 3" in document
    lit = html(reading, "/doc/source/objective-05.en?lang=en&statement=evidence-1")
    assert "What this statement says" in lit


def test_parts_below_their_whole(reading: FlaskClient) -> None:
    text = html(reading, "/browse/practice?lang=en")
    assert "2 in all, 1 part" in words(text)
    assert "Colombia (1)" in words(text)
    assert re.search(
        r'Special stay permit.*<ul class="parts".*Renewal of the permit.*</ul>', text, re.DOTALL
    )
    assert "1 of 2, 1 part" in words(html(reading, "/browse/practice?lang=en&country=COL"))
    alone = words(html(reading, "/browse/practice?lang=en&q=renewal"))
    assert "1 of 2" in alone
    assert re.search(r"Special stay permit.*Renewal of the permit", alone)
    home = words(html(reading, "/?lang=en"))
    assert "2 Practices 1 part" in home
    assert "page 3 of Objective 5: pathways (en)" in home
    assert "All 2 practices , 1 part" in words(html(reading, "/doc/objective/5?lang=en"))


def test_files_of_a_list_have_a_whole_found_through_its_part(reading: FlaskClient) -> None:
    address = "/browse/practice?q=renewal&lang=en&format="
    listed = reading.get(f"{address}json")
    document = listed.get_json()
    assert (document["total"], document["parts"], listed.headers["X-Total-Count"]) == (1, 1, "1")
    assert document["totalCounts"].startswith("practices; a part")
    names = [item["iri"].rpartition("/")[2] for item in document["items"]]
    assert names == ["permit", "permit-renewal"]
    assert [item["through-part"] for item in document["items"]] == [["permit-renewal"], []]
    rows = table(reading.get(f"{address}csv").text)
    assert [(row["address"].rpartition("/")[2], row["part-of"], row["through-part"]) for row in rows] == [
        ("permit", "", "permit-renewal"), ("permit-renewal", "permit", ""),
    ]  # fmt: skip
    (headings, whole, part), about = workbook(reading.get(f"{address}xlsx"))
    column = headings.index("In the list through its part")
    assert (whole[column], part[column]) == ("Renewal of the permit", None)
    assert (about["Practices"], about["Parts"], about["Rows"]) == ("1", "1", "2")
    subjects = {quad.subject.value for quad in quads(reading.get(f"{address}ttl"))}
    assert {iri.rpartition("/")[2] for iri in subjects} == {"permit", "permit-renewal"}


def test_total_of_a_list_is_the_same_on_page_and_files(reading: FlaskClient) -> None:
    assert "2 in all, 1 part" in words(html(reading, "/browse/practice?lang=en"))
    for form in ("json", "csv", "xlsx", "ttl"):
        assert reading.get(f"/browse/practice?format={form}").headers["X-Total-Count"] == "2", form
    rows = table(reading.get("/browse/practice?format=csv").text)
    assert len(rows) == 3
    assert {row["through-part"] for row in rows} == {""}


@pytest.mark.parametrize(
    ("facet", "values", "practices"),
    [
        ("region", ("005", "419"), {"training"}), ("corridor", ("COL", "VEN"), {"permit", "training"}),
        ("place", ("bogota",), {"permit"}), ("origin", ("VEN",), {"permit"}), ("destination", ("COL",), {"permit"}),
        ("funder", ("osf",), {"permit"}), ("instrument", ("permit-law",), {"permit"}),
        ("principle", ("g",), {"permit"}),
    ],
)  # fmt: skip
def test_practices_by_facets_of_readings(
    reading: FlaskClient, facet: str, values: tuple[str, ...], practices: set[str]
) -> None:
    for value in values:
        items = reading.get(f"/browse/practice?{facet}={value}&format=json").get_json()["items"]
        assert {item["iri"].rpartition("/")[2] for item in items} == practices


def test_page_list_and_context_of_a_place(reading: FlaskClient) -> None:
    assert "Practices 1 practice" in words(html(reading, "/doc/place/bogota?lang=en"))
    assert "Bogota" in html(reading, "/browse/place?lang=en")
    assert reading.get("/id/place/bogota").status_code == 303
    assert "Bogota" in html(reading, "/search?q=bogot&lang=en")
    turtle = reading.get("/doc/place/bogota.ttl").text
    assert "place:bogota" in turtle
    data = reading.get("/doc/place/bogota.jsonld").get_json(force=True)
    assert "Bogota" in str(data)
    assert '"containedInPlace"' in html(reading, "/doc/place/bogota?lang=en")


def test_records_held_back_with_reasons(reading: FlaskClient, client_over: ClientOver) -> None:
    assert "Held back" not in words(html(reading, "/dataset?lang=en")), "there are none"
    note = "objective-05/x.yaml: There is no organisation 'nobody'."
    base = Addresses().base
    held = client_over(
        f'<{base}graph/provenance> {{ <{base}dataset> <{base}ontology#heldBack> "{note}"@en }}'
    )
    for language, says in (("en", "Held back"), ("ar", "سجلات محتجزة")):
        shown = words(html(held, f"/dataset?lang={language}"))
        assert f"{says} " in shown
        assert note in shown
