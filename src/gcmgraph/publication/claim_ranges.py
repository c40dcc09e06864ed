"""Ranges of numbers and days: those of a claim, and those that a statement leaves open.

A number without a bound may be rounded: a multiple of a hundred is any number that is rounded to
it. "About 500" is any number from half to double of it.

    >>> rounded(Decimal(27))
    Range(low=Decimal('27'), high=Decimal('27'))
    >>> rounded(Decimal(180000))
    Range(low=Decimal('175000'), high=Decimal('185000'))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from gcmgraph.platform.dates import Moment

#: Bounds of a number or date in a claim; none is "this number", with whatever bound the source has.
AT_LEAST = "at least"
AT_MOST = "at most"
EXACTLY = "exactly"
BOUNDS = (AT_LEAST, AT_MOST, EXACTLY)

_FOREVER = Decimal("Infinity")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[\s,’']\d{3})+|\d+)(?:\.\d+)?")
_SEPARATORS = re.compile(r"[\s,’']")

#: Smallest place to which a number without a bound may be rounded.
_ROUNDED_TO = Decimal(100)


@dataclass(frozen=True)
class Range:
    """Numbers, or days by their ordinals; both ends are included."""

    low: Decimal
    high: Decimal

    def is_within(self, other: Range) -> bool:
        """Whether all numbers of the range are in another range."""
        return other.low <= self.low and self.high <= other.high

    def excludes(self, other: Range) -> bool:
        """Whether no number is in both ranges."""
        return self.high < other.low or other.high < self.low

    def bounded(self, bound: str) -> Range:
        """The numbers that a bound makes of the range.

        A bound is written as in a claim (`at least`) or as in a statement (`at-least`).
        """
        match bound.replace("-", " "):
            case "at least":
                return Range(self.low, _FOREVER)
            case "at most":
                return Range(-_FOREVER, self.high)
            case "about":
                return Range(self.low / 2, self.high * 2)
        return self


def number_in(text: str) -> Decimal | None:
    """The number that a text is, with or without separators of thousands; None for another text."""
    text = text.strip()
    return Decimal(_SEPARATORS.sub("", text)) if _NUMBER.fullmatch(text) else None


def numbers_named(text: str) -> set[Decimal]:
    """The numbers and years that a text names, without separators of thousands."""
    return {abs(Decimal(_SEPARATORS.sub("", number))) for number in _NUMBER.findall(text)}


def point(number: Decimal) -> Range:
    """A number as a range."""
    return Range(number, number)


def rounded(number: Decimal) -> Range:
    """The numbers for which a document may have this one without a bound."""
    if number == 0 or number % _ROUNDED_TO:
        return point(number)
    digits = str(int(number))
    trailing_zeros = len(digits) - len(digits.rstrip("0"))
    half_a_unit = Decimal(10) ** trailing_zeros / 2
    return Range(number - half_a_unit, number + half_a_unit)


def days_of(moment: Moment | None) -> Range:
    """The first and the last day of a date of any precision; any day for None."""
    if moment is None:
        return Range(-_FOREVER, _FOREVER)
    first, last = moment.days
    return Range(Decimal(first.toordinal()), Decimal(last.toordinal()))
