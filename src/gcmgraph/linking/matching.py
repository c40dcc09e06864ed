"""Index of names, and candidates for a name, with scores from 0 to 100.

Scores, by the agreement of the closest name of a resource with the name in question, in the forms
of `name_forms`:

| score | agreement |
|---|---|
| 100 | the same words, or exactly its code |
| 98 | the same words in another order, or with other articles |
| 97 | the same letters, spaced otherwise |
| 50 to 94 | similar spelling (share of letters that agree), or one name contains the other |

A match is safe, and accepted without review, if the name or code is equal (97 or more) for one
resource only, and no other resource has a name that extends it by a word or two: Congo may mean
either of two countries. Similar spelling is safe on request only, for names of six letters or more
(`DISTANCE_TO_OTHERS`): one typing error away from the name of one resource, and farther from all
others.

Example. An index has the countries Guinea, Guinea-Bissau, Papua New Guinea and Morocco, and the
code GN.

    text             candidates                                    safe
    Guinea           Guinea 100, Guinea-Bissau 73.8, Papua … 71.2 none: two others extend the name
    Bissau Guinea    Guinea-Bissau 98, Guinea 73.8, Papua … 50      Guinea-Bissau
    GN               Guinea 100 (its code)                          Guinea, of the kind country
    Guinea-Bisau     Guinea-Bissau 92.3, Guinea 75                  none: the text contains Guinea
    Moroco           Morocco 85.7                                   Morocco, of the kind country, on request
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from gcmgraph.linking.name_forms import (
    SMALL_WORDS,
    NameForms,
    forms,
    names_of_territories,
    says_nothing,
    trigrams,
    without_a_letter,
)
from gcmgraph.platform.text import has_han

#: Scores of equal names.
SAME = 100.0
SAME_WORDS = 98.0
SAME_LETTERS = 97.0
#: Highest score of names that are not equal, and lowest score of a candidate.
MAX_SIMILARITY = 94.0
MIN_SIMILARITY = 50.0
#: Similarity of a name with one that contains all its words: at least the first, and of the second
#: the share of its length.
_CONTAINED = 0.6
_CONTAINED_LENGTH = 0.3

#: Typing errors that separate a name from all others before one is accepted in it, by the least
#: number of its letters. An error in the first letter is accepted in the longer names only: Prussia
#: is not Russia.
DISTANCE_TO_OTHERS = {8: 3, 6: 2}
#: Limit on the additional words of a name that extends another (Guinea, Guinea-Bissau, Papua New
#: Guinea).
_MAX_ADDED_WORDS = 2
#: Letters of a code from which it is no word, however it is written: Interpol.
_LETTERS_OF_NO_WORD = 6
#: Letters of a code up to which it is ambiguous without a kind.
_LETTERS_OF_SHORT_CODE = 2

#: Limit on the letters of names that are matched by leaving out one letter. Longer ones are matched
#: by their trigrams.
SHORT_NAME = 8
#: Limits on the index entries read for a name, and on the names compared letter by letter.
MAX_ENTRIES = 2_500
MAX_COMPARED = 40

_NO_POSITIONS: array[int] = array("I")


@dataclass(frozen=True, slots=True)
class Name:
    """A name or code of a resource, for the index."""

    resource: str
    kind: str
    text: str
    language: str | None = None
    #: whether it is a code, which is compared without folding
    code: bool = False
    #: whether it is the preferred name in its language
    main: bool = False


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A resource that a name may mean."""

    resource: str
    kind: str
    #: see the table above
    score: float
    #: closest of its names
    name: Name
    #: whether name or code are equal, not only similar
    same: bool
    #: whether it can be accepted without review
    safe: bool = False


def scored(name: NameForms) -> tuple[tuple[str, float], ...]:
    """The forms of a name, from close to loose, each with the score of an agreement in it."""
    return (name.folded, SAME), (name.bag, SAME_WORDS), (name.compact, SAME_LETTERS)


def as_code(text: str) -> str:
    """The form of a code for comparison."""
    return text.strip().casefold()


