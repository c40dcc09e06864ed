"""Folded text: case, accents and punctuation removed, so that texts can be compared.

Works for the six languages of the United Nations.
"""

from __future__ import annotations

import re
import unicodedata

#: Letters without a decomposition, and Arabic and Russian letters with two spellings.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ة": "ه", "ى": "ي", "ـ": ""}
)

_NAME_WORD = re.compile(r"[^\W_]+")
_WORD = re.compile(r"\w+")

#: Full stops between single letters: U.K. is UK.
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")

#: A Chinese character, as a regular expression. Compiled on first use, which takes 4 ms.
HAN = r"[㐀-䶿一-鿿豈-﫿]"


def fold_name(text: str) -> str:
    """The words of a name in lower case and without accents, separated by spaces; empty if it has none.

    `Côte d’Ivoire` is `cote d ivoire`, `U.K.` is `uk`. Digits of all scripts are ASCII digits.
    """
    return " ".join(_NAME_WORD.findall(_INITIALS.sub("", plain_letters(text))))


def fold_words(text: str) -> str:
    """The words of a text in plain letters, separated by spaces: `Côte d'Ivoire` is `cote d ivoire`."""
    return " ".join(_WORD.findall(plain_letters(text)))


def plain_letters(text: str) -> str:
    """A text in lower case and plain letters: `Łódź` is `lodz`, `Œuvre` is `oeuvre`."""
    lower = unicodedata.normalize("NFKC", text).casefold()
    return without_marks(unicodedata.normalize("NFKD", lower)).translate(_LETTERS)


def without_marks(decomposed: str) -> str:
    """A decomposed text (NFD, NFKD) without its nonspacing marks, such as accents."""
    if decomposed.isascii():  # the common case has none
        return decomposed
    return "".join([c for c in decomposed if unicodedata.category(c) != "Mn"])


def has_han(text: str) -> bool:
    """Whether a text has Chinese characters, which have no spaces between words."""
    return re.search(HAN, text) is not None
