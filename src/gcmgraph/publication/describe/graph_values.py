"""What one graph says, read once and asked often."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store


class GraphValues:
    """The values of properties in a graph of ours, which is named as `Addresses.graph` wants it."""

    def __init__(self, store: Store, addresses: Addresses, graph: str) -> None:
        self._v = Vocabulary(addresses)
        self._said: dict[object, dict[IRI, list[object]]] = {}
        for quad in store.quads(graph=IRI(addresses.graph(graph))):
            self._said.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)

    def subjects(self) -> Iterator[IRI]:
        """What has an address and something said about it."""
        return (subject for subject in self._said if isinstance(subject, IRI))

    def of_class(self, curie: str) -> Iterator[IRI]:
        """The subjects that are said to be of a class."""
        return (subject for subject in self.subjects() if self._v(curie) in self.all(subject, "rdf:type"))

    def all(self, subject: object, curie: str) -> list[object]:
        """The values of a property, in no order."""
        return self._said.get(subject, {}).get(self._v(curie), [])

    def iris(self, subject: object, *curies: str) -> tuple[IRI, ...]:
        """The values of some properties that are IRIs, each once, sorted."""
        found = {value for curie in curies for value in self.all(subject, curie) if isinstance(value, IRI)}
        return tuple(sorted(found, key=lambda iri: iri.value))
