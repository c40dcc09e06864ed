"""RDF files of the repository as quads of their graphs, and the terms of the ontology."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, DefaultGraph, Quad, rebase_quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository


def read_graph(files: list[Path], graph: IRI, addresses: Addresses) -> Iterator[Quad]:
    """The triples of some Turtle files, in one graph and under one base. `DataError` where a file names graphs."""
    for file in files:
        for quad in read_quads(file):
            if not isinstance(quad.graph_name, DefaultGraph):
                raise DataError(
                    "This file may not name graphs: the folder that it is in says which graph it belongs to.",
                    place=Place(str(file)),
                )
            moved = rebase_quad(quad, addresses)
            yield Quad(moved.subject, moved.predicate, moved.object, graph)


def ontology_terms(repository: Repository, addresses: Addresses) -> frozenset[IRI]:
    """The classes and properties that the ontology defines. Raises a `GcmGraphError`."""
    quads = read_graph(repository.ontology, IRI(addresses.graph("ontology")), addresses)
    return frozenset(quad.subject for quad in quads if isinstance(quad.subject, IRI))
