"""The things that a cell may name: by code, by address, or by label in any language."""

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
from gcmgraph.validation.report import Nearest
from gcmgraph.validation.suggestions import closest

#: Most things of one list; of more, nobody chooses from a list.
MOST = 5000

#: Apostrophes and hyphens that are written for one another.
_ALIKE = str.maketrans({**dict.fromkeys("’ʼ‘`´", "'"), **dict.fromkeys("‐‑‒–—", "-")})


def normal(name: str) -> str:
    """A name as names are compared: without case, accents, and differences of spaces, hyphens and apostrophes."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = folded if folded.isascii() else "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(plain.translate(_ALIKE).split())


@dataclass(frozen=True)
class ListEntry:
    """One thing of a list."""

    iri: IRI
    #: its code (`PHL`, `9a`, `16.9`), where it has one
    code: str
    labels: Texts
    #: other names, the better first: groups of equal rank
    others: tuple[tuple[str, ...], ...] = ()

    def shown(self, language: str) -> str:
        """How it stands in a list: `Philippines (PHL)`, `9 – Strengthen …`, or what there is of it."""
        label = self.labels.best(language)
        if not label or not self.code:
            return label or self.code or self.iri.value
        return f"{self.code} – {label}" if self.code[0].isdecimal() else f"{label} ({self.code})"

    def names(self) -> Iterable[tuple[str, ...]]:
        """All its names, groups of equal rank, the better first."""
        labels = tuple(label for _, label in self.labels.pairs)
        shown = tuple(self.shown(tag) for tag in ("", *(tag for tag, _ in self.labels.pairs)))
        yield (self.code, self.iri.value, *shown)
        yield labels
        yield from self.others


class ListEntries:
    """A list of things."""

    def __init__(self, all_: Iterable[ListEntry]) -> None:
        found = sorted(all_, key=lambda choice: choice.iri.value)
        self.all = _told_apart(found)
        self._in_order: dict[str, tuple[ListEntry, ...]] = {}

    def in_order(self, language: str) -> tuple[ListEntry, ...]:
        """The things as a person looks for them: by number where they are numbered, else by name."""
        if language not in self._in_order:
            self._in_order[language] = self._ordered(language)
        return self._in_order[language]

    def _ordered(self, language: str) -> tuple[ListEntry, ...]:

        def order(choice: ListEntry) -> tuple[object, ...]:
            if choice.code[:1].isdecimal():
                pieces = re.findall(r"\d+|[^\d.]+", choice.code)
                return (0, [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces])
            return (1, normal(choice.shown(language)))

        return tuple(sorted(self.all, key=order))

    @cached_property
    def _ranks(self) -> tuple[dict[str, set[IRI]], ...]:
        ranks: list[dict[str, set[IRI]]] = []
        for choice in self.all:
            for rank, names in enumerate(choice.names()):
                while len(ranks) <= rank:
                    ranks.append({})
                for name in filter(None, map(normal, names)):
                    ranks[rank].setdefault(name, set()).add(choice.iri)
        return tuple(ranks)

    def named(self, name: str) -> tuple[IRI, ...]:
        """The things of this name: one, none, or several that it does not tell apart."""
        wanted = normal(name)
        found = next((rank[wanted] for rank in self._ranks if wanted in rank), set())
        return tuple(sorted(found, key=lambda iri: iri.value))

    def near(self, name: str) -> Nearest | None:
        """The thing whose name comes nearest."""
        names = {known: iri for rank in reversed(self._ranks) for known, iris in rank.items() for iri in iris}
        iri = closest(normal(name), names)
        return None if iri is None else Nearest(iri, next(c.labels for c in self.all if c.iri == iri))


def _told_apart(choices: list[ListEntry]) -> tuple[ListEntry, ...]:
    """The choices; those that share a name and have no code are told apart by the last part of their address."""
    bearers = Counter(
        name for choice in choices for name in {(tag, normal(label)) for tag, label in choice.labels.pairs}
    )
    return tuple(
        replace(choice, code=choice.iri.value.rpartition("/")[2])
        if not choice.code and any(bearers[tag, normal(label)] > 1 for tag, label in choice.labels.pairs)
        else choice
        for choice in choices
    )


class Lists:
    """The lists of one published graph; each is read when it is first asked for."""

    def __init__(self, published: Store, addresses: Addresses) -> None:
        self._published = published
        self._addresses = addresses
        self._term = Vocabulary(addresses)
        self._read: dict[tuple[tuple[IRI, ...], IRI | None], ListEntries] = {}

    def of(self, classes: tuple[IRI, ...], scheme: IRI | None = None) -> ListEntries:
        """The things of some classes, or of a concept scheme."""
        found = self._read.get((classes, scheme))
        if found is None:
            things = self._in_scheme(scheme) if scheme else {t: None for c in classes for t in self._of_class(c)}
            found = ListEntries(map(self._choice, things))
            self._read[classes, scheme] = found
        return found

    def _of_class(self, kind: IRI) -> dict[IRI, None]:
        return self._subjects("rdf:type", kind)

    def _in_scheme(self, scheme: IRI) -> dict[IRI, None]:
        return self._subjects("skos:inScheme", scheme)

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

    def _choice(self, thing: IRI) -> ListEntry:
        said: dict[IRI, list[Literal]] = {}
        for triple in self._published.triples(thing):
            if isinstance(triple.object, Literal):
                said.setdefault(triple.predicate, []).append(triple.object)

        def texts(*curies: str) -> list[Literal]:
            return [value for curie in curies for value in said.get(self._term(curie), [])]

        def words(*curies: str) -> tuple[str, ...]:
            return tuple(value.value for value in texts(*curies))

        labels = Texts.of((v.language or "", v.value) for v in texts("skos:prefLabel") or texts("dct:title"))
        acronyms = texts("gcm:acronym")
        acronym = next((v.value for v in acronyms if v.language == "en"), acronyms[0].value if acronyms else "")
        code = next(iter(words("skos:notation")), acronym)
        local = thing.value.rpartition("/")[2]
        others = (
            words("gcm:acronym", "gcm:iso2", "gcm:m49"),
            (*words("skos:altLabel", "gcm:formalName"), local),
            words("skos:hiddenLabel"),
        )
        return ListEntry(thing, code, labels, others)
