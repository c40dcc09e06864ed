"""Timelines of practices: a bar for each of a few practices, a count for each year for many.

A bar is as precise as its source. If the start is a year, the bar is faint from the first to the
last possible day, and firm only where the practice was certainly under way. Without a stated end it
is open.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.publication.lists.index import KindIndex, Listed
from gcmgraph.web.responses.drawings import POSSIBLE_COLOUR, SURE_COLOUR, PictureTexts, draw

#: Limit on the practices that are drawn one by one.
MAX_BARS = 60

#: Limit on the marks of the axis.
_MAX_MARKS = 9

#: Possible distances of the marks of the axis, in years.
_MARK_DISTANCES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


class Interval(NamedTuple):
    """A part of the axis, in positions from 0 to 1."""

    begin: float
    end: float


class Mark(NamedTuple):
    """The beginning of a year on the axis."""

    year: int
    position: float


class YearCount(NamedTuple):
    """The number of practices under way in a year."""

    year: int
    practices: int


@dataclass(frozen=True)
class Bar:
    """A practice on the axis, in positions from 0 to 1."""

    listed: Listed
    #: earliest start and latest end
    begin: float
    finish: float
    #: where it was certainly under way; None if its dates do not say
    firm: Interval | None

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
    """The axis with its marks, and bars or the number of practices under way in each year."""

    first: int
    #: the year after the last
    end: int
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    years: tuple[YearCount, ...]
    dated: int
    undated: int

    @property
    def busiest(self) -> int:
        """The largest number of practices in one year."""
        return max((year.practices for year in self.years), default=0)


def draw_timeline(
    index: KindIndex, selected: BitMap, language: str, max_bars: int = MAX_BARS
) -> Timeline | None:
    """The timeline of the selected practices; None if none of them has a date."""
    dated = selected & index.under_way(None, None)
    if not dated:
        return None
    bars: tuple[Bar, ...] = ()
    years: tuple[YearCount, ...] = ()
    if len(dated) > max_bars:
        counts = index.years(dated)
        first = min(counts)
        end = max(counts) + 1
        years = tuple(YearCount(year, count) for year, count in counts.items())
    else:
        listed = index.ordered(dated, "start", language, 0, max_bars)
        periods = [practice.period for practice in listed]
        moments = [moment for period in periods for moment in (period.start, period.end) if moment]
        first = math.floor(min(moment.begin for moment in moments))
        end = math.ceil(max(moment.finish for moment in moments))
        bars = tuple(_bar(practice, first, end) for practice in listed)
    count = index.count(dated)
    undated = index.count(selected) - count
    return Timeline(first, end, _marks(first, end), bars, years, count, undated)


def timeline_svg(texts: PictureTexts, timeline: Timeline, names: Sequence[str]) -> str:
    """A bar for each practice, firm where it was surely under way; where there are none, a bar for each year."""
    if not timeline.bars:
        return draw("bars", texts, [(str(year), count) for year, count in timeline.years])
    legend = (
        (SURE_COLOUR, gettext("surely under way")),
        (POSSIBLE_COLOUR, gettext("possibly under way")),
    )
    return draw("timeline", replace(texts, legend=legend), timeline, names)


def _position(year: float, first: int, end: int) -> float:
    """The position of a moment, in years, on an axis from 0 to 1."""
    return round((year - first) / (end - first), 4)


def _bar(practice: Listed, first: int, end: int) -> Bar:
    start = practice.period.start
    finish = practice.period.end
    firm = Interval(
        _position(start.finish, first, end) if start else 0.0,
        _position(finish.begin, first, end) if finish else 1.0,
    )
    return Bar(
        practice,
        _position(start.begin, first, end) if start else 0.0,
        _position(finish.finish, first, end) if finish else 1.0,
        firm if firm.begin < firm.end else None,
    )


def _marks(first: int, end: int) -> tuple[Mark, ...]:
    """Marks at round years, as dense as `_MAX_MARKS` permits.

    >>> [mark.year for mark in _marks(2012, 2026)]
    [2012, 2014, 2016, 2018, 2020, 2022, 2024]
    """
    distances = (years for years in _MARK_DISTANCES if (end - first) / years <= _MAX_MARKS)
    distance = next(distances, _MARK_DISTANCES[-1])
    first_mark = math.ceil(first / distance) * distance
    years = range(first_mark, end, distance)
    return tuple(Mark(year, _position(year, first, end)) for year in years)
