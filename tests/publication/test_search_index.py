"""The search index: resources found by names, codes, texts and related names, in which order, also without a file."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.publication.search.file import FILE, write_search
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.versions.dataset import write_files
from gcmgraph.rdf.canonical import serialize_canonical, sha256
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary, text
from gcmgraph.store.changed_versions import change_version
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP, version_name
from gcmgraph.web.browse.excerpt import excerpt

A = Addresses()
V = Vocabulary(A)
GRAPH = IRI(A.graph("curated"))
SMALL_GRAPH = Path(__file__).parents[1] / "web" / "graph.trig"


def practice(number: int, title: str, language: str = "en", **texts: str) -> list[Quad]:
    iri = IRI(A.resource("practice", f"p{number}"))
    return [
        Quad(iri, V("rdf:type"), V("gcm:Practice"), GRAPH),
        Quad(iri, V("dct:title"), text(title, language), GRAPH),
        *(Quad(iri, V("dct:description"), text(words, tag), GRAPH) for tag, words in texts.items()),
    ]


def index_of(*quads: list[Quad]) -> SearchIndex:
    return SearchIndex(Store.in_memory([quad for some in quads for quad in some]), A)


def local(iri: IRI) -> str:
    return iri.value.removeprefix(f"{A.base}id/")


def found(index: SearchIndex, query: str, language: str = "en", **options: str) -> list[str]:
    return [
        local(hit.iri).removeprefix("practice/")
        for hit in index.search(query, language, 100, **options)
    ]


@pytest.fixture(scope="module")
def small() -> SearchIndex:
    return SearchIndex(Store.in_memory(read_quads(SMALL_GRAPH)), A)


@pytest.mark.parametrize(
    ("title", "language", "queries"),
    [
        # letters missing on a keyboard
        ("Łódź i Gdańsk", "en", "Łódź i Gdańsk|lodz"), ("Tromsø", "en", "Tromsø|tromso"),
        ("Mise en œuvre", "en", "Mise en œuvre|oeuvre"), ("معاهدة دولية", "en", "معاهدة دولية|معاهده"),
        # inflected words in six languages
        ("Training of border guards", "en", "trained guard"), ("Programas para jóvenes", "es", "programa joven"),
        ("Droits des travailleurs migrants", "fr", "travailleur"), ("Жертвы торговли людьми", "ru", "жертва"),
        ("الاتجار بالأشخاص", "ar", "الأشخاص"), ("打击偷运移民", "zh", "偷运"),
        # misspelt words
        ("Fight against smuggling", "en", "smugling|smuglging|smmuggling"),
    ],
)  # fmt: skip
def test_spellings_of_words(title: str, language: str, queries: str) -> None:
    index = index_of(practice(1, title, language), practice(2, "Other"))
    for query in queries.split("|"):
        assert found(index, query) == ["p1"], query


def test_rare_and_joined_words() -> None:
    index = index_of(
        practice(1, "Pensions of workers"),
        *(practice(n, "Workers on the move") for n in range(2, 9)),
    )
    assert found(index, "do workers keep their pension when they go elsewhere?")[0] == "p1"
    index = index_of(practice(1, "Crowdfunding site"), practice(2, "Funding"))
    assert set(found(index, "crowd funding")) == {"p1", "p2"}
    assert [local(iri) for iri in index.resources("crowdfunding site", "practice")] == [
        "practice/p1"
    ]


def test_phrase_in_quotation_marks() -> None:
    index = index_of(
        practice(1, "Blue Dots"), practice(2, "Dots that are blue", en="blue and dots")
    )
    assert found(index, '"blue dots"') == ["p1"]
    assert found(index, "«blue dots» unheard") == ["p1"]
    assert set(found(index, "blue dots")) == {"p1", "p2"}


def test_names_weigh_more_than_texts_and_texts_more_than_related_names() -> None:
    iri, country = IRI(A.resource("practice", "p3")), IRI(A.resource("country", "KEN"))
    named = [
        Quad(country, V("rdf:type"), V("gcm:Country"), GRAPH),
        Quad(country, V("skos:prefLabel"), text("Kenya", "en"), GRAPH),
        Quad(iri, V("gcm:country"), country, GRAPH),
    ]
    third = practice(3, "A deed", en="Carried out in haste.")
    index = index_of(
        practice(1, "A plan", en="Carried out in Kenya."), practice(2, "Kenya plan"), third, named
    )
    assert found(index, "Kenya") == ["country/KEN", "p2", "p1", "p3"]
    assert [hit.fit for hit in index.search("Kenya", "en", 9)] == [
        "whole",
        "beginning",
        "text",
        "related",
    ]
    assert found(index, "Kenya", within="names") == ["country/KEN", "p2"]
    assert found(index, "Kenya", within="texts") == ["p1"]
    assert index.counts("Kenya") == {"country": 1, "practice": 3}
    assert index.count("Kenya", ["practice"]) == 3


def test_amount_and_text_of_a_part() -> None:
    part = IRI(f"{A.resource('practice', 'p1')}#cost-1")
    cost = [
        Quad(part, V("schema:value"), Literal("425"), GRAPH),
        Quad(part, V("schema:currency"), Literal("USD"), GRAPH),
        Quad(part, V("dct:description"), text("fee of the employer", "en"), GRAPH),
    ]
    index = index_of(practice(1, "An agreement"), practice(2, "425 places"), cost)
    assert found(index, "USD 425")[0] == "p1"
    assert found(index, "employers fee") == ["p1"]


def passage(number: int, about: str, words: str | None = None, page: int = 4) -> list[Quad]:
    """A passage of a document that names the topic of slavery, with its text where that is present."""
    iri, topic = (
        IRI(A.resource("source", f"page.en/{number}-99")),
        IRI(A.resource("concept", "topic/slavery")),
    )
    facts = [
        (topic, "rdf:type", V("skos:Concept")),
        (topic, "skos:prefLabel", text("exploitation", "en")),
        (topic, "skos:hiddenLabel", text("modern slavery", "en")),
        (iri, "schema:about", IRI(f"{A.base}id/{about}")),
        (IRI(f"{iri.value}#topic-slavery"), "oa:hasBody", topic),
        (iri, "dct:type", IRI(A.resource("concept", "passage-kind/paragraph"))),
        (iri, "dct:language", Literal("en")),
        (IRI(f"{iri.value}#page"), "rdf:value", Literal(f"page={page}")),
        *([(IRI(f"{iri.value}#quote"), "oa:exact", Literal(words))] if words else []),
    ]
    return [Quad(subject, V(curie), value, GRAPH) for subject, curie, value in facts]


def test_search_by_the_topics_of_passages() -> None:
    action, objective = IRI(A.resource("action", "6a")), IRI(A.resource("objective", "6"))
    named = [
        Quad(action, V("rdf:type"), V("gcm:Action"), GRAPH),
        Quad(objective, V("rdf:type"), V("gcm:Objective"), GRAPH),
        Quad(action, V("gcm:objective"), objective, GRAPH),
        *(
            Quad(one, V("skos:prefLabel"), text(name, "en"), GRAPH)
            for one, name in ((action, "Act"), (objective, "Aim"))
        ),
    ]
    passages = [
        *passage(1, "practice/p1"),
        *passage(2, "action/6a"),
        *passage(3, "practice/unheard-of"),
    ]
    index = index_of(practice(1, "A deed"), practice(2, "Another"), named, passages)
    for query in ("modern slavery", "exploitation"):
        assert set(found(index, query)) == {
            "objective/6",
            "action/6a",
            "p1",
            "concept/topic/slavery",
        }
        assert found(index, query)[1] == "concept/topic/slavery"
    deed = next(hit for hit in index.search("modern slavery", "en", 9) if hit.kind == "practice")
    assert (deed.fit, deed.through) == ("related", IRI(A.resource("concept", "topic/slavery")))
    assert found(index, "modern slavery", within="names") == ["concept/topic/slavery"]


def test_passages_of_documents_that_are_present() -> None:
    first = passage(
        1, "practice/p1", "- a. The **recruitment fees** that employers pay: USD 425 in 2013"
    )
    index = index_of(
        practice(1, "A deed"), first, passage(2, "practice/p1", "Fees"), passage(3, "practice/p2")
    )
    for query in (
        "USD 425",
        "recruiting fee",
        '"recruitment fees" 425',
        "fees employers pay xyzzy",
    ):
        ((row,), _) = index.passages(query, 5)
        assert row == ("source/page.en/1-99", "a. The recruitment fees that employers pay: USD 425 in 2013", "en", "4",
                       "practice/p1"), query  # fmt: skip
    assert [
        index.passages(query, 5)[0]
        for query in ("xyzzy", '"fees recruitment"', "425 xyzzy flurb", "", "OR (")
    ] == [[]] * 5


def test_passages_of_a_search_have_the_phrase_in_quotation_marks() -> None:
    with_phrase = passage(1, "practice/p1", "Recruitment fees that employers pay")
    with_words = passage(2, "practice/p2", "Fees of recruitment that employers pay")
    index = index_of(practice(1, "A deed"), practice(2, "Another"), with_phrase, with_words)
    subjects = [row[-1] for row in index.passages('"recruitment fees" employers', 5)[0]]
    assert subjects == ["practice/p1"]
    assert len(index.passages("recruitment fees employers", 5)[0]) == 2


def test_similar_words_and_names_in_place_of_unknown_ones(small: SearchIndex) -> None:
    assert "afghanistan" in small.replaced("Afganistan")["afganistan"]
    assert small.replaced("Afghanistan") == small.replaced("qwxzv") == {}
    for name, right in (("Afganistan", "AFG"), ("Irak", "IRQ"), ("AFC", "AFG")):
        assert any(local(hit.iri) == f"country/{right}" for hit in small.similar_names(name))
    assert small.similar_names("nothing that is like it at all") == []


@pytest.mark.parametrize("within", ["", "names"])
def test_beginning_of_the_last_word(within: str) -> None:
    index = index_of(practice(1, "Migration profiles"), practice(2, "Other", en="A programme."))
    assert found(index, "profiles of migratio", within=within) == ["p1"]
    assert found(index, "migratio profiles", within=within) == ["p1"]
    assert found(index, "a programm", within="texts") == ["p2"]


def test_pages_of_results_join_to_the_whole() -> None:
    index = index_of(*(practice(n, f"Plan {n}") for n in range(30)))
    whole = found(index, "plan")
    assert len(whole) == index.count("plan") == 30
    paged = [hit for offset in range(0, 30, 7) for hit in index.search("plan", "en", 7, offset)]
    assert [local(hit.iri).removeprefix("practice/") for hit in paged] == whole


@pytest.mark.parametrize(
    ("query", "first"),
    [("objectif 9", "objective/9"), ("Objective 9", "objective/9"), ("acción 9a", "action/9a"), ("9a", "action/9a"),
     ("cible ODD 10.7", "sdg/10.7"), ("10.7", "sdg/10.7"), ("SDG target 10.7", "sdg/10.7"), ("IRAQ", "country/IRQ"),
     ("irq", "country/IRQ"), ("العراق", "country/IRQ"), ("irâ", "country/IRQ")],
)  # fmt: skip
def test_codes_and_whole_names_come_first(small: SearchIndex, query: str, first: str) -> None:
    assert local(small.search(query, "fr", 5)[0].iri) == first


@pytest.mark.parametrize(
    "query",
    ["", " ", "…", "the of and", "le la les", "из под", "qwxzv flurbnik", '" OR (', "NEAR(", "*", "-", "\0",
     "a AND NOT", "😀", "'; DROP TABLE name", "{names} : x", "\ud800", "(" * 500, "\u0301" * 400, "\u202eABC\u202c"],
)  # fmt: skip
def test_queries_without_meaning_find_nothing(query: str) -> None:
    assert found(index_of(practice(1, "Fight against smuggling")), query) == []


@given(st.text(max_size=60))
def test_any_text_is_answered(small: SearchIndex, query: str) -> None:
    hits = small.search(query, "en", 10)
    assert len(hits) == min(10, small.count(query))
    assert len({hit.iri for hit in hits}) == len(hits)


def test_time_of_a_long_query(small: SearchIndex) -> None:
    begin = time.process_time()
    assert small.search("iraq " + "word " * 2_000, "en", 5)
    assert time.process_time() - begin < 2


def test_file_of_a_changed_version(tmp_path: Path) -> None:
    quads = [*read_quads(SMALL_GRAPH), *practice(1, "An old title")]
    dump = serialize_canonical(quads)
    folder = StoreFolder(tmp_path)
    folder.publish(version_name(sha256(dump)), quads, {DUMP: dump})
    old, new = practice(1, "An old title"), [*practice(1, "A new title"), *practice(2, "Another")]
    change = Change(frozenset(old) - frozenset(new), frozenset(new) - frozenset(old))
    change_version(folder, lambda _: change, lambda made: write_files(made, A))
    changed = SearchIndex(Store.in_memory([]), A, folder.current_folder())
    assert changed.names == SearchIndex(folder.open_current(), A).names
    assert changed.search("a new title", "en", 5)[0].fit == "whole"
    assert found(changed, "old title") == ["p1"]  # by one of two words
    assert changed.resources("old title", "practice") == frozenset()


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000, "damaged within"])
def test_unreadable_file(
    tmp_path: Path, content: bytes | str | None, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store.in_memory(read_quads(SMALL_GRAPH))
    if isinstance(content, bytes):
        (tmp_path / FILE).write_bytes(content)
    elif content:
        write_search(tmp_path, store, A)
        whole = (tmp_path / FILE).read_bytes()
        (tmp_path / FILE).write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with caplog.at_level(logging.WARNING):
        index = SearchIndex(store, A, tmp_path)
        assert local(index.search("iraq", "en", 1)[0].iri) == "country/IRQ"
        assert index.count("iraq", within="names") == 1
    (record,) = caplog.records
    assert FILE in record.message


def test_excerpt_has_the_words_and_marks_them() -> None:
    pieces = excerpt("x " * 100 + "Tráfico ilícito de migrantes" + " y" * 200, ("trafico",))
    assert [piece.text for piece in pieces if piece.marked] == ["Tráfico"]
    words = "".join(piece.text for piece in pieces)
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert len(words) < 300
    assert excerpt("short", ("none",))[0].text == "short"


def test_exact_names_and_codes(small: SearchIndex) -> None:
    iraq = IRI(A.resource("country", "IRQ"))
    assert small.named("IRAQ") == small.named("العراق") == small.named("irq") == [iraq]
    assert small.named("Ira") == small.named("") == []
    assert small.with_code("irq") == [iraq]
    assert small.with_code("iraq") == []
