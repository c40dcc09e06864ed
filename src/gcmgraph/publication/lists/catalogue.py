"""The resources of one dataset version by kind, with their labels."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.naming.labels import Label, Labels
from gcmgraph.store.port import Store
from gcmgraph.text import natural


@dataclass(frozen=True)
class Entry:
    """A resource in a list."""

    iri: IRI
    label: Label
    notation: str | None


class Catalogue:
    """Contents of one dataset version. Entries are cached: a version never changes."""

    def __init__(self, store: Store, addresses: Addresses, listings: Listings) -> None:
        self._store = store
        self._listings = listings
        self._labels = Labels(store, addresses)
        self._entries: dict[tuple[str, str], tuple[Entry, ...]] = {}

    def counts(self) -> dict[str, int]:
        """Number of resources of each kind; kinds without any are left out."""
        return {kind: count for kind in KINDS if (count := len(self._listings.of(kind)))}

    def first(self, kind: str, count: int) -> tuple[IRI, ...]:
        """The first resources of a kind, ordered by address."""
        return self._listings.of(kind).first(count)

    def holds(self, kind: str, iri: IRI) -> bool:
        """Whether a resource is of a kind."""
        return bool(self._listings.of(kind).places([iri]))

    def members(self, kind: str) -> tuple[IRI, ...]:
        """All resources of a kind, ordered by address. Raises `KeyError` for an unknown kind."""
        return self._listings.of(kind).members

    def entries(self, kind: str, language: str) -> tuple[Entry, ...]:
        """Resources of a kind with their labels, ordered by code if the kind has codes, else by label."""
        if (kind, language) not in self._entries:
            members = self.members(kind)
            entries = [Entry(iri, self._labels.of(iri, language), self._labels.notation(iri)) for iri in members]
            by_label = kind in {"country", "concept"}
            entries.sort(key=lambda e: (natural(e.notation or "~" if not by_label else ""), e.label.text.casefold()))
            self._entries[kind, language] = tuple(entries)
        return self._entries[kind, language]
