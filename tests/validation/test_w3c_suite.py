"""The W3C SHACL test suite through our entry point: what pyshacl can do, our engine must not lose."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from rdflib import Graph
from rdflib.namespace import RDF, SH, Namespace
from rdflib.term import BNode, Literal, Node, URIRef

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.shapes.paths import path_text
from gcmgraph.shapes.reader import read_path
from gcmgraph.shapes.triples import ShapeTriples
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.pyshacl_validator import from_rdflib, rdflib_graph
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Shapes, ShapesEngine

SUITE = Path(__file__).parents[3] / "shared" / "suites" / "shacl" / "tests"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

#: What pyshacl cannot do as we call it; our shapes need neither.
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
            data, shapes = (_file(graph.value(action, part)) for part in (SHT.dataGraph, SHT.shapesGraph))
            found.append(Case(f"{path.relative_to(SUITE).with_suffix('')}", path, data, shapes))
    return found


def _file(node: Node | None) -> Path:
    return Path(str(node).removeprefix("file://"))


def test_the_suite_is_whole() -> None:
    names = [case.name.partition("/")[0] for case in cases()]
    # 120, and component/nodeValidator-001, which the manifest of its folder leaves out
    assert (names.count("core"), names.count("sparql")) == (98, 23)


def parameters() -> list[ParameterSet]:
    return [
        pytest.param(case, id=case.name, marks=[pytest.mark.xfail(strict=True)] if case.name in BEYOND else [])
        for case in (cases() if SUITE.is_dir() else [])
    ]


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", parameters())
def test_w3c(case: Case) -> None:
    # one parse per file, so that blank nodes of data, shapes and expectation are the same
    parsed = {path: read_quads(path) for path in {case.manifest, case.data, case.shapes}}
    expected = rdflib_graph(parsed[case.manifest])
    engine = ShapesEngine(Shapes(tuple(parsed[case.shapes])))
    if (None, MF.result, SHT.Failure) in expected:
        with pytest.raises(DataError, match="shapes cannot be used"):
            validate_dataset(parsed[case.data], engine)
        return
    report = validate_dataset(parsed[case.data], engine)

    node = expected.value(predicate=RDF.type, object=SH.ValidationReport)
    conforms = expected.value(node, SH.conforms)
    assert report.shacl_conforms is (str(conforms) == "true")
    named = _shapes_named(expected, node)
    assert _actual(report, named) == _expected(expected, node, ShapeTriples(parsed[case.manifest]))
    _assert_messages(report, expected, node)


def _shapes_named(expected: Graph, report: Node | None) -> bool:
    """Whether the expectation tells its source shapes: in a file of its own it cannot name blank nodes."""
    return all(isinstance(expected.value(r, SH.sourceShape), URIRef) for r in expected.objects(report, SH.result))


def _actual(report: Report, named: bool) -> Counter[tuple[str, ...]]:
    return Counter(
        (
            str(result.focus),
            path_text(result.path) if result.path else "",
            "" if result.value is None else str(result.value),
            str(result.component),
            str(result.severity),
            str(result.source_shape) if named else "",
        )
        for result in report.results
    )


def _expected(graph: Graph, report: Node | None, triples: ShapeTriples) -> Counter[tuple[str, ...]]:
    named = _shapes_named(graph, report)

    def term(node: Node | None) -> str:
        return "" if node is None else str(from_rdflib(node))

    results = list(graph.objects(report, SH.result))
    paths = [graph.value(result, SH.resultPath) for result in results]
    return Counter(
        (
            term(graph.value(result, SH.focusNode)),
            "" if path is None else path_text(read_path(triples, from_rdflib(path))),
            term(graph.value(result, SH.value)),
            term(graph.value(result, SH.sourceConstraintComponent)),
            term(graph.value(result, SH.resultSeverity)),
            term(graph.value(result, SH.sourceShape)) if named else "",
        )
        for result, path in zip(results, paths, strict=True)
    )


def _assert_messages(report: Report, expected: Graph, node: Node | None) -> None:
    wanted = {
        (message.language or "", str(message))
        for result in expected.objects(node, SH.result)
        for message in expected.objects(result, SH.resultMessage)
        if isinstance(message, Literal)
    }
    assert wanted <= {pair for result in report.results for pair in result.messages.pairs}


def test_terms_of_the_suite_survive_the_way_to_rdflib_and_back() -> None:
    quads: list[Quad] = [quad for path in sorted(SUITE.glob("*/*/*.ttl")) for quad in read_quads(path)]
    terms = {term for quad in quads for term in (quad.subject, quad.object)}
    assert len(terms) > 1000
    for term in terms:
        node = rdflib_graph([Quad(IRI("http://example.org/s"), IRI("http://example.org/p"), term)])
        assert [from_rdflib(o) for o in node.objects()] == [term]
        assert not any(isinstance(o, BNode) for o in node.subjects())
