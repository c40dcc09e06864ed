"""Text in forms that can be compared and ordered; similar names; tags of languages; dates of a year, month or day.

Folding works for the six languages of the United Nations. Controls of direction are those of
Unicode Standard Annex 9, with which a text can disguise itself or others. A date is an `xsd:gYear`,
`xsd:gYearMonth` or `xsd:date` (https://www.w3.org/TR/xmlschema11-2/#gYear): "2018" is an unknown
time in 2018, from the begin to the end of the year.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from babel import Locale
from babel.core import get_global

#: Letters without a decomposition, and Arabic and Russian letters with two spellings.
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ة": "ه",
        "ى": "ي",
        "ـ": "",
    }
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


def natural(code: str) -> list[tuple[int, str]]:
    """A sort key in which 10 follows 9 and 9b follows 9a.

    Numbers may have any length: `int` refuses long ones.
    """
    parts = [(part, part.lstrip("0")) for part in re.findall(r"\d+|\D+", code)]
    return [(len(digits) + 1, digits) if part.isdecimal() else (0, part) for part, digits in parts]


#: Embeddings, overrides and their end, and isolates and their end.
_EMBEDDING = "\u202a-\u202e"
_ISOLATES = "\u2066-\u2068"
_END = "\u2069"

CONTROLS = re.compile(f"[{_EMBEDDING}{_ISOLATES}{_END}]")

#: Characters that are not drawn (Default_Ignorable_Code_Point of the Unicode Character Database)
#: without controls of direction, joiners and variation selectors, which texts require; and the
#: blank pattern of Braille.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)

_ISOLATION = re.compile(f"[{_ISOLATES}{_END}]")


def beginning(text: str, most: int) -> str:
    """A text in one line of at most `most` characters, cut between words where it has blanks."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 2]
    return f"{cut.rpartition(' ')[0] or cut} …"


#: Markdown signs of bold text, and at the start of list items and headings
#: (https://spec.commonmark.org/0.31.2/).
MARKDOWN_SIGNS = re.compile(r"\*\*|^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|■)", re.MULTILINE)


def plain_words(text: str) -> str:
    """The words of a passage, without signs of Markdown."""
    return MARKDOWN_SIGNS.sub("", text)


def isolated(text: str) -> str:
    """A text whose controls act on nothing after it: isolates without an end, and ends without a start, are visible."""
    if text.isascii() or not _ISOLATION.search(text):
        return text
    open_at: list[int] = []
    unpaired = set()
    for match in _ISOLATION.finditer(text):
        if match[0] != _END:
            open_at.append(match.start())
        elif open_at:
            open_at.pop()
        else:
            unpaired.add(match.start())
    unpaired.update(open_at)
    return (
        "".join(visible(letter) if at in unpaired else letter for at, letter in enumerate(text))
        if unpaired
        else text
    )


def visible(control: str) -> str:
    """A control as its number: `[U+202E]`."""
    return f"[U+{ord(control):04X}]"


#: Embeddings and overrides in UTF-8. No page of ours has them but from data.
_ENCODED = re.compile(b"\xe2\x80[\xaa-\xae]")


def without_overrides(page: bytes) -> bytes:
    """A page in UTF-8 with visible embeddings and overrides, which isolation alone does not make honest."""
    return _ENCODED.sub(lambda match: visible(match[0].decode()).encode(), page)


