"""Line charts as SVG, on white, with every figure described in text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from bench.tables import number

WIDTH, HEIGHT = 720, 400
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 44, 190, 76

#: Colours that differ in lightness, too (https://jfly.uni-koeln.de/color/); beside them each line has its own dashes.
_COLOURS = ("#0072B2", "#D55E00", "#007A5A", "#8F5A85", "#7A5C00", "#555555", "#B0005A")
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "1 4")

#: Pixels between the names of two lines.
_APART = 15


@dataclass(frozen=True)
class Line:
    """A named line through points."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """Some lines over one axis each way; `logs` makes both axes logarithmic, else both begin at 0."""

    title: str
    across: str
    up: str
    lines: tuple[Line, ...]
    #: source of the figures
    caption: str
    logs: bool = False

    def svg(self) -> str:
        """Draw the chart. The same chart gives the same bytes."""
        xs = [x for line in self.lines for x, _ in line.points]
        ys = [y for line in self.lines for _, y in line.points]
        x_ticks, y_ticks = self._ticks(xs), self._ticks(ys)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            'aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="12">',
            f'<title id="title">{escape(self.title)}</title>',
            f'<desc id="description">{escape(self._in_words())}</desc>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            text_at(_LEFT, 24, self.title, 'font-size="15" font-weight="600"'),
        ]
        for tick in x_ticks:
            x = self._x(tick, x_ticks)
            parts.append(f'<path d="M{x:.1f} {_TOP}V{HEIGHT - _BOTTOM}" stroke="#dddddd"/>')
            parts.append(text_at(x, HEIGHT - _BOTTOM + 16, number(tick), 'text-anchor="middle"'))
        for tick in y_ticks:
            y = self._y(tick, y_ticks)
            parts.append(f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="#dddddd"/>')
            parts.append(text_at(_LEFT - 6, y + 4, number(tick), 'text-anchor="end"'))
        parts.append(text_at((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - _BOTTOM + 34, self.across, 'text-anchor="middle"'))
        parts.append(text_at(12, _TOP - 8, self.up, 'fill="#555555"'))
        names = []
        for place, line in enumerate(self.lines):
            spots = [(self._x(x, x_ticks), self._y(y, y_ticks)) for x, y in line.points]
            colour, dash = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
            way = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in spots]
            names.append((spots[-1][1] + 4, line.name, colour))
        parts += _names(names)
        for place, row in enumerate(wrapped(self.caption)):
            parts.append(text_at(12, HEIGHT - 22 + 13 * place, row, 'font-size="10" fill="#555555"'))
        return "\n".join([*parts, "</svg>"]) + "\n"

    def _in_words(self) -> str:
        """All figures, line by line."""
        told = []
        for line in self.lines:
            at = ", ".join(f"{number(y)} at {number(x)}" for x, y in line.points)
            told.append(f"{line.name}: {at}.")
        return f"{self.up} by {self.across}. {' '.join(told)}"

    def _ticks(self, values: list[float]) -> list[float]:
        if self.logs:
            first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
            return [10.0**power for power in range(first, max(last, first + 1) + 1)]
        step = next(
            base * 10.0**power
            for power in range(-3, 12)
            for base in (1, 2, 5)
            if max(values) / (base * 10.0**power) <= 8
        )
        return [step * n for n in range(math.ceil(max(values) / step) + 1)]

    def _x(self, value: float, ticks: list[float]) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * self._share(value, ticks)

    def _y(self, value: float, ticks: list[float]) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * self._share(value, ticks)

    def _share(self, value: float, ticks: list[float]) -> float:
        first, last, at = (math.log10(v) if self.logs else v for v in (ticks[0], ticks[-1], value))
        return (at - first) / (last - first)


def text_at(x: float, y: float, text: str, more: str) -> str:
    """A text at a position, with more attributes."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(text)}</text>'


def _names(names: list[tuple[float, str, str]]) -> list[str]:
    """Names of lines at their ends, moved apart where they would overlap."""
    placed: list[str] = []
    last = float("-inf")
    room = HEIGHT - _BOTTOM
    for left, (y, name, colour) in zip(range(len(names) - 1, -1, -1), sorted(names), strict=True):
        last = max(last + _APART, min(y, room - left * _APART))
        placed.append(text_at(WIDTH - _RIGHT + 10, last, name, f'fill="{colour}"'))
    return placed


def wrapped(text: str, longest: int = 125) -> list[str]:
    """Wrap a text at a number of letters."""
    rows = [""]
    for word in text.split():
        if len(rows[-1]) + len(word) >= longest:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows
