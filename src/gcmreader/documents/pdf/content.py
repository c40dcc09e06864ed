"""Page content: the characters and the filled paths of a PDF page, with their places.

Coordinates are in points from the top left corner of the page. A line drawn as outlines has some 3,000 path segments,
and pdfminer reads a content stream token by token: each run of segments is taken out of the stream before, and one
operator in its place adds them all to the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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

_NUMBERS = rb"(?:[-+]?+[\d.]++[ \t\r\n]++)"
_RUN = re.compile(
    rb"(?<![^ \t\r\n])(?:" + _NUMBERS + rb"{2}+[ml]|" + _NUMBERS + rb"{6}+c|" + _NUMBERS + rb"{4}+[vy]|h)"
    rb"(?:[ \t\r\n]++(?:"
    + _NUMBERS
    + rb"{2}+[ml]|"
    + _NUMBERS
    + rb"{6}+c|"
    + _NUMBERS
    + rb"{4}+[vy]|h)(?=[ \t\r\n])){8,}+"
)


class PageTooLarge(Exception):  # noqa: N818 - names the finding; the caller makes the sentence of it
    """A page that paints more than any guidance page would."""


class PathInterpreter(PDFPageInterpreter):
    """A page interpreter that reads runs of path segments in one go."""

    _runs: list[list[PathSegment]]
    #: bytes of content read on this page; shared with the interpreters of its forms
    read: list[int]

    def subinterp(self) -> PDFPageInterpreter:
        """An interpreter for a form, which counts on."""
        inner = super().subinterp()
        if isinstance(inner, PathInterpreter):
            inner.read = self.read
        return inner

    def execute(self, streams: Sequence[object]) -> None:
        """Carry out content streams. Raises `PageTooLarge`."""
        self._runs = []
        prepared = []
        for item in streams:
            stream = stream_value(item)
            if stream.objid is not None:
                replaced = PDFStream({}, b"")
                replaced.objid, replaced.genno = stream.objid, stream.genno
                content = stream.get_data()
                self.read[0] += len(content)
                if self.read[0] > MAX_CONTENT:
                    raise PageTooLarge
                replaced.data = _RUN.sub(self._take, content)
                prepared.append(replaced)
        super().execute(prepared)

    def _take(self, match: re.Match[bytes]) -> bytes:
        try:
            self._runs.append(_segments(match[0]))
        except ValueError:  # a number such as 1.2.3, for pdfminer to judge
            return match[0]
        return b"%d gcmPathRun" % (len(self._runs) - 1)

    def do_gcmPathRun(self, number: object) -> None:  # noqa: N802 - pdfminer's naming
        """Add a run of segments to the path."""
        if isinstance(number, int) and 0 <= number < len(self._runs):
            self.curpath.extend(self._runs[number])


def _segments(run: bytes) -> list[PathSegment]:
    """The segments of a run. Raises `ValueError` for what is no number."""
    segments: list[PathSegment] = []
    operands: list[float] = []
    for token in run.split():
        if token.isalpha():
            segments.append((token.decode("ascii"), *operands))  # type: ignore[arg-type]
            operands = []
        else:
            operands.append(float(token))
    return segments


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


class Box(NamedTuple):
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
    box: Box
    #: correlation of how far right and how high its points are, -1 to 1: an acute accent is near 1, a grave near -1
    slant: float


def around(contours: Iterable[Contour]) -> Box:
    """The bounding box of some contours."""
    lefts, tops, rights, bottoms = zip(*(contour.box for contour in contours), strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


class FilledPath(NamedTuple):
    """A path that is filled in one go, contour by contour as painted."""

    contours: tuple[Contour, ...]
    #: whether it is filled white, or nearly
    white: bool
    box: Box


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

    def read(self, interpreter: PathInterpreter, page: PDFPage, number: int) -> PdfPage:
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
        self._page.paths.append(FilledPath(contours, _is_white(graphicstate.ncolor), around(contours)))

    def _contours(self, path: Sequence[PathSegment]) -> list[Contour]:
        assert self.ctm is not None  # noqa: S101 - begin_page has set it
        a, b, c, d, e, f = self.ctm
        height = self._page.height
        starts = [index for index, segment in enumerate(path) if segment[0] == "m"]
        contours = []
        for start, stop in zip(starts, [*starts[1:], len(path)], strict=True):
            segments = path[start:stop]
            points = [
                (a * x + c * y + e, b * x + d * y + f)
                for segment in segments
                for x, y in zip(segment[1::2], segment[2::2], strict=True)
            ]
            xs, ys = [point[0] for point in points], [point[1] for point in points]
            operators = "".join(segment[0] for segment in segments).rstrip("h")
            box = Box(min(xs), height - max(ys), max(xs), height - min(ys))
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
        characters = self._page.characters
        characters.append(
            Character(
                text,
                e,
                e + a * advance,
                self._page.height - f - rise * d,
                size,
                font.fontname.rpartition("+")[2],
                upright,
            )
        )
        if len(characters) > MAX_CHARACTERS:
            raise PageTooLarge
        return advance


def _correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((one - x) ** 2 for one in xs) * sum((one - y) ** 2 for one in ys)
    return float(sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread**0.5) if spread > 1e-9 else 0.0


def _is_white(colour: object) -> bool:
    if isinstance(colour, (int, float)):
        return colour > 0.95
    return (
        isinstance(colour, (tuple, list))
        and len(colour) == 3
        and all(isinstance(part, (int, float)) and part > 0.95 for part in colour)
    )
