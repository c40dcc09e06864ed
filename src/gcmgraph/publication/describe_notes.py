"""What is recorded about named graphs, and about the columns that reference graphs were made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


class Values:
    """The values of properties of things in one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._provenance = IRI(addresses.graph("provenance"))

    def of(self, subject: IRI, curie: str) -> tuple[Term, ...]:
        """The values of a property of a thing, in a fixed order."""
        found: Iterable[object] = {triple.object for triple in self._store.triples(subject, self._v(curie))}
        return tuple(sorted((term for term in found if isinstance(term, IRI | BlankNode | Literal)), key=str))

    def texts(self, subject: IRI, curie: str) -> tuple[Literal, ...]:
        """Those that are literals."""
        return tuple(value for value in self.of(subject, curie) if isinstance(value, Literal))

    def reviewers(self, graph: IRI) -> tuple[Term, ...]:
        """Who decided on the contribution that a graph was made by, those who ended it left out."""
        ends = self.of(graph, "prov:wasInvalidatedBy")
        found = {
            agent
            for contribution in self.of(graph, "prov:wasGeneratedBy")
            for act in self._store.quads(None, self._v("prov:wasInformedBy"), contribution, self._provenance)
            if isinstance(act.subject, IRI) and act.subject not in ends
            for agent in self.of(act.subject, "prov:wasAssociatedWith")
        }
        return tuple(sorted(found, key=str))


class Notes:
    """The notes of one dataset version. It remembers some of what it was asked."""

    #: what is recorded about a graph or a column
    of: Callable[[IRI], Note]
    #: the notes of the columns that a graph was made from, by property
    columns: Callable[[IRI], dict[IRI, list[Note]]]

    def __init__(self, store: Store, addresses: Addresses) -> None:
        values = Values(store, addresses)
        # of functions, not of methods, which would hold this object in a circle, and the version's files open
        self.of = lru_cache(REMEMBERED)(partial(_note, values))
        self.columns = lru_cache(REMEMBERED)(partial(_columns, values, self.of))


def _note(values: Values, about: IRI) -> Note:
    return Note(
        about,
        values.texts(about, "dct:title"),
        values.texts(about, "dct:description"),
        values.of(about, "dct:source"),
        tuple(value for value in values.of(about, "dct:license") if isinstance(value, IRI)),
        (*values.texts(about, "dct:created"), *values.texts(about, "prov:generatedAtTime")),
        next((tag.value for tag in values.texts(about, "dct:language")), None),
        values.of(about, "prov:wasAttributedTo"),
        values.reviewers(about),
    )


def _columns(values: Values, note: Callable[[IRI], Note], graph: IRI) -> dict[IRI, list[Note]]:
    found: dict[IRI, list[Note]] = {}
    for part in sorted(values.of(graph, "void:propertyPartition"), key=str):
        if isinstance(part, IRI):
            for prop in values.of(part, "void:property"):
                if isinstance(prop, IRI):
                    found.setdefault(prop, []).append(note(part))
    return found
