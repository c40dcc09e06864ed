"""Lists of resources that a cell may name by code, address, or label in any language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.withdrawn import invalidations
from gcmgraph.shapes.texts import Texts
from gcmgraph.store.port import Store
from gcmgraph.text.nearest import nearest_value
from gcmgraph.validation.report import Nearest

#: Limit on the entries of a list.
MOST = 5000

#: Apostrophes and hyphens with the same meaning.
_ALIKE = str.maketrans({**dict.fromkeys("’ʼ‘`´", "'"), **dict.fromkeys("‐‑‒–—", "-")})


def normal(name: str) -> str:
    """A name without case and accents, with one form of spaces, hyphens and apostrophes, for comparison."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = folded if folded.isascii() else "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(plain.translate(_ALIKE).split())


@dataclass(frozen=True)
class ListEntry:
    """A resource in a list."""

    iri: IRI
    #: its code (`PHL`, `9a`, `16.9`), or nothing
    code: str
    labels: Texts
    #: other names in groups of equal rank, the best first
    others: tuple[tuple[str, ...], ...] = ()

    def shown(self, language: str) -> str:
        """The text in the list: `Philippines (PHL)`, `9 – Strengthen …`, or a part of this."""
        label = self.labels.best(language)
        if not label or not self.code:
            return label or self.code or self.iri.value
        return f"{self.code} – {label}" if self.code[0].isdecimal() else f"{label} ({self.code})"

    def names(self) -> Iterable[tuple[str, ...]]:
        """All names in groups of equal rank, the best first."""
        labels = tuple(label for _, label in self.labels.pairs)
        shown = tuple(self.shown(tag) for tag in ("", *(tag for tag, _ in self.labels.pairs)))
        yield (self.code, self.iri.value, *shown)
        yield labels
        yield from self.others


class ListEntries:
    """A list of resources."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        found = sorted(entries, key=lambda entry: entry.iri.value)
        self.all = _distinguished(found)
        self._in_order: dict[str, tuple[ListEntry, ...]] = {}

    def in_order(self, language: str) -> tuple[ListEntry, ...]:
        """The entries by number if they have numbers, else by name."""

        def order(entry: ListEntry) -> tuple[object, ...]:
            if entry.code[:1].isdecimal():
                pieces = re.findall(r"\d+|[^\d.]+", entry.code)
                return (0, [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces])
            return (1, normal(entry.shown(language)))

        if language not in self._in_order:
            self._in_order[language] = tuple(sorted(self.all, key=order))
        return self._in_order[language]

    @cached_property
    def _ranks(self) -> tuple[dict[str, set[IRI]], ...]:
        ranks: list[dict[str, set[IRI]]] = []
        for entry in self.all:
            for rank, names in enumerate(entry.names()):
                while len(ranks) <= rank:
                    ranks.append({})
                for name in filter(None, map(normal, names)):
                    ranks[rank].setdefault(name, set()).add(entry.iri)
        return tuple(ranks)

    def named(self, name: str) -> tuple[IRI, ...]:
        """The resources with a name: none, one, or several where it is ambiguous."""
        wanted = normal(name)
        found = next((rank[wanted] for rank in self._ranks if wanted in rank), set())
        return tuple(sorted(found, key=lambda iri: iri.value))

    def near(self, name: str) -> Nearest | None:
        """The resource with the most similar name."""
        names = {known: iri for rank in reversed(self._ranks) for known, iris in rank.items() for iri in iris}
        iri = nearest_value(normal(name), names)
        return None if iri is None else Nearest(iri, next(c.labels for c in self.all if c.iri == iri))


def _distinguished(entries: list[ListEntry]) -> tuple[ListEntry, ...]:
    """The entries; those that share a label and have no code get the last part of their address as code."""
    bearers = Counter(name for entry in entries for name in {(tag, normal(label)) for tag, label in entry.labels.pairs})
    return tuple(
        replace(entry, code=entry.iri.value.rpartition("/")[2])
        if not entry.code and any(bearers[tag, normal(label)] > 1 for tag, label in entry.labels.pairs)
        else entry
        for entry in entries
    )


class Lists:
    """The lists of one published graph, each read on first use."""

    def __init__(self, published: Store, addresses: Addresses) -> None:
        self._published = published
        self._addresses = addresses
        self._term = Vocabulary(addresses)
        self._read: dict[tuple[tuple[IRI, ...], IRI | None], ListEntries] = {}

    def of(self, classes: tuple[IRI, ...], scheme: IRI | None = None) -> ListEntries:
        """The resources of some classes, or of a concept scheme."""
        found = self._read.get((classes, scheme))
        if found is None:
            wanted = [("skos:inScheme", scheme)] if scheme else [("rdf:type", kind) for kind in classes]
            resources = {iri: None for predicate, value in wanted for iri in self._subjects(predicate, value)}
            found = self._read[classes, scheme] = ListEntries(map(self._entry, resources))
        return found

    def _subjects(self, predicate: str, value: IRI) -> dict[IRI, None]:
        found: dict[IRI, None] = {}
        for triple in self._published.triples(predicate=self._term(predicate), object=value):
            if isinstance(triple.subject, IRI) and triple.subject not in self._withdrawn:
                found[triple.subject] = None
            if len(found) == MOST:
                break
        return found

    @cached_property
    def _withdrawn(self) -> frozenset[object]:
        return frozenset(quad.subject for quad in invalidations(self._published, self._addresses))

    def _entry(self, resource: IRI) -> ListEntry:
        written: dict[IRI, list[Literal]] = {}
        for triple in self._published.triples(resource):
            if isinstance(triple.object, Literal):
                written.setdefault(triple.predicate, []).append(triple.object)

        def texts(*curies: str) -> list[Literal]:
            return [value for curie in curies for value in written.get(self._term(curie), [])]

        def words(*curies: str) -> tuple[str, ...]:
            return tuple(value.value for value in texts(*curies))

        labels = Texts.of_terms(texts("skos:prefLabel") or texts("dct:title"))
        code = next(iter(words("skos:notation")), Texts.of_terms(texts("gcm:acronym")).best("en") or "")
        local = resource.value.rpartition("/")[2]
        others = (
            words("gcm:acronym", "gcm:iso2", "gcm:m49"),
            (*words("skos:altLabel", "gcm:formalName"), local),
            words("skos:hiddenLabel"),
        )
        return ListEntry(resource, code, labels, others)
