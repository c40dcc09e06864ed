"""The W3C SHACL test suite, for the results of pySHACL and the report as RDF."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from rdflib.namespace import RDF, SH, Namespace
from rdflib.term import BNode, Node, URIRef

from collected import SHARED
from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.property_paths import path_text
from gcmgraph.rdf.shapes_reader import ShapeTriples, read_path
from gcmgraph.rdf.terms import IRI, Quad, Term
from gcmgraph.validation.graphs import fact
from gcmgraph.validation.rdflib_terms import from_rdflib, rdflib_graph
from gcmgraph.validation.report import Report
from gcmgraph.validation.report_formats import report_triples
from gcmgraph.validation.rules import Shapes

SUITE = SHARED / "suites" / "shacl" / "tests"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

#: Parts of SHACL that pySHACL lacks as it is called here; no shape of ours has them.
BEYOND = {
    "sparql/node/prefixes-001": "sh:prefixes that come by owl:imports",
    "sparql/pre-binding/shapesGraph-001": "$shapesGraph",
}

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="needs ../shared/suites/shacl")


@dataclass(frozen=True)
class Case:
    """A test of the suite: its file, and which files hold data and shapes."""

    name: str
    manifest: Path
    data: Path
    shapes: Path


def cases() -> list[Case]:
    found = []
    for path in sorted(SUITE.glob("*/*/*.ttl")):
        graph = rdflib_graph(read_quads(path))
        for test in sorted(graph.subjects(RDF.type, SHT.Validate)):
            action = graph.value(test, MF.action)
            data, shapes = (
                _file(graph.value(action, part)) for part in (SHT.dataGraph, SHT.shapesGraph)
            )
            found.append(Case(f"{path.relative_to(SUITE).with_suffix('')}", path, data, shapes))
    return found


def _file(node: Node | None) -> Path:
    return Path(str(node).removeprefix("file://"))


def test_suite_of_the_w3c_is_complete() -> None:
    names = [case.name.partition("/")[0] for case in cases()]
    # 120, and component/nodeValidator-001, which the manifest of its folder leaves out
    assert (names.count("core"), names.count("sparql")) == (98, 23)


def parameters() -> list[ParameterSet]:
    return [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(strict=True)] if case.name in BEYOND else [],
        )
        for case in (cases() if SUITE.is_dir() else [])
    ]


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", parameters())
def test_results_are_those_of_the_w3c_suite(case: Case) -> None:
    # one parse per file, so that blank nodes of data, shapes and expectation are the same
    parsed = {path: read_quads(path) for path in {case.manifest, case.data, case.shapes}}
    expected = rdflib_graph(parsed[case.manifest])
    shapes = Shapes(tuple(parsed[case.shapes]))
    if (None, MF.result, SHT.Failure) in expected:
        with pytest.raises(DataError, match="shapes cannot be used"):
            shapes.results(map(fact, parsed[case.data]))
        return
    report = report_triples(Report.of(shapes.results(map(fact, parsed[case.data]))))
    found = [Quad(triple.subject, triple.predicate, triple.object) for triple in report]
    named = all(isinstance(shape, URIRef) for shape in expected.objects(predicate=SH.sourceShape))
    assert results(found, named=named) == results(parsed[case.manifest], named=named)
    assert messages(found) >= messages(parsed[case.manifest])


def results(quads: list[Quad], *, named: bool) -> tuple[str, Counter[tuple[str, ...]]]:
    """Conformance, and the results by their parts.

    In a file of its own a manifest cannot name shapes without IRI.
    """
    graph, triples = rdflib_graph(quads), ShapeTriples(quads)
    report = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    parts = [
        SH.focusNode,
        SH.value,
        SH.sourceConstraintComponent,
        SH.resultSeverity,
        *([SH.sourceShape] if named else []),
    ]

    def term(node: Node | None) -> str:
        return "" if node is None else str(from_rdflib(node))

    def path(node: Node | None) -> str:
        return "" if node is None else path_text(read_path(triples, from_rdflib(node)))

    return str(graph.value(report, SH.conforms)), Counter(
        (
            path(graph.value(result, SH.resultPath)),
            *(term(graph.value(result, part)) for part in parts),
        )
        for result in graph.objects(report, SH.result)
    )


def messages(quads: list[Quad]) -> set[Term]:
    return {quad.object for quad in quads if quad.predicate.value == str(SH.resultMessage)}


def test_terms_remain_the_same_through_rdflib() -> None:
    quads: list[Quad] = [
        quad for path in sorted(SUITE.glob("*/*/*.ttl")) for quad in read_quads(path)
    ]
    terms = {term for quad in quads for term in (quad.subject, quad.object)}
    assert len(terms) > 1000
    for term in terms:
        node = rdflib_graph([Quad(IRI("http://example.org/s"), IRI("http://example.org/p"), term)])
        assert [from_rdflib(o) for o in node.objects()] == [term]
        assert not any(isinstance(o, BNode) for o in node.subjects())
