"""Statistics, partitions and list file of a version, also after a change, and where they are missing or damaged."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gcmgraph.publication.assembly import Assembly
from gcmgraph.publication.lists.file import FILE, Lists, write_lists
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.metadata.partitions import count, partition_quads
from gcmgraph.publication.versions.dataset import write_files, write_indexes
from gcmgraph.publication.versions.statistics import STATISTICS, Statistics
from gcmgraph.rdf.canonical import serialize_canonical, sha256
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary, text
from gcmgraph.store.changed_versions import change_version
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP, version_name

A = Addresses()
V = Vocabulary(A)
GRAPHS = tuple(IRI(A.graph(f"contribution/{name}")) for name in ("one", "two"))


def test_statistics_equal_counts_of_the_dataset(small_or_whole: Assembly) -> None:
    statistics = Statistics.of(Store.in_memory(small_or_whole.quads), A)
    quads = set(small_or_whole.quads)
    triples = {quad.triple for quad in quads}
    assert (statistics.quads, statistics.triples) == (len(quads), len(triples))
    assert statistics.subjects == len({triple.subject for triple in triples})
    assert statistics.objects == len({triple.object for triple in triples})
    assert sum(statistics.properties.values()) == len(triples)
    assert sum(statistics.graphs.values()) == len(quads)
    practices = {
        t.subject for t in triples if (t.predicate, t.object) == (V("rdf:type"), V("gcm:Practice"))
    }
    assert statistics.classes[V("gcm:Practice").value] == len(practices) > 0
    assert {"en", "fr", "ar", "zh"} <= statistics.languages.keys()


def published(folder: Path, quads: list[Quad]) -> StoreFolder:
    store, dump = StoreFolder(folder), serialize_canonical(quads)
    store.publish(
        version_name(sha256(dump)), quads, {DUMP: dump}, lambda made: write_indexes(made, A)
    )
    return store


@pytest.mark.parametrize("damage", [b"{", b'{"quads": 3}', None])
def test_damaged_statistics_are_none(tmp_path: Path, damage: bytes | None) -> None:
    file = published(tmp_path, TITLED).current_folder() / STATISTICS
    file.unlink() if damage is None else file.write_bytes(damage)
    assert Statistics.read(file.parent) is None


TITLED = [
    quad
    for number in range(5)
    for quad in (
        Quad(V(f"practice:p{number}"), V("rdf:type"), V("gcm:Practice"), GRAPHS[0]),
        Quad(
            V(f"practice:p{number}"), V("dct:title"), text(f"Title {5 - number}", "en"), GRAPHS[0]
        ),
    )
]
DAMAGES = {
    "missing": lambda file: file.unlink(),
    "short": lambda file: file.write_bytes(file.read_bytes()[:-50]),
    "no document": lambda file: file.write_bytes(b"nothing of the kind" * 100),
    "another base": lambda file: write_lists(
        file.parent, Store.in_memory(), Addresses("https://example.org/")
    ),
}


def titles(store: Store, folder: Path) -> list[str]:
    """The titles of all practices, in their order."""
    index = Listings(store, A, folder).of("practice")
    items = index.ordered(index.everything, "title", "en", 0, 10)
    return [index.names.of(item.iri, "en").text for item in items]


def test_changed_version_and_the_one_before_have_lists_of_their_own(tmp_path: Path) -> None:
    store, empty = published(tmp_path, TITLED), Store.in_memory()  # only the files have resources
    before = store.current_folder()
    gone = frozenset(quad for quad in TITLED if quad.subject == V("practice:p1"))
    change_version(store, lambda _: Change(removed=gone), lambda made: write_files(made, A))
    assert titles(empty, before) == ["Title 1", "Title 2", "Title 3", "Title 4", "Title 5"]
    assert titles(empty, store.current_folder()) == ["Title 1", "Title 2", "Title 3", "Title 5"]


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("damage", DAMAGES)
def test_lists_are_read_from_the_store_without_a_valid_file(
    tmp_path: Path, damage: str, recorded: bool
) -> None:
    folder = published(tmp_path, TITLED).current_folder()
    if not recorded:
        (folder / "MANIFEST").unlink()
    DAMAGES[damage](folder / FILE)
    files = set(folder.iterdir())
    assert Lists.open(folder, A) is None
    assert len(titles(StoreFolder(tmp_path).open_current(), folder)) == 5
    assert set(folder.iterdir()) == files, "a reader writes nothing beside a version"


ADDRESSES = Addresses()

_PARTITIONS = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT ?class ?property ?kind ?triples WHERE {
  ?part void:class ?class ; void:propertyPartition ?of . ?of void:property ?property .
  { ?of void:classPartition ?to . ?to void:class ?kind } UNION
  { ?of void-ext:datatypePartition ?to . ?to void-ext:datatype ?kind }
  ?to void:triples ?triples }"""
_STATEMENTS = """SELECT ?class ?property ?kind (COUNT(*) AS ?triples) WHERE {
  { ?s a ?class ; ?property ?o . ?o a ?kind } UNION
  { ?s a ?class ; ?property ?o . FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?kind) } }
  GROUP BY ?class ?property ?kind"""
_PROPERTIES = """PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?class ?property ?triples ?subjects WHERE {
  ?part void:class ?class ; void:propertyPartition ?of .
  ?of void:property ?property ; void:triples ?triples ; void:distinctSubjects ?subjects }"""
_USES = """SELECT ?class ?property (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) WHERE {
  ?s a ?class ; ?property ?o } GROUP BY ?class ?property"""
_CLASSES = """PREFIX void: <http://rdfs.org/ns/void#> SELECT ?class ?number WHERE {
  <https://w3id.org/gcmgraph/dataset> void:classPartition ?part . ?part void:class ?class ; void:entities ?number }"""
_INSTANCES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?number) WHERE { ?s a ?class } GROUP BY ?class"


def rows(store: Store, query: str) -> Counter[tuple[str, ...]]:
    solutions = store.select(query)
    return Counter(tuple(row[name].value for name in solutions.variables) for row in solutions.rows)


def test_partitions_equal_counts_of_sparql(small_assembly: Assembly) -> None:
    quads = set(small_assembly.quads)
    partitioned, counted = (
        Store.in_memory(set(partition_quads(count(quads), ADDRESSES))),
        Store.in_memory(quads),
    )
    for description, data in (
        (_PARTITIONS, _STATEMENTS),
        (_PROPERTIES, _USES),
        (_CLASSES, _INSTANCES),
    ):
        found = rows(partitioned, description)
        assert found == rows(counted, data)
        assert set(found.values()) == {1}
