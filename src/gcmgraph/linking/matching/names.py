"""Names and their forms for comparison, without case, accents, articles, punctuation and word order.

They work for the six languages of the United Nations.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from babel import Locale

from gcmgraph.text import fold_name, has_han
from gcmgraph.translations import LANGUAGES

#: Articles and small words, folded: English, French, Spanish, Russian. Arabic joins them to the next word.
SMALL_WORDS = frozenset("the of and s le la les l de du des d et en au aux el los las del y e и".split())

#: Translations and abbreviations of words in the names of states, folded.
SAME_WORDS = {
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
    """A name in three forms, from close to loose. Two names that agree in one of them may be equal."""

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
    bag = sorted(SAME_WORDS.get(word, word) for word in words if word not in SMALL_WORDS) or sorted(words)
    return NameForms(folded, " ".join(bag), folded.replace(" ", ""))


def says_nothing(text: str) -> bool:
    """Whether a text means a missing value, even if it looks like a code (NA is Namibia's)."""
    return text.strip().casefold() in _MISSING


@cache
def names_of_territories() -> frozenset[str]:
    """Folded names of all countries and territories of the Unicode CLDR in the languages of the interface."""
    return frozenset(fold_name(name) for tag in LANGUAGES for name in Locale(tag).territories.values())


#: Limit on the letters of names that are found by leaving out one letter. Longer ones are found by their grams.
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


class ExtendedNames:
    """Names that extend a word by a word or two, by that word.

    Chinese has no spaces: there, a name is extended by the names that contain it, of resources that are rivals in
    another language.
    """

    def __init__(self, names: Iterable[tuple[Name, str]]) -> None:
        """`names`: the main names that people shorten, each with its bag (`NameForms`)."""
        self._by_word: dict[str, list[Name]] = defaultdict(list)
        self._chinese: dict[str, list[Name]] = defaultdict(list)
        for name, bag in names:
            words = bag.split()
            if has_han(name.text):
                self._chinese[name.thing].append(name)
            elif 2 <= len(words) <= 1 + _EXTENDED_BY:
                for word in words:
                    self._by_word[word].append(name)

    def of(self, name: Name, bag: str) -> list[Name]:
        """Names of other resources that extend a name of one word."""
        if name.code or " " in bag or bag in SMALL_WORDS:
            return []
        return [other for other in self._by_word.get(bag, ()) if other.thing != name.thing]

    def of_chinese(self, name: Name, rivals: Iterable[str]) -> list[Name]:
        """Chinese names that contain a Chinese one, of its rivals in other languages."""
        return [other for thing in sorted(rivals) for other in self._chinese.get(thing, ()) if name.text in other.text]
