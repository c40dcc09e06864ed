"""Dates of a year, a month or a day, and periods between two.

A date is an `xsd:gYear`, `xsd:gYearMonth` or `xsd:date`
(https://www.w3.org/TR/xmlschema11-2/#gYear): "2018" is an unknown time in 2018, from the begin to
the end of the year.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

#: Range of years; dates outside of it are left out of indexes and timelines.
FIRST_YEAR = 1
LAST_YEAR = 9999

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True, order=True)
class Moment:
    """A year, a month of a year, or a day; unknown parts are 0.

    >>> Moment.parse("2018-09")
    Moment(year=2018, month=9, day=0)
    >>> str(Moment(2018)), Moment(2018).datatype
    ('2018', 'gYear')
    >>> Moment(2018).before(Moment(2018, 9)), Moment(2018, 8).before(Moment(2018, 9))
    (False, True)
    """

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
        has_month = match[2] is not None
        has_day = match[3] is not None
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        if has_month and not 1 <= month <= 12:
            return None
        if has_day and not 1 <= day <= calendar.monthrange(year, month)[1]:
            return None
        return cls(year, month, day)

    @classmethod
    def of(cls, day: date) -> Moment:
        """The moment of a day."""
        return cls(day.year, day.month, day.day)

    @property
    def datatype(self) -> str:
        """The local name of the XML Schema datatype of this precision."""
        if self.day:
            return "date"
        return "gYearMonth" if self.month else "gYear"

    def before(self, moment: Moment) -> bool:
        """Whether this moment is earlier than another, compared in the parts that both have."""
        parts = (self.year, self.month, self.day)
        for own_part, part in zip(parts, (moment.year, moment.month, moment.day), strict=True):
            if own_part != part and own_part and part:
                return own_part < part
        return False

    @property
    def begin(self) -> float:
        """The earliest possible time, in years."""
        if not self.month:
            return float(self.year)
        return self._end_of_day(max(self.day - 1, 0))

    @property
    def finish(self) -> float:
        """The latest possible time, in years, exclusive."""
        if not self.month:
            return self.year + 1.0
        return self._end_of_day(self.day or 31)

    def _end_of_day(self, day: int) -> float:
        """The time at the end of a day of the month, in years."""
        days_of_month = calendar.monthrange(self.year, self.month)[1]
        return self.year + (self.month - 1 + min(day, days_of_month) / days_of_month) / 12

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        first_day = date(self.year, self.month or 1, self.day or 1)
        last_month = self.month or 12
        days_of_month = calendar.monthrange(self.year, last_month)[1]
        return first_day, date(self.year, last_month, self.day or days_of_month)

    def __str__(self) -> str:
        """ISO 8601 in this precision: 2018, 2018-09, 2018-09-15."""
        text = f"{self.year:04}"
        for part in (self.month, self.day):
            if part:
                text += f"-{part:02}"
        return text


@dataclass(frozen=True)
class Period:
    """A period between two moments; either may be unknown."""

    start: Moment | None = None
    end: Moment | None = None

    @property
    def dated(self) -> bool:
        """Whether a start or end is known."""
        return self.start is not None or self.end is not None
