"""Definitions of shapes and paths as the shapes graph states them."""

from __future__ import annotations

from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.property_paths import Alternative, Modified, Predicate, Sequence, path_text
from gcmgraph.rdf.shapes import ShapesGraph
from gcmgraph.rdf.shapes_reader import read_shapes
from gcmgraph.rdf.terms import IRI
from gcmgraph.validation.rules import Shapes

PREFIXES = """@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def ex(name: str) -> IRI:
    return IRI(f"http://example.org/{name}")


def read(text: str) -> ShapesGraph:
    return read_shapes(parse_quads((PREFIXES + text).encode(), TURTLE, source="shapes"))


P, Q = Predicate(ex("p")), Predicate(ex("q"))
PATHS = {
    ":p": (P, "<http://example.org/p>"),
    "( :p :q )": (Sequence((P, Q)), "<http://example.org/p>/<http://example.org/q>"),
    "[ sh:alternativePath ( :p :q ) ]": (Alternative((P, Q)), "<http://example.org/p>|<http://example.org/q>"),
    "[ sh:zeroOrMorePath [ sh:inversePath :p ] ]": (
        Modified("zeroOrMorePath", Modified("inversePath", P)), "(^<http://example.org/p>)*"
    ),
    "[ sh:oneOrMorePath :p ]": (Modified("oneOrMorePath", P), "<http://example.org/p>+"),
    "[ sh:zeroOrOnePath ( :p :q ) ]": (
        Modified("zeroOrOnePath", Sequence((P, Q))), "(<http://example.org/p>/<http://example.org/q>)?"
    ),
}  # fmt: skip


def test_paths_as_written() -> None:
    for text, (path, sparql) in PATHS.items():
        shape = read(f":S sh:path {text} ; sh:minCount 1 .").shapes[ex("S")]
        assert shape.path == path
        assert path_text(path) == sparql


def test_invalid_paths_and_counts_are_problems() -> None:
    for text in ('"p"', "[]", "_:x . _:x sh:inversePath _:x", "( :p [] )"):
        graph = read(f":S sh:minCount 1 ; sh:path {text} .")
        assert graph.shapes[ex("S")].path is None
        assert "path" in graph.problems[0]
    for value in ('"many"', "1 , 2", "1.5"):
        graph = read(f":S sh:path :p ; sh:maxCount {value} .")
        assert graph.shapes[ex("S")].constraints.max_count is None
        assert "maxCount" in graph.problems[0]


def test_subjects_that_are_no_shapes() -> None:
    text = """:S sh:sparql :q . :q a sh:SPARQLConstraint ; sh:select "SELECT $this {}" ; sh:message "no" .
        :group a sh:PropertyGroup ; sh:order 1 ."""
    graph = read(text)
    assert set(graph.shapes) == {ex("S")}
    assert graph.subjects == {ex("S"), ex("q"), ex("group")}


def test_own_shapes_without_problems(shapes: Shapes) -> None:
    assert shapes.graph.problems == ()
    assert len(shapes.graph.shapes) > 100
