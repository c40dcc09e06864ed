"""Content of the pages of a PDF: characters and filled paths with their positions.

Coordinates are in points from the top left corner of the page. The content of a page is limited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import stream_value

if TYPE_CHECKING:
    from pdfminer.pdfcolor import PDFColorSpace
    from pdfminer.pdffont import PDFFont
    from pdfminer.pdfinterp import PDFGraphicState
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdftypes import PDFStream
    from pdfminer.utils import Matrix, PathSegment, Rect

#: Most bytes of content read for a page, those of its forms each time they are painted.
MAX_CONTENT = 8 * 1024 * 1024
#: Most characters, path segments and form invocations read from a page. The fullest known page has
#: 2,000 characters and 30,000 segments.
MAX_CHARACTERS = 20_000
MAX_SEGMENTS = 200_000
MAX_FORMS = 1_000

#: Codes that WinAnsiEncoding leaves unused, which show a bullet (ISO 32000-1, annex D.2).
BULLET_CODES = frozenset({0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D})
#: The text of a character without Unicode code point, and of an outline that is no known letter.
UNKNOWN = "\ufffd"
#: Operators of a rectangle: a band, a bullet, a rule.
RECTANGLE_OPERATORS = frozenset({"mlll", "mllll"})
#: Least level of each component of a colour that counts as white; 1 is full.
WHITE_LEVEL = 0.95


class PageTooLarge(Exception):  # noqa: N818 - names the finding; the caller makes the sentence of it
    """A page that paints more than any guidance page would."""


@dataclass(slots=True)
class ContentSize:
    """Number of bytes of content that were read for a page."""

    byte_count: int = 0


class LimitedInterpreter(PDFPageInterpreter):
    """A page interpreter that limits what it reads."""

    #: of the page; shared with the interpreters of its forms
    content_size: ContentSize

    def subinterp(self) -> PDFPageInterpreter:
        """An interpreter for a form, which adds to the same size."""
        form_interpreter = super().subinterp()
        if isinstance(form_interpreter, LimitedInterpreter):
            form_interpreter.content_size = self.content_size
        return form_interpreter

    def execute(self, streams: Sequence[object]) -> None:
        """Carry out content streams. Raises `PageTooLarge`."""
        sizes = (len(stream_value(stream).get_data()) for stream in streams)
        self.content_size.byte_count += sum(sizes)
        if self.content_size.byte_count > MAX_CONTENT:
            raise PageTooLarge
        super().execute(streams)


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
        """Distance from the left to the right side."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Distance from the upper to the lower side."""
        return self.bottom - self.top


class Contour(NamedTuple):
    """A closed outline."""

    #: operators (`mccl`) without the closing `h`
    operators: str
    #: bounding box
    box: Rectangle
    #: correlation of how far right and how high its points are, -1 to 1: an acute accent is near 1,
    #: a grave near -1
    slant: float

    @property
    def is_rectangle(self) -> bool:
        """Whether the outline has four straight sides."""
        return self.operators in RECTANGLE_OPERATORS

    @property
    def is_square(self) -> bool:
        """Whether the outline is a square of the size of a bullet, or nearly one."""
        width = self.box.width
        height = self.box.height
        is_small = 1.5 < width < 6 and 1.5 < height < 6
        return self.is_rectangle and is_small and 0.6 < width / height < 1.7


