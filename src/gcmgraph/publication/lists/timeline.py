"""Timeline of practices: a bar for each of a few, a count for each year for many.

A bar is as precise as its source. If the start is a year, the bar is faint from the first to the last possible day, and
firm only where the practice was certainly under way. Without a stated end it is open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.publication.lists.index import KindIndex, Listed
from gcmgraph.text import Period

#: Limit on the practices that are drawn one by one.
MAX_BARS = 60

#: Limit on the marks of the axis, and their possible distances in years.
_MARKS, _STEPS = 9, (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


@dataclass(frozen=True)
class Bar:
    """A practice on the axis, in positions from 0 to 1."""

    listed: Listed
    #: earliest start and latest end
    begin: float
    finish: float
    #: where it was certainly under way; None if its dates do not say
    firm: tuple[float, float] | None

    @property
    def open_start(self) -> bool:
        """Whether the start is unknown."""
        return self.listed.period.start is None

    @property
    def open_end(self) -> bool:
        """Whether the end is unknown."""
        return self.listed.period.end is None


@dataclass(frozen=True)
class Timeline:
    """The axis with its marks (year and position), and bars or the number under way in each year."""

    first: int
    #: the year after the last
    end: int
    marks: tuple[tuple[int, float], ...]
    bars: tuple[Bar, ...]
    years: tuple[tuple[int, int], ...]
    dated: int
    undated: int

    @property
    def busiest(self) -> int:
        """The largest number of practices in one year."""
        return max((count for _, count in self.years), default=0)


def draw_timeline(index: KindIndex, selected: BitMap, language: str, most: int = MAX_BARS) -> Timeline | None:
    """The timeline of the selected practices; None if none of them has a date."""
    dated = selected & index.under_way(None, None)
    if not dated:
        return None
    count = index.count(dated)
    undated = index.count(selected) - count
    if len(dated) > most:
        years = index.years(dated)
        first, end = min(years), max(years) + 1
        return Timeline(first, end, _marks(first, end), (), tuple(years.items()), count, undated)
    listed = index.ordered(dated, "start", language, 0, most)
    first = min(math.floor(_earliest(item.period)) for item in listed)
    end = max(math.ceil(_latest(item.period)) for item in listed)
    bars = tuple(_bar(item, first, end) for item in listed)
    return Timeline(first, end, _marks(first, end), bars, (), count, undated)


def _earliest(period: Period) -> float:
    moments = [moment.begin for moment in (period.start, period.end) if moment]
    return min(moments)


def _latest(period: Period) -> float:
    moments = [moment.finish for moment in (period.start, period.end) if moment]
    return max(moments)


def _bar(listed: Listed, first: int, end: int) -> Bar:
    start, finish = listed.period.start, listed.period.end

    def position(year: float) -> float:
        return round((year - first) / (end - first), 4)

    firm_from = position(start.finish) if start else 0.0
    firm_to = position(finish.begin) if finish else 1.0
    return Bar(
        listed,
        position(start.begin) if start else 0.0,
        position(finish.finish) if finish else 1.0,
        (firm_from, firm_to) if firm_from < firm_to else None,
    )


def _marks(first: int, end: int) -> tuple[tuple[int, float], ...]:
    step = next((step for step in _STEPS if (end - first) / step <= _MARKS), _STEPS[-1])
    years = range(-(-first // step) * step, end, step)
    return tuple((year, round((year - first) / (end - first), 4)) for year in years)
