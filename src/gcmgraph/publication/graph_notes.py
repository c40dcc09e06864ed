"""Notes of named graphs and of columns of reference tables: titles, sources, licences, agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from gcmgraph.publication.descriptions import ResourceValues
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Vocabulary
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
        self.columns = lru_cache(REMEMBERED)(
            partial(_notes_by_property, store, Vocabulary(addresses), self.of)
        )


def _note(store: Store, v: Vocabulary, provenance: IRI, about: IRI) -> Note:
    values = ResourceValues(store, v, about)
    return Note(
        about=about,
        titles=values.texts("dct:title"),
        descriptions=values.texts("dct:description"),
        sources=values.values("dct:source"),
        licences=values.iris("dct:license"),
        dates=(*values.texts("dct:created"), *values.texts("prov:generatedAtTime")),
        language=values.text("dct:language"),
        by=values.values("prov:wasAttributedTo"),
        reviewers=_reviewers(store, v, provenance, values),
    )


def _reviewers(
    store: Store, v: Vocabulary, provenance: IRI, graph: ResourceValues
) -> tuple[Term, ...]:
    """Agents who decided on the contribution of a graph, other than those who ended it."""
    ends = graph.values("prov:wasInvalidatedBy")
    agents: set[Term] = set()
    for contribution in graph.values("prov:wasGeneratedBy"):
        for quad in store.quads(None, v("prov:wasInformedBy"), contribution, provenance):
            decision = quad.subject
            if isinstance(decision, IRI) and decision not in ends:
                values = ResourceValues(store, v, decision)
                agents.update(values.values("prov:wasAssociatedWith"))
    return tuple(sorted(agents, key=str))


def _notes_by_property(
    store: Store, v: Vocabulary, note: Callable[[IRI], Note], graph: IRI
) -> dict[IRI, list[Note]]:
    """The notes of the columns of a graph, by property."""
    notes: dict[IRI, list[Note]] = {}
    for column in ResourceValues(store, v, graph).iris("void:propertyPartition"):
        for property_ in ResourceValues(store, v, column).iris("void:property"):
            notes.setdefault(property_, []).append(note(column))
    return notes
