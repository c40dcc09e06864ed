"""Lines of text that a PDF draws as filled outlines instead of characters.

A piece of a line is one path whose contours are as high as letters and form a row. A row that
another page repeats in the margin is a running foot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median

from gcmreader.documents.pdf.content import Contour, FilledPath, PdfPage, Rectangle, bounding_box

#: Heights of a row of letters, in points: from one line of 9 points without descenders to one of 14
#: with accents.
MIN_ROW_HEIGHT = 4.0
MAX_ROW_HEIGHT = 16.0
#: Fewest contours of a row.
MIN_CONTOURS = 4
#: Least height of a letter of the same line that is a path of its own, in points.
MIN_LETTER_HEIGHT = 2.0
#: Narrowest and widest gap between a row and such a letter, in points.
MIN_LETTER_GAP = -2.0
MAX_LETTER_GAP = 7.0
#: Height of the page, in heights of the margins at head and foot.
MARGINS_PER_PAGE = 12
#: Height of the running foot above the lower margin, in points.
FOOT_HEIGHT = 25


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A piece of a line drawn as outlines."""

    page: int
    #: from left to right, those of a glyph together
    contours: tuple[Contour, ...]

    @property
    def box(self) -> Rectangle:
        """The bounding box."""
        return bounding_box(self.contours)

    @property
    def shape(self) -> tuple[str, ...]:
        """The operators of the contours, by which the same words on another page are recognised."""
        return tuple(contour.operators for contour in self.contours)


def drawn_rows(pages: Sequence[PdfPage]) -> dict[int, list[DrawnRow]]:
    """The drawn rows of a document by page, without running feet, from top to bottom."""
    rows = [row for page in pages for row in page_rows(page)]
    pages_of_shape: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for row in rows:
        pages_of_shape[row.shape].add(row.page)
    rows_of_page: dict[int, list[DrawnRow]] = defaultdict(list)
    for row in rows:
        is_repeated = len(pages_of_shape[row.shape]) > 1
        if not is_repeated or _is_in_body(row, pages[row.page - 1]):
            rows_of_page[row.page].append(row)
    return dict(rows_of_page)


def page_rows(page: PdfPage) -> list[DrawnRow]:
    """The rows of letters among the filled paths of a page, running feet included."""
    letter_paths = [path for path in page.paths if not path.white and not path.is_rectangle]
    row_paths = [path for path in letter_paths if _is_row(path)]
    single_letters = [path for path in letter_paths if path not in row_paths]
    rows = []
    for row_path in sorted(row_paths, key=attrgetter("box.bottom", "box.left")):
        adjacent = [letter for letter in single_letters if _is_beside(letter.box, row_path.box)]
        for letter in adjacent:
            single_letters.remove(letter)
        rows.append(DrawnRow(page.number, tuple(_row_contours([row_path, *adjacent]))))
    return rows


def _row_contours(paths: Iterable[FilledPath]) -> list[Contour]:
    """The contours of the paths of a row from left to right, without bullets before it."""
    contours: list[Contour] = []
    for path in sorted(paths, key=attrgetter("box.left")):
        contours.extend(_in_order(path))
    while contours and contours[0].is_square:
        del contours[0]
    return contours


def _is_row(path: FilledPath) -> bool:
    """Whether the contours of a path could be letters in a row."""
    box = path.box
    if len(path.contours) < MIN_CONTOURS or box.width < box.height:
        return False
    if not MIN_ROW_HEIGHT <= box.height <= MAX_ROW_HEIGHT:
        return False
    return median(contour.box.height for contour in path.contours) >= 0.15 * box.height


def _is_beside(letter: Rectangle, row: Rectangle) -> bool:
    """Whether a path is a letter on the same line as a row, next to it."""
    overlap = min(letter.bottom, row.bottom) - max(letter.top, row.top)
    gap = max(row.left - letter.right, letter.left - row.right)
    has_letter_height = MIN_LETTER_HEIGHT < letter.height <= MAX_ROW_HEIGHT
    is_near = MIN_LETTER_GAP < gap < MAX_LETTER_GAP
    return has_letter_height and is_near and overlap > 0.6 * letter.height


def _in_order(path: FilledPath) -> Iterable[Contour]:
    """The contours of a path from left to right: a path may paint its line from its end."""
    contours = path.contours
    return reversed(contours) if contours[0].box.left > contours[-1].box.left else contours


def _is_in_body(row: DrawnRow, page: PdfPage) -> bool:
    """Whether a row is between the margins at head and foot."""
    margin = page.height / MARGINS_PER_PAGE
    body_bottom = page.height - margin - FOOT_HEIGHT
    return row.box.bottom > margin and row.box.top < body_bottom
