"""Forms of names for comparison, without case, accents, articles, punctuation and word order.

They work for the six languages of the United Nations.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from babel import Locale

from gcmgraph.text.folding import fold_name
from gcmgraph.translations.languages import LANGUAGES

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
