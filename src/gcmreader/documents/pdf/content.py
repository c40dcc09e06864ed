"""Page content of a PDF: characters and filled paths with their places, and the lines of text that paths draw.

Coordinates are in points from the top left corner of the page.

Some text is painted as filled outlines instead of characters. A piece of a line is one path whose
contours are as high as letters and form a row. A row that another page repeats in the margin is a
running foot. The outlines of one letter of one font always have the same operators, and at the same
size the same width and height. The table (`glyphs.json`, made by `tools/learn_glyphs.py`) holds for
each letter the operators of its contours and its place relative to the baseline, in thousandths of
the font size; it holds no outlines.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFStream, stream_value

if TYPE_CHECKING:
    from pdfminer.pdfcolor import PDFColorSpace
    from pdfminer.pdffont import PDFFont
    from pdfminer.pdfinterp import PDFGraphicState
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdftypes import PDFStream
    from pdfminer.utils import Matrix, PathSegment, Rect

#: Most bytes of content read for a page, those of its forms each time they are painted.
MAX_CONTENT = 8 * 1024 * 1024


class PageTooLarge(Exception):  # noqa: N818 - names the finding; the caller makes the sentence of it
    """A page that paints more than any guidance page would."""


class LimitedInterpreter(PDFPageInterpreter):
    """A page interpreter that limits what it reads."""

    #: bytes of content read on this page; shared with the interpreters of its forms
    read: list[int]

    def subinterp(self) -> PDFPageInterpreter:
        """An interpreter for a form, which counts on."""
        inner = super().subinterp()
        if isinstance(inner, LimitedInterpreter):
            inner.read = self.read
        return inner

    def execute(self, streams: Sequence[object]) -> None:
        """Carry out content streams. Raises `PageTooLarge`."""
        self.read[0] += sum(len(stream_value(stream).get_data()) for stream in streams)
        if self.read[0] > MAX_CONTENT:
            raise PageTooLarge
        super().execute(streams)


#: Most characters, path segments and form invocations read from a page. The fullest known page has
#: 2,000 characters and 30,000 segments.
MAX_CHARACTERS, MAX_SEGMENTS, MAX_FORMS = 20_000, 200_000, 1_000

#: Codes that WinAnsiEncoding leaves unused, which show a bullet (ISO 32000-1, annex D.2).
_BULLET_CODES = frozenset({0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D})


class Character(NamedTuple):
    """A painted character: `y` is its baseline, `size` in points."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    #: name of the font without its subset prefix
    font: str
    upright: bool = True


