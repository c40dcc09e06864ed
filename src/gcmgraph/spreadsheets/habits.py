"""Habits of people who fill in cells: phrases in place of a value, and other forms of values.

>>> dates("21/09/2018"), dates("03/04/2018"), dates("septembre 2018")
(['2018-09-21'], ['2018-04-03', '2018-03-04'], ['2018-09'])
>>> amount("12 000 000 FCFA")
WrittenAmount(number='12000000', currency='FCFA')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from babel import Locale

from gcmgraph.platform.dates import Moment
from gcmgraph.platform.text import fold_name
from gcmgraph.translations import LANGUAGES

#: Words for "no value"; marks alone mean the same.
_EMPTY_PHRASES = (
    "n/a|na|nd|ns|n/d|s/o|so|nil|none|null|nothing|tbd|tbc|unknown|not applicable|not available|"
    "neant|aucun|aucune|rien|sans objet|non disponible|non applicable|inconnu|a completer|"
    "ninguno|ninguna|nada|no aplica|no disponible|sin datos|desconocido|"
    "нет|нет данных|неизвестно|не применимо|无|不适用|不详|لا يوجد|لا ينطبق|غير معروف"
).split("|")

#: Names of the two CFA francs.
_CFA_NAMES = frozenset({"fcfa", "cfa", "f cfa", "franc cfa", "francs cfa"})

#: Marks that people write for nothing.
_MARKS = re.compile(r"[-–—_./?…*\s]+")
_DAY = re.compile(r"(\d{1,2})[/.\s-](\d{1,2})[/.\s-](\d{4})")
_MONTH = re.compile(
    r"(?:(\d{1,2})(?:er|st|nd|rd|th)?\s+)?(?:de\s+)?([^\W\d]+)\.?\s+(?:de\s+)?(\d{4})"
)
_AMOUNT = re.compile(r"(\d{1,3}(?:[\s\u00a0\u202f.,’']\d{3})+|\d+)\s*([^\W\d][^\d]*|[€$£])")
_MOST_MONTHS = 12


@dataclass(frozen=True)
class WrittenAmount:
    """A number and the currency that is written beside it."""

    number: str
    currency: str


def is_empty_phrase(text: str) -> bool:
    """Whether a text says that there is nothing to say.

    >>> [is_empty_phrase(text) for text in ("N/A", "Néant.", "-", "?", "Nantes")]
    [True, True, True, True, False]
    """
    return bool(_MARKS.fullmatch(text)) or _phrase(text) in _empty_phrases()


def is_cfa(text: str) -> bool:
    """Whether a text is a name of the CFA franc, of which there are two."""
    return fold_name(text) in _CFA_NAMES


def dates(text: str) -> list[str]:
    """The dates that a text may mean, that with the day first before that with the month first."""
    day = _DAY.fullmatch(text.strip())
    if day is not None:
        first, second, year = day.groups()
        readings = [f"{year}-{int(second):02}-{int(first):02}"]
        if first != second and int(first) <= _MOST_MONTHS:
            readings.append(f"{year}-{int(first):02}-{int(second):02}")
        return [reading for reading in readings if Moment.parse(reading)]
    month = _MONTH.fullmatch(text.strip())
    number = _months().get(fold_name(month[2])) if month is not None else None
    if month is None or number is None:
        return []
    reading = f"{month[3]}-{number:02}" + (f"-{int(month[1]):02}" if month[1] else "")
    return [reading] if Moment.parse(reading) else []


def amount(text: str) -> WrittenAmount | None:
    """The number of a text that has its currency beside it; None for other texts."""
    written = _AMOUNT.fullmatch(text.strip())
    if written is None or _is_multiple(written[2]):
        return None
    return WrittenAmount(re.sub(r"\D", "", written[1]), written[2].strip())


def _is_multiple(word: str) -> bool:
    """Whether a number goes on in words: `12 million`, which is no unit."""
    return fold_name(word).startswith(("mil", "mrd", "bn", "billion", "thousand", "k", "m"))


def _phrase(text: str) -> str:
    """A text in small letters without accents, points and spaces around it."""
    if "/" in text:
        return "/".join(fold_name(piece) for piece in text.split("/"))
    return fold_name(text)


@cache
def _empty_phrases() -> frozenset[str]:
    return frozenset(map(_phrase, _EMPTY_PHRASES))


@cache
def _months() -> dict[str, int]:
    """The folded names of the months in all languages."""
    months = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for names in Locale(language).months.values():
                for number, name in names[width].items():
                    months[fold_name(name)] = int(number)
    return months
