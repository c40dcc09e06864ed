"""Which things there are, by kind, and which named graphs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.labels import Label, Labels
from gcmgraph.store.port import Store

#: The classes of the things of each kind; passages, whose address has `source`, are not listed.
CLASSES = {
    "objective": ("gcm:Objective",),
    "action": ("gcm:Action",),
    "practice": ("gcm:Practice",),
    "organisation": ("gcm:Organisation",),
    "country": ("gcm:Country",),
    "sdg": ("gcm:SdgGoal", "gcm:SdgTarget"),
    "instrument": ("gcm:LegalInstrument",),
    "concept": ("skos:Concept",),
    "source": ("gcm:SourceDocument",),
    "contribution": ("gcm:Contribution",),
}

_COUNT_GRAPHS = "SELECT ?graph (COUNT(*) AS ?size) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"


@dataclass(frozen=True)
class Entry:
    """A thing in a list."""

    iri: IRI
    label: Label
    notation: str | None


class Catalogue:
    """The contents of one dataset version. It remembers what it counted: a version never changes."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._vocabulary = Vocabulary(addresses)
        self._labels = Labels(store, addresses)
        self._members: dict[str, tuple[IRI, ...]] = {}
        self._entries: dict[tuple[str, str], tuple[Entry, ...]] = {}
        self._sizes: dict[str, int] | None = None

    def counts(self) -> dict[str, int]:
        """How many things there are of each kind; kinds with none are left out."""
        return {kind: count for kind in CLASSES if (count := len(self.members(kind)))}

    def members(self, kind: str) -> tuple[IRI, ...]:
        """The things of a kind, in the order of their addresses. A `KeyError` for no kind of ours."""
        if kind not in self._members:
            start = f"{self._addresses.base}id/{kind}/"
            rdf_type = self._vocabulary("rdf:type")
            found = {
                triple.subject
                for curie in CLASSES[kind]
                for triple in self._store.triples(predicate=rdf_type, object=self._vocabulary(curie))
                if isinstance(triple.subject, IRI)
                and triple.subject.value.startswith(start)
                and "#" not in triple.subject.value
            }
            self._members[kind] = tuple(sorted(found, key=lambda iri: iri.value))
        return self._members[kind]

    def entries(self, kind: str, language: str) -> tuple[Entry, ...]:
        """The things of a kind with their labels; those with a code by that, the others by label."""
        if (kind, language) not in self._entries:
            entries = [
                Entry(iri, self._labels.of(iri, language), self._labels.notation(iri)) for iri in self.members(kind)
            ]
            by_label = kind in {"country", "concept"}
            entries.sort(key=lambda e: (natural(e.notation or "~" if not by_label else ""), e.label.text.casefold()))
            self._entries[kind, language] = tuple(entries)
        return self._entries[kind, language]

    def graph_sizes(self) -> dict[str, int]:
        """The IRIs of all named graphs with the number of their triples."""
        if self._sizes is None:
            rows = self._store.select(_COUNT_GRAPHS).rows
            self._sizes = {row["graph"].value: _number(row["size"]) for row in rows}
        return self._sizes


def natural(code: str) -> list[tuple[int, str]]:
    """A sort key in which 10 comes after 9 and 9b after 9a. Numbers may be of any length: `int` refuses long ones."""
    parts = [(part, part.lstrip("0")) for part in re.findall(r"\d+|\D+", code)]
    return [(len(digits) + 1, digits) if part.isdecimal() else (0, part) for part, digits in parts]


def _number(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
