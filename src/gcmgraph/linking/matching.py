"""Names, an index of them, and candidates for a name, with scores from 0 to 100.

Names are compared without case, accents, articles, punctuation and word order, in the six languages
of the United Nations. Scores, by the agreement of the closest name of a resource with the name in
question:

| score | agreement |
|---|---|
| 100 | the same words, or exactly its code |
| 98 | the same words in another order, or with other articles |
| 97 | the same letters, spaced otherwise |
| 50 to 94 | similar spelling (share of letters that agree), or one name contains the other |

A match is safe, and accepted without review, if the name or code is equal (97 or more) for one
resource only, and no other resource has a name that extends it by a word or two: Congo may mean
either of two countries. Similar spelling is safe on request only, for names of six letters or more
(`APART`): one typing error away from the name of one resource, and farther from all others.

Other readings of a text in a table: `SDG 10.7` is the code 10.7, `U.N.H.C.R.` is UNHCR, `UNODC,
Vienna` is UNODC, and `World Health Organization (WHO)` is either part if both name the same.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import OSA

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import fold_name, fold_words, has_han
from gcmgraph.translations import LANGUAGES

#: Articles and small words, folded: English, French, Spanish, Russian. Arabic joins them to the
#: next word.
SMALL_WORDS = frozenset(
    "the of and s le la les l de du des d et en au aux el los las del y e и".split()
)

#: Translations and abbreviations of words in the names of states, folded.
EQUIVALENTS = {
    **dict.fromkeys(("rep", "republique", "republica"), "republic"),
    **dict.fromkeys(("dem", "democratique", "democratica"), "democratic"),
    **dict.fromkeys(("st", "ste", "sainte"), "saint"),
    "fed": "federated",
}

#: The Arabic article. An alef with a sign above is no article (ألمانيا is Germany).
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{3})")

#: Texts that programs write for a missing value.
_MISSING = frozenset(("na", "n/a", "nan", "nil", "none", "null", "#n/a", ".."))


@dataclass(frozen=True, slots=True)
class NameForms:
    """A name in three forms, from close to loose.

    Two names that agree in one of them may be equal.
    """

    #: see `text.folding.fold_name`
    folded: str
    #: the words in alphabetical order, without small words and articles, abbreviations written out
    bag: str
    #: `folded` without spaces
    compact: str


def forms(text: str) -> NameForms:
    """The forms of a name. The bag of a name of small words only contains them."""
    folded, composed = fold_name(text), unicodedata.normalize("NFC", text)
    bare = _ARABIC_ARTICLE.sub("", composed)
    words = (folded if bare == composed else fold_name(bare)).split()
    bag = sorted(
        EQUIVALENTS.get(word, word) for word in words if word not in SMALL_WORDS
    ) or sorted(words)
    return NameForms(folded, " ".join(bag), folded.replace(" ", ""))


def says_nothing(text: str) -> bool:
    """Whether a text means a missing value, even if it looks like a code (NA is Namibia's)."""
    return text.strip().casefold() in _MISSING


@cache
def names_of_territories() -> frozenset[str]:
    """Folded names of all countries and territories of the Unicode CLDR in the languages of the interface."""
    return frozenset(
        fold_name(name) for tag in LANGUAGES for name in Locale(tag).territories.values()
    )


#: Limit on the letters of names that are found by leaving out one letter. Longer ones are found by
#: their grams.
SHORT = 8


def without_a_letter(compact: str) -> set[str]:
    """A short name, and its results of leaving out one letter."""
    return {compact, *(compact[:at] + compact[at + 1 :] for at in range(len(compact)))} - {""}


@dataclass(frozen=True, slots=True)
class Name:
    """A name or code of a resource, for the index."""

    thing: str
    kind: str
    text: str
    language: str | None = None
    #: whether it is a code, which is compared without folding
    code: bool = False
    #: whether it is the preferred name in its language
    main: bool = False


#: Limit on the additional words (Guinea, Guinea-Bissau, Papua New Guinea).
_EXTENDED_BY = 2


_CODED = re.compile(
    r"(?P<words>[^\W\d][^\d]{0,40}?)[\s.:#]*(?:n[o°º]\.?\s*)?(?P<code>\d{1,2}(?:[.,]?[0-9a-z]{1,2})?)"
)
_DECIMAL_COMMA = re.compile(r"\d{1,2},\d{1,2}")
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){2,}[^\W\d_]?\.?")
_ADDITION = re.compile(r"(?P<name>[A-Z][A-Z-]{2,11})\s*(?:[,/]|\s[-–]\s)\s*(?P<more>.+)")
_IN_BRACKETS = re.compile(r"(?P<one>[^()]+?)\s*\((?P<other>[^()]+)\)")


