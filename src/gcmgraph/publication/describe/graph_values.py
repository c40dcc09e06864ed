"""Values of properties in one named graph, in memory."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store


class GraphValues:
    """The values of properties in the graph with a name of `Addresses.graph`."""

    def __init__(self, store: Store, addresses: Addresses, graph: str) -> None:
        self._v = Vocabulary(addresses)
        self._values: dict[object, dict[IRI, list[object]]] = {}
        for quad in store.quads(graph=IRI(addresses.graph(graph))):
            self._values.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)

    def subjects(self) -> Iterator[IRI]:
        """The IRIs that are subjects."""
        return (subject for subject in self._values if isinstance(subject, IRI))

    def of_class(self, curie: str) -> Iterator[IRI]:
        """The subjects of a class."""
        return (subject for subject in self.subjects() if self._v(curie) in self.all(subject, "rdf:type"))

    def all(self, subject: object, curie: str) -> list[object]:
        """The values of a property, unordered."""
        return self._values.get(subject, {}).get(self._v(curie), [])

    def iris(self, subject: object, *curies: str) -> tuple[IRI, ...]:
        """The distinct IRIs among the values of some properties, sorted."""
        found = {value for curie in curies for value in self.all(subject, curie) if isinstance(value, IRI)}
        return tuple(sorted(found, key=lambda iri: iri.value))
