"""Names in forms in which they can be compared: case, accents, articles, punctuation and word order set aside.

For names in the six languages of the United Nations. Nothing here knows any name; what is dropped are articles and
the small words between the words of a name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Articles and small words, folded: English, French, Spanish, Russian. Arabic joins them to the next word.
SMALL_WORDS = frozenset("the of and s le la les l de du des d et en au aux el los las del y e и".split())

#: Words of the names of states by which the same word is meant, folded; abbreviations as tables have them.
SAME_WORDS = {
    **dict.fromkeys(("rep", "republique", "republica"), "republic"),
    **dict.fromkeys(("dem", "democratique", "democratica"), "democratic"),
    **dict.fromkeys(("st", "ste", "sainte"), "saint"),
    "fed": "federated",
}

#: Letters that have no decomposition, and those of Arabic and Russian that are written in two ways.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ة": "ه", "ى": "ي", "ـ": ""}
)

_WORD = re.compile(r"[^\W_]+")

#: The Arabic article; an alef with a sign above is no article (ألمانيا is Germany).
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{3})")

#: Full stops between single letters: U.K. is UK.
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")

#: What programs write where there is no value.
_MISSING = frozenset(("na", "n/a", "nan", "nil", "none", "null", "#n/a", ".."))

#: Compiled when first needed, which takes 4 ms.
_HAN = r"[㐀-䶿一-鿿豈-﫿]"


def fold(text: str) -> str:
    """The words of a text in lower case and without marks, separated by spaces; empty where it has none.

    `Côte d’Ivoire` is `cote d ivoire`. Digits of all scripts are ASCII digits.
    """
    return " ".join(_WORD.findall(_INITIALS.sub("", plain_letters(text))))


def plain_letters(text: str) -> str:
    """A text in lower case, in the letters that a keyboard has: `Łódź` is `lodz`, `Œuvre` is `oeuvre`."""
    lower = unicodedata.normalize("NFKC", text).casefold()
    return without_marks(unicodedata.normalize("NFKD", lower)).translate(_LETTERS)


def without_marks(decomposed: str) -> str:
    """A text without the marks that stand by themselves, such as accents once it is decomposed."""
    if decomposed.isascii():  # most are, and have none
        return decomposed
    return "".join([c for c in decomposed if unicodedata.category(c) != "Mn"])


@dataclass(frozen=True, slots=True)
class NameForms:
    """A name in three forms, from close to loose. Two names that agree in one of them may be the same."""

    #: see `fold`
    folded: str
    #: the words in alphabetical order, without small words and articles, abbreviations written out
    bag: str
    #: `folded` without spaces
    compact: str


def forms(text: str) -> NameForms:
    """The forms of a name. A name of small words alone keeps them in its bag."""
    folded, composed = fold(text), unicodedata.normalize("NFC", text)
    bare = _ARABIC_ARTICLE.sub("", composed)
    words = (folded if bare == composed else fold(bare)).split()
    bag = sorted(SAME_WORDS.get(word, word) for word in words if word not in SMALL_WORDS) or sorted(words)
    return NameForms(folded, " ".join(bag), folded.replace(" ", ""))


def says_nothing(text: str) -> bool:
    """Whether a text stands for a missing value, though it may look like a code (NA is Namibia's)."""
    return text.strip().casefold() in _MISSING


def has_han(text: str) -> bool:
    """Whether a text has Chinese characters, which stand without spaces between words."""
    return re.search(_HAN, text) is not None


#: Names up to so many letters are found by leaving out one; for longer ones their grams do.
SHORT = 8


def without_a_letter(compact: str) -> set[str]:
    """A short name and what is left of it without one letter."""
    return {compact, *(compact[:at] + compact[at + 1 :] for at in range(len(compact)))} - {""}