@dataclass(frozen=True)
class NameReading:
    """Texts that must name one resource, of some kinds; of any where there are none."""

    texts: tuple[str, ...]
    kinds: tuple[str, ...] = ()


def readings(text: str, kinds: Collection[str]) -> Iterator[NameReading]:
    """The other readings of a text, for resources of some kinds or of any."""
    text = text.strip()
    if (coded := _CODED.fullmatch(text)) is not None:
        words, code = fold_words(coded["words"]), coded["code"].replace(",", ".")
        for kind, row in KINDS.items():
            if words in row.code_words and (not kinds or kind in kinds):
                yield NameReading((code,), (kind,))
                break
    if _DECIMAL_COMMA.fullmatch(text) and (not kinds or "sdg" in kinds):
        yield NameReading((text.replace(",", "."),), ("sdg",))
    if _INITIALS.fullmatch(text):
        yield NameReading((re.sub(r"[.\s]", "", text).upper(),), tuple(kinds))
    if (added := _ADDITION.fullmatch(text)) is not None and (not kinds or "organisation" in kinds):
        yield NameReading((added["name"],), ("organisation",))
    if (both := _IN_BRACKETS.fullmatch(text)) is not None:
        yield NameReading((both["one"], both["other"]), tuple(kinds))


#: Scores of equal names.
SAME, SAME_WORDS, SAME_LETTERS = 100.0, 98.0, 97.0

#: Highest score of names that are not equal, and lowest score of a candidate.
MOST_ALIKE, LEAST = 94.0, 50.0

#: Typing errors that separate a name from all others before one is accepted in it, by the least
#: number of its letters. An error in the first letter is accepted in the longer names only: Prussia
#: is not Russia.
APART = {8: 3, 6: 2}

#: Limits on the index entries read for a name, and on the names compared letter by letter.
ENTRIES, COMPARED = 2_500, 40