class MatchIndex:
    """Immutable index of names and codes. Threads may share it.

    A name is known by its position: the number of the names before it.
    """

    def __init__(
        self,
        names: Iterable[Name],
        rival_kinds: Collection[str] = (),
        never_rivals: Collection[str] = (),
    ) -> None:
        """Build an index of names.

        Main names of `rival_kinds` make a shorter name ambiguous, except those of `never_rivals`.
        """
        self._names: list[Name] = []
        self._folded: list[str] = []
        self._bags: list[str] = []
        #: positions by form, for each of the forms that `scored` returns
        self._positions_by_form: tuple[dict[str, list[int]], ...] = ({}, {}, {})
        self._codes: dict[str, list[int]] = {}
        self._shortened: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._trigrams: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._rival_kinds = frozenset(rival_kinds)
        self._never_rivals = never_rivals
        #: main names that extend a word, by that word, and the Chinese ones, by resource
        self._rivals_by_word: dict[str, list[Name]] = {}
        self._chinese: dict[str, list[Name]] = {}
        for name in names:
            self._add(name)
        self._shortened = dict(self._shortened)  # lookups must not add keys
        self._trigrams = dict(self._trigrams)

    def candidates(
        self,
        text: str,
        kinds: Collection[str] = (),
        limit: int = 5,
        *,
        one_error_is_safe: bool = False,
    ) -> list[MatchCandidate]:
        """The candidates for a name or code, best first; of some kinds, by default of all.

        With `one_error_is_safe`, a name with one typing error is safe where it can mean one resource only. A
        text without letters and digits has no candidates.
        """
        query = forms(text)
        if not query.folded or limit <= 0:
            return []
        return _Matching(self, text, query, kinds).candidates(
            limit, one_error_is_safe=one_error_is_safe
        )

    def of_code(self, code: str, kinds: Collection[str] = ()) -> list[Name]:
        """The codes that equal this one, ignoring case."""
        names = map(self.name, self.coded(as_code(code)))
        return [name for name in names if not kinds or name.kind in kinds]

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

    def equal(self, query: NameForms) -> Iterator[tuple[int, float]]:
        """Positions of the names that agree with a query in a form, with the score of the form."""
        for positions, (form, score) in zip(self._positions_by_form, scored(query), strict=True):
            for position in positions.get(form, ()):
                yield position, score

    def similar(self, query: NameForms) -> list[int]:
        """Positions of the names that share most of the rarest trigrams with a query, and of misspelt short ones."""
        positions = self._sharing_trigrams(query.folded)
        if len(query.compact) <= SHORT_NAME + 1:
            positions += self._short_names(query)
        return positions

    def _sharing_trigrams(self, folded: str) -> list[int]:
        """The positions, at most `MAX_COMPARED`, the rarest trigrams read first, up to `MAX_ENTRIES` entries."""
        shared_trigrams: Counter[int] = Counter()
        entries = [self._trigrams.get(trigram, _NO_POSITIONS) for trigram in trigrams(folded)]
        entry_count = 0
        for positions in sorted(entries, key=len):
            if entry_count and entry_count + len(positions) > MAX_ENTRIES:
                break
            shared_trigrams.update(positions[:MAX_ENTRIES])
            entry_count += len(positions)
        by_count = sorted(shared_trigrams, key=shared_trigrams.__getitem__, reverse=True)
        length = len(folded)

        def closeness(position: int) -> tuple[int, int]:
            return shared_trigrams[position], -abs(len(self._folded[position]) - length)

        return heapq.nlargest(MAX_COMPARED, by_count[: 4 * MAX_COMPARED], key=closeness)

    def _short_names(self, query: NameForms) -> list[int]:
        """The positions of short names that differ from a query by a letter, the closest first."""
        positions: set[int] = set()
        for form in without_a_letter(query.compact):
            positions.update(self._shortened.get(form, _NO_POSITIONS)[:MAX_ENTRIES])

        def distance(position: int) -> int:
            return OSA.distance(query.folded, self._folded[position])

        return heapq.nsmallest(MAX_COMPARED, positions, key=distance)

    def spelt_like(self, folded: str, errors: int, kinds: Collection[str]) -> set[str]:
        """All resources that have a name at most a number of typing errors away from a folded one."""
        matches = process.extract(
            folded, self._folded, scorer=OSA.distance, score_cutoff=errors, limit=None
        )
        names = [self._names[position] for _, _, position in matches]
        return {
            name.resource for name in names if not name.code and (not kinds or name.kind in kinds)
        }

    def rivals(self, position: int) -> Sequence[Name]:
        """Names of other resources that people may shorten to the name at a position.

        They have a word or two more: "Equatorial Guinea" is a rival of "Guinea". Chinese has no
        spaces: there, they contain the name, and are of resources that are rivals in another
        language.
        """
        name = self._names[position]
        if has_han(name.text) and not name.code:
            rivals = [
                chinese_name
                for resource in sorted(self._rivals_of.get(name.resource, ()))
                for chinese_name in self._chinese.get(resource, ())
                if name.text in chinese_name.text
            ]
            if rivals:
                return rivals
        return self._extending(position)

    def _extending(self, position: int) -> list[Name]:
        """The names of other resources that extend the one word of a name."""
        name = self._names[position]
        bag = self._bags[position]
        if name.code or bag in SMALL_WORDS:
            return []
        return [
            longer
            for longer in self._rivals_by_word.get(bag, ())
            if longer.resource != name.resource
        ]

    @cached_property
    def _rivals_of(self) -> dict[str, set[str]]:
        """The resources with names that extend one of a resource."""
        rivals_of: dict[str, set[str]] = {}
        for position, name in enumerate(self._names):
            rivals = {longer.resource for longer in self._extending(position)}
            if rivals:
                rivals_of.setdefault(name.resource, set()).update(rivals)
        return rivals_of

    def _add(self, name: Name) -> None:
        """Add a name to the index; one without letters and digits is left out."""
        position = len(self._names)
        name_forms = forms(name.text)
        if not name.code and not name_forms.folded:
            return
        self._names.append(name)
        self._folded.append(name_forms.folded)
        self._bags.append(name_forms.bag)
        if name.code:
            self._codes.setdefault(as_code(name.text), []).append(position)
            return
        if name.main and name.kind in self._rival_kinds and name.resource not in self._never_rivals:
            self._add_longer(name, name_forms.bag.split())
        for positions, (form, _) in zip(self._positions_by_form, scored(name_forms), strict=True):
            positions.setdefault(form, []).append(position)
        if len(name_forms.compact) <= SHORT_NAME:
            for shortened in without_a_letter(name_forms.compact):
                self._shortened[shortened].append(position)
        for trigram in trigrams(name_forms.folded):
            self._trigrams[trigram].append(position)

    def _add_longer(self, name: Name, words: list[str]) -> None:
        """Add a main name to those that extend each of its words."""
        if has_han(name.text):
            self._chinese.setdefault(name.resource, []).append(name)
        elif 1 < len(words) <= 1 + _MAX_ADDED_WORDS:
            for word in words:
                self._rivals_by_word.setdefault(word, []).append(name)


