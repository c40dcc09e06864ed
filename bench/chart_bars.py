"""Ratios as horizontal bars on a logarithmic axis, each with its goal marked and every figure described in text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from bench.chart_svg import text_at, wrapped
from bench.tables import number

WIDTH = 960
_LEFT, _TOP, _RIGHT, _BOTTOM = 410, 64, 185, 82

#: Pixels from bar to bar, and of a bar.
_STEP, _THICK = 18, 11

#: Fill and outline of a bar: reached, missed, other. The verdict is written beside it, too.
_FILLS = {
    "reached": 'fill="#0072B2" stroke="#0072B2"',
    "missed": 'fill="#D55E00" stroke="#D55E00"',
    "": 'fill="#ffffff" stroke="#777777"',
}


@dataclass(frozen=True)
class Bar:
    """A ratio with its goal. `ratio` is None where no comparison was possible."""

    name: str
    ratio: float | None
    goal: float
    verdict: str


@dataclass(frozen=True)
class BarChart:
    """Bars one below the other, in their order."""

    title: str
    across: str
    bars: tuple[Bar, ...]
    #: source of the figures
    caption: str

    @property
    def height(self) -> int:
        """Pixels."""
        return _TOP + _STEP * len(self.bars) + _BOTTOM

    def svg(self) -> str:
        """Draw the chart. The same chart gives the same bytes."""
        ticks = self._ticks()
        bottom = self.height - _BOTTOM
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" role="img" '
            'aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="12">',
            f'<title id="title">{escape(self.title)}</title>',
            f'<desc id="description">{escape(self._in_words())}</desc>',
            f'<rect width="{WIDTH}" height="{self.height}" fill="#ffffff"/>',
            text_at(12, 24, self.title, 'font-size="15" font-weight="600"'),
            text_at(12, 44, "The black stroke is the goal.", 'fill="#555555"'),
        ]
        for tick in ticks:
            x = _x(tick, ticks)
            parts.append(f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="{"#888888" if tick == 1 else "#dddddd"}"/>')
            parts.append(text_at(x, bottom + 16, f"{number(tick)}x", 'text-anchor="middle"'))
        parts.append(text_at((_LEFT + WIDTH - _RIGHT) / 2, bottom + 34, self.across, 'text-anchor="middle"'))
        for place, bar in enumerate(self.bars):
            parts += _drawn(bar, _TOP + _STEP * place + (_STEP - _THICK) / 2, ticks)
        for place, row in enumerate(wrapped(self.caption, 150)):
            parts.append(text_at(12, self.height - 34 + 13 * place, row, 'font-size="10" fill="#555555"'))
        return "\n".join([*parts, "</svg>"]) + "\n"

    def _in_words(self) -> str:
        """All figures, bar by bar."""
        return " ".join(f"{bar.name}: {_said(bar)}; the goal is {number(bar.goal)}x." for bar in self.bars)

    def _ticks(self) -> list[float]:
        """Powers of ten around 1, all ratios and all goals."""
        values = [1.0, *(bar.goal for bar in self.bars), *(bar.ratio for bar in self.bars if bar.ratio)]
        first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return [10.0**power for power in range(first, max(last, first + 1) + 1)]


def _drawn(bar: Bar, y: float, ticks: list[float]) -> list[str]:
    """Draw name, bar from 1, goal and verdict."""
    goal, base = _x(bar.goal, ticks), y + _THICK - 2
    parts = [text_at(_LEFT - 8, base, bar.name, 'text-anchor="end"')]
    if bar.ratio is not None:
        one, end = _x(1, ticks), _x(bar.ratio, ticks)
        fill = _FILLS.get(bar.verdict, _FILLS[""])
        parts.append(
            f'<rect x="{min(one, end):.1f}" y="{y:.1f}" width="{abs(end - one):.1f}" height="{_THICK}" {fill}/>'
        )
    parts.append(f'<path d="M{goal:.1f} {y - 2:.1f}v{_THICK + 4}" stroke="#000000" stroke-width="2"/>')
    parts.append(text_at(WIDTH - _RIGHT + 10, base, _said(bar), ""))
    return parts


def _said(bar: Bar) -> str:
    return bar.verdict if bar.ratio is None else f"{number(bar.ratio)}x, {bar.verdict}"


def _x(value: float, ticks: list[float]) -> float:
    first, last, at = (math.log10(v) for v in (ticks[0], ticks[-1], value))
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * (at - first) / (last - first)
