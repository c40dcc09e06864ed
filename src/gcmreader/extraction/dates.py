"""Dates in one language: years, months and days, whole or completed by a later date."""

from __future__ import annotations

import re

from gcmgraph.platform.dates import Moment
from gcmreader.lexicon import Lexicon

_LAST_DAY = 31
#: after the number of a day: `1st`, `1er`, `1.º`
_ORDINAL = r"er|st|nd|rd|th|\.?[ºo°]|ero"


class DateReader:
    """Finds dates in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        months = lexicon.fragment("periods", "months").split("|")
        self._months = {name.casefold(): number for number, name in enumerate(months, start=1)}
        names = "|".join(months)
        #: the source of a regular expression for dates
        self.pattern = (
            rf"(?:(?:\d{{1,2}}(?:{_ORDINAL})?(?: de)? )?"
            rf"(?:(?:{names})(?: del?)? (?:\d{{1,2}}, )?)?(?:19|20)\d\d)"
            r"(?![\d%]|\.\d|,\d| ?(?:euros|dollars|personnes))"
        )
        self._parts = lexicon.compiled(
            rf"(?:(?P<day>\d{{1,2}})(?:{_ORDINAL})?(?: de)? )?"
            rf"(?:(?P<month>{names})(?: del?)? (?:(?P<day2>\d{{1,2}}), )?)?(?P<year>(?:19|20)\d\d)",
            re.IGNORECASE,
        )
        #: a date whose year comes with the second date: `10 [to 12 March 2020]`, `January [to June
        #: 2019]`
        self.partial = rf"(?:\d{{1,2}}(?:{_ORDINAL})?(?: (?:de )?(?:{names}))?|(?:{names}))"
        self._partial_parts = lexicon.compiled(
            rf"(?:(?P<day>\d{{1,2}})(?:{_ORDINAL})?)? ?(?:de )?(?P<month>{names})?", re.IGNORECASE
        )

    def read(self, text: str) -> Moment | None:
        """The date that `text` is, or None where it is none (`31 2020`)."""
        parts = self._parts.fullmatch(text)
        if parts is None:
            return None
        month = self._month(parts["month"])
        day = int(parts["day"] or parts["day2"] or 0)
        has_day = bool(parts["day"] or parts["day2"])
        if has_day and (not month or not 1 <= day <= _LAST_DAY):
            return None
        return Moment(int(parts["year"]), month, day)

    def complete(self, text: str, end: Moment) -> Moment | None:
        """The date that a partial date is, given the date that ends the range."""
        parts = self._partial_parts.fullmatch(text.strip())
        if parts is None or not (parts["day"] or parts["month"]):
            return None
        month = self._month(parts["month"]) or end.month
        return Moment(end.year, month, int(parts["day"] or 0))

    def _month(self, name: str | None) -> int:
        """The number of a month; 0 where there is none."""
        return self._months[name.casefold()] if name else 0
