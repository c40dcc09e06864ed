"""Find things by their labels and codes, in any language, without regard to case and accents.

All labels of one dataset version stand in memory, folded. A query compares its words with each label; what fits
is ranked: exact codes, whole labels, beginnings of labels, beginnings of words, then anything within.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe_catalogue import CLASSES, Catalogue
from gcmgraph.store.port import Store

#: Properties whose values are codes, found by themselves before any label.
CODES = ("skos:notation", "gcm:iso3", "gcm:iso2", "gcm:m49", "gcm:acronym", "org:identifier")

#: Properties whose values name a thing, those that name it best first.
NAMES = ("skos:prefLabel", "dct:title", "skos:altLabel", "gcm:formalName", "skos:hiddenLabel")

#: At most so many labels are held, about 0.6 kB each.
MAX_LABELS = 500_000

#: How alike a name must be to one asked for, of 100, to be suggested.
_NEAR = 70

_LABELS_OF_A_THING = 12

_WORD = re.compile(r"\w+")

#: How a label fits a query, best first.
FITS = ("code", "whole", "beginning", "words", "within")


@dataclass(frozen=True, slots=True)
class SearchLabel:
    """A label or code of a thing; `folded` is what a query is compared with."""

    iri: IRI
    kind: str
    text: str
    language: str | None
    #: whether it is a code
    code: bool
    #: place of its property among `NAMES`; 0 for codes
    rank: int
    #: the words of `fold`, each with a space before it
    folded: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, by which of its labels, and how that fits (one of `FITS`)."""

    label: SearchLabel
    fit: str


def fold(text: str) -> str:
    """The words of a text in lower case and without marks, separated by spaces: `Côte d'Ivoire` is `cote d ivoire`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(c for c in decomposed if unicodedata.category(c) != "Mn")))


class SearchIndex:
    """The labels of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses, catalogue: Catalogue, limit: int = MAX_LABELS) -> None:
        self._labels: list[SearchLabel] = []
        #: whether all labels of the dataset are held
        self.complete = True
        for label in _labels(store, Vocabulary(addresses), catalogue):
            if len(self._labels) >= limit:
                self.complete = False
                break
            self._labels.append(label)

    def __len__(self) -> int:
        """The number of labels."""
        return len(self._labels)

    @property
    def labels(self) -> Sequence[SearchLabel]:
        """All labels and codes."""
        return self._labels

    def search(self, query: str, language: str) -> list[Hit]:
        """The things that a query fits, best first; each once, by the label that fits best.

        Of labels that fit alike, those in `language` come first, then those that name the thing best.
        """
        wanted = fold(query)
        best: dict[IRI, tuple[tuple[int, bool, int, int, str], Hit]] = {}
        for label, fit in self._fitting(wanted):
            other = label.language is not None and label.language.split("-", 1)[0] != language
            key = (fit, other, label.rank, len(label.folded), label.text)
            if label.iri not in best or key < best[label.iri][0]:
                best[label.iri] = key, Hit(label, FITS[fit])
        ordered = sorted(best.values(), key=lambda found: (found[0], found[1].label.iri.value))
        return [hit for _, hit in ordered]

    def suggest(self, query: str, language: str, limit: int) -> list[Hit]:
        """The first `limit` things that `search` finds, without putting all others in order."""
        fitting: list[list[SearchLabel]] = [[] for _ in FITS]
        for label, fit in self._fitting(fold(query)):
            fitting[fit].append(label)
        found: dict[IRI, Hit] = {}

        def key(label: SearchLabel) -> tuple[bool, int, int, str, str]:
            other = label.language is not None and label.language.split("-", 1)[0] != language
            return other, label.rank, len(label.folded), label.text, label.iri.value

        for name, labels in zip(FITS, fitting, strict=True):
            # few things have more labels than that
            for label in heapq.nsmallest(limit * _LABELS_OF_A_THING, labels, key=key):
                found.setdefault(label.iri, Hit(label, name))
            if len(found) >= limit:
                break
        return list(found.values())[:limit]

    def things(self, query: str, kind: str) -> frozenset[IRI]:
        """The things of a kind that a query fits, in no order."""
        return frozenset(label.iri for label, _ in self._fitting(fold(query)) if label.kind == kind)

    def with_code(self, code: str) -> list[IRI]:
        """The things that have exactly this code or acronym, by address."""
        wanted = f" {fold(code)}"
        found = {label.iri for label in self._labels if label.code and label.folded == wanted}
        return sorted(found, key=lambda iri: iri.value)

    def near(self, name: str, limit: int = 5) -> list[SearchLabel]:
        """The labels and codes most like a name that was not found, at most one of each thing."""
        wanted = f" {fold(name)}"
        texts = [label.folded for label in self._labels]
        found = process.extract(wanted, texts, scorer=fuzz.ratio, limit=limit * 4, score_cutoff=_NEAR)
        by_thing: dict[IRI, SearchLabel] = {}
        for _, _, place in found:
            by_thing.setdefault(self._labels[place].iri, self._labels[place])
        return list(by_thing.values())[:limit]

    def _fitting(self, wanted: str) -> Iterator[tuple[SearchLabel, int]]:
        """The labels that hold every word of a folded query, each with its place in `FITS`."""
        words = wanted.split()
        if not words:
            return
        start, rest, beginnings = f" {wanted}", words[1:], [f" {word}" for word in words]
        for label in self._labels:
            text = label.folded
            if words[0] not in text or not all(word in text for word in rest):
                continue
            if text == start:
                yield label, 0 if label.code else 1
            elif text.startswith(start):
                yield label, 2
            else:
                yield label, 3 if all(beginning in text for beginning in beginnings) else 4


def _labels(store: Store, v: Vocabulary, catalogue: Catalogue) -> Iterator[SearchLabel]:
    kinds = {iri: kind for kind in CLASSES for iri in catalogue.members(kind)}
    seen: set[tuple[IRI, str, str | None, bool]] = set()
    properties: Iterable[tuple[str, bool, int]] = [
        *((curie, True, 0) for curie in CODES),
        *((curie, False, rank) for rank, curie in enumerate(NAMES)),
    ]
    for curie, code, rank in properties:
        for quad in store.quads(predicate=v(curie)):
            iri, value = quad.subject, quad.object
            if not isinstance(iri, IRI) or not isinstance(value, Literal) or (kind := kinds.get(iri)) is None:
                continue
            key = (iri, value.value, value.language, code)
            if key not in seen:
                seen.add(key)
                yield SearchLabel(iri, kind, value.value, value.language, code, rank, f" {fold(value.value)}")
