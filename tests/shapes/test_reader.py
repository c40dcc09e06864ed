"""Definitions of shapes and paths as the shapes graph states them."""

from __future__ import annotations

import pytest

from gcmgraph.model.terms import IRI, BlankNode, Literal
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.shapes import (
    CONSTRAINING,
    VIOLATION,
    WARNING,
    Alternative,
    Modified,
    NotAPath,
    Predicate,
    Sequence,
    ShapesGraph,
    ShapeTriples,
    choices,
    path_text,
    read_path,
    read_shapes,
    sh,
)
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
    "[ sh:inversePath :p ]": (Modified("inversePath", P), "^<http://example.org/p>"),
    "[ sh:zeroOrMorePath [ sh:inversePath :p ] ]": (
        Modified("zeroOrMorePath", Modified("inversePath", P)),
        "(^<http://example.org/p>)*",
    ),
    "[ sh:oneOrMorePath :p ]": (Modified("oneOrMorePath", P), "<http://example.org/p>+"),
    "[ sh:zeroOrOnePath ( :p :q ) ]": (
        Modified("zeroOrOnePath", Sequence((P, Q))),
        "(<http://example.org/p>/<http://example.org/q>)?",
    ),
}


@pytest.mark.parametrize("text", PATHS)
def test_path_as_written(text: str) -> None:
    path, sparql = PATHS[text]
    shape = read(f":S sh:path {text} ; sh:minCount 1 .").shapes[ex("S")]
    assert shape.path == path
    assert path_text(path) == sparql


def test_choices_of_a_path() -> None:
    assert choices(P) == (ex("p"),)
    assert choices(Alternative((P, Alternative((Q,))))) == (ex("p"), ex("q"))
    assert choices(Alternative((P, Sequence((P, Q))))) is None
    assert choices(None) is None


@pytest.mark.parametrize("text", ['"p"', "[]", "_:x . _:x sh:inversePath _:x", "( :p [] )"])
def test_invalid_path_is_a_problem(text: str) -> None:
    graph = read(f":S sh:minCount 1 ; sh:path {text} .")
    assert graph.shapes[ex("S")].path is None
    assert "path" in graph.problems[0]


def test_circular_path_is_refused() -> None:
    quads = list(parse_quads((PREFIXES + ":S sh:path _:x . _:x sh:inversePath _:x .").encode(), TURTLE, source="s"))
    node = next(quad.subject for quad in quads if isinstance(quad.subject, BlankNode))
    with pytest.raises(NotAPath, match="within itself"):
        read_path(ShapeTriples(quads), node)


def test_texts_of_a_shape_by_language() -> None:
    text = """:S a sh:NodeShape ; rdfs:label "Ship"@en , "Navire"@fr ; sh:message "Wrong."@en ;
        sh:property [ sh:path :p ; sh:name "name"@en , "nom"@fr ; sh:severity sh:Warning ; sh:order 2 ] ."""
    graph = read(text)
    shape = graph.shapes[ex("S")]
    (rule,) = graph.properties(shape)
    assert [shape.labels.best(language) for language in ("en", "fr", "de")] == ["Ship", "Navire", "Ship"]
    assert shape.messages.best("fr") == "Wrong."
    assert rule.names.pairs == (("en", "name"), ("fr", "nom"))
    assert (shape.severity, rule.severity) == (VIOLATION, WARNING)
    assert (shape.order, rule.order) == (None, 2)


def test_constraints_of_a_shape() -> None:
    text = """:S sh:path :p ; sh:class :C ; sh:datatype xsd:date ; sh:nodeKind sh:IRI ; sh:minCount 1 ; sh:maxCount 2 ;
        sh:minInclusive 1 ; sh:maxLength 3 ; sh:pattern "a" ; sh:flags "i" ; sh:languageIn ( "en" ) ;
        sh:uniqueLang true ; sh:lessThan :q ; sh:not :T ; sh:and ( :U ) ; sh:or ( :V :W ) ; sh:xone ( :X ) ;
        sh:node :Y ; sh:qualifiedValueShape :Z ; sh:qualifiedMinCount 1 ; sh:hasValue :v ; sh:in ( :v 1 ) ;
        sh:sparql [ sh:prefixes :S ; sh:select "SELECT $this { $this $PATH ?x }" ] ;
        sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] ."""
    graph = read(text)
    found = graph.shapes[ex("S")].constraints
    assert graph.problems == ()
    assert (found.classes, found.datatypes, found.node_kinds) == (
        (ex("C"),),
        (IRI("http://www.w3.org/2001/XMLSchema#date"),),
        (sh("IRI"),),
    )
    assert (found.min_count, found.max_count, found.qualified_min_count, found.lengths) == (1, 2, 1, (3,))
    assert (found.patterns, found.flags, found.languages) == (("a",), ("i",), (Literal("en"),))
    assert (found.unique_lang, found.closed, found.qualified_disjoint) == (True, False, False)
    assert found.compared == (ex("q"),)
    assert found.shapes == tuple(ex(name) for name in ("Y", "T", "Z", "U", "V", "W", "X"))
    assert len(found.listed) == 2
    assert found.sparql[0].prefixes == {"ex": "http://example.org/"}
    assert found.stated == CONSTRAINING - {
        sh(name) for name in ("minExclusive", "maxExclusive", "maxInclusive", "minLength", "equals", "disjoint",
                              "lessThanOrEquals", "property", "closed")
    }  # fmt: skip


@pytest.mark.parametrize("switch", ["closed", "uniqueLang", "qualifiedValueShapesDisjoint"])
@pytest.mark.parametrize(("value", "on"), [("true", True), ("false", False), ('"1"^^xsd:boolean', False)])
def test_switches(switch: str, value: str, on: bool) -> None:
    found = read(f":S sh:minCount 1 ; sh:{switch} {value} .").shapes[ex("S")].constraints
    assert [found.closed, found.unique_lang, found.qualified_disjoint].count(True) == on


def test_targets_of_shapes() -> None:
    text = """:S sh:targetNode :a ; sh:targetClass :C ; sh:targetSubjectsOf :p ; sh:targetObjectsOf :q .
        :K a rdfs:Class , sh:NodeShape . :M rdfs:subClassOf rdfs:Class . :L a :M , sh:NodeShape ."""
    shapes = read(text).shapes
    targets = shapes[ex("S")].targets
    assert (targets.nodes, targets.classes, targets.subjects_of, targets.objects_of) == (
        {ex("a")}, {ex("C")}, {ex("p")}, {ex("q")}
    )  # fmt: skip
    assert shapes[ex("K")].targets.classes == {ex("K")}
    assert shapes[ex("L")].targets.classes == {ex("L")}
    assert ex("M") not in shapes


@pytest.mark.parametrize("value", ['"many"', "1 , 2", "1.5"])
def test_invalid_count_is_a_problem(value: str) -> None:
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
