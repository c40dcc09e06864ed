"""Lists of resources that a cell may name, by code, address, or label in any language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from gcmgraph.platform.similarity import nearest_value
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.repository.withdrawals import invalidations
from gcmgraph.store.port import Store
from gcmgraph.validation.report import Nearest

#: Limit on the resources with a class or in a scheme that are in a list.
MAX_ENTRIES = 5000
#: A code in a numbered group: 10.7, 16.a.
_CODE_IN_GROUP = re.compile(r"(\d+)\.[0-9A-Za-z]")
#: A code after the word for its kind: Objectif 7, ODD 10.7.
_WORDS_BEFORE_CODE = re.compile(r"[^\W\d]+(?:\s+n)?[\s.:°º#]*(\d+(?:\.?[0-9A-Za-z])?)")
#: Pieces of a code by which codes are ordered: numbers and letters.
_CODE_PIECE = re.compile(r"\d+|[^\d.]+")
#: Apostrophes and hyphens with the same meaning.
_EQUAL_CHARACTERS = str.maketrans({**dict.fromkeys("’ʼ‘`´", "'"), **dict.fromkeys("‐‑‒–—", "-")})


def normal(name: str) -> str:
    """A name without case and accents, with one form of spaces, hyphens and apostrophes, for comparison.

    >>> normal("Côte d’Ivoire")
    "cote d'ivoire"
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    if not folded.isascii():
        folded = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(folded.translate(_EQUAL_CHARACTERS).split())


@dataclass(frozen=True)
class ListEntry:
    """A resource in a list."""

    iri: IRI
    #: its code (`PHL`, `9a`, `16.9`), or nothing
    code: str
    labels: Texts
    #: other names in groups of equal rank, the best first
    other_names: tuple[tuple[str, ...], ...] = ()

    def text(self, language: str) -> str:
        """The text in the list: `Philippines (PHL)`, `9 – Strengthen …`, or a part of this."""
        label = self.labels.best(language)
        if not label or not self.code:
            return label or self.code or self.iri.value
        return f"{self.code} – {label}" if self.code[0].isdecimal() else f"{label} ({self.code})"

    def names(self) -> Iterable[tuple[str, ...]]:
        """All names in groups of equal rank, the best first."""
        languages = [language for language, _ in self.labels.pairs]
        texts = [self.text(language) for language in ("", *languages)]
        yield (self.code, self.iri.value, *texts)
        yield tuple(label for _, label in self.labels.pairs)
        yield from self.other_names


