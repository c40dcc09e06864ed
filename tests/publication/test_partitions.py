"""VoID partitions of a dataset version: exact, also after a change."""

from __future__ import annotations

from collections import Counter

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import Assembly
from gcmgraph.publication.metadata.void import count, partition_quads
from gcmgraph.store.port import Store

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
    partitioned, counted = (Store.in_memory(set(partition_quads(count(quads), ADDRESSES))), Store.in_memory(quads))
    for description, data in ((_PARTITIONS, _STATEMENTS), (_PROPERTIES, _USES), (_CLASSES, _INSTANCES)):
        found = rows(partitioned, description)
        assert found == rows(counted, data)
        assert set(found.values()) == {1}
