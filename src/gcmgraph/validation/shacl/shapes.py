"""The shapes of the repository."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, Quad, rebase_quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.shapes.definitions import ShapesGraph
from gcmgraph.shapes.reader import read_shapes
from gcmgraph.validation.shacl.dependencies import SUB_CLASS_OF


@dataclass(frozen=True)
class Shapes:
    """A shapes graph, and the class hierarchy that `sh:class` and `sh:targetClass` follow."""

    quads: tuple[Quad, ...]
    #: `rdfs:subClassOf` statements between named classes; they are added to the data that is validated
    hierarchy: tuple[Quad, ...] = ()

    @cached_property
    def graph(self) -> ShapesGraph:
        """The quads as definitions of shapes."""
        return read_shapes(self.quads)


def load_shapes(repository: Repository, addresses: Addresses) -> Shapes:
    """The repository's shapes under one base. Raises `DataError` if there are none, `RdfSyntaxError`."""
    if not repository.shapes:
        raise DataError(f"There are no shapes in {repository.root / 'shapes'}.", hint="It should hold *.ttl files.")
    quads = tuple(rebase_quad(quad, addresses) for path in repository.shapes for quad in read_quads(path))
    hierarchy = tuple(
        rebase_quad(quad, addresses)
        for path in repository.ontology
        for quad in read_quads(path)
        if quad.predicate == SUB_CLASS_OF and isinstance(quad.object, IRI) and isinstance(quad.subject, IRI)
    )
    return Shapes(quads, hierarchy)