class ListEntries:
    """A list of resources."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        by_iri = sorted(entries, key=lambda entry: entry.iri.value)
        self.all = _distinguished(by_iri)
        self._in_order: dict[str, tuple[ListEntry, ...]] = {}

    def in_order(self, language: str) -> tuple[ListEntry, ...]:
        """The entries by number if they have numbers, else by name."""
        if language not in self._in_order:
            in_order = sorted(self.all, key=lambda entry: _sort_key(entry, language))
            self._in_order[language] = tuple(in_order)
        return self._in_order[language]

    @cached_property
    def _ranks(self) -> tuple[dict[str, set[IRI]], ...]:
        """The resources by name, for each rank of names, the best first."""
        ranks: list[dict[str, set[IRI]]] = []
        for entry in self.all:
            for rank, names in enumerate(entry.names()):
                if rank == len(ranks):
                    ranks.append({})
                for name in map(normal, names):
                    if name:
                        ranks[rank].setdefault(name, set()).add(entry.iri)
        return tuple(ranks)

    def named(self, name: str) -> tuple[IRI, ...]:
        """The resources with a name: none, one, or several where it is ambiguous."""
        normal_name = normal(name)
        for resources_by_name in self._ranks:
            if normal_name in resources_by_name:
                resources = resources_by_name[normal_name]
                return tuple(sorted(resources, key=lambda iri: iri.value))
        return ()

    def codes_beside_unknown(self, name: str) -> list[str]:
        """The codes with the number before the dot of a code that there is not: `10.1`, `10.2` … for `10.8`."""
        code = _CODE_IN_GROUP.fullmatch(name.strip())
        if code is None:
            return []
        group = [entry.code for entry in self.in_order("") if entry.code.startswith(f"{code[1]}.")]
        is_code = code[0].lower() in map(str.lower, group)
        return [] if is_code else group

    def most_similar(self, name: str) -> Nearest | None:
        """The resource whose code begins a name, or ends it (`Objectif 7`), else that with the most similar name.

        None for a code that there is not.
        """
        words = name.split()
        first_word = words[0].strip(":–—-").lower() if words else ""
        numbered = _WORDS_BEFORE_CODE.fullmatch(name.strip())
        codes = {first_word, numbered[1].lower() if numbered else ""} - {""}
        for entry in self.all:
            if entry.code.lower() in codes:
                return Nearest(entry.iri, entry.labels)
        if self.codes_beside_unknown(name):
            return None
        resource_of_name: dict[str, IRI] = {}
        for resources_by_name in reversed(self._ranks):  # the best names last, so that they stay
            for known_name, resources in resources_by_name.items():
                for resource in resources:
                    resource_of_name[known_name] = resource
        iri = nearest_value(normal(name), resource_of_name)
        if iri is None:
            return None
        return Nearest(iri, next(entry.labels for entry in self.all if entry.iri == iri))


def _sort_key(entry: ListEntry, language: str) -> tuple[object, ...]:
    """Numbers before names; `10a` after `9`, and `16.10` after `16.9`."""
    if not entry.code[:1].isdecimal():
        return (1, normal(entry.text(language)))
    pieces = _CODE_PIECE.findall(entry.code)
    return (0, [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces])


def _distinguished(entries: list[ListEntry]) -> tuple[ListEntry, ...]:
    """The entries; those that share a label and have no code get the last part of their address as code."""
    label_counts: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        label_counts.update(_normal_labels(entry))
    distinguished = []
    for entry in entries:
        if not entry.code and any(label_counts[label] > 1 for label in _normal_labels(entry)):
            entry = replace(entry, code=entry.iri.value.rpartition("/")[2])
        distinguished.append(entry)
    return tuple(distinguished)


def _normal_labels(entry: ListEntry) -> set[tuple[str, str]]:
    return {(language, normal(label)) for language, label in entry.labels.pairs}


class PublishedLists:
    """The lists of one published graph, each read on first use."""

    def __init__(self, published: Store, addresses: Addresses) -> None:
        self._published = published
        self._addresses = addresses
        self._term = Vocabulary(addresses)
        self._lists: dict[tuple[tuple[IRI, ...], IRI | None], ListEntries] = {}

    def of(self, classes: tuple[IRI, ...], scheme: IRI | None = None) -> ListEntries:
        """The resources of some classes, or of a concept scheme."""
        if (classes, scheme) not in self._lists:
            resources: dict[IRI, None] = {}
            if scheme:
                resources = self._subjects("skos:inScheme", scheme)
            else:
                for class_ in classes:
                    resources |= self._subjects("rdf:type", class_)
            self._lists[classes, scheme] = ListEntries(map(self._entry, resources))
        return self._lists[classes, scheme]

    def _subjects(self, predicate: str, value: IRI) -> dict[IRI, None]:
        """The first subjects with a value that are not withdrawn, as keys: in their order, each once."""
        subjects: dict[IRI, None] = {}
        for triple in self._published.triples(predicate=self._term(predicate), object=value):
            if isinstance(triple.subject, IRI) and triple.subject not in self._withdrawn:
                subjects[triple.subject] = None
            if len(subjects) == MAX_ENTRIES:
                break
        return subjects

    @cached_property
    def _withdrawn(self) -> frozenset[object]:
        return frozenset(quad.subject for quad in invalidations(self._published, self._addresses))

    def _entry(self, resource: IRI) -> ListEntry:
        literals: dict[IRI, list[Literal]] = {}
        for triple in self._published.triples(resource):
            if isinstance(triple.object, Literal):
                literals.setdefault(triple.predicate, []).append(triple.object)

        def texts(*curies: str) -> list[Literal]:
            return [text for curie in curies for text in literals.get(self._term(curie), [])]

        def words(*curies: str) -> tuple[str, ...]:
            return tuple(text.value for text in texts(*curies))

        notations = words("skos:notation")
        acronym = Texts.of_terms(texts("gcm:acronym")).best("en")
        slug = resource.value.rpartition("/")[2]
        return ListEntry(
            resource,
            code=notations[0] if notations else acronym or "",
            labels=Texts.of_terms(texts("skos:prefLabel") or texts("dct:title")),
            other_names=(
                words("gcm:acronym", "gcm:iso2", "gcm:m49"),
                (*words("skos:altLabel", "gcm:formalName"), slug),
                words("skos:hiddenLabel"),
            ),
        )
