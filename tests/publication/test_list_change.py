"""A list file that was brought up to date with changes answers as one made anew."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcmgraph.errors import StoreError
from gcmgraph.model.kinds import KIND_CLASSES
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.build import make_lists
from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.publication.lists.file import FILE, FORM, ListFile
from gcmgraph.publication.lists.index import SORTS, Filters, KindIndex, Listings
from gcmgraph.publication.lists.names import Names
from gcmgraph.publication.lists.update import apply
from gcmgraph.publication.versions.indexes import change_indexes, write_indexes
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import StoreFolder, version_name
from gcmgraph.store.versions.incremental import DUMP, change_version

A = Addresses()
V = Vocabulary(A)
G = IRI(A.graph("contribution/one"))
LANGUAGES = ("en", "fr", "ru", "zh")


def pool() -> list[Quad]:
    """Statements of which every subset is a dataset: things of most kinds, what they are called, and all paths."""
    found: list[tuple[str, str, object]] = []
    for number in range(5):
        practice = f"practice:p{number}"
        found += [
            (practice, "rdf:type", V("gcm:Practice")),
            *(
                (practice, "dct:title", text(title, tag))
                for title, tag in (("Élan", "fr"), ("zeal", "en"), ("A", "ru"))
            ),
            (practice, "dct:title", Literal(f"plain {number % 2}")),
            (practice, "rdfs:label", text(f"label {number}", "en")),
            (practice, "gcm:country", V(f"country:C{number % 3}")),
            (practice, "gcm:objective", V(f"objective:{number % 2}")),
            (practice, "gcm:supportsAction", V(f"action:a{number % 2}")),
            (practice, "gcm:relevantTarget", V("sdg:10.7")),
            (practice, "gcm:leadOrganisation", V("organisation:o1")),
            (practice, "gcm:involvesOrganisation", V("organisation:o1")),
            (practice, "schema:startDate", typed(str(2010 + number % 3), "gYear")),
            (practice, "schema:startDate", typed(f"2010-0{number + 1}", "gYearMonth")),
            (practice, "schema:startDate", Literal("soon")),
            (practice, "schema:endDate", typed("2015-05-05", "date")),
        ]
    for number in range(2):
        found += [
            (f"objective:{number}", "rdf:type", V("gcm:Objective")),
            (f"objective:{number}", "skos:notation", Literal(str(number + 9))),
            (f"objective:{number}", "gcm:relevantTarget", V(f"sdg:16.{number}")),
            (f"action:a{number}", "rdf:type", V("gcm:Action")),
            (f"action:a{number}", "gcm:objective", V(f"objective:{number}")),
            (f"action:a{number}", "gcm:relevantTarget", V(f"sdg:16.{number}")),
            (f"action:a{number}", "gcm:relevantGoal", V("sdg:5")),
            (f"sdg:16.{number}", "sdgo:isTargetOf", V(f"sdg:{16 + number}")),
            (f"sdg:16.{number}", "rdf:type", V("gcm:SdgTarget")),
            (f"organisation:o{number}", "rdf:type", V("gcm:Organisation")),
            (f"organisation:o{number}", "skos:prefLabel", text("Same", "en")),
            (f"organisation:o{number}", "skos:notation", Literal(f"X{number}")),
            (f"country:C{number}", "rdf:type", V("gcm:Country")),
            (f"country:C{number}", "gcm:region", V(f"concept:m49/{number}")),
            (f"concept:m49/{number}", "skos:broader", V("concept:m49/9")),
        ]
    found += [
        ("source:s", "rdf:type", V("gcm:SourceDocument")),
        ("source:s", "dct:language", Literal("fr")),
        ("source:s#passage-1", "rdfs:label", text("a passage", "en")),
        ("source:s#passage-1", "rdf:type", V("gcm:SourceDocument")),
        ("practice:p0", "rdf:type", V("gcm:Organisation")),
        ("skos:Concept", "rdfs:label", text("none of ours", "en")),
    ]
    quads = [Quad(V(subject), V(predicate), value, G) for subject, predicate, value in found]  # type: ignore[arg-type]
    again = IRI(A.graph("contribution/two"))
    return quads + [Quad(q.subject, q.predicate, q.object, again) for q in quads[::7]]


POOL = pool()
STATES = st.lists(st.frozensets(st.sampled_from(POOL), max_size=len(POOL)), min_size=2, max_size=4)


def told(file: ListFile) -> dict[str, object]:
    """All that lists tell, with things by their addresses."""
    names = Names(file, A)
    answers: dict[str, object] = {}
    for kind in KIND_CLASSES:
        index = KindIndex(file, A, names, kind)
        answers[kind] = index.members, index.counts(Filters())
        for facet in FACETS[kind]:
            postings = index.postings(facet.name)
            answers[f"{kind} {facet.name}"] = [
                (key, [index.iris([place])[place] for place in index.by_address(places)])
                for key, places in postings.items()
            ]
        for language in LANGUAGES:
            for sort in SORTS:
                answers[f"{kind} {sort} {language}"] = index.ordered(index.everything, sort, language, 0, 99)
            labels = [names.of(iri, language) for iri in index.members]
            answers[f"{kind} {language}"] = labels, [names.notation(iri) for iri in index.members]
        triples = index.stated(index.members)
        answers[f"{kind} stated"] = sorted(map(str, triples))
    subjects = sorted({quad.subject for quad in POOL if isinstance(quad.subject, IRI)}, key=str)
    answers["names"] = [list(names.statements(iri)) for iri in subjects], [iri in names for iri in subjects]
    return answers


@settings(max_examples=30)
@given(STATES)
def test_a_file_brought_up_to_date_is_one_made_anew(states: list[frozenset[Quad]]) -> None:
    store = EmbeddedStore.in_memory(states[0])
    file = make_lists(store, A)
    for before, after in pairwise(states):
        change = Change(before - after, after - before)
        store.change(change)
        apply(file, change, store, A)
        assert told(file) == told(make_lists(EmbeddedStore.in_memory(after), A))


@pytest.mark.parametrize("quad", POOL[:: len(POOL) // 12], ids=str)
def test_one_statement_less_and_back(quad: Quad) -> None:
    store = EmbeddedStore.in_memory(POOL)
    file = make_lists(store, A)
    whole = told(file)
    for change in (Change(removed=frozenset([quad])), Change(added=frozenset([quad]))):
        store.change(change)
        apply(file, change, store, A)
        assert told(file) == told(make_lists(store, A))
    assert told(file) == whole


def published(folder: Path) -> StoreFolder:
    store, dump = StoreFolder(folder), serialize_canonical(POOL)
    store.publish(version_name(sha256(dump)), POOL, {DUMP: dump}, lambda made: write_indexes(made, A))
    return store


def lists_of(store: StoreFolder) -> ListFile:
    file = ListFile.open(store.current_folder() / FILE, A)
    assert file is not None
    return file


def remove_a_practice(store: StoreFolder) -> None:
    gone = frozenset(quad for quad in POOL if quad.subject == V("practice:p1"))
    change_version(store, lambda _: Change(removed=gone), lambda made: change_indexes(made, A))


def test_a_changed_version_has_its_file_beside_it_and_the_old_one_keeps_its_own(tmp_path: Path) -> None:
    store = published(tmp_path)
    before = lists_of(store)
    remove_a_practice(store)
    assert told(lists_of(store)) == told(make_lists(store.open_current(), A))
    assert [len(of.of_kind("practice")) for of in (before, lists_of(store))] == [5, 4]


@pytest.mark.parametrize(
    "damage", ["missing", "short", "no database", "another base", "another form", "a page of zeros"]
)
def test_a_version_without_a_sound_file_gets_one_made_anew(tmp_path: Path, damage: str) -> None:
    store = published(tmp_path)
    spoil(store.current_folder(), damage)
    remove_a_practice(store)
    assert told(lists_of(store)) == told(make_lists(store.open_current(), A))


@pytest.mark.parametrize("damage", ["missing", "short", "no database", "another base", "another form"])
def test_lists_are_read_from_the_store_where_the_file_cannot_be(tmp_path: Path, damage: str) -> None:
    store = published(tmp_path)
    spoil(store.current_folder(), damage)
    files = set(store.current_folder().iterdir())
    index = Listings(store.open_current(), A, store.current_folder()).of("practice")
    assert len(index.ordered(index.everything, "title", "en", 0, 10)) == 5
    assert set(store.current_folder().iterdir()) == files, "a reader writes nothing beside a version"


def test_a_file_damaged_within_is_told_with_its_name(tmp_path: Path) -> None:
    store = published(tmp_path)
    spoil(store.current_folder(), "a page of zeros")
    with pytest.raises(StoreError, match=FILE):
        told(lists_of(store))


def spoil(folder: Path, damage: str) -> None:
    file = folder / FILE
    match damage:
        case "missing":
            file.unlink()
        case "short":
            file.write_bytes(file.read_bytes()[:-5000])
        case "no database":
            file.write_bytes(b"nothing of the kind" * 100)
        case "another base":
            file.unlink()
            make_lists(EmbeddedStore.in_memory(), Addresses("https://example.org/"), file).close()
        case "another form":
            with sqlite3.connect(file) as connection:
                connection.execute(f"PRAGMA user_version = {FORM - 1}")
            connection.close()
        case _:
            content = bytearray(file.read_bytes())
            with sqlite3.connect(file) as connection:
                find = "SELECT rootpage FROM sqlite_schema WHERE name = 'orders'"
                ((page,),) = connection.execute(find)
            connection.close()
            content[(page - 1) * 4096 : page * 4096] = bytes(4096)
            file.write_bytes(content)