class Rectangle(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height."""
        return self.bottom - self.top


class Contour(NamedTuple):
    """A closed outline: its operators (`mccl`, the closing `h` left out), its bounding box and its slant."""

    operators: str
    box: Rectangle
    #: correlation of how far right and how high its points are, -1 to 1: an acute accent is near 1,
    #: a grave near -1
    slant: float


def around(contours: Iterable[Contour]) -> Rectangle:
    """The bounding box of some contours."""
    lefts, tops, rights, bottoms = zip(*(contour.box for contour in contours), strict=True)
    return Rectangle(min(lefts), min(tops), max(rights), max(bottoms))


class FilledPath(NamedTuple):
    """A path that is filled in one go, contour by contour as painted."""

    contours: tuple[Contour, ...]
    #: whether it is filled white, or nearly
    white: bool
    box: Rectangle


@dataclass(frozen=True, slots=True)
class PdfPage:
    """The content of one page."""

    #: 1-based
    number: int
    width: float
    height: float
    characters: list[Character] = field(repr=False)
    paths: list[FilledPath] = field(repr=False)
    #: the names of the pictures it shows
    images: list[str] = field(repr=False)


class PageReader(PDFTextDevice):
    """A pdfminer device that collects characters and filled paths without layout analysis."""

    _page: PdfPage
    _segments: int
    _forms: int

    def render_image(self, name: str, stream: PDFStream) -> None:
        """Note a picture, without decoding it."""
        self._page.images.append(name)

    def read(self, interpreter: LimitedInterpreter, page: PDFPage, number: int) -> PdfPage:
        """The content of a page. Raises `PageTooLarge`."""
        x0, y0, x1, y1 = page.mediabox
        width, height = (y1 - y0, x1 - x0) if page.rotate % 180 else (x1 - x0, y1 - y0)
        self._page = PdfPage(number, width, height, [], [], [])
        self._segments = self._forms = 0
        interpreter.read = [0]
        interpreter.process_page(page)
        return self._page

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Set the transformation of the page."""
        self.ctm = ctm

    def begin_figure(self, name: str, bbox: Rect, matrix: Matrix) -> None:
        """Count a form or an image, so that forms within forms come to an end."""
        self._forms += 1
        if self._forms > MAX_FORMS:
            raise PageTooLarge

    def paint_path(
        self,
        graphicstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,
        path: Sequence[PathSegment],
    ) -> None:
        """Collect a filled path."""
        self._segments += len(path)
        if self._segments > MAX_SEGMENTS:
            raise PageTooLarge
        if not fill or not path or path[0][0] != "m":
            return
        contours = tuple(self._contours(path))
        self._page.paths.append(
            FilledPath(contours, _is_white(graphicstate.ncolor), around(contours))
        )

    def _contours(self, path: Sequence[PathSegment]) -> list[Contour]:
        assert self.ctm is not None  # noqa: S101 - begin_page has set it
        a, b, c, d, e, f = self.ctm
        height = self._page.height
        starts = [index for index, segment in enumerate(path) if segment[0] == "m"]
        contours = []
        for start, stop in pairwise([*starts, len(path)]):
            segments = path[start:stop]
            points = [
                (a * x + c * y + e, b * x + d * y + f)
                for segment in segments
                for x, y in zip(segment[1::2], segment[2::2], strict=True)
            ]
            xs, ys = zip(*points, strict=True)
            operators = "".join(segment[0] for segment in segments).rstrip("h")
            box = Rectangle(min(xs), height - max(ys), max(xs), height - min(ys))
            contours.append(Contour(operators, box, _correlation(xs, ys)))
        return contours

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        """Collect a character; its advance."""
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = "•" if cid in _BULLET_CODES and not font.is_multibyte() else "\ufffd"
        advance = font.char_width(cid) * fontsize * scaling
        a, b, c, d, e, f = matrix
        upright = a > 0 and d > 0 and abs(b) < 0.1 * a and abs(c) < 0.1 * d
        size = fontsize * (d if upright else max(abs(b), abs(c), abs(d)))
        baseline, name = self._page.height - f - rise * d, font.fontname.rpartition("+")[2]
        self._page.characters.append(
            Character(text, e, e + a * advance, baseline, size, name, upright)
        )
        if len(self._page.characters) > MAX_CHARACTERS:
            raise PageTooLarge
        return advance


def _correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((one - x) ** 2 for one in xs) * sum((one - y) ** 2 for one in ys)
    return (
        float(sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread**0.5)
        if spread > 1e-9
        else 0.0
    )


def _is_white(colour: object) -> bool:
    if isinstance(colour, (int, float)):
        return colour > 0.95
    return (
        isinstance(colour, (tuple, list))
        and len(colour) == 3
        and all(isinstance(part, (int, float)) and part > 0.95 for part in colour)
    )


#: Heights of a row of letters, in points: from one line of 9 points without descenders to one of 14
#: with accents.
_ROW_HEIGHTS = (4.0, 16.0)
#: Operators of a rectangle: a band, a bullet, a rule.
RECTANGLES = frozenset({"mlll", "mllll"})
#: Widest gap between a row and a letter of the same line that is a path of its own, in points.
_LETTER_GAP = 7.0


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A piece of a line drawn as outlines: its contours from left to right, those of a glyph together."""

    page: int
    contours: tuple[Contour, ...]

    @property
    def box(self) -> Rectangle:
        """Its bounding box."""
        return around(self.contours)

    @property
    def shape(self) -> tuple[str, ...]:
        """The operators of its contours, by which the same words on another page are recognised."""
        return tuple(contour.operators for contour in self.contours)


def drawn_rows(pages: Sequence[PdfPage]) -> dict[int, list[DrawnRow]]:
    """The drawn rows of a document by page, without running feet, from top to bottom."""
    rows = [row for page in pages for row in page_rows(page)]
    seen: dict[tuple[str, ...], set[int]] = {}
    for row in rows:
        seen.setdefault(row.shape, set()).add(row.page)
    found: dict[int, list[DrawnRow]] = {}
    for row in rows:
        if len(seen[row.shape]) == 1 or _is_in_body(row, pages[row.page - 1]):
            found.setdefault(row.page, []).append(row)
    return found


def page_rows(page: PdfPage) -> list[DrawnRow]:
    """The rows of letters among the filled paths of a page, running feet included."""
    letters = [path for path in page.paths if not path.white and not _is_rectangle(path)]
    rows = sorted(
        (path for path in letters if _is_row(path)),
        key=lambda path: (path.box.bottom, path.box.left),
    )
    lone = [path for path in letters if path not in rows]
    found = []
    for row in rows:
        parts = [row]
        for letter in [letter for letter in lone if _is_beside(letter.box, row.box)]:
            lone.remove(letter)
            parts.append(letter)
        contours = [
            contour
            for part in sorted(parts, key=lambda part: part.box.left)
            for contour in _in_order(part)
        ]
        while contours and _is_square(contours[0]):
            del contours[0]
        found.append(DrawnRow(page.number, tuple(contours)))
    return found


def _is_rectangle(path: FilledPath) -> bool:
    return all(contour.operators in RECTANGLES for contour in path.contours)


def _is_row(path: FilledPath) -> bool:
    """Whether the contours of a path could be letters in a row."""
    low, high = _ROW_HEIGHTS
    box = path.box
    if len(path.contours) < 4 or not low <= box.height <= high or box.width < box.height:
        return False
    return median(contour.box.height for contour in path.contours) >= 0.15 * box.height


def _is_beside(letter: Rectangle, row: Rectangle) -> bool:
    """Whether a path is a letter on the same line as a row, next to it."""
    overlap = min(letter.bottom, row.bottom) - max(letter.top, row.top)
    gap = max(row.left - letter.right, letter.left - row.right)
    return (
        overlap > 0.6 * letter.height
        and 2.0 < letter.height <= _ROW_HEIGHTS[1]
        and -2.0 < gap < _LETTER_GAP
    )


def _is_square(contour: Contour) -> bool:
    width, height = contour.box.width, contour.box.height
    return (
        contour.operators in RECTANGLES
        and 1.5 < width < 6
        and 1.5 < height < 6
        and 0.6 < width / height < 1.7
    )


def _in_order(path: FilledPath) -> Iterable[Contour]:
    """The contours of a path from left to right: a path may paint its line from its end."""
    contours = path.contours
    return reversed(contours) if contours[0].box.left > contours[-1].box.left else contours


def _is_in_body(row: DrawnRow, page: PdfPage) -> bool:
    """Whether a row stands away from the margins at head and foot, each a twelfth of the page."""
    return row.box.bottom > page.height / 12 and row.box.top < page.height * 11 / 12 - 25


def squares(page: PdfPage) -> Iterator[Rectangle]:
    """The small filled squares of a page, which mark list items."""
    for path in page.paths:
        for contour in (path.contours[0], path.contours[-1]):
            if _is_square(contour):
                yield contour.box


def bands(page: PdfPage) -> Iterator[Rectangle]:
    """The filled bands of a page, behind headings."""
    for path in page.paths:
        rectangle = len(path.contours) == 1 and _is_rectangle(path) and not path.white
        if rectangle and path.box.width > 0.4 * page.width and 9 < path.box.height < 80:
            yield path.box


#: Stands for a shape that the table does not know.
UNKNOWN = "\ufffd"

#: Names of the fonts that recovered characters are given, by weight.
FONTS = {"regular": "Calibri", "bold": "Calibri-Bold"}

#: Total tolerance of width, height, offset from the baseline (thousandths of the font size) and
#: slant (hundredths).
_TOLERANCE = 90
#: Advance beyond both side bearings from which on it is a space, in thousandths of the font size; a
#: space has 226.
_SPACE = 110
#: Cost of an unknown shape and of each glyph, in units of `_TOLERANCE`.
_COST_UNKNOWN, _COST_GLYPH = 5.0, 0.2


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

    key: tuple[str, ...]
    box: Rectangle
    slant: float

    @classmethod
    def of(cls, contours: Sequence[Contour]) -> Shape:
        """The shape that some contours form."""
        key = tuple(sorted(contour.operators for contour in contours))
        return cls(key, around(contours), min(contours, key=lambda contour: contour.box.top).slant)


class GlyphTable:
    """All known shapes."""

    def __init__(self, glyphs: Iterable[Glyph]) -> None:
        self.glyphs = tuple(glyphs)
        self._by_contours: dict[tuple[str, ...], list[Glyph]] = {}
        for glyph in self.glyphs:
            self._by_contours.setdefault(glyph.contours, []).append(glyph)
        self._longest = max(map(len, self._by_contours), default=1)

    def read(self, row: DrawnRow) -> list[Character]:
        """The characters of a row with spaces, `UNKNOWN` for shapes not in the table; empty where most are not."""
        measures = self._measures(row.contours)
        readings = [(*self._parse(row.contours, *measure), *measure) for measure in measures]
        _, pieces, size, baseline = min(
            readings, key=lambda reading: reading[0], default=(0.0, [], 0.0, 0.0)
        )
        known = sum(glyph is not None for _, glyph in pieces)
        return list(_characters(pieces, size, baseline)) if 2 * known >= len(pieces) else []

    def _runs(
        self, contours: Sequence[Contour], start: int
    ) -> Iterator[tuple[int, Shape, list[Glyph]]]:
        """The runs of contours from `start` on that may be a glyph: their end, shape and the glyphs."""
        for end in range(start + 1, min(start + self._longest, len(contours)) + 1):
            shape = Shape.of(contours[start:end])
            if glyphs := self._by_contours.get(shape.key):
                yield end, shape, glyphs

    def _measures(self, contours: Sequence[Contour]) -> list[tuple[float, float]]:
        """The font sizes and baselines on which most shapes agree, in points; at most three."""
        votes: Counter[tuple[float, float]] = Counter()
        for start in range(len(contours)):
            for _, shape, glyphs in self._runs(contours, start):
                for glyph in glyphs:
                    size = round(shape.box.height / glyph.height * 4000) / 4
                    baseline = round((shape.box.bottom + glyph.bottom * size / 1000) * 2) / 2
                    # a flat shape says little of the size
                    votes[size, baseline] += min(glyph.height, 600) if 6 <= size <= 20 else 0
        return [measure for measure, _ in votes.most_common(3)]

    def _parse(
        self, contours: Sequence[Contour], size: float, baseline: float
    ) -> tuple[float, list[tuple[Shape, Glyph | None]]]:
        """The contours taken apart into shapes with their glyphs so that they fit best, and how badly they fit."""
        best: list[tuple[float, int, Shape | None, Glyph | None]] = [(0.0, 0, None, None)]
        best += [(float("inf"), 0, None, None)] * len(contours)
        for start in range(len(contours)):
            cost = best[start][0]
            if cost + _COST_UNKNOWN < best[start + 1][0]:
                best[start + 1] = (
                    cost + _COST_UNKNOWN,
                    start,
                    Shape.of(contours[start : start + 1]),
                    None,
                )
            for end, shape, glyphs in self._runs(contours, start):
                for glyph in glyphs:
                    misfit = _misfit(shape, glyph, size, baseline) / _TOLERANCE
                    total = cost + _COST_GLYPH + misfit
                    if misfit <= 1 and total < best[end][0]:
                        best[end] = (total, start, shape, glyph)
        pieces = []
        end = len(contours)
        while end:
            _, start, found, glyph_found = best[end]
            assert found is not None  # noqa: S101 - every end was reached from a start
            pieces.append((found, glyph_found))
            end = start
        return best[-1][0], pieces[::-1]


def _misfit(shape: Shape, glyph: Glyph, size: float, baseline: float) -> float:
    """Distance of a shape from a glyph, in thousandths of the font size."""
    scale = 1000 / size
    return (
        abs(shape.box.width * scale - glyph.width)
        + abs(shape.box.height * scale - glyph.height)
        + abs((baseline - shape.box.bottom) * scale - glyph.bottom)
        + abs(100 * shape.slant - glyph.slant)
    )


def _characters(
    pieces: list[tuple[Shape, Glyph | None]], size: float, baseline: float
) -> Iterator[Character]:
    weights = [glyph.weight for _, glyph in pieces if glyph]
    weight = weights[0] if weights else "regular"
    end: float | None = None
    for shape, glyph in pieces:
        weight = glyph.weight if glyph else weight
        before, after = (
            (glyph.before * size / 1000, glyph.after * size / 1000) if glyph else (0.0, 0.0)
        )
        start = shape.box.left - before
        if end is not None and start - end > _SPACE * size / 1000:
            yield Character(" ", end, start, baseline, size, FONTS[weight])
        end = shape.box.right + after
        yield Character(glyph.text if glyph else UNKNOWN, start, end, baseline, size, FONTS[weight])


@cache
def glyph_table() -> GlyphTable:
    """The table of this package."""
    text = files(__package__).joinpath("glyphs.json").read_text("utf-8")
    return GlyphTable(
        Glyph(**entry | {"contours": tuple(entry["contours"])}) for entry in json.loads(text)
    )
