"""Validate a dataset with pyshacl, the reference among SHACL engines in Python.

It gets graphs, never strings (a string may be a URL or a path to it), no advanced features, no JavaScript, no
imports: so it fetches nothing and runs nothing that the data brings along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyshacl
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS
from rdflib.namespace import SH as RDFLIB_SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import Literal, Node

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, BlankNode, Quad
from gcmgraph.validation.paths import OPERATORS, Alternative, Modified, Path, Predicate, Sequence
from gcmgraph.validation.rdflib_terms import from_rdflib
from gcmgraph.validation.report import Report, Result, Texts
from gcmgraph.validation.shapes import Shapes, rdflib_graph

#: Where the name of a thing is looked up, the best first.
_LABELS = (SKOS.prefLabel, DCTERMS.title, RDFS.label, SKOS.notation)


class _DataGraph(Graph):
    """A graph that parses each SPARQL constraint once; pyshacl asks for every focus node (32 ms)."""

    def __init__(self) -> None:
        super().__init__()
        self._prepared: dict[str, Query] = {}

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> QueryResult:
        if isinstance(query_object, str):
            prepared = self._prepared.get(query_object)
            if prepared is None:
                prepared = self._prepared[query_object] = prepareQuery(query_object, initNs=dict(self.namespaces()))
            query_object = prepared
        return super().query(query_object, *args, **kwargs)


def validate_dataset(quads: Iterable[Quad], shapes: Shapes) -> Report:
    """The report on the union of all graphs of a dataset. Raises `DataError` for unusable shapes."""
    data = rdflib_graph(shapes.hierarchy, rdflib_graph(quads, _DataGraph()))
    try:
        _, found, _ = pyshacl.validate(
            data,
            shacl_graph=shapes.constraints,
            inplace=True,  # the graph is ours
            inference="none",
            advanced=False,
            js=False,
            meta_shacl=False,
            do_owl_imports=False,
        )
    except (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError, NotImplementedError) as error:
        raise DataError(f"The shapes cannot be used: {error}.") from error
    if isinstance(found, ValidationFailure):
        raise DataError(f"The shapes cannot be used: {found.message}.")
    return Report.of(_results(found, data, shapes.graph))


def _results(found: Graph, data: Graph, shapes: Graph) -> Iterator[Result]:
    report = found.value(predicate=RDF.type, object=RDFLIB_SH.ValidationReport)
    for node in found.objects(report, RDFLIB_SH.result):
        said = dict(found.predicate_objects(node))
        focus, shape = said[RDFLIB_SH.focusNode], said[RDFLIB_SH.sourceShape]
        path, value = said.get(RDFLIB_SH.resultPath), said.get(RDFLIB_SH.value)
        # pyshacl drops the language of the messages of a SPARQL constraint; the shape has them whole
        messages = _texts(shapes, shape, RDFLIB_SH.message) or _texts(found, node, RDFLIB_SH.resultMessage)
        yield Result(
            focus=from_rdflib(focus),
            path=None if path is None else read_path(found, path),
            value=None if value is None else from_rdflib(value),
            component=_iri(said[RDFLIB_SH.sourceConstraintComponent]),
            severity=_iri(said[RDFLIB_SH.resultSeverity]),
            source_shape=_name(shape),
            messages=Texts.of(messages),
            hints=Texts.of(_texts(shapes, shape, RDFLIB_SH.description)),
            names=Texts.of(_texts(shapes, shape, RDFLIB_SH.name)),
            labels=_labels(data, focus),
        )


def _texts(graph: Graph, node: Node, predicate: URIRef) -> list[tuple[str, str]]:
    return [(o.language or "", str(o)) for o in graph.objects(node, predicate) if isinstance(o, Literal)]


def _labels(data: Graph, node: Node) -> Texts:
    if not isinstance(node, Literal):
        for predicate in _LABELS:
            if found := _texts(data, node, predicate):
                return Texts.of(found)
    return Texts()


def _iri(node: Node) -> IRI:
    term = from_rdflib(node)
    assert isinstance(term, IRI)  # noqa: S101 - by the definition of a validation result
    return term


def _name(node: Node) -> IRI | BlankNode:
    term = from_rdflib(node)
    assert isinstance(term, IRI | BlankNode)  # noqa: S101 - by the definition of a shape
    return term


def read_path(graph: Graph, node: Node) -> Path:
    """The SHACL property path that stands at `node` (https://www.w3.org/TR/shacl/#property-paths)."""
    if isinstance(node, URIRef):
        return Predicate(IRI(str(node)))
    if (node, RDF.first, None) in graph:
        return Sequence(tuple(read_path(graph, step) for step in Collection(graph, node)))
    choices = graph.value(node, RDFLIB_SH.alternativePath)
    if choices is not None:
        return Alternative(tuple(read_path(graph, choice) for choice in Collection(graph, choices)))
    for operator in OPERATORS:
        inner = graph.value(node, RDFLIB_SH[operator])
        if inner is not None:
            return Modified(operator, read_path(graph, inner))
    raise DataError(f"The shapes cannot be used: {node} is no property path.")