#: Letters of a code from which it is no word, however it is written: Interpol.
_NO_WORD = 6


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A resource that a name may mean."""

    thing: str
    kind: str
    #: see the table above
    score: float
    #: closest of its names
    name: Name
    #: whether name or code are equal, not only similar
    same: bool
    #: whether it can be accepted without review
    safe: bool = False


def scored(formed: NameForms) -> tuple[tuple[str, float], ...]:
    """The forms of a name, from close to loose, each with the score of an agreement in it."""
    return (formed.folded, SAME), (formed.bag, SAME_WORDS), (formed.compact, SAME_LETTERS)


def as_code(text: str) -> str:
    """The form of a code for comparison."""
    return text.strip().casefold()


class MatchIndex:
    """Immutable index of names and codes. Threads may share it."""

    def __init__(
        self,
        names: Iterable[Name],
        extended_kinds: Collection[str] = (),
        without: Collection[str] = (),
    ) -> None:
        """`extended_kinds`: kinds whose main names make a shorter name ambiguous; `without`: resources that do not."""
        self._names: list[Name] = []
        self._folded: list[str] = []
        self._bags: list[str] = []
        self._same: tuple[dict[str, list[int]], ...] = ({}, {}, {})
        self._codes: dict[str, list[int]] = {}
        self._shortened: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._trigrams: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._extended_kinds, self._without = frozenset(extended_kinds), without
        #: main names that extend a word, by that word, and the Chinese ones, by resource
        self._longer: dict[str, list[Name]] = {}
        self._chinese: dict[str, list[Name]] = {}
        for name in names:
            self._add(name)
        self._shortened, self._trigrams = (
            dict(self._shortened),
            dict(self._trigrams),
        )  # lookups must not add keys

    def candidates(
        self, text: str, kinds: Collection[str] = (), limit: int = 5, *, errors: bool = False
    ) -> list[MatchCandidate]:
        """The candidates for a name or code, best first; of some kinds, by default of all.

        With `errors`, a name with one typing error is safe where it can mean one resource only. A
        text without letters and digits has no candidates.
        """
        query = forms(text)
        matching = _Matching(self, text, query, kinds) if query.folded and limit > 0 else None
        return matching.candidates(limit, errors=errors) if matching else []

    def of_code(self, code: str, kinds: Collection[str] = ()) -> list[Name]:
        """The codes that equal this one, ignoring case."""
        found = map(self.name, self.coded(as_code(code)))
        return [name for name in found if not kinds or name.kind in kinds]

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
        for index, (form, score) in zip(self._same, scored(query), strict=True):
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
        found = heapq.nlargest(
            COMPARED, most, key=lambda p: (shared[p], -abs(len(self._folded[p]) - length))
        )
        if len(query.compact) <= SHORT + 1:
            shorter = without_a_letter(query.compact)
            alike = {p for form in shorter for p in self._shortened.get(form, _NONE)[:ENTRIES]}
            found.extend(
                heapq.nsmallest(
                    COMPARED, alike, key=lambda p: OSA.distance(folded, self._folded[p])
                )
            )
        return found

    def spelt_like(self, folded: str, errors: int, kinds: Collection[str]) -> set[str]:
        """All resources that have a name at most a number of typing errors away from a folded one."""
        found = process.extract(
            folded, self._folded, scorer=OSA.distance, score_cutoff=errors, limit=None
        )
        names = (self._names[position] for _, _, position in found)
        return {name.thing for name in names if not name.code and (not kinds or name.kind in kinds)}

    def rivals(self, position: int) -> Sequence[Name]:
        """Names of other resources that people may shorten to the name at a position: by a word or two.

        Chinese has no spaces: there, they contain the name, and are of resources that are rivals in
        another language.
        """
        name = self._names[position]
        others = (
            sorted(self._rivals_of.get(name.thing, ()))
            if has_han(name.text) and not name.code
            else ()
        )
        longer = [
            other
            for thing in others
            for other in self._chinese.get(thing, ())
            if name.text in other.text
        ]
        return longer or self._extending(position)

    def _extending(self, position: int) -> list[Name]:
        name, bag = self._names[position], self._bags[position]
        if name.code or bag in SMALL_WORDS:
            return []
        return [other for other in self._longer.get(bag, ()) if other.thing != name.thing]

    @cached_property
    def _rivals_of(self) -> dict[str, set[str]]:
        """The resources with names that extend one of a resource."""
        found: dict[str, set[str]] = {}
        for position, name in enumerate(self._names):
            if longer := self._extending(position):
                found.setdefault(name.thing, set()).update(other.thing for other in longer)
        return found

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
        if name.main and name.kind in self._extended_kinds and name.thing not in self._without:
            words = formed.bag.split()
            if has_han(name.text):
                self._chinese.setdefault(name.thing, []).append(name)
            elif 2 <= len(words) <= 1 + _EXTENDED_BY:
                for word in words:
                    self._longer.setdefault(word, []).append(name)
        for index, (form, _) in zip(self._same, scored(formed), strict=True):
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


class _Matching:
    """The matching of one text."""

    def __init__(
        self, names: MatchIndex, text: str, query: NameForms, kinds: Collection[str]
    ) -> None:
        self._names, self._text, self._query, self._kinds = names, text, query, kinds
        self._best: dict[str, tuple[float, int]] = {}

    def candidates(self, limit: int, *, errors: bool) -> list[MatchCandidate]:
        agreeing = list(self._agreeing())
        for position, score in agreeing:
            self._record(position, score)
        spaced = not has_han(self._query.folded)
        near = [
            position
            for position in self._names.near(self._query, self._kinds)
            if self._is_of_kinds(position)
        ]
        for position in near:
            score = _likeness(self._query, self._names.forms(position), spaced=spaced)
            if score >= LEAST:
                self._record(position, score)
        safe = self._safe([position for position, _ in agreeing])
        if errors and not agreeing:
            safe = self._mistyped(near)
        same = {self._names.name(position).thing for position, _ in agreeing}
        best = [
            (thing, score, self._names.name(position))
            for thing, (score, position) in self._best.items()
        ]
        found = [
            MatchCandidate(thing, name.kind, score, name, thing in same, thing == safe)
            for thing, score, name in best
        ]
        return heapq.nsmallest(
            limit, found, key=lambda c: (-c.score, not c.name.main, len(c.name.text), c.thing)
        )

    def _mistyped(self, near: Sequence[int]) -> str | None:
        """The one resource with a name that one typing error separates from the text; None if another is near."""
        folded, names = self._query.folded, self._names
        errors = {p: OSA.distance(folded, names.forms(p).folded, score_cutoff=1) for p in near}
        meant = min(near, key=errors.__getitem__, default=None)
        if meant is None or errors[meant] > 1 or has_han(folded) or says_nothing(self._text):
            return None
        name, thing = names.forms(meant), names.name(meant).thing
        letters = len(name.compact)
        apart = next((apart for least, apart in APART.items() if letters >= least), None)
        if apart is None or folded in names_of_territories():
            return None  # Saint-Martin is not San Marino in French (Saint-Marin) with an error
        if letters < max(APART) and not (self._kinds and name.folded[0] == folded[0]):
            return None  # without a kind it may be a city
        words, right = set(self._query.bag.split()), set(name.bag.split())
        for position in near:
            others = set(names.forms(position).bag.split())
            part = words < others or (others < words and not others < right)
            if part and names.name(position).thing != thing:
                return None
        rivals = names.rivals(meant)
        alone = not any(not self._kinds or rival.kind in self._kinds for rival in rivals)
        return thing if alone and names.spelt_like(folded, apart, self._kinds) == {thing} else None

    def _is_of_kinds(self, position: int) -> bool:
        return not self._kinds or self._names.name(position).kind in self._kinds

    def _agreeing(self) -> Iterator[tuple[int, float]]:
        """Positions of the names and codes that equal the text, with scores."""
        for position in self._names.coded(as_code(self._text)):
            if self._is_of_kinds(position):
                yield position, SAME
        for position, score in self._names.same(self._query):
            if self._is_of_kinds(position):
                yield position, score

    def _record(self, position: int, score: float) -> None:
        name = self._names.name(position)
        best = self._best.get(name.thing)
        if best is None or (score, name.main) > (best[0], self._names.name(best[1]).main):
            self._best[name.thing] = score, position

    def _safe(self, positions: list[int]) -> str | None:
        """The one resource with this name; None if there are rivals, or if a code may be a word."""
        names = [self._names.name(position) for position in positions]
        things = {name.thing for name in names}
        if len(things) != 1 or says_nothing(self._text):
            return None
        for position in positions:
            if any(
                not self._kinds or rival.kind in self._kinds
                for rival in self._names.rivals(position)
            ):
                return None
        written = {name.text for name in names if name.code}
        if written and all(name.code for name in names):
            # "no" and "who" are words, NO and WHO codes; two letters alone are ambiguous
            code = self._text.strip()
            word = code not in written and len(code) < _NO_WORD
            if code.isalpha() and (word or (len(code) <= 2 and not self._kinds)):
                return None
        return things.pop()


def _likeness(query: NameForms, other: NameForms, *, spaced: bool) -> float:
    """Similarity of two different names, up to `MOST_ALIKE`.

    Chinese has no spaces between words.
    """
    alike = max(
        OSA.normalized_similarity(query.folded, other.folded),
        OSA.normalized_similarity(query.bag, other.bag),
    )
    words, others = set(query.bag.split()), set(other.bag.split())
    parts = words < others or others < words
    if parts or (not spaced and (query.folded in other.folded or other.folded in query.folded)):
        short, long = sorted((len(query.bag), len(other.bag)))
        alike = max(alike, 0.6 + 0.3 * short / long)
    return min(MOST_ALIKE, round(100 * alike, 1))
