"""Metadata of named graphs, and of the table columns from which reference graphs were built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

#: Limit on the cached notes of graphs and columns. Most pages name the same ones.
REMEMBERED = 500


@dataclass(frozen=True)
class Note:
    """Metadata of a graph, or of a column of a reference table."""

    about: IRI
    titles: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    #: sources as texts and IRIs
    sources: tuple[Term, ...]
    licences: tuple[IRI, ...]
    dates: tuple[Literal, ...]
    #: language tag of a column's texts
    language: str | None = None
    #: who sent a contribution
    by: tuple[Term, ...] = ()
    #: who accepted it
    reviewers: tuple[Term, ...] = ()


class ResourceValues:
    """All values of the properties of one resource."""

    def __init__(self, store: Store, v: Vocabulary, subject: IRI) -> None:
        self._v = v
        self._values: dict[IRI, set[Term]] = {}
        for triple in store.triples(subject):
            if isinstance(triple.object, IRI | BlankNode | Literal):
                self._values.setdefault(triple.predicate, set()).add(triple.object)

    def values(self, curie: str) -> tuple[Term, ...]:
        """The values of a property, sorted."""
        return tuple(sorted(self._values.get(self._v(curie), ()), key=str))

    def texts(self, curie: str) -> tuple[Literal, ...]:
        """The literals among the values of a property."""
        return tuple(value for value in self.values(curie) if isinstance(value, Literal))

    def iris(self, curie: str) -> tuple[IRI, ...]:
        """The IRIs among the values of a property."""
        return tuple(value for value in self.values(curie) if isinstance(value, IRI))


class Notes:
    """Notes of one dataset version, cached."""

    #: metadata of a graph or a column
    of: Callable[[IRI], Note]
    #: notes of the columns of a graph, by property
    columns: Callable[[IRI], dict[IRI, list[Note]]]

    def __init__(self, store: Store, addresses: Addresses) -> None:
        provenance = IRI(addresses.graph("provenance"))
        # caches of methods would be a reference cycle, and keep the files of the version open
        self.of = lru_cache(REMEMBERED)(partial(_note, store, Vocabulary(addresses), provenance))
        self.columns = lru_cache(REMEMBERED)(partial(_columns, store, Vocabulary(addresses), self.of))


def _note(store: Store, v: Vocabulary, provenance: IRI, about: IRI) -> Note:
    resource = ResourceValues(store, v, about)
    return Note(
        about,
        resource.texts("dct:title"),
        resource.texts("dct:description"),
        resource.values("dct:source"),
        resource.iris("dct:license"),
        (*resource.texts("dct:created"), *resource.texts("prov:generatedAtTime")),
        next((tag.value for tag in resource.texts("dct:language")), None),
        resource.values("prov:wasAttributedTo"),
        _reviewers(store, v, provenance, resource),
    )


def _reviewers(store: Store, v: Vocabulary, provenance: IRI, graph: ResourceValues) -> tuple[Term, ...]:
    """Agents who decided on the contribution of a graph, other than those who ended it."""
    ends = graph.values("prov:wasInvalidatedBy")
    found = {
        agent
        for contribution in graph.values("prov:wasGeneratedBy")
        for act in store.quads(None, v("prov:wasInformedBy"), contribution, provenance)
        if isinstance(act.subject, IRI) and act.subject not in ends
        for agent in ResourceValues(store, v, act.subject).values("prov:wasAssociatedWith")
    }
    return tuple(sorted(found, key=str))


def _columns(store: Store, v: Vocabulary, note: Callable[[IRI], Note], graph: IRI) -> dict[IRI, list[Note]]:
    found: dict[IRI, list[Note]] = {}
    for part in ResourceValues(store, v, graph).iris("void:propertyPartition"):
        for prop in ResourceValues(store, v, part).iris("void:property"):
            found.setdefault(prop, []).append(note(part))
    return found