#: Range of years; dates outside of it are left out of indexes and timelines.
FIRST_YEAR, LAST_YEAR = 1, 9999

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True, order=True)
class Moment:
    """A year, a month of a year, or a day; unknown parts are 0."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, text: str) -> Moment | None:
        """Parse a lexical form such as 2018, 2018-09 or 2018-09-15; None for an invalid one."""
        match = _DATE.fullmatch(text)
        if match is None:
            return None
        year, month, day = (int(part or 0) for part in match.groups())
        if not FIRST_YEAR <= year <= LAST_YEAR or month > 12 or (match[2] and not month):
            return None
        if match[3] and not 1 <= day <= calendar.monthrange(year, month)[1]:
            return None
        return cls(year, month, day)

    @classmethod
    def of(cls, day: date) -> Moment:
        """The moment of a day."""
        return cls(day.year, day.month, day.day)

    @property
    def datatype(self) -> str:
        """The local name of the XML Schema datatype of its precision."""
        return "date" if self.day else "gYearMonth" if self.month else "gYear"

    def before(self, other: Moment) -> bool:
        """Whether it is earlier, compared in the parts that both have."""
        pairs = zip(
            (self.year, self.month, self.day), (other.year, other.month, other.day), strict=True
        )
        return next(
            (mine < theirs for mine, theirs in pairs if mine != theirs and mine and theirs), False
        )

    @property
    def begin(self) -> float:
        """The earliest possible time, in years."""
        return self._at(max(self.day - 1, 0)) if self.month else float(self.year)

    @property
    def finish(self) -> float:
        """The latest possible time, in years, exclusive."""
        return self._at(self.day or 31) if self.month else self.year + 1.0

    def _at(self, day: int) -> float:
        """The time at the end of a day of its month, in years."""
        days = calendar.monthrange(self.year, self.month)[1]
        return self.year + (self.month - 1 + min(day, days) / days) / 12

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        last = self.month or 12
        first = date(self.year, self.month or 1, self.day or 1)
        return first, date(self.year, last, self.day or calendar.monthrange(self.year, last)[1])

    def __str__(self) -> str:
        """ISO 8601 in its precision: 2018, 2018-09, 2018-09-15."""
        return "-".join(
            (f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part))
        )


@dataclass(frozen=True)
class Period:
    """A period between two moments; either may be unknown."""

    start: Moment | None = None
    end: Moment | None = None

    @property
    def dated(self) -> bool:
        """Whether a start or end is known."""
        return self.start is not None or self.end is not None


T = TypeVar("T")

#: Minimum similarity of a suggestion, of 100.
SIMILAR = 70

#: Minimum similarity where the difference has consequences or most characters are shared.
STRICT = 80

#: Maximum length of codes (AFG, 9a, 10.7) that are similar where one character differs.
_CODE = 5


def nearest(
    text: str,
    candidates: Iterable[T],
    limit: int = 1,
    *,
    key: Callable[[T], str] = str,
    strict: bool = False,
) -> list[T]:
    """The candidates most similar to a text, best first; empty if none is similar.

    `key` returns the name of a candidate. Case counts, so fold both where it does not. `strict` is
    for terms of other vocabularies, where a similar term makes a misspelling of an unknown term,
    and for IRIs, which share their beginnings. Without it, short codes with one typing error are
    similar, too; one of several is no suggestion.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - takes 60 ms, which most commands save
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    candidates = list(candidates)
    names: list[Any] = candidates if key is str else [key(candidate) for candidate in candidates]
    least = STRICT if strict else SIMILAR
    found = [
        at
        for _, _, at in process.extract(
            text, names, scorer=fuzz.ratio, score_cutoff=least, limit=limit
        )
    ]
    if not found and not strict and 0 < len(text) <= _CODE:
        codes = process.extract(
            text, names, scorer=OSA.distance, score_cutoff=1, limit=max(limit, 2)
        )
        found = [at for _, _, at in codes] if len(codes) <= limit else []
    return [candidates[at] for at in found]


def nearest_value(text: str, values: Mapping[str, T]) -> T | None:
    """The value whose name is most similar to a text; None if none is similar."""
    found = nearest(text, values)
    return values[found[0]] if found else None


@cache
def is_language(tag: str) -> bool:
    """Whether the first part of a language tag (BCP 47) names a language, in its shortest code.

    Of codes with three letters only those with a code of two letters are known to be wrong.
    """
    code = tag.partition("-")[0].lower()
    if not re.fullmatch("[a-z]{2,3}", code):
        return False
    return code in Locale("en").languages or (
        len(code) == 3 and code not in get_global("language_aliases")
    )
