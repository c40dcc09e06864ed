"""Drawn lines: text that a page paints as filled outlines instead of characters.

A piece of a line is one path whose contours are as high as letters and form a row. A row that another page
repeats in the margin is a running foot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from gcmreader.documents.pdf.content import Contour, FilledPath, PdfPage

#: Heights of a row of letters, in points: from one line of 9 points without descenders to one of 14 with accents.
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
    def bbox(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge."""
        return (
            min(contour.left for contour in self.contours),
            min(contour.top for contour in self.contours),
            max(contour.right for contour in self.contours),
            max(contour.bottom for contour in self.contours),
        )

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
    rows = sorted((path for path in letters if _is_row(path)), key=lambda path: (path.bottom, path.left))
    lone = [path for path in letters if path not in rows]
    found = []
    for row in rows:
        parts = [row]
        for letter in [letter for letter in lone if _is_beside(letter, row)]:
            lone.remove(letter)
            parts.append(letter)
        contours = [contour for part in sorted(parts, key=lambda part: part.left) for contour in _in_order(part)]
        while contours and _is_square(contours[0]):
            del contours[0]
        found.append(DrawnRow(page.number, tuple(contours)))
    return found


def _is_rectangle(path: FilledPath) -> bool:
    return all(contour.operators in RECTANGLES for contour in path.contours)


def _is_row(path: FilledPath) -> bool:
    """Whether the contours of a path could be letters in a row."""
    low, high = _ROW_HEIGHTS
    height = path.bottom - path.top
    if len(path.contours) < 4 or not low <= height <= high or path.right - path.left < height:
        return False
    return median(contour.bottom - contour.top for contour in path.contours) >= 0.15 * height


def _is_beside(letter: FilledPath, row: FilledPath) -> bool:
    """Whether a path is a letter on the same line as a row, next to it."""
    overlap = min(letter.bottom, row.bottom) - max(letter.top, row.top)
    height = letter.bottom - letter.top
    gap = max(row.left - letter.right, letter.left - row.right)
    return overlap > 0.6 * height and 2.0 < height <= _ROW_HEIGHTS[1] and -2.0 < gap < _LETTER_GAP


def _is_square(contour: Contour) -> bool:
    width, height = contour.right - contour.left, contour.bottom - contour.top
    return contour.operators in RECTANGLES and 1.5 < width < 6 and 1.5 < height < 6 and 0.6 < width / height < 1.7


def _in_order(path: FilledPath) -> Iterable[Contour]:
    """The contours of a path from left to right: a path may paint its line from its end."""
    contours = path.contours
    return reversed(contours) if contours[0].left > contours[-1].left else contours


def _is_in_body(row: DrawnRow, page: PdfPage) -> bool:
    """Whether a row stands away from the margins at head and foot, each a twelfth of the page."""
    _, top, _, bottom = row.bbox
    return bottom > page.height / 12 and top < page.height * 11 / 12 - 25


def squares(page: PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """The small filled squares of a page, which mark list items: left, top, right and bottom edge."""
    for path in page.paths:
        for contour in (path.contours[0], path.contours[-1]):
            if _is_square(contour):
                yield contour.left, contour.top, contour.right, contour.bottom


def bands(page: PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """The filled bands of a page, behind headings: left, top, right and bottom edge."""
    for path in page.paths:
        if len(path.contours) == 1 and path.contours[0].operators in RECTANGLES and not path.white:
            _, left, top, right, bottom, _ = path.contours[0]
            if right - left > 0.4 * page.width and 9 < bottom - top < 80:
                yield left, top, right, bottom
