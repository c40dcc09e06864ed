"""Forms of names for comparison: without case, accents, articles, punctuation and word order.

In the six languages of the United Nations.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from babel import Locale

from gcmgraph.platform.text import fold_name
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

    #: see `platform.text.fold_name`
    folded: str
    #: the words in alphabetical order, without small words and articles, abbreviations written out
    bag: str
    #: `folded` without spaces
    compact: str


def forms(text: str) -> NameForms:
    """The forms of a name. The bag of a name of small words only contains them.

    >>> forms("Congo, Dem. Rep. of the")
    NameForms(folded='congo dem rep of the', bag='congo democratic republic', compact='congodemrepofthe')
    """
    folded = fold_name(text)
    composed = unicodedata.normalize("NFC", text)
    without_article = _ARABIC_ARTICLE.sub("", composed)
    words = (folded if without_article == composed else fold_name(without_article)).split()
    bag = [EQUIVALENTS.get(word, word) for word in words if word not in SMALL_WORDS]
    return NameForms(folded, " ".join(sorted(bag or words)), folded.replace(" ", ""))


def says_nothing(text: str) -> bool:
    """Whether a text means a missing value, even if it looks like a code (NA is Namibia's)."""
    return text.strip().casefold() in _MISSING


@cache
def names_of_territories() -> frozenset[str]:
    """Folded names of all countries and territories of the Unicode CLDR in the languages of the interface."""
    return frozenset(
        fold_name(name) for tag in LANGUAGES for name in Locale(tag).territories.values()
    )


def without_a_letter(compact: str) -> set[str]:
    """A short name, and its results of leaving out one letter.

    >>> sorted(without_a_letter("mali"))
    ['ali', 'mai', 'mal', 'mali', 'mli']
    """
    shortened = {compact[:index] + compact[index + 1 :] for index in range(len(compact))}
    return (shortened | {compact}) - {""}


def trigrams(folded: str) -> set[str]:
    """The runs of three characters of a folded name with two spaces before and one behind."""
    padded = f"  {folded} "
    return {padded[index : index + 3] for index in range(len(padded) - 2)}
