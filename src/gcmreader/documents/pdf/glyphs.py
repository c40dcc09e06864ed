"""Letters of lines that are drawn as outlines, by a table of the shapes of letters.

The outlines of one letter of one font always have the same operators, and at the same size the same
width and height. The table (`glyphs.json`, made by `tools/learn_glyphs.py`) has for each letter the
operators of its contours and its position relative to the baseline, in thousandths of the font
size; it has no outlines.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import NamedTuple

from gcmreader.documents.pdf.content import UNKNOWN, Character, Contour, Rectangle, bounding_box
from gcmreader.documents.pdf.drawn_rows import DrawnRow

#: Names of the fonts that recovered characters are given, by weight.
FONTS = {"regular": "Calibri", "bold": "Calibri-Bold"}

#: Total tolerance of width, height, offset from the baseline (thousandths of the font size) and
#: slant (hundredths).
TOLERANCE = 90
#: Advance beyond both side bearings from which on it is a space, in thousandths of the font size; a
#: space has 226.
SPACE_WIDTH = 110
#: Cost of an unknown shape and of each glyph, in units of `TOLERANCE`.
UNKNOWN_COST = 5.0
GLYPH_COST = 0.2
#: Font sizes that glyphs may vote for, in points, and how many of the sizes are tried.
MIN_FONT_SIZE = 6
MAX_FONT_SIZE = 20
MAX_MEASURES = 3
#: Most votes of a glyph. The votes are its height: a flat shape is no measure of the size.
MAX_VOTES = 600


@dataclass(frozen=True, slots=True)
class Glyph:
    """A known shape; lengths in thousandths of the font size."""

    text: str
    weight: str
    #: operators of its contours, sorted
    contours: tuple[str, ...]
    width: int
    height: int
    #: lower edge above the baseline
    bottom: int
    #: slant of the uppermost contour, in hundredths: tells accents apart that mirror each other
    slant: int
    #: space before and after the ink that belongs to the letter
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A run of contours that may be one glyph."""

    #: operators of the contours, sorted
    key: tuple[str, ...]
    box: Rectangle
    slant: float

    @classmethod
    def of(cls, contours: Sequence[Contour]) -> Shape:
        """The shape that some contours form."""
        key = tuple(sorted(contour.operators for contour in contours))
        uppermost = min(contours, key=attrgetter("box.top"))
        return cls(key, bounding_box(contours), uppermost.slant)