@dataclass(frozen=True, slots=True)
class _BestName:
    """The closest name of a resource so far."""

    score: float
    name: Name


class _Matching:
    """The matching of one text."""

    def __init__(
        self, index: MatchIndex, text: str, query: NameForms, kinds: Collection[str]
    ) -> None:
        self._index = index
        self._text = text
        self._query = query
        self._kinds = kinds
        self._best_names: dict[str, _BestName] = {}

    def candidates(self, limit: int, *, one_error_is_safe: bool) -> list[MatchCandidate]:
        """See `MatchIndex.candidates`."""
        equal_positions = []
        for position, score in self._equal():
            equal_positions.append(position)
            self._record(position, score)
        has_spaces = not has_han(self._query.folded)
        similar_positions = [
            position
            for position in self._index.similar(self._query)
            if self._is_of_kinds(self._index.name(position))
        ]
        for position in similar_positions:
            score = _similarity(self._query, self._index.forms(position), has_spaces=has_spaces)
            if score >= MIN_SIMILARITY:
                self._record(position, score)
        if one_error_is_safe and not equal_positions:
            safe_resource = self._mistyped(similar_positions)
        else:
            safe_resource = self._safe(equal_positions)
        equal_resources = {self._index.name(position).resource for position in equal_positions}
        candidates = [
            MatchCandidate(
                resource,
                best.name.kind,
                best.score,
                best.name,
                same=resource in equal_resources,
                safe=resource == safe_resource,
            )
            for resource, best in self._best_names.items()
        ]
        return heapq.nsmallest(limit, candidates, key=_sort_key)

    def _mistyped(self, similar_positions: Sequence[int]) -> str | None:
        """The one resource with a name that one typing error separates from the text; None if another is near."""
        position = self._with_one_error(similar_positions)
        if position is None or not self._may_be_mistyped(position):
            return None
        resource = self._index.name(position).resource
        if self._has_rivals(position) or self._may_be_part(position, similar_positions):
            return None
        distance = _distance_to_others(len(self._index.forms(position).compact))
        if distance is None:
            return None
        resources = self._index.spelt_like(self._query.folded, distance, self._kinds)
        return resource if resources == {resource} else None

    def _with_one_error(self, positions: Sequence[int]) -> int | None:
        """The first of some names with the fewest typing errors, if there is at most one."""
        errors = {
            position: OSA.distance(
                self._query.folded, self._index.forms(position).folded, score_cutoff=1
            )
            for position in positions
        }
        position = min(positions, key=errors.__getitem__, default=None)
        return None if position is None or errors[position] > 1 else position

    def _may_be_mistyped(self, position: int) -> bool:
        """Whether the text may be the name at a position with a typing error, other names aside."""
        folded = self._query.folded
        if has_han(folded) or says_nothing(self._text):
            return False
        if folded in names_of_territories():
            return False  # Saint-Martin is not San Marino in French (Saint-Marin) with an error
        name = self._index.forms(position)
        if len(name.compact) >= max(DISTANCE_TO_OTHERS):
            return True
        # without a kind it may be a city
        return bool(self._kinds) and name.folded[0] == folded[0]

    def _may_be_part(self, position: int, similar_positions: Sequence[int]) -> bool:
        """Whether the text may be part of a similar name of another resource, or contain one."""
        resource = self._index.name(position).resource
        text_words = set(self._query.bag.split())
        name_words = set(self._index.forms(position).bag.split())
        for similar_position in similar_positions:
            similar_words = set(self._index.forms(similar_position).bag.split())
            contains_similar = similar_words < text_words and not similar_words < name_words
            is_part = contains_similar or text_words < similar_words
            if is_part and self._index.name(similar_position).resource != resource:
                return True
        return False

    def _is_of_kinds(self, name: Name) -> bool:
        return not self._kinds or name.kind in self._kinds

    def _has_rivals(self, position: int) -> bool:
        return any(map(self._is_of_kinds, self._index.rivals(position)))

    def _equal(self) -> Iterator[tuple[int, float]]:
        """Positions of the names and codes that equal the text, with scores."""
        for position in self._index.coded(as_code(self._text)):
            if self._is_of_kinds(self._index.name(position)):
                yield position, SAME
        for position, score in self._index.equal(self._query):
            if self._is_of_kinds(self._index.name(position)):
                yield position, score

    def _record(self, position: int, score: float) -> None:
        """Keep a name if it is closer than the closest of its resource, or as close and the preferred one."""
        name = self._index.name(position)
        best = self._best_names.get(name.resource)
        if best is None or (score, name.main) > (best.score, best.name.main):
            self._best_names[name.resource] = _BestName(score, name)

    def _safe(self, equal_positions: list[int]) -> str | None:
        """The one resource with this name; None if there are rivals, or if a code may be a word."""
        names = [self._index.name(position) for position in equal_positions]
        resources = {name.resource for name in names}
        if len(resources) != 1 or says_nothing(self._text):
            return None
        if any(map(self._has_rivals, equal_positions)):
            return None
        if all(name.code for name in names) and self._may_be_word({name.text for name in names}):
            return None
        return resources.pop()

    def _may_be_word(self, codes: set[str]) -> bool:
        """Whether the text may be a word that equals codes: "no" and "who" are words, NO and WHO codes.

        Two letters are ambiguous without a kind, however they are written.
        """
        text = self._text.strip()
        if not text.isalpha():
            return False
        if len(text) <= _LETTERS_OF_SHORT_CODE and not self._kinds:
            return True
        return text not in codes and len(text) < _LETTERS_OF_NO_WORD


