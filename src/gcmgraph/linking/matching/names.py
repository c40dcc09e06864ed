"""Names in forms in which they can be compared: case, accents, articles, punctuation and word order set aside.

For names in the six languages of the United Nations. Nothing here knows any name; what is dropped are articles and
the small words between the words of a name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from gcmgraph.text.folding import fold_name

#: Articles and small words, folded: English, French, Spanish, Russian. Arabic joins them to the next word.
SMALL_WORDS = frozenset("the of and s le la les l de du des d et en au aux el los las del y e и".split())

#: Words of the names of states by which the same word is meant, folded; abbreviations as tables have them.
SAME_WORDS = {
    **dict.fromkeys(("rep", "republique", "republica"), "republic"),
    **dict.fromkeys(("dem", "democratique", "democratica"), "democratic"),
    **dict.fromkeys(("st", "ste", "sainte"), "saint"),
    "fed": "federated",
}

#: The Arabic article; an alef with a sign above is no article (ألمانيا is Germany).
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{3})")

#: What programs write where there is no value.
_MISSING = frozenset(("na", "n/a", "nan", "nil", "none", "null", "#n/a", ".."))


@dataclass(frozen=True, slots=True)
class NameForms:
    """A name in three forms, from close to loose. Two names that agree in one of them may be the same."""

    #: see `text.folding.fold_name`
    folded: str
    #: the words in alphabetical order, without small words and articles, abbreviations written out
    bag: str
    #: `folded` without spaces
    compact: str


def forms(text: str) -> NameForms:
    """The forms of a name. A name of small words alone keeps them in its bag."""
    folded, composed = fold_name(text), unicodedata.normalize("NFC", text)
    bare = _ARABIC_ARTICLE.sub("", composed)
    words = (folded if bare == composed else fold_name(bare)).split()
    bag = sorted(SAME_WORDS.get(word, word) for word in words if word not in SMALL_WORDS) or sorted(words)
    return NameForms(folded, " ".join(bag), folded.replace(" ", ""))


def says_nothing(text: str) -> bool:
    """Whether a text stands for a missing value, though it may look like a code (NA is Namibia's)."""
    return text.strip().casefold() in _MISSING


#: Names up to so many letters are found by leaving out one; for longer ones their grams do.
SHORT = 8


def without_a_letter(compact: str) -> set[str]:
    """A short name and what is left of it without one letter."""
    return {compact, *(compact[:at] + compact[at + 1 :] for at in range(len(compact)))} - {""}
