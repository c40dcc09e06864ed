"""Our shapes: read from the repository once, and handed to the engine as graphs, never as strings."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rdflib import Graph
from rdflib.term import Literal as RdflibLiteral
from rdflib.term import Node, URIRef

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, Quad, rebase_quad, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.incremental.affected_nodes import Concerned
from gcmgraph.validation.shacl.dependencies import Reads
from gcmgraph.validation.shacl.rdflib_bridge import to_rdflib
from gcmgraph.validation.shacl.shapes_graph import ShapeTriples

if TYPE_CHECKING:
    from gcmgraph.validation.equivalence.signatures import Likeness
    from gcmgraph.validation.shacl.engine import Reference

_LOG = logging.getLogger(__name__)

_SH, _RDFS = PREFIXES["sh"], PREFIXES["rdfs"]
_SUB_CLASS_OF = IRI(_RDFS + "subClassOf")
_TRUE, _FALSE = typed("true", "boolean"), typed("false", "boolean")

#: What is said about shapes for people's sake only.
_FOR_PEOPLE = {
    *(IRI(_SH + name) for name in ("description", "group", "name", "order")),
    *(IRI(_RDFS + name) for name in ("comment", "label", "seeAlso")),
}

#: Parameters that only `true` switches on; pyshacl takes `"1"^^xsd:boolean` for it, the standard does not.
_SWITCHES = {IRI(_SH + name) for name in ("closed", "deactivated", "qualifiedValueShapesDisjoint", "uniqueLang")}


@dataclass(frozen=True)
class Shapes:
    """A shapes graph, and the class hierarchy that `sh:class` and `sh:targetClass` follow."""

    quads: tuple[Quad, ...]
    #: `rdfs:subClassOf` statements between named classes; they join the data when it is validated
    hierarchy: tuple[Quad, ...] = ()

    @cached_property
    def reads(self) -> Reads:
        """What evaluation of each shape reads."""
        return Reads.of(self.said)

    @cached_property
    def said(self) -> ShapeTriples:
        """What is said about the shapes, apart from texts for people."""
        return ShapeTriples(self._constraining)

    @cached_property
    def likeness(self) -> Likeness | None:
        """What the shapes see of a node; None where they see more than its values, which the log says."""
        from gcmgraph.validation.equivalence.signatures import BeyondLikeness, Likeness  # noqa: PLC0415

        try:
            return Likeness(self.reads, self.said)
        except BeyondLikeness as beyond:
            _LOG.warning("Datasets are validated node by node: %s.", beyond)
            return None

    @cached_property
    def concerned(self) -> Concerned:
        """What finds the focus nodes that a change touches."""
        return Concerned(self.reads)

    @cached_property
    def reference(self) -> Reference:
        """The engine for these shapes. It is loaded when it is first asked for: half a second."""
        from gcmgraph.validation.shacl.engine import Reference  # noqa: PLC0415

        return Reference(self)

    @cached_property
    def graph(self) -> Graph:
        """All that is said about the shapes, texts for people included."""
        return rdflib_graph(self.quads, Graph())

    @cached_property
    def constraints(self) -> Graph:
        """What pyshacl needs of the shapes. It goes through all of it again for each value that it checks."""
        return rdflib_graph(self._constraining, Graph())

    @property
    def _constraining(self) -> Iterator[Quad]:
        needed = (quad for quad in self.quads if quad.predicate not in _FOR_PEOPLE)
        return (quad for quad in needed if quad.predicate not in _SWITCHES or quad.object in (_TRUE, _FALSE))


def texts(graph: Graph, node: Node, predicate: URIRef) -> list[tuple[str, str]]:
    """Language and text of each literal that a node has for a property."""
    return [(o.language or "", str(o)) for o in graph.objects(node, predicate) if isinstance(o, RdflibLiteral)]


def rdflib_graph(quads: Iterable[Quad], graph: Graph) -> Graph:
    """`graph` with the triples of these quads, lexical forms untouched."""
    for quad in quads:
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))  # type: ignore[arg-type]
    return graph


def load_shapes(repository: Repository, addresses: Addresses) -> Shapes:
    """The repository's shapes under one base. Raises `DataError` where there are none, `RdfSyntaxError`."""
    if not repository.shapes:
        raise DataError(f"There are no shapes in {repository.root / 'shapes'}.", hint="It should hold *.ttl files.")
    quads = tuple(rebase_quad(quad, addresses) for path in repository.shapes for quad in read_quads(path))
    hierarchy = tuple(
        rebase_quad(quad, addresses)
        for path in repository.ontology
        for quad in read_quads(path)
        if quad.predicate == _SUB_CLASS_OF and isinstance(quad.object, IRI) and isinstance(quad.subject, IRI)
    )
    return Shapes(quads, hierarchy)
