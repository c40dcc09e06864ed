"""Find which known thing a name means: candidates with scores from 0 to 100, and which of them is safe to take.

Scores, by how the closest name of a thing agrees with the name asked for:

| score | agreement |
|---|---|
| 100 | the same words, or exactly its code |
| 98 | the same words in another order, or with other articles |
| 97 | the same letters, spaced otherwise |
| 50 to 94 | like spelling (share of letters that agree), or one name holds the other |

A match is safe where the name or code is the same (97 or more) for one thing alone, and no other thing has a name that
extends it by a word or two, as people say Congo for either of two countries. Like spelling is never safe.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from gcmgraph.linking.names import SMALL_WORDS, NameForms, forms, has_han, says_nothing

#: Scores of names that are the same.
SAME, SAME_WORDS, SAME_LETTERS = 100.0, 98.0, 97.0

#: Highest score of names that are not the same, and the lowest that is told.
MOST_ALIKE, LEAST = 94.0, 50.0

#: Names up to this length are found by leaving out letters; for longer ones their trigrams do.
_SHORT = 8

#: At most so many entries of the trigram index are looked at for a name, and so many names compared letter by letter.
_ENTRIES, _COMPARED = 2_500, 40

#: So many words more make another name of the same place (Guinea, Guinea-Bissau, Papua New Guinea).
_EXTENDED_BY = 2


@dataclass(frozen=True, slots=True)
class Name:
    """A name or code of a thing, for the index."""

    thing: str
    kind: str
    text: str
    language: str | None = None
    #: whether it is a code, which is compared as it is written
    code: bool = False
    #: whether it is the one name in its language by which the thing goes
    main: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may mean."""

    thing: str
    kind: str
    #: see the table above
    score: float
    #: which of its names is the closest
    name: Name
    #: whether name or code are the same, not only alike
    same: bool
    #: whether it can be taken without asking
    safe: bool = False


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
        self._extended = dict(_extended(self._names, self._bags, frozenset(extended_kinds)))

    def __len__(self) -> int:
        """The number of names and codes."""
        return len(self._names)

    def texts(self) -> Iterator[str]:
        """The names and codes as they are written."""
        return (name.text for name in self._names)

    def _add(self, name: Name) -> None:
        place, formed = len(self._names), forms(name.text)
        if name.code:
            self._codes.setdefault(_code(name.text), []).append(place)
        if not formed.folded:
            if name.code:
                self._names.append(name)
                self._folded.append("")
                self._bags.append("")
            return
        self._names.append(name)
        self._folded.append(formed.folded)
        self._bags.append(formed.bag)
        if name.code:
            return
        for index, form in zip(self._same, (formed.folded, formed.bag, formed.compact), strict=True):
            index.setdefault(form, []).append(place)
        if len(formed.compact) <= _SHORT:
            for shorter in _shortened(formed.compact):
                self._shortened[shorter].append(place)
        for trigram in _trigrams(formed.folded):
            self._trigrams[trigram].append(place)

    def candidates(self, text: str, kinds: Collection[str] = (), limit: int = 5) -> list[Candidate]:
        """The things that a name or code may mean, best first; of the kinds named, else of all.

        A text without letters and digits means nothing.
        """
        wanted = forms(text)
        if not wanted.folded or limit < 1:
            return []
        best: dict[str, tuple[float, int]] = {}
        agreeing = list(self._agreeing(text, wanted, kinds))
        for place, score in agreeing:
            self._keep(best, place, score)
        spaced = not has_han(wanted.folded)
        for place in self._near(wanted.folded, wanted.compact):
            if not kinds or self._names[place].kind in kinds:
                score = self._likeness(wanted, place, spaced=spaced)
                if score >= LEAST:
                    self._keep(best, place, score)
        safe = self._safe(text, kinds, agreeing)
        same = {self._names[place].thing for place, _ in agreeing}
        found = [
            Candidate(thing, self._names[place].kind, score, self._names[place], thing in same, safe=thing == safe)
            for thing, (score, place) in best.items()
        ]
        return heapq.nsmallest(limit, found, key=lambda c: (-c.score, not c.name.main, len(c.name.text), c.thing))

    def of_code(self, code: str, kinds: Collection[str] = ()) -> list[Name]:
        """The names that are exactly this code, in any case."""
        names = [self._names[place] for place in self._codes.get(_code(code), ())]
        return [name for name in names if not kinds or name.kind in kinds]

    def _agreeing(self, text: str, wanted: NameForms, kinds: Collection[str]) -> Iterator[tuple[int, float]]:
        """The places of names that are the same as a text."""
        for place in self._codes.get(_code(text), ()):
            if not kinds or self._names[place].kind in kinds:
                yield place, SAME
        keys = (wanted.folded, wanted.bag, wanted.compact)
        for index, form, score in zip(self._same, keys, (SAME, SAME_WORDS, SAME_LETTERS), strict=True):
            for place in index.get(form, ()):
                if not kinds or self._names[place].kind in kinds:
                    yield place, score

    def _keep(self, best: dict[str, tuple[float, int]], place: int, score: float) -> None:
        thing = self._names[place].thing
        held = best.get(thing)
        if held is None or (score, self._names[place].main) > (held[0], self._names[held[1]].main):
            best[thing] = score, place

    def _safe(self, text: str, kinds: Collection[str], agreeing: list[tuple[int, float]]) -> str | None:
        """The one thing that is called so; None where there are rivals, or a code may be a word."""
        things = {self._names[place].thing for place, _ in agreeing}
        if len(things) != 1 or says_nothing(text):
            return None
        for place, _ in agreeing:
            if any(not kinds or rival.kind in kinds for rival in self._extended.get(place, ())):
                return None
        written = {self._names[place].text for place, _ in agreeing if self._names[place].code}
        if written and all(self._names[place].code for place, _ in agreeing):
            # "no" and "who" are words; NO and WHO are codes, but two letters alone are too few to tell
            code = text.strip()
            if code.isalpha() and (code not in written or (len(code) <= 2 and not kinds)):
                return None
        return things.pop()

    def _near(self, folded: str, compact: str) -> list[int]:
        """The places of names worth comparing: those that share most of the rarest trigrams."""
        shared: Counter[int] = Counter()
        lists = sorted((self._trigrams.get(t, _NONE) for t in _trigrams(folded)), key=len)
        entries = 0
        for places in lists:
            if entries and entries + len(places) > _ENTRIES:
                break
            shared.update(places[:_ENTRIES])
            entries += len(places)
        length = len(folded)
        most = sorted(shared, key=shared.__getitem__, reverse=True)[: 4 * _COMPARED]
        found = heapq.nlargest(_COMPARED, most, key=lambda p: (shared[p], -abs(len(self._folded[p]) - length)))
        if len(compact) <= _SHORT + 1:
            alike = {p for shorter in _shortened(compact) for p in self._shortened.get(shorter, _NONE)[:_ENTRIES]}
            found.extend(heapq.nsmallest(_COMPARED, alike, key=lambda p: OSA.distance(folded, self._folded[p])))
        return found

    def _likeness(self, wanted: NameForms, place: int, *, spaced: bool) -> float:
        """How alike two names are that are not the same, up to `MOST_ALIKE`. Chinese has no spaces between words."""
        folded, bag = wanted.folded, wanted.bag
        other, other_bag = self._folded[place], self._bags[place]
        alike = max(OSA.normalized_similarity(folded, other), OSA.normalized_similarity(bag, other_bag))
        words, others = set(bag.split()), set(other_bag.split())
        parts = words < others or others < words
        if parts or (not spaced and (folded in other or other in folded)):
            short, long = sorted((len(bag), len(other_bag)))
            alike = max(alike, 0.6 + 0.3 * short / long)
        return min(MOST_ALIKE, round(100 * alike, 1))


