"""Dates with the precision of their source, and periods between two of them.

A date is an `xsd:gYear`, `xsd:gYearMonth` or `xsd:date` (https://www.w3.org/TR/xmlschema11-2/#gYear). "2018" is an
unknown time in 2018, from the begin to the end of the year.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

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
        pairs = zip((self.year, self.month, self.day), (other.year, other.month, other.day), strict=True)
        return next((mine < theirs for mine, theirs in pairs if mine != theirs and mine and theirs), False)

    @property
    def begin(self) -> float:
        """The earliest possible time, in years."""
        if not self.month:
            return float(self.year)
        days = calendar.monthrange(self.year, self.month)[1]
        return self.year + (self.month - 1 + max(self.day - 1, 0) / days) / 12

    @property
    def finish(self) -> float:
        """The latest possible time, in years, exclusive."""
        if not self.month:
            return self.year + 1.0
        days = calendar.monthrange(self.year, self.month)[1]
        return self.year + (self.month - 1 + (self.day or days) / days) / 12

    def __str__(self) -> str:
        """ISO 8601 in its precision: 2018, 2018-09, 2018-09-15."""
        return "-".join((f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)))


@dataclass(frozen=True)
class Period:
    """A period between two moments; either may be unknown."""

    start: Moment | None = None
    end: Moment | None = None

    @property
    def dated(self) -> bool:
        """Whether a start or end is known."""
        return self.start is not None or self.end is not None
