"""Validation of a dataset: one node of each partition, with the results of pySHACL node by node."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_graphs import GRAPHS, NODES, lookalikes, parsed, parts_of, shapes_graphs, shapes_of_one_class, statements

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, BlankNode, Quad
from gcmgraph.validation.dataset import partitioned_results, validate_dataset
from gcmgraph.validation.graphs import DatasetIndex
from gcmgraph.validation.partitions import Partitions, signatures_of
from gcmgraph.validation.rules import Shapes


def by_pyshacl(quads: list[Quad], shapes: Shapes) -> Counter[tuple[object, ...]]:
    graph = DatasetIndex((*quads, *shapes.hierarchy))
    return Counter(map(parts_of, shapes.results(graph.facts())))


DATA = st.lists(statements([*NODES, BlankNode("x")], GRAPHS), max_size=40)
CHECKS = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.exhaustive
@given(shapes_of_one_class(), lookalikes())
@CHECKS
def test_results_of_partitions(quads: tuple[Quad, ...], data: list[Quad]) -> None:
    shapes = Shapes(quads)
    signatures = signatures_of(shapes)
    if signatures is None:  # an alternative that counts
        return
    try:
        expected = by_pyshacl(data, shapes)
    except DataError:  # sh:lessThan with a blank node, which pyshacl does not compare
        return
    found = partitioned_results(Partitions(DatasetIndex((*data, *shapes.hierarchy)), signatures), shapes)
    assert Counter(map(parts_of, found)) == expected


@given(shapes_graphs(), DATA)
@settings(CHECKS, max_examples=40)
def test_results_for_random_shapes(quads: tuple[Quad, ...], data: list[Quad]) -> None:
    shapes = Shapes(quads)
    try:
        expected = by_pyshacl(data, shapes)
    except DataError:
        return
    assert Counter(map(parts_of, validate_dataset(data, shapes).results)) == expected


#: Nodes of classes.
CLASSES = ":inC a :C ; :r :x . :inD a :D ."
Q = "<http://example.org/q>"
#: A constraint on the values of a property, values of many good nodes, and of one that is not.
DIFFERENCES = {
    "pattern": ('sh:pattern "^a"', '"a"', '"b"'),
    "pattern of an IRI": ('sh:pattern "^http:"', "<http://a/>", "<urn:a>"),
    "length": ("sh:minLength 2", '"aa"', '"a"'),
    "datatype": ("sh:datatype xsd:integer", "1", '"1"'),
    "ill-typed": ("sh:datatype xsd:integer", "1", '"x"^^xsd:integer'),
    "ill-typed date": ("sh:datatype xsd:date", '"2018-01-01"^^xsd:date', '"2018-13-01"^^xsd:date'),
    "language": ('sh:languageIn ( "en" )', '"a"@en', '"a"@fr'),
    "node kind": ("sh:nodeKind sh:IRI", ":x", "[]"),
    "class": ("sh:class :C", ":inC", ":inD"),
    "bound": ("sh:minInclusive 0", "1", "-1"),
    "bound and kind of number": ("sh:maxExclusive 2.5", "2", "2.5"),
    "list": ("sh:in ( :x 1 )", ":x", ":y"),
    "value": ("sh:hasValue :x", ":x", ":y"),
    "least": ("sh:minCount 2", "1, 2", "1"),
    "most": ("sh:maxCount 2", '"a", "b"', '"a", "b", "c"'),
    "one per language": ("sh:uniqueLang true", '"a"@en, "b"@fr', '"a"@en, "b"@en'),
    "inner shape": ('sh:node [ sh:pattern "^a" ]', '"a"', '"b"'),
    "statement about a value": ("sh:node [ sh:property [ sh:path :r ; sh:hasValue :x ] ]", ":inC", ":inD"),
    "choice": ('sh:or ( [ sh:datatype xsd:integer ] [ sh:pattern "^a" ] )', '"a"', '"b"'),
    "qualified": ('sh:qualifiedValueShape [ sh:languageIn ("fr") ] ; sh:qualifiedMinCount 1', '"a"@fr', '"a"@en'),
    "other property": ("sh:equals :q", "1 ; :q 1", "1 ; :q 2"),
    "order": ("sh:lessThan :q", "1 ; :q 2", "3 ; :q 2"),
    "query": (f'sh:sparql [ sh:select "SELECT $this {{ $this $PATH ?a ; {Q} ?b FILTER (?a > ?b) }}" ]',
              "1 ; :q 2", "3 ; :q 2"),
    "query that is not only joined": (
        f'sh:sparql [ sh:select "SELECT $this {{ $this $PATH ?a . OPTIONAL {{ $this {Q} ?b }} FILTER(!BOUND(?b)) }}" ]',
        "1 ; :q 2", "1"),
}  # fmt: skip


@pytest.mark.parametrize("case", DIFFERENCES.values(), ids=DIFFERENCES)
def test_difference_of_one_node(case: tuple[str, str, str]) -> None:
    constraint, good, bad = case
    shapes = Shapes(tuple(parsed(f":S sh:targetClass :T ; sh:property :P . :P sh:path :p ; {constraint} .")))
    nodes = "".join(f":n{number} a :T ; :p {good} ." for number in range(3)) + f":odd a :T ; :p {bad} ."
    data = parsed(CLASSES + nodes)
    signatures = signatures_of(shapes)
    assert signatures is not None
    found = list(partitioned_results(Partitions(DatasetIndex(data), signatures), shapes))
    assert {result.focus for result in found} == {IRI("http://example.org/odd")}
    assert Counter(map(parts_of, found)) == by_pyshacl(data, shapes)


def test_partitions_of_many_nodes() -> None:
    shape = ":S sh:targetClass :T ; sh:property :P . :P sh:path :p ; sh:minInclusive 0 ; sh:maxCount 1 ."
    shapes = Shapes(tuple(parsed(shape)))
    signatures = signatures_of(shapes)
    assert signatures is not None
    nodes = "".join(f":n{number} a :T ; :p {number} ." for number in range(1, 501))
    partitions = Partitions(DatasetIndex(parsed(CLASSES + nodes)), signatures)
    assert sorted(len(partition.members) for partition in partitions.all) == [1, 1, 500]


@pytest.mark.parametrize("error", [False, True])
def test_garbage_collection_after_a_dataset(shapes: Shapes, error: bool) -> None:
    def data() -> Iterator[Quad]:
        assert not gc.isenabled()
        if error:
            raise ZeroDivisionError
        yield from ()

    with pytest.raises(ZeroDivisionError) if error else nullcontext():
        validate_dataset(data(), shapes)
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
