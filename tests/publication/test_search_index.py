"""Labels in a file: what is found is what comparing every label finds, also after changes and damage."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.file import LABELS, write_labels
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.search.labels import SearchLabel, base_language
from gcmgraph.publication.search.query import BEGINNINGS, FITS
from gcmgraph.publication.versions.files import write_files
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import DUMP, StoreFolder, version_name
from gcmgraph.store.versions.incremental import change_version
from gcmgraph.text.folding import fold_words

ADDRESSES = Addresses()
GRAPH = Path(__file__).parents[1] / "web" / "graph.trig"
QUERIES = [
    "a",
    "o",
    "an",
    "iraq",
    "9",
    "office",
    "de",
    "ا",
    "contre",
    "of on",
    "AFG",
    "ghanis",
    "drogue crime",
    "xyzzy",
]

V = Vocabulary(ADDRESSES)


def practice(number: int, title: str, language: str = "en") -> list[Quad]:
    iri, graph = IRI(ADDRESSES.thing("practice", f"p{number}")), IRI(ADDRESSES.graph("curated"))
    return [
        Quad(iri, V("rdf:type"), V("gcm:Practice"), graph),
        Quad(iri, V("dct:title"), text(title, language), graph),
    ]


def fit_of(label: SearchLabel, query: str) -> int | None:
    words = fold_words(query).split()
    start = " " + " ".join(words)
    if not words or not all(word in label.folded for word in words):
        return None
    if label.folded == start:
        return 0 if label.code else 1
    if label.folded.startswith(start):
        return 2
    return 3 if all(f" {word}" in label.folded for word in words) else 4


def expected(labels: list[SearchLabel], query: str, language: str) -> list[tuple[IRI, str]]:
    """The results of comparing the query with every label."""
    fitting = [(fit, label) for label in labels if (fit := fit_of(label, query)) is not None]
    few = sum(fit <= 2 for fit, _ in fitting) <= BEGINNINGS
    start = f" {' '.join(fold_words(query).split())} "
    fitting.sort(
        key=lambda one: (
            one[0],
            few and one[0] == 2 and not one[1].folded.startswith(start),
            base_language(one[1].language) not in ("", language),
            one[1].order,
        )
    )
    best: dict[IRI, str] = {}
    for fit, label in fitting:
        best.setdefault(label.iri, FITS[fit])
    return list(best.items())


def check(index: SearchIndex, query: str, language: str) -> None:
    whole = expected(index.labels, query, language)
    for limit, offset in ((1, 0), (8, 0), (5, 3), (100_000, 0)):
        found = [(hit.label.iri, hit.fit) for hit in index.search(query, language, limit, offset)]
        assert found == whole[offset : offset + limit]
    assert index.count(query) == len(whole)
    for kind in ("country", "practice"):
        of_kind = [iri for iri, _ in whole if f"/{kind}/" in iri.value]
        assert index.things(query, kind) == set(of_kind)
        assert [hit.label.iri for hit in index.search(query, language, 9, kinds=[kind])] == of_kind[:9]


@pytest.fixture
def store() -> EmbeddedStore:
    return EmbeddedStore.in_memory(read_quads(GRAPH))


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_first_found_are_the_first_of_all_that_fit(store: EmbeddedStore, language: str) -> None:
    index = SearchIndex(store, ADDRESSES)
    for query in QUERIES:
        check(index, query, language)


def test_label_with_the_query_as_word_precedes_longer_words() -> None:
    titles = ("Protection of sea", "PROTECT project")
    index = SearchIndex(
        EmbeddedStore.in_memory([q for n, one in enumerate(titles) for q in practice(n, one)]), ADDRESSES
    )
    assert [hit.label.text for hit in index.search("PROTECT", "en", 8)] == ["PROTECT project", "Protection of sea"]


@pytest.mark.parametrize(
    ("title", "typed"),
    [("Łódź i Gdańsk", "lodz"), ("Tromsø", "tromso"), ("Mise en œuvre", "oeuvre"), ("معاهدة دولية", "معاهده")],
)
def test_letters_that_a_keyboard_lacks_are_found_by_those_it_has(title: str, typed: str) -> None:
    index = SearchIndex(EmbeddedStore.in_memory(practice(1, title)), ADDRESSES)
    for query in (title, typed, typed[:3]):
        assert [hit.label.text for hit in index.search(query, "en", 8)] == [title], query


def test_many_that_begin_alike_come_in_the_order_of_few() -> None:
    quads = [q for n in range(BEGINNINGS + 50) for q in practice(n, f"Plan {n}", "fr" if n % 3 else "en")]
    quads += [q for n in range(40) for q in practice(1000 + n, f"National plan {n}")]
    index = SearchIndex(EmbeddedStore.in_memory(quads), ADDRESSES)
    for query in ("plan", "plan 1", "p", "la", "national pl", "1", "plan 24"):
        for language in ("en", "fr", "ru"):
            check(index, query, language)


def test_labels_of_a_changed_version(tmp_path: Path) -> None:
    quads = [*read_quads(GRAPH), *practice(1, "An old title")]
    dump = serialize_canonical(quads)
    folder = StoreFolder(tmp_path)
    folder.publish(version_name(sha256(dump)), quads, {DUMP: dump})
    old, new = practice(1, "An old title"), [*practice(1, "A new title"), *practice(2, "Another")]
    change = Change(frozenset(old) - frozenset(new), frozenset(new) - frozenset(old))
    change_version(folder, lambda _: change, lambda made: write_files(made, ADDRESSES))
    changed = SearchIndex(EmbeddedStore.in_memory([]), ADDRESSES, folder.current_folder() / LABELS)
    assert changed.labels == SearchIndex(folder.open_current(), ADDRESSES).labels
    assert [hit.fit for hit in changed.search("a new title", "en", 5)] == ["whole"]
    assert changed.count("old title") == 0


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000])
def test_a_file_that_cannot_be_read_is_made_again(store: EmbeddedStore, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / LABELS).write_bytes(content)
    index = SearchIndex(store, ADDRESSES, tmp_path / LABELS)
    check(index, "iraq", "en")


def test_a_file_damaged_within_is_made_again(store: EmbeddedStore, tmp_path: Path) -> None:
    write_labels(tmp_path, store, ADDRESSES)
    content = (tmp_path / LABELS).read_bytes()
    (tmp_path / LABELS).write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    check(SearchIndex(store, ADDRESSES, tmp_path / LABELS), "iraq", "en")


def test_a_name_with_a_letter_wrong_is_near_the_right_one(store: EmbeddedStore) -> None:
    index = SearchIndex(store, ADDRESSES)
    for name, right in (("Afganistan", "AFG"), ("Irak", "IRQ"), ("AFC", "AFG")):
        assert any(label.iri.value.endswith(f"/country/{right}") for label in index.near(name))
    assert index.near("nothing that is like it at all") == []


def test_a_whole_name_or_code_is_found_exactly(store: EmbeddedStore) -> None:
    index, iraq = SearchIndex(store, ADDRESSES), IRI(ADDRESSES.thing("country", "IRQ"))
    assert index.named("IRAQ") == index.named("العراق") == index.named("irq") == [iraq]
    assert index.named("Ira") == index.named("") == []
    assert index.count("iraq", ["country"]) == 1
    assert index.count("iraq", ["practice"]) == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("objectif 9", "objective/9"),
        ("Objective 9", "objective/9"),
        ("acción 9a", "action/9a"),
        ("cible ODD 10.7", "sdg/10.7"),
        ("goal 9", None),
    ],
)
def test_a_code_after_the_name_of_its_kind_is_first(store: EmbeddedStore, query: str, found: str | None) -> None:
    index = SearchIndex(store, ADDRESSES)
    hits = index.search(query, "fr", 100)
    codes = [hit.label.iri.value.removeprefix(f"{ADDRESSES.base}id/") for hit in hits if hit.fit == "code"]
    assert codes == [found] * bool(found)
    assert found is None or hits[0].fit == "code"
    assert index.count(query) == len(hits)
    assert found is None or hits[0].label.iri in index.things(query, found.partition("/")[0])
    assert index.count(query, ["practice"]) == len(index.search(query, "fr", 100, kinds=["practice"]))


def test_what_was_left_in_the_folder_for_temporary_files_is_removed(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name, hours in (("gcmgraph-labels-old", 2), ("gcmgraph-labels-new", 0), ("of-others", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "labels").touch()
        os.utime(tmp_path / name, (time.time() - hours * 3600,) * 2)
    assert SearchIndex(store, ADDRESSES).count("iraq") > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gcmgraph-labels-new", "of-others"]