class Measure(NamedTuple):
    """Font size and baseline of a row, in points."""

    size: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shape at some position of a row, and the glyphs that have its operators."""

    #: index of the contour after the shape
    end: int
    shape: Shape
    glyphs: list[Glyph]


@dataclass(frozen=True, slots=True)
class Piece:
    """A shape of a row and its glyph, None for one that is not in the table."""

    shape: Shape
    glyph: Glyph | None


@dataclass(frozen=True, slots=True)
class PartialReading:
    """The cheapest reading of the contours up to some index."""

    cost: float
    #: index of the contour with which the last piece begins
    start: int
    #: None where no contour is read
    last_piece: Piece | None


@dataclass(frozen=True, slots=True)
class Reading:
    """The pieces of a row from left to right at a font size and baseline, and how badly they fit."""

    cost: float
    pieces: list[Piece]
    measure: Measure

    @property
    def is_mostly_known(self) -> bool:
        """Whether at least half of the pieces are in the table."""
        known_count = sum(piece.glyph is not None for piece in self.pieces)
        return 2 * known_count >= len(self.pieces)


class GlyphTable:
    """All known shapes."""

    def __init__(self, glyphs: Iterable[Glyph]) -> None:
        self.glyphs = tuple(glyphs)
        self._by_contours: dict[tuple[str, ...], list[Glyph]] = {}
        for glyph in self.glyphs:
            self._by_contours.setdefault(glyph.contours, []).append(glyph)
        self._max_contours = max(map(len, self._by_contours), default=1)

    def read(self, row: DrawnRow) -> list[Character]:
        """The characters of a row with spaces, `UNKNOWN` for shapes that are not in the table.

        Empty where most shapes are not in the table.
        """
        measures = self._measures(row.contours)
        readings = [self._parse(row.contours, measure) for measure in measures]
        if not readings:
            return []
        reading = min(readings, key=attrgetter("cost"))
        return list(_characters(reading)) if reading.is_mostly_known else []

    def _candidates(self, contours: Sequence[Contour], start: int) -> Iterator[Candidate]:
        """The shapes from an index on that may be a glyph."""
        max_end = min(start + self._max_contours, len(contours))
        for end in range(start + 1, max_end + 1):
            shape = Shape.of(contours[start:end])
            glyphs = self._by_contours.get(shape.key)
            if glyphs:
                yield Candidate(end, shape, glyphs)

    def _measures(self, contours: Sequence[Contour]) -> list[Measure]:
        """The font sizes and baselines on which most shapes agree; at most `MAX_MEASURES`."""
        votes: Counter[Measure] = Counter()
        for start in range(len(contours)):
            for candidate in self._candidates(contours, start):
                for glyph in candidate.glyphs:
                    measure = _measure(candidate.shape.box, glyph)
                    is_font_size = MIN_FONT_SIZE <= measure.size <= MAX_FONT_SIZE
                    votes[measure] += min(glyph.height, MAX_VOTES) if is_font_size else 0
        return [measure for measure, _ in votes.most_common(MAX_MEASURES)]

    def _parse(self, contours: Sequence[Contour], measure: Measure) -> Reading:
        """The cheapest reading of contours at a font size and baseline.

        Example. The table has `l` (a stem), `.` (a dot) and `i` (a dot and a stem). A row has three
        contours, 0 a stem, 1 a dot, 2 a stem. Misfits of what they may be, in units of `TOLERANCE`:

            0 `l` 0.0, 0-1 `i` 2.8, 1 `.` 6.1, 1-2 `i` 0.0, 2 `l` 2.2

        Those above 1 are none. The reading `l`, `i` costs 0.4, two glyphs. Other readings, such as
        `l` and two unknown shapes, cost 10.2 or more.
        """
        unread = PartialReading(float("inf"), 0, None)
        cheapest = [PartialReading(0.0, 0, None), *[unread] * len(contours)]
        for start in range(len(contours)):
            cost = cheapest[start].cost
            unknown_cost = cost + UNKNOWN_COST
            if unknown_cost < cheapest[start + 1].cost:
                unknown = Piece(Shape.of(contours[start : start + 1]), None)
                cheapest[start + 1] = PartialReading(unknown_cost, start, unknown)
            for candidate in self._candidates(contours, start):
                for glyph in candidate.glyphs:
                    misfit = _misfit(candidate.shape, glyph, measure) / TOLERANCE
                    glyph_cost = cost + GLYPH_COST + misfit
                    if misfit <= 1 and glyph_cost < cheapest[candidate.end].cost:
                        piece = Piece(candidate.shape, glyph)
                        cheapest[candidate.end] = PartialReading(glyph_cost, start, piece)
        return Reading(cheapest[-1].cost, _pieces(cheapest), measure)


def _pieces(cheapest: Sequence[PartialReading]) -> list[Piece]:
    """The pieces of the reading of all contours, from left to right."""
    pieces = []
    end = len(cheapest) - 1
    while end:
        reading = cheapest[end]
        assert reading.last_piece is not None  # noqa: S101 - every end was reached from a start
        pieces.append(reading.last_piece)
        end = reading.start
    return pieces[::-1]


def _measure(box: Rectangle, glyph: Glyph) -> Measure:
    """The font size, to a quarter of a point, and the baseline, to half a point, of a glyph in a box."""
    size = round(box.height / glyph.height * 4000) / 4
    baseline = round((box.bottom + glyph.bottom * size / 1000) * 2) / 2
    return Measure(size, baseline)


def _misfit(shape: Shape, glyph: Glyph, measure: Measure) -> float:
    """Distance of a shape from a glyph, in thousandths of the font size."""
    scale = 1000 / measure.size
    return (
        abs(shape.box.width * scale - glyph.width)
        + abs(shape.box.height * scale - glyph.height)
        + abs((measure.baseline - shape.box.bottom) * scale - glyph.bottom)
        + abs(100 * shape.slant - glyph.slant)
    )


def _characters(reading: Reading) -> Iterator[Character]:
    """The characters of a reading, with spaces. An unknown shape has the weight of its neighbour."""
    size, baseline = reading.measure
    weights = [piece.glyph.weight for piece in reading.pieces if piece.glyph]
    weight = weights[0] if weights else "regular"
    previous_end: float | None = None
    for piece in reading.pieces:
        text = UNKNOWN
        start = piece.shape.box.left
        end = piece.shape.box.right
        if piece.glyph:
            text = piece.glyph.text
            weight = piece.glyph.weight
            start -= piece.glyph.before * size / 1000
            end += piece.glyph.after * size / 1000
        font = FONTS[weight]
        if previous_end is not None and start - previous_end > SPACE_WIDTH * size / 1000:
            yield Character(" ", previous_end, start, baseline, size, font)
        yield Character(text, start, end, baseline, size, font)
        previous_end = end


@cache
def glyph_table() -> GlyphTable:
    """The table of this package."""
    text = files(__package__).joinpath("glyphs.json").read_text("utf-8")
    return GlyphTable(
        Glyph(**entry | {"contours": tuple(entry["contours"])}) for entry in json.loads(text)
    )
