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
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz.distance import OSA

from gcmgraph.linking.matching.names import NameForms, forms, says_nothing
from gcmgraph.text.folding import has_han

#: Scores of names that are the same.
SAME, SAME_WORDS, SAME_LETTERS = 100.0, 98.0, 97.0

#: Highest score of names that are not the same, and the lowest that is told.
MOST_ALIKE, LEAST = 94.0, 50.0

#: At most so many entries of an index are looked at for a name, and so many names compared letter by letter.
ENTRIES, COMPARED = 2_500, 40


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


class Names(Protocol):
    """Names and codes in an order, each at its place, a whole number."""

    def name(self, place: int) -> Name:
        """The name at a place."""
        ...

    def forms(self, place: int) -> NameForms:
        """Its forms."""
        ...

    def coded(self, code: str) -> Sequence[int]:
        """The places of names that are this code, which is `as_code`."""
        ...

    def same(self, wanted: NameForms) -> Iterator[tuple[int, float]]:
        """The places of names that are no codes and agree in a form, with its score."""
        ...

    def near(self, wanted: NameForms, kinds: Collection[str]) -> list[int]:
        """The places of names worth comparing with one: few, and among them those most like it."""
        ...

    def rivals(self, place: int) -> Sequence[Name]:
        """Names of other things that people may shorten to the one at a place."""
        ...


def candidates(names: Names, text: str, kinds: Collection[str] = (), limit: int = 5) -> list[Candidate]:
    """The things that a name or code may mean, best first; of the kinds named, else of all.

    A text without letters and digits means nothing.
    """
    wanted = forms(text)
    return _Question(names, text, wanted, kinds).candidates(limit) if wanted.folded and limit > 0 else []


def of_code(names: Names, code: str, kinds: Collection[str] = ()) -> list[Name]:
    """The names that are exactly this code, in any case."""
    found = map(names.name, names.coded(as_code(code)))
    return [name for name in found if not kinds or name.kind in kinds]


def scored(formed: NameForms) -> tuple[tuple[str, float], ...]:
    """The forms of a name, from close to loose, each with the score of names that agree in it."""
    return (formed.folded, SAME), (formed.bag, SAME_WORDS), (formed.compact, SAME_LETTERS)


def as_code(text: str) -> str:
    """A code as it is compared."""
    return text.strip().casefold()


class _Question:
    """What one text may mean."""

    def __init__(self, names: Names, text: str, wanted: NameForms, kinds: Collection[str]) -> None:
        self._names, self._text, self._wanted, self._kinds = names, text, wanted, kinds
        self._best: dict[str, tuple[float, int]] = {}

    def candidates(self, limit: int) -> list[Candidate]:
        agreeing = list(self._agreeing())
        for place, score in agreeing:
            self._keep(place, score)
        spaced = not has_han(self._wanted.folded)
        for place in self._names.near(self._wanted, self._kinds):
            if self._is_asked_for(place):
                score = _likeness(self._wanted, self._names.forms(place), spaced=spaced)
                if score >= LEAST:
                    self._keep(place, score)
        safe = self._safe([place for place, _ in agreeing])
        same = {self._names.name(place).thing for place, _ in agreeing}
        best = [(thing, score, self._names.name(place)) for thing, (score, place) in self._best.items()]
        found = [Candidate(thing, name.kind, score, name, thing in same, thing == safe) for thing, score, name in best]
        return heapq.nsmallest(limit, found, key=lambda c: (-c.score, not c.name.main, len(c.name.text), c.thing))

    def _is_asked_for(self, place: int) -> bool:
        return not self._kinds or self._names.name(place).kind in self._kinds

    def _agreeing(self) -> Iterator[tuple[int, float]]:
        """The places of names that are the same as the text."""
        for place in self._names.coded(as_code(self._text)):
            if self._is_asked_for(place):
                yield place, SAME
        for place, score in self._names.same(self._wanted):
            if self._is_asked_for(place):
                yield place, score

    def _keep(self, place: int, score: float) -> None:
        name = self._names.name(place)
        held = self._best.get(name.thing)
        if held is None or (score, name.main) > (held[0], self._names.name(held[1]).main):
            self._best[name.thing] = score, place

    def _safe(self, places: list[int]) -> str | None:
        """The one thing that is called so; None where there are rivals, or a code may be a word."""
        names = [self._names.name(place) for place in places]
        things = {name.thing for name in names}
        if len(things) != 1 or says_nothing(self._text):
            return None
        for place in places:
            if any(not self._kinds or rival.kind in self._kinds for rival in self._names.rivals(place)):
                return None
        written = {name.text for name in names if name.code}
        if written and all(name.code for name in names):
            # "no" and "who" are words; NO and WHO are codes, but two letters alone are too few to tell
            code = self._text.strip()
            if code.isalpha() and (code not in written or (len(code) <= 2 and not self._kinds)):
                return None
        return things.pop()


def _likeness(wanted: NameForms, other: NameForms, *, spaced: bool) -> float:
    """How alike two names are that are not the same, up to `MOST_ALIKE`. Chinese has no spaces between words."""
    alike = max(
        OSA.normalized_similarity(wanted.folded, other.folded), OSA.normalized_similarity(wanted.bag, other.bag)
    )
    words, others = set(wanted.bag.split()), set(other.bag.split())
    parts = words < others or others < words
    if parts or (not spaced and (wanted.folded in other.folded or other.folded in wanted.folded)):
        short, long = sorted((len(wanted.bag), len(other.bag)))
        alike = max(alike, 0.6 + 0.3 * short / long)
    return min(MOST_ALIKE, round(100 * alike, 1))