_NONE: array[int] = array("I")


def _code(text: str) -> str:
    """A code as it is compared."""
    return text.strip().casefold()


def _trigrams(folded: str) -> set[str]:
    padded = f"  {folded} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _shortened(compact: str) -> set[str]:
    """A short name and what is left of it without one letter."""
    return {compact, *(compact[:at] + compact[at + 1 :] for at in range(len(compact)))} - {""}


def _extended(names: list[Name], bags: list[str], kinds: frozenset[str]) -> Iterator[tuple[int, list[Name]]]:
    """The names of one word that a main name of another thing extends by a word or two.

    Chinese has no spaces: there a name counts that stands within a name of a thing that is a rival in another language.
    """
    by_word: dict[str, list[int]] = defaultdict(list)
    chinese: dict[str, list[Name]] = defaultdict(list)
    for place, name in enumerate(names):
        if name.main and name.kind in kinds:
            if has_han(name.text):
                chinese[name.thing].append(name)
                continue
            words = bags[place].split()
            if 2 <= len(words) <= 1 + _EXTENDED_BY:
                for word in words:
                    by_word[word].append(place)
    rivals: dict[str, set[str]] = defaultdict(set)
    for place, name in enumerate(names):
        if name.code or " " in bags[place] or not bags[place] or bags[place] in SMALL_WORDS:
            continue
        found = [names[other] for other in by_word.get(bags[place], ()) if names[other].thing != name.thing]
        if found:
            rivals[name.thing].update(other.thing for other in found)
            yield place, found
    for place, name in enumerate(names):
        if not name.code and has_han(name.text) and (others := rivals.get(name.thing)):
            found = [c for other in sorted(others) for c in chinese.get(other, ()) if name.text in c.text]
            if found:
                yield place, found