def _distance_to_others(letters: int) -> int | None:
    """The typing errors that must separate a name from all others, by its number of letters; None for short ones."""
    for min_letters, distance in DISTANCE_TO_OTHERS.items():
        if letters >= min_letters:
            return distance
    return None


def _sort_key(candidate: MatchCandidate) -> tuple[float, bool, int, str]:
    """The best first, then preferred names, then short ones."""
    name = candidate.name
    return (-candidate.score, not name.main, len(name.text), candidate.resource)


def _similarity(query: NameForms, name: NameForms, *, has_spaces: bool) -> float:
    """Similarity of two different names, up to `MAX_SIMILARITY`.

    Chinese has no spaces between words.
    """
    similarity = max(
        OSA.normalized_similarity(query.folded, name.folded),
        OSA.normalized_similarity(query.bag, name.bag),
    )
    query_words = set(query.bag.split())
    name_words = set(name.bag.split())
    is_contained = query_words < name_words or name_words < query_words
    if not has_spaces:
        is_contained |= query.folded in name.folded or name.folded in query.folded
    if is_contained:
        shorter, longer = sorted((len(query.bag), len(name.bag)))
        similarity = max(similarity, _CONTAINED + _CONTAINED_LENGTH * shorter / longer)
    return min(MAX_SIMILARITY, round(100 * similarity, 1))