class FilledPath(NamedTuple):
    """A path that is filled in one go, contour by contour as painted."""

    contours: tuple[Contour, ...]
    #: whether it is filled white, or nearly
    white: bool
    box: Rectangle

    @property
    def is_rectangle(self) -> bool:
        """Whether all contours are rectangles."""
        return all(contour.is_rectangle for contour in self.contours)


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
    _segment_count: int
    _form_count: int

    def read(self, interpreter: LimitedInterpreter, page: PDFPage, number: int) -> PdfPage:
        """The content of a page. Raises `PageTooLarge`."""
        x0, y0, x1, y1 = page.mediabox
        width = x1 - x0
        height = y1 - y0
        if page.rotate % 180:
            width, height = height, width
        self._page = PdfPage(number, width, height, characters=[], paths=[], images=[])
        self._segment_count = 0
        self._form_count = 0
        interpreter.content_size = ContentSize()
        interpreter.process_page(page)
        return self._page

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Set the transformation of the page."""
        self.ctm = ctm

    def begin_figure(self, name: str, bbox: Rect, matrix: Matrix) -> None:
        """Count a form or an image, so that forms within forms come to an end."""
        self._form_count += 1
        if self._form_count > MAX_FORMS:
            raise PageTooLarge

    def render_image(self, name: str, stream: PDFStream) -> None:
        """Note a picture, without decoding it."""
        self._page.images.append(name)

    def paint_path(
        self,
        graphicstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,
        path: Sequence[PathSegment],
    ) -> None:
        """Collect a filled path."""
        self._segment_count += len(path)
        if self._segment_count > MAX_SEGMENTS:
            raise PageTooLarge
        if not fill or not path or path[0][0] != "m":
            return
        starts = [index for index, segment in enumerate(path) if segment[0] == "m"]
        bounds = pairwise([*starts, len(path)])
        contours = tuple(self._contour(path[start:end]) for start, end in bounds)
        is_white = _is_white(graphicstate.ncolor)
        self._page.paths.append(FilledPath(contours, is_white, bounding_box(contours)))

    def _contour(self, segments: Sequence[PathSegment]) -> Contour:
        """The contour that some segments of a path form: an operator each, and its points."""
        assert self.ctm is not None  # noqa: S101 - begin_page has set it
        a, b, c, d, e, f = self.ctm
        xs = []
        ys = []
        for segment in segments:
            for x, y in zip(segment[1::2], segment[2::2], strict=True):
                xs.append(a * x + c * y + e)
                ys.append(b * x + d * y + f)
        operators = "".join(segment[0] for segment in segments).rstrip("h")
        height = self._page.height
        box = Rectangle(min(xs), height - max(ys), max(xs), height - min(ys))
        return Contour(operators, box, _correlation(xs, ys))

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
            is_bullet = cid in BULLET_CODES and not font.is_multibyte()
            text = "•" if is_bullet else UNKNOWN
        advance = font.char_width(cid) * fontsize * scaling
        a, b, c, d, e, f = matrix
        upright = a > 0 and d > 0 and abs(b) < 0.1 * a and abs(c) < 0.1 * d
        character = Character(
            text=text,
            x0=e,
            x1=e + a * advance,
            y=self._page.height - f - rise * d,
            size=fontsize * (d if upright else max(abs(b), abs(c), abs(d))),
            font=font.fontname.rpartition("+")[2],
            upright=upright,
        )
        self._page.characters.append(character)
        if len(self._page.characters) > MAX_CHARACTERS:
            raise PageTooLarge
        return advance


def bounding_box(contours: Iterable[Contour]) -> Rectangle:
    """The bounding box of some contours."""
    lefts, tops, rights, bottoms = zip(*(contour.box for contour in contours), strict=True)
    return Rectangle(min(lefts), min(tops), max(rights), max(bottoms))


def _correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Pearson's correlation of coordinates; 0 for those of a point or a level or upright line.

    >>> _correlation([0, 1, 2], [0, 2, 4]), _correlation([0, 1, 2], [1, 1, 1])
    (1.0, 0.0)
    """
    mean_x = sum(xs) / len(xs)
    mean_y = sum(ys) / len(ys)
    spread_x = sum((x - mean_x) ** 2 for x in xs)
    spread_y = sum((y - mean_y) ** 2 for y in ys)
    spread = spread_x * spread_y
    if spread <= 1e-9:
        return 0.0
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return float(covariance / spread**0.5)


def _is_white(colour: object) -> bool:
    """Whether a colour is a grey level or three components, each nearly full."""
    if isinstance(colour, (int, float)):
        return colour > WHITE_LEVEL
    if not isinstance(colour, (tuple, list)) or len(colour) != 3:
        return False
    return all(
        isinstance(component, (int, float)) and component > WHITE_LEVEL for component in colour
    )
