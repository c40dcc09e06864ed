"""VoID partitions of a dataset version: exact, also after a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import Assembly
from gcmgraph.publication.metadata.void import count, partition_quads, recounted, with_partitions
from gcmgraph.store.port import Change, Store

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
GRAPHS = [IRI(ADDRESSES.graph(name)) for name in ("contribution/1", "contribution/2")]

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


def described(quads: Iterable[Quad]) -> set[Quad]:
    quads = set(quads)
    return quads | set(partition_quads(count(quads), ADDRESSES))


def test_partitions_equal_counts_of_sparql(small_assembly: Assembly) -> None:
    quads = set(small_assembly.quads)
    partitioned, counted = (Store.in_memory(set(partition_quads(count(quads), ADDRESSES))), Store.in_memory(quads))
    for description, data in ((_PARTITIONS, _STATEMENTS), (_PROPERTIES, _USES), (_CLASSES, _INSTANCES)):
        found = rows(partitioned, description)
        assert found == rows(counted, data)
        assert set(found.values()) == {1}


_RESOURCES = [V("practice:x"), V("practice:y"), V("country:AFG")]
_STATED = st.frozensets(
    st.builds(
        Quad,
        st.sampled_from(_RESOURCES),
        st.just(V("rdf:type")),
        st.sampled_from([V("gcm:Practice"), V("gcm:Country"), V("skos:Concept")]),
        st.sampled_from(GRAPHS),
    )
    | st.builds(
        Quad,
        st.sampled_from(_RESOURCES),
        st.sampled_from([V("gcm:country"), V("dct:title")]),
        st.sampled_from([*_RESOURCES, Literal("x"), text("x", "en"), typed("1", "integer")]),
        st.sampled_from(GRAPHS),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(before=_STATED, after=_STATED)
def test_partitions_after_a_change(before: frozenset[Quad], after: frozenset[Quad]) -> None:
    old = described({*before, Quad(V("practice:z"), V("rdf:type"), V("gcm:Practice"), GRAPHS[0])})
    change = with_partitions(Store.in_memory(old), Change(before - after, after - before), ADDRESSES)
    new = (old - change.removed) | change.added
    assert new == described(quad for quad in new if quad.graph_name in GRAPHS)
    assert change.removed <= old
    assert not change.added & old


def test_dataset_without_partitions() -> None:
    change = Change(added=frozenset({Quad(V("practice:x"), V("rdf:type"), V("gcm:Practice"), GRAPHS[0])}))
    assert with_partitions(Store.in_memory([]), change, ADDRESSES) == change
    assert recounted(change.added, ADDRESSES) == change.added
    assert recounted(described(change.added) | {*described([])}, ADDRESSES) == described(change.added)
