"""Which things there are, by kind, and which named graphs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.naming.labels import Label, Labels
from gcmgraph.store.port import Store

if TYPE_CHECKING:
    from gcmgraph.publication.lists.index import Listings

#: The classes of the things of each kind; passages, whose address has `source`, are not listed.
CLASSES = {
    "objective": ("gcm:Objective",),
    "action": ("gcm:Action",),
    "practice": ("gcm:Practice",),
    "organisation": ("gcm:Organisation",),
    "country": ("gcm:Country",),
    "place": ("dct:Location",),
    "sdg": ("gcm:SdgGoal", "gcm:SdgTarget"),
    "instrument": ("gcm:LegalInstrument",),
    "concept": ("skos:Concept",),
    "source": ("gcm:SourceDocument",),
    "contribution": ("gcm:Contribution",),
}


@dataclass(frozen=True)
class Entry:
    """A thing in a list."""

    iri: IRI
    label: Label
    notation: str | None


class Catalogue:
    """The contents of one dataset version. It remembers what it counted: a version never changes.

    Given the lists of the version, it takes from them which things there are; else it reads the store.
    """

    def __init__(self, store: Store, addresses: Addresses, listings: Listings | None = None) -> None:
        self._store = store
        self._listings = listings
        self._addresses = addresses
        self._vocabulary = Vocabulary(addresses)
        self._labels = Labels(store, addresses)
        self._members: dict[str, tuple[IRI, ...]] = {}
        self._entries: dict[tuple[str, str], tuple[Entry, ...]] = {}

    def counts(self) -> dict[str, int]:
        """How many things there are of each kind; kinds with none are left out."""
        counts = ((kind, len(self._listings.of(kind) if self._listings else self.members(kind))) for kind in CLASSES)
        return {kind: count for kind, count in counts if count}

    def first(self, kind: str, count: int) -> tuple[IRI, ...]:
        """The first things of a kind, in the order of their addresses."""
        return self.members(kind)[:count] if self._listings is None else self._listings.of(kind).first(count)

    def holds(self, kind: str, iri: IRI) -> bool:
        """Whether a thing is of a kind."""
        return iri in self.members(kind) if self._listings is None else bool(self._listings.of(kind).places([iri]))

    def members(self, kind: str) -> tuple[IRI, ...]:
        """The things of a kind, in the order of their addresses. A `KeyError` for no kind of ours."""
        if self._listings is not None:
            return self._listings.of(kind).members
        if kind not in self._members:
            self._members[kind] = read_members(self._store, self._addresses, kind)
        return self._members[kind]

    def entries(self, kind: str, language: str) -> tuple[Entry, ...]:
        """The things of a kind with their labels; those with a code by that, the others by label."""
        if (kind, language) not in self._entries:
            members = self.members(kind)
            self._store.expect(members)
            entries = [Entry(iri, self._labels.of(iri, language), self._labels.notation(iri)) for iri in members]
            by_label = kind in {"country", "concept"}
            entries.sort(key=lambda e: (natural(e.notation or "~" if not by_label else ""), e.label.text.casefold()))
            self._entries[kind, language] = tuple(entries)
        return self._entries[kind, language]


def read_members(store: Store, addresses: Addresses, kind: str) -> tuple[IRI, ...]:
    """The things of a kind in a store, in the order of their addresses. A `KeyError` for no kind of ours."""
    v = Vocabulary(addresses)
    found = {
        triple.subject
        for curie in CLASSES[kind]
        for triple in store.triples(predicate=v("rdf:type"), object=v(curie))
        if isinstance(triple.subject, IRI) and kind_of(triple.subject, addresses) == kind
    }
    return tuple(sorted(found, key=lambda iri: iri.value))


def kind_of(iri: IRI, addresses: Addresses) -> str | None:
    """The kind that an address is of, `{base}id/{kind}/{local}`; None for any other, and for parts of things."""
    start = f"{addresses.base}id/"
    kind, slash, _ = iri.value.removeprefix(start).partition("/")
    return kind if iri.value.startswith(start) and slash and kind in CLASSES and "#" not in iri.value else None


def natural(code: str) -> list[tuple[int, str]]:
    """A sort key in which 10 comes after 9 and 9b after 9a. Numbers may be of any length: `int` refuses long ones."""
    parts = [(part, part.lstrip("0")) for part in re.findall(r"\d+|\D+", code)]
    return [(len(digits) + 1, digits) if part.isdecimal() else (0, part) for part, digits in parts]
