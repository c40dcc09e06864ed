"""SHACL property paths in rdflib graphs."""

from __future__ import annotations

from rdflib import Graph
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node, URIRef

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI
from gcmgraph.validation.paths import OPERATORS, Alternative, Modified, Path, Predicate, Sequence


def read_path(graph: Graph, node: Node) -> Path:
    """The SHACL property path that stands at `node` (https://www.w3.org/TR/shacl/#property-paths)."""
    if isinstance(node, URIRef):
        return Predicate(IRI(str(node)))
    if (node, RDF.first, None) in graph:
        return Sequence(tuple(read_path(graph, step) for step in Collection(graph, node)))
    choices = graph.value(node, SH.alternativePath)
    if choices is not None:
        return Alternative(tuple(read_path(graph, choice) for choice in Collection(graph, choices)))
    for operator in OPERATORS:
        inner = graph.value(node, SH[operator])
        if inner is not None:
            return Modified(operator, read_path(graph, inner))
    raise DataError(f"The shapes cannot be used: {node} is no property path.")
