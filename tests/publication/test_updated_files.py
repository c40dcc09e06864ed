"""Files of a changed version, updated from those of the version before, equal files that are made anew."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from gcmgraph.publication.lists.facets import PATHS
from gcmgraph.publication.lists.file import Lists, read_lists
from gcmgraph.publication.search.file import FILE as SEARCH_FILE
from gcmgraph.publication.search.file import write_search
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.versions.changes import Changes, compare
from gcmgraph.publication.versions.dataset import ADDED, REMOVED, write_files, write_indexes
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.rdf.canonical import serialize_canonical, sha256
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Vocabulary, text
from gcmgraph.store.changed_versions import change_version
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import CHANGES, DUMP, record_files, version_name

A = Addresses()
V = Vocabulary(A)
GRAPH = IRI(A.graph("curated"))
SMALL_GRAPH = Path(__file__).parents[1] / "web" / "graph.trig"

PASSAGE = IRI(A.resource("source", "objective-09.en/1-20"))
SELECTOR = IRI(f"{PASSAGE.value}#quote")
TOPIC_NOTE = IRI(f"{PASSAGE.value}#topic")


def quads(subject: IRI, **values: Term) -> list[Quad]:
    """Statements about a subject; `rdf_type` is the property `rdf:type`."""
    return [
        Quad(subject, V(name.replace("_", ":")), value, GRAPH) for name, value in values.items()
    ]


def titled(number: int, title: str, **values: Term) -> list[Quad]:
    practice = V(f"practice:p{number}")
    return quads(practice, rdf_type=V("gcm:Practice"), dct_title=text(title, "en"), **values)


AID = titled(1, "Legal aid", gcm_objective=V("objective:9"), gcm_country=V("country:IRQ"))
PART = IRI(f"{V('practice:p1').value}#result-1")
RESULT = [
    *quads(V("practice:p1"), gcm_result=PART),
    *quads(PART, dct_description=text("Lawyers were trained", "en")),
]
PASSAGES = [
    *quads(
        PASSAGE,
        rdf_type=V("gcm:Passage"),
        dct_type=V("concept:passage-kind/action"),
        schema_about=V("action:9a"),
        oa_hasSelector=SELECTOR,
    ),
    *quads(SELECTOR, oa_exact=text("We commit to legal aid.", "en")),
    *quads(TOPIC_NOTE, oa_hasBody=V("concept:topic/aid"), oa_hasTarget=PASSAGE),
    *quads(
        V("action:9a"),
        rdf_type=V("gcm:Action"),
        skos_prefLabel=text("Give aid", "en"),
        gcm_objective=V("objective:9"),
    ),
    *quads(V("concept:topic/aid"), rdf_type=V("skos:Concept"), skos_prefLabel=text("Aid", "en")),
]
LABEL = quads(V("country:IRQ"), skos_prefLabel=text("Mesopotamia", "en"))

#: Quads of the version before, and of the version after, besides those of the small graph.
DIFFERENCES = {
    "added practice": ([], AID),
    "withdrawn practice": ([*AID, *RESULT], []),
    "other title": (AID, [*titled(1, "Counsel and aid"), *AID[2:]]),
    "same title twice": (AID, [*AID, *titled(2, "Legal aid", gcm_objective=V("objective:9"))]),
    "text of a part": ([*AID, *RESULT], [*AID, *RESULT[:1]]),
    "label that others show": (AID, [*AID, *LABEL]),
    "resource without its class": (AID, AID[1:]),
    "passage": (AID, [*AID, *PASSAGES]),
    "topic of a passage": (PASSAGES, [quad for quad in PASSAGES if quad.subject != TOPIC_NOTE]),
    "part of its own": (AID, [*AID, *RESULT[1:]]),
    "title of a resource with a part that nothing links": (
        [*AID, *RESULT[1:]],
        [*titled(1, "Counsel and aid"), *AID[2:], *RESULT[1:]],
    ),
    "resource that was invalidated": (
        AID,
        [*AID, *quads(V("practice:p1"), prov_wasInvalidatedBy=V("contribution:x"))],
    ),
    "statement of two graphs": (
        AID,
        [*AID, Quad(AID[0].subject, AID[0].predicate, AID[0].object, IRI(A.graph("other")))],
    ),
    "last statement of a graph": (
        [Quad(V("practice:p3"), V("dct:title"), text("Titre", "fr-CA"), IRI(A.graph("other")))],
        [],
    ),
    "amount of a practice": (
        AID,
        [
            *AID,
            *quads(V("practice:p1"), schema_funding=PART),
            *quads(PART, schema_amount=IRI(f"{PART.value}-amount")),
            *quads(
                IRI(f"{PART.value}-amount"),
                schema_value=Literal("500"),
                schema_currency=Literal("EUR"),
            ),
        ],
    ),
    "goal of an objective": (AID, [*AID, *quads(V("objective:9"), gcm_relevantGoal=V("sdg:10"))]),
    "code of an objective": (
        [*AID, *titled(2, "Legal aid", gcm_objective=V("objective:9"))],
        [
            *AID,
            *titled(2, "Legal aid", gcm_objective=V("objective:9")),
            *quads(V("objective:9"), skos_notation=Literal("0")),
        ],
    ),
    "wider regions": (
        AID,
        [
            *AID,
            *quads(V("country:IRQ"), gcm_region=V("concept:m49/145")),
            *quads(V("concept:m49/145"), skos_broader=V("concept:m49/142")),
            *quads(V("concept:m49/142"), skos_broader=V("concept:m49/001")),
        ],
    ),
    "names of a language": (AID, [*AID, *quads(V("practice:p1"), dct_title=text("Помощь", "ru"))]),
    "words of a passage": (
        PASSAGES,
        [
            *(quad for quad in PASSAGES if quad.subject != SELECTOR),
            *quads(SELECTOR, oa_exact=text("We commit to counsel.", "en")),
        ],
    ),
}


#: Seeds of changes that remove some quads of the small graph and add others.
RANDOM_CHANGES = tuple(range(6))


@pytest.fixture(scope="module", params=[*DIFFERENCES, *RANDOM_CHANGES])
def changed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> StoreFolder:
    """A store whose current version followed by a change from another one."""
    is_random = request.param in RANDOM_CHANGES
    before, after = (random_change if is_random else difference)(request.param)
    return change_store(tmp_path_factory.mktemp("changed"), before, after)


def difference(name: str) -> tuple[list[Quad], list[Quad]]:
    """The quads before and after one of `DIFFERENCES`."""
    before, after = DIFFERENCES[name]
    small = read_quads(SMALL_GRAPH)
    return [*small, *before], [*small, *after]


def random_change(seed: int) -> tuple[list[Quad], list[Quad]]:
    """Nine tenths of the quads of the small graph, and other nine tenths."""
    choose = Random(seed)  # noqa: S311
    quads_by_line = sorted([*read_quads(SMALL_GRAPH), *AID, *RESULT, *PASSAGES], key=str)
    parts = choose.choices(("before", "after", "both"), (1, 1, 8), k=len(quads_by_line))
    before = [quad for quad, part in zip(quads_by_line, parts, strict=True) if part != "after"]
    after = [quad for quad, part in zip(quads_by_line, parts, strict=True) if part != "before"]
    return before, after


def change_store(
    path: Path,
    before: list[Quad],
    after: list[Quad],
    damage: Callable[[Path], object] = lambda _: None,
) -> StoreFolder:
    """A store with a version that follows by a change; `damage` gets the folder of the first one."""
    dump = serialize_canonical(before)
    store = StoreFolder(path)
    store.publish(
        version_name(sha256(dump)), before, {DUMP: dump}, lambda draft: write_indexes(draft, A)
    )
    damage(store.current_folder())
    change = Change(frozenset(before) - frozenset(after), frozenset(after) - frozenset(before))
    change_version(store, lambda _: change, lambda version: write_files(version, A))
    return store


def search_tables(file: Path) -> dict[str, list[object]]:
    """The rows of a search file, without the numbers of documents and passages."""
    with closing(sqlite3.connect(file)) as database:
        rows = {
            name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr)  # noqa: S608
            for name in ("name", "text", "about", "passage")
        }
        resources = dict(database.execute("SELECT number, resource FROM document"))
        addresses = dict(database.execute("SELECT rowid, address FROM passage"))
        rows["word"] = _words(database, "word", resources)
        rows["passage_word"] = _words(database, "passage_word", addresses)
        rows["vocabulary"] = sorted(database.execute("SELECT * FROM vocabulary"))
        order = database.execute("SELECT * FROM name ORDER BY resource, rowid").fetchall()
        rows["order of names"] = list(order)
    return rows


def _words(database: sqlite3.Connection, table: str, subjects: dict[int, str]) -> list[object]:
    """The words of an index with their positions, by the subjects of its documents."""
    database.execute(
        f"CREATE VIRTUAL TABLE temp.of_{table} USING fts5vocab(main, {table}, instance)"
    )
    words: dict[int, list[object]] = {}
    select = f"SELECT term, doc, col, offset FROM of_{table}"  # noqa: S608
    for term, document, column, offset in database.execute(select):
        words.setdefault(document, []).append((term, column, offset))
    return sorted((subjects[document], sorted(rows)) for document, rows in words.items())


def search_file_made_anew(store: StoreFolder, folder: Path) -> Path:
    folder.mkdir()
    write_search(folder, store.open_current(), A)
    return folder / SEARCH_FILE


def test_updated_search_file_has_the_rows_of_one_made_anew(
    changed: StoreFolder, tmp_path: Path
) -> None:
    updated = search_tables(changed.current_folder() / SEARCH_FILE)
    assert updated == search_tables(search_file_made_anew(changed, tmp_path / "anew"))


@pytest.mark.parametrize("name", DIFFERENCES)
def test_updated_search_file_gives_the_results_of_one_made_anew(tmp_path: Path, name: str) -> None:
    changed = change_store(tmp_path / "store", *difference(name))
    anew = search_file_made_anew(changed, tmp_path / "anew").parent
    updated = SearchIndex(Store.in_memory(), A, changed.current_folder())
    made_anew = SearchIndex(Store.in_memory(), A, anew)
    assert updated.names == made_anew.names
    for query in ("legal aid", "counsel", "iraq", "mesopotamia", "lawyers", "objective 9"):
        assert updated.search(query, "en", 50) == made_anew.search(query, "en", 50)


def test_updated_lists_equal_lists_made_anew(changed: StoreFolder) -> None:
    updated = Lists.open(changed.current_folder(), A)
    made_anew = read_lists(changed.open_current(), A)
    assert updated is not None
    assert updated.addresses == made_anew.addresses
    assert updated.kinds == made_anew.kinds
    names = zip(updated.stored_names, made_anew.stored_names, strict=True)
    assert all(updated_name == name for updated_name, name in names)
    assert updated.orders == made_anew.orders
    for kind, paths in PATHS.items():
        for path in paths:
            assert updated.reached(kind, path) == made_anew.reached(kind, path), path
            assert list(updated.reached(kind, path)) == list(made_anew.reached(kind, path)), path


def test_updated_statistics_equal_counts_of_the_dataset(changed: StoreFolder) -> None:
    updated = Statistics.read(changed.current_folder())
    assert updated == Statistics.of(changed.open_current(), A)


def test_changes_of_a_changed_version_equal_the_comparison_of_the_dumps(
    changed: StoreFolder,
) -> None:
    after, before = changed.kept_folders()
    written = Changes.from_json((after / CHANGES).read_bytes(), CHANGES)
    description = Changes(written.version, written.published, written.previous)
    with (before / DUMP).open("rb") as old, (after / DUMP).open("rb") as new:
        comparison = compare(old, new, description, A)
    assert written == comparison.changes
    assert gzip.decompress((after / ADDED).read_bytes()) == b"".join(comparison.added)
    assert gzip.decompress((after / REMOVED).read_bytes()) == b"".join(comparison.removed)


def _without_record(folder: Path) -> None:
    (folder / SEARCH_FILE).write_bytes(b"SQLite format 3\0" + b"\xff" * 8192)
    (folder / "MANIFEST").unlink()


def _recorded_damage(folder: Path) -> None:
    (folder / SEARCH_FILE).write_bytes(b"no database" * 1000)
    record_files(folder, [SEARCH_FILE])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda folder: (folder / SEARCH_FILE).unlink(),
    "of an older release": lambda folder: (folder / SEARCH_FILE).rename(folder / "search-0.sqlite"),
    "damaged": lambda folder: (folder / SEARCH_FILE).write_bytes(b"no database" * 1000),
    "damaged, without record": _without_record,
    "damaged when it was recorded": _recorded_damage,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_search_file_is_made_anew_where_the_earlier_one_is_not_whole(
    tmp_path: Path, damage: str
) -> None:
    store = change_store(tmp_path / "store", *difference("other title"), DAMAGES[damage])
    updated = search_tables(store.current_folder() / SEARCH_FILE)
    assert updated == search_tables(search_file_made_anew(store, tmp_path / "anew"))


def test_change_of_a_practice_leaves_the_documents_of_other_resources(tmp_path: Path) -> None:
    store = change_store(tmp_path / "store", *difference("added practice"))
    documents = []
    for folder in store.kept_folders():
        with closing(sqlite3.connect(folder / SEARCH_FILE)) as database:
            rows = database.execute("SELECT * FROM document WHERE resource <> 'practice/p1'")
            documents.append(rows.fetchall())
    after, before = documents
    assert len(before) > 20
    assert after == before
