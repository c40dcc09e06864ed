"""Promises about every shape: texts in the languages of the UN, a severity, examples, safe patterns."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Literal, Node, URIRef

from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI
from gcmgraph.validation.rdflib_terms import rdflib_graph
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Shapes

FOLDER = Path(__file__).parent
NAMESPACE = "https://w3id.org/gcmgraph/shapes#"

#: Constraint parameters that our shapes use, and the component that reports them.
COMPONENTS = {
    SH[name]: f"{component}ConstraintComponent"
    for name, component in {
        **{name: name[0].upper() + name[1:] for name in (
            "class", "datatype", "disjoint", "equals", "languageIn", "lessThan", "maxCount", "maxInclusive", "minCount",
            "minInclusive", "minLength", "node", "nodeKind", "or", "pattern", "qualifiedMaxCount", "qualifiedMinCount",
            "uniqueLang",
        )},
        "sparql": "SPARQL",
    }.items()
}  # fmt: skip
#: Statements about a shape that constrain nothing.
OTHER = {
    RDF.type, RDFS.label, RDFS.comment, RDFS.seeAlso, SH.description, SH.group,
    SH.message, SH.name, SH.order, SH.path, SH.property,
    SH.qualifiedValueShape, SH.severity, SH.targetClass,
}  # fmt: skip


@pytest.fixture(scope="module")
def graph(shapes: Shapes) -> Graph:
    """The shapes graph, independently of our reader of shapes."""
    return rdflib_graph(shapes.quads)


def property_shapes(graph: Graph) -> set[Node]:
    return set(graph.subjects(RDF.type, SH.PropertyShape))


def targeted(graph: Graph) -> set[Node]:
    return set(graph.subjects(SH.targetClass))


UN_LANGUAGES = {"ar", "en", "es", "fr", "ru", "zh"}


def explained(graph: Graph, node: Node, predicate: URIRef) -> bool:
    """Whether a text exists once in each language, and in all languages of the UN."""
    found = languages(graph, node, predicate)
    return len(found) == len(set(found)) and set(found) >= UN_LANGUAGES


def languages(graph: Graph, node: Node, predicate: URIRef) -> list[str]:
    texts = [o for o in graph.objects(node, predicate) if isinstance(o, Literal) and str(o).strip()]
    return sorted(text.language or "" for text in texts)


def test_texts_of_shapes_in_each_un_language(graph: Graph) -> None:
    found = property_shapes(graph)
    assert len(found) > 100
    for shape in found:
        for predicate in (SH.message, SH.description, SH.name):
            assert explained(graph, shape, predicate), f"{shape}: {predicate}"
        assert len(list(graph.objects(shape, SH.severity))) == 1, f"{shape}: say its sh:severity"
    for shape in targeted(graph):
        assert explained(graph, shape, RDFS.label), shape


def test_terms_and_addresses_in_translations(graph: Graph) -> None:
    code = re.compile(
        r"\b(?!https?:)[a-z]+:[A-Za-z0-9]+|https?://[\w./#-]*[\w/]|\^\^xsd:\w+|\{[^}]*\}", re.ASCII
    )
    for shape in property_shapes(graph):
        for predicate in (SH.message, SH.description, SH.name):
            texts = {
                text.language: str(text)
                for text in graph.objects(shape, predicate)
                if isinstance(text, Literal)
            }
            expected = sorted(code.findall(texts["en"]))
            for language, text in texts.items():
                assert sorted(code.findall(text)) == expected, f"{shape} {predicate} {language}"


def test_texts_of_node_shapes_with_constraints(graph: Graph) -> None:
    own = {s for s in targeted(graph) for p in graph.predicates(s) if p in COMPONENTS}
    names = {str(shape).removeprefix(NAMESPACE) for shape in own}
    assert names == {"Concept-name", "Corridor", "LegalResource", "Passage-words"}
    for shape in own:
        assert explained(graph, shape, SH.message)
        assert explained(graph, shape, SH.description)
        assert graph.value(shape, SH.severity) == SH.Violation


def test_names_and_use_of_shapes(graph: Graph) -> None:
    listed = {item for head in graph.objects(None, SH["or"]) for item in Collection(graph, head)}
    used = set(graph.objects(None, SH.property)) | listed | set(graph.objects(None, SH.node))
    used |= set(graph.objects(None, SH.qualifiedValueShape)) | targeted(graph)
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in graph.subjects(RDF.type, kind):
            assert str(shape).startswith(NAMESPACE)
            assert shape in used, f"{shape} is not used by any shape"
    # a reference to a shape that is not there would be taken for one that asks nothing
    for shape in used:
        assert (shape, None, None) in graph, f"{shape} is nowhere described"


def test_constraints_in_use(graph: Graph) -> None:
    for shape in property_shapes(graph) | targeted(graph):
        assert set(graph.predicates(shape)) <= set(COMPONENTS) | OTHER, shape


@pytest.fixture(scope="module")
def reported(report_on: Callable[[Path], Report]) -> set[tuple[str, str]]:
    """Source shape and constraint component of all that the invalid examples report."""
    return {
        (result.source_shape.value, result.component.value.removeprefix(str(SH)))
        for path in FOLDER.glob("*/invalid-*.ttl")
        for result in report_on(path).results
    }


def test_invalid_example_of_each_constraint(graph: Graph, reported: set[tuple[str, str]]) -> None:
    constraints = {
        (str(shape), COMPONENTS[predicate])
        for shape in property_shapes(graph) | targeted(graph)
        for predicate in graph.predicates(shape)
        if predicate in COMPONENTS
    }
    missing = sorted(constraints - reported)
    assert not missing, "add an example to tests/shapes/*/invalid-*.ttl"


def test_valid_example_of_each_target(graph: Graph) -> None:
    classes = {
        quad.object.value
        for path in FOLDER.glob("*/valid-*.ttl")
        for quad in read_quads(path)
        if quad.predicate.value == str(RDF.type) and isinstance(quad.object, IRI)
    }
    for shape in targeted(graph):
        target = graph.value(shape, SH.targetClass)
        assert str(target) in classes, f"add tests/shapes/…/valid-*.ttl with a resource of {target}"


def test_patterns_have_no_nested_quantifiers(graph: Graph) -> None:
    patterns = [str(o) for o in graph.objects(None, SH.pattern)]
    assert len(patterns) > 10
    for pattern in patterns:
        assert not re.search(r"[*+}]\)[*+?{]|[*+][*+]", pattern), (
            f"{pattern} can take exponential time"
        )
