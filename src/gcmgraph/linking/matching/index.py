"""Index of names in memory."""

from __future__ import annotations

import heapq
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from gcmgraph.linking.matching import candidates as matching
from gcmgraph.linking.matching.candidates import COMPARED, ENTRIES, Candidate, Name, as_code
from gcmgraph.linking.matching.extended_names import ExtendedNames
from gcmgraph.linking.matching.names import SHORT, NameForms, forms, without_a_letter
from gcmgraph.text.folding import has_han


class MatchIndex:
    """Immutable index of names and codes. Threads may share it."""

    def __init__(self, names: Iterable[Name], extended_kinds: Collection[str] = ()) -> None:
        """`extended_kinds`: kinds whose main names make a shorter name of any resource ambiguous."""
        self._names: list[Name] = []
        self._folded: list[str] = []
        self._bags: list[str] = []
        self._same: tuple[dict[str, list[int]], ...] = ({}, {}, {})
        self._codes: dict[str, list[int]] = {}
        self._shortened: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._trigrams: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for name in names:
            self._add(name)
        self._shortened, self._trigrams = dict(self._shortened), dict(self._trigrams)  # lookups must not add keys
        #: position of a name to the names that extend it
        self._rivals = dict(_rivals(self._names, self._bags, frozenset(extended_kinds)))

    def __len__(self) -> int:
        """Number of names and codes."""
        return len(self._names)

    def candidates(self, text: str, kinds: Collection[str] = (), limit: int = 5) -> list[Candidate]:
        """See `matching.candidates`."""
        return matching.candidates(self, text, kinds, limit)

    def of_code(self, code: str, kinds: Collection[str] = ()) -> list[Name]:
        """See `matching.of_code`."""
        return matching.of_code(self, code, kinds)

    def name(self, position: int) -> Name:
        """The name at a position."""
        return self._names[position]

    def forms(self, position: int) -> NameForms:
        """The forms of the name at a position."""
        folded = self._folded[position]
        return NameForms(folded, self._bags[position], folded.replace(" ", ""))

    def coded(self, code: str) -> Sequence[int]:
        """Positions of the codes that equal a result of `as_code`."""
        return self._codes.get(code, ())

    def same(self, query: NameForms) -> Iterator[tuple[int, float]]:
        """Positions of the names that agree with a query in a form, with the score of the form."""
        for index, (form, score) in zip(self._same, matching.scored(query), strict=True):
            for position in index.get(form, ()):
                yield position, score

    def near(self, query: NameForms, kinds: Collection[str]) -> list[int]:
        """Positions of the names that share most of the rarest trigrams with a query."""
        folded = query.folded
        shared: Counter[int] = Counter()
        lists = sorted((self._trigrams.get(t, _NONE) for t in _trigrams(folded)), key=len)
        entries = 0
        for positions in lists:
            if entries and entries + len(positions) > ENTRIES:
                break
            shared.update(positions[:ENTRIES])
            entries += len(positions)
        length = len(folded)
        most = sorted(shared, key=shared.__getitem__, reverse=True)[: 4 * COMPARED]
        found = heapq.nlargest(COMPARED, most, key=lambda p: (shared[p], -abs(len(self._folded[p]) - length)))
        if len(query.compact) <= SHORT + 1:
            shorter = without_a_letter(query.compact)
            alike = {p for form in shorter for p in self._shortened.get(form, _NONE)[:ENTRIES]}
            found.extend(heapq.nsmallest(COMPARED, alike, key=lambda p: OSA.distance(folded, self._folded[p])))
        return found

    def spelt_like(self, folded: str, errors: int, kinds: Collection[str]) -> set[str]:
        """All resources that have a name at most a number of typing errors away from a folded one."""
        found = process.extract(folded, self._folded, scorer=OSA.distance, score_cutoff=errors, limit=None)
        names = (self._names[position] for _, _, position in found)
        return {name.thing for name in names if not name.code and (not kinds or name.kind in kinds)}

    def rivals(self, position: int) -> Sequence[Name]:
        """Names of other resources that people may shorten to the name at a position."""
        return self._rivals.get(position, ())

    def _add(self, name: Name) -> None:
        position, formed = len(self._names), forms(name.text)
        if name.code:
            self._codes.setdefault(as_code(name.text), []).append(position)
        elif not formed.folded:
            return
        self._names.append(name)
        self._folded.append(formed.folded)
        self._bags.append(formed.bag)
        if name.code:
            return
        for index, (form, _) in zip(self._same, matching.scored(formed), strict=True):
            index.setdefault(form, []).append(position)
        if len(formed.compact) <= SHORT:
            for shorter in without_a_letter(formed.compact):
                self._shortened[shorter].append(position)
        for trigram in _trigrams(formed.folded):
            self._trigrams[trigram].append(position)


_NONE: array[int] = array("I")


def _trigrams(folded: str) -> set[str]:
    padded = f"  {folded} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _rivals(names: list[Name], bags: list[str], kinds: frozenset[str]) -> Iterator[tuple[int, list[Name]]]:
    """Positions of the names that main names of other resources extend, with those names."""
    extended = ExtendedNames(
        (name, bag) for name, bag in zip(names, bags, strict=True) if name.main and name.kind in kinds
    )
    of_things: dict[str, set[str]] = defaultdict(set)
    for position, (name, bag) in enumerate(zip(names, bags, strict=True)):
        if found := extended.of(name, bag):
            of_things[name.thing].update(other.thing for other in found)
            yield position, found
    for position, name in enumerate(names):
        others = of_things.get(name.thing)
        if others and not name.code and has_han(name.text) and (found := extended.of_chinese(name, others)):
            yield position, found
