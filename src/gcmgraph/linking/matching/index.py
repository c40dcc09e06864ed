"""Names in memory, to be matched."""

from __future__ import annotations

import heapq
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from gcmgraph.linking.matching import candidates as matching
from gcmgraph.linking.matching.candidates import COMPARED, ENTRIES, Candidate, Name, as_code
from gcmgraph.linking.matching.extended_names import ExtendedNames
from gcmgraph.linking.matching.names import SHORT, NameForms, forms, without_a_letter
from gcmgraph.text.folding import has_han


class MatchIndex:
    """Names and codes, to be asked for things. It does not change, so that threads may share it."""

    def __init__(self, names: Iterable[Name], extended_kinds: Collection[str] = ()) -> None:
        """`extended_kinds`: kinds whose main names make a shorter name of any thing ambiguous."""
        self._names: list[Name] = []
        self._folded: list[str] = []
        self._bags: list[str] = []
        self._same: tuple[dict[str, list[int]], ...] = ({}, {}, {})
        self._codes: dict[str, list[int]] = {}
        self._shortened: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._trigrams: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for name in names:
            self._add(name)
        self._shortened, self._trigrams = dict(self._shortened), dict(self._trigrams)  # nothing is added by asking
        #: places of names to the things that are called almost so
        self._rivals = dict(_rivals(self._names, self._bags, frozenset(extended_kinds)))

    def __len__(self) -> int:
        """The number of names and codes."""
        return len(self._names)

    def candidates(self, text: str, kinds: Collection[str] = (), limit: int = 5) -> list[Candidate]:
        """See `matching.candidates`."""
        return matching.candidates(self, text, kinds, limit)

    def of_code(self, code: str, kinds: Collection[str] = ()) -> list[Name]:
        """See `matching.of_code`."""
        return matching.of_code(self, code, kinds)

    def name(self, place: int) -> Name:
        """The name at a place."""
        return self._names[place]

    def forms(self, place: int) -> NameForms:
        """Its forms."""
        folded = self._folded[place]
        return NameForms(folded, self._bags[place], folded.replace(" ", ""))

    def coded(self, code: str) -> Sequence[int]:
        """The places of names that are this code."""
        return self._codes.get(code, ())

    def same(self, wanted: NameForms) -> Iterator[tuple[int, float]]:
        """The places of names that are no codes and agree in a form, with its score."""
        for index, (form, score) in zip(self._same, matching.scored(wanted), strict=True):
            for place in index.get(form, ()):
                yield place, score

    def near(self, wanted: NameForms, kinds: Collection[str]) -> list[int]:
        """The places of names worth comparing: those that share most of the rarest trigrams."""
        folded = wanted.folded
        shared: Counter[int] = Counter()
        lists = sorted((self._trigrams.get(t, _NONE) for t in _trigrams(folded)), key=len)
        entries = 0
        for places in lists:
            if entries and entries + len(places) > ENTRIES:
                break
            shared.update(places[:ENTRIES])
            entries += len(places)
        length = len(folded)
        most = sorted(shared, key=shared.__getitem__, reverse=True)[: 4 * COMPARED]
        found = heapq.nlargest(COMPARED, most, key=lambda p: (shared[p], -abs(len(self._folded[p]) - length)))
        if len(wanted.compact) <= SHORT + 1:
            shorter = without_a_letter(wanted.compact)
            alike = {p for form in shorter for p in self._shortened.get(form, _NONE)[:ENTRIES]}
            found.extend(heapq.nsmallest(COMPARED, alike, key=lambda p: OSA.distance(folded, self._folded[p])))
        return found

    def rivals(self, place: int) -> Sequence[Name]:
        """Names of other things that people may shorten to the one at a place."""
        return self._rivals.get(place, ())

    def _add(self, name: Name) -> None:
        place, formed = len(self._names), forms(name.text)
        if name.code:
            self._codes.setdefault(as_code(name.text), []).append(place)
        elif not formed.folded:
            return
        self._names.append(name)
        self._folded.append(formed.folded)
        self._bags.append(formed.bag)
        if name.code:
            return
        for index, (form, _) in zip(self._same, matching.scored(formed), strict=True):
            index.setdefault(form, []).append(place)
        if len(formed.compact) <= SHORT:
            for shorter in without_a_letter(formed.compact):
                self._shortened[shorter].append(place)
        for trigram in _trigrams(formed.folded):
            self._trigrams[trigram].append(place)


_NONE: array[int] = array("I")


def _trigrams(folded: str) -> set[str]:
    padded = f"  {folded} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _rivals(names: list[Name], bags: list[str], kinds: frozenset[str]) -> Iterator[tuple[int, list[Name]]]:
    """The places of names that a main name of another thing extends, with those names."""
    extended = ExtendedNames(
        (name, bag) for name, bag in zip(names, bags, strict=True) if name.main and name.kind in kinds
    )
    of_things: dict[str, set[str]] = defaultdict(set)
    for place, (name, bag) in enumerate(zip(names, bags, strict=True)):
        if found := extended.of(name, bag):
            of_things[name.thing].update(other.thing for other in found)
            yield place, found
    for place, name in enumerate(names):
        others = of_things.get(name.thing)
        if others and not name.code and has_han(name.text) and (found := extended.of_chinese(name, others)):
            yield place, found
