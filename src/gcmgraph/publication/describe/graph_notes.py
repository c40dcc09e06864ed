"""What is recorded about named graphs, and about the columns that reference graphs were made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

#: Graphs and columns whose notes are remembered: nearly all pages name the same.
REMEMBERED = 500


@dataclass(frozen=True)
class Note:
    """What is recorded about a graph, or about a column of a reference table."""

    about: IRI
    titles: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    #: where it was taken from: texts and IRIs
    sources: tuple[Term, ...]
    licences: tuple[IRI, ...]
    dates: tuple[Literal, ...]
    #: language tag of a column's texts, where it has any
    language: str | None = None
    #: who sent a contribution
    by: tuple[Term, ...] = ()
    #: who accepted it
    reviewers: tuple[Term, ...] = ()


class ResourceValues:
    """What is said about one thing, read at once."""

    def __init__(self, store: Store, v: Vocabulary, subject: IRI) -> None:
        self._v = v
        self._values: dict[IRI, set[Term]] = {}
        for triple in store.triples(subject):
            if isinstance(triple.object, IRI | BlankNode | Literal):
                self._values.setdefault(triple.predicate, set()).add(triple.object)

    def values(self, curie: str) -> tuple[Term, ...]:
        """The values of a property, in a fixed order."""
        return tuple(sorted(self._values.get(self._v(curie), ()), key=str))

    def texts(self, curie: str) -> tuple[Literal, ...]:
        """Those that are literals."""
        return tuple(value for value in self.values(curie) if isinstance(value, Literal))

    def iris(self, curie: str) -> tuple[IRI, ...]:
        """Those that are IRIs."""
        return tuple(value for value in self.values(curie) if isinstance(value, IRI))


class Notes:
    """The notes of one dataset version. It remembers some of what it was asked."""

    #: what is recorded about a graph or a column
    of: Callable[[IRI], Note]
    #: the notes of the columns that a graph was made from, by property
    columns: Callable[[IRI], dict[IRI, list[Note]]]

    def __init__(self, store: Store, addresses: Addresses) -> None:
        provenance = IRI(addresses.graph("provenance"))
        # of functions, not of methods, which would hold this object in a circle, and the version's files open
        self.of = lru_cache(REMEMBERED)(partial(_note, store, Vocabulary(addresses), provenance))
        self.columns = lru_cache(REMEMBERED)(partial(_columns, store, Vocabulary(addresses), self.of))


def _note(store: Store, v: Vocabulary, provenance: IRI, about: IRI) -> Note:
    said = ResourceValues(store, v, about)
    return Note(
        about,
        said.texts("dct:title"),
        said.texts("dct:description"),
        said.values("dct:source"),
        said.iris("dct:license"),
        (*said.texts("dct:created"), *said.texts("prov:generatedAtTime")),
        next((tag.value for tag in said.texts("dct:language")), None),
        said.values("prov:wasAttributedTo"),
        _reviewers(store, v, provenance, said),
    )


def _reviewers(store: Store, v: Vocabulary, provenance: IRI, graph: ResourceValues) -> tuple[Term, ...]:
    """Who decided on the contribution that a graph was made by, those who ended it left out."""
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
