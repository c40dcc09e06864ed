"""Lines of text of a page, with their runs of one weight, bullets and bands.

A line has the characters of a page that have one baseline, and those recovered from outlines, from
left to right. A page is set in one column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import dropwhile, groupby
from operator import attrgetter

from gcmreader.documents.pdf.content import Character, PdfPage, Rectangle

#: Baselines that are this close, in points, are the same.
SAME_BASELINE = 0.7
#: Baselines of parts of one line, such as a letter `b.` set a little off it, are this close.
SAME_LINE = 5.0
#: A gap between two characters that is a space, in ems.
SPACE_WIDTH = 0.14
#: Widest distance from a square to the line that it marks, in points.
BULLET_DISTANCE = 14

BULLET = re.compile(r"[▪■•●◦‣⁃]")
BOLD_FONT = re.compile(r"bold|black|heavy", re.IGNORECASE)
LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
}


@dataclass(frozen=True, slots=True)
class PdfRun:
    """A stretch of a line in one weight."""

    text: str
    bold: bool


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page; lengths in points."""

    page: int
    left: float
    right: float
    #: distance from the top of the page
    baseline: float
    size: float
    font: str
    runs: tuple[PdfRun, ...]
    #: whether a square or another bullet goes before it
    bullet: bool
    #: number of the filled band behind it, or None
    band: int | None

    @property
    def text(self) -> str:
        """The text without weights."""
        return "".join(run.text for run in self.runs)

    @property
    def bold(self) -> bool:
        """Whether all of the line is bold."""
        return all(run.bold or not run.text.strip() for run in self.runs)


@dataclass(slots=True)
class _Word:
    """A word while its characters are added."""

    text: str = ""
    letter_count: int = 0
    bold_count: int = 0

    def add(self, character: Character) -> None:
        self.text += LIGATURES.get(character.text, character.text)
        self.letter_count += 1
        self.bold_count += is_bold(character.font)

    @property
    def bold(self) -> bool:
        """Whether most letters are bold."""
        return 2 * self.bold_count > self.letter_count


def page_lines(page: PdfPage, characters: Iterable[Character]) -> list[PdfLine]:
    """The lines that some characters of a page form, from top to bottom."""
    squares = list(_squares(page))
    bands = list(_bands(page))
    lines = []
    for row in _rows(_distinct(characters)):
        line = _line(page.number, row, squares, bands)
        if line is not None:
            lines.append(line)
    return lines


def _distinct(characters: Iterable[Character]) -> list[Character]:
    """The upright characters, without those painted twice at the same position."""
    distinct: dict[tuple[str, int, int], Character] = {}
    for character in characters:
        if character.upright:
            key = (character.text, round(character.x0), round(character.y))
            distinct.setdefault(key, character)
    return list(distinct.values())


def _rows(characters: list[Character]) -> list[list[Character]]:
    """The characters by line, each line from left to right.

    A row joins the nearest one that is less than `SAME_LINE` away, short rows first.
    """
    rows = _rows_by_baseline(characters)
    for row in sorted(rows, key=len):
        other_rows = [candidate for candidate in rows if candidate is not row]
        neighbours = [
            candidate for candidate in other_rows if _distance(candidate, row) < SAME_LINE
        ]
        if neighbours:
            nearest = min(neighbours, key=lambda neighbour: _distance(neighbour, row))
            nearest.extend(row)
            rows = other_rows
    return [sorted(row, key=attrgetter("x0")) for row in rows]


def _rows_by_baseline(characters: list[Character]) -> list[list[Character]]:
    """The characters by baseline, from top to bottom."""
    rows: list[list[Character]] = []
    for character in sorted(characters, key=attrgetter("y", "x0")):
        if rows and character.y - rows[-1][-1].y < SAME_BASELINE:
            rows[-1].append(character)
        else:
            rows.append([character])
    return rows


def _distance(row: list[Character], other_row: list[Character]) -> float:
    """Distance of the baselines on which two rows begin."""
    return abs(row[0].y - other_row[0].y)


def _line(
    page_number: int,
    row: Sequence[Character],
    squares: Sequence[Rectangle],
    bands: Sequence[Rectangle],
) -> PdfLine | None:
    """The line that a row of characters forms; None where the row has only spaces and bullets."""
    ink = [character for character in row if not character.text.isspace()]
    letters = list(dropwhile(lambda character: BULLET.fullmatch(character.text), ink))
    if not letters:
        return None
    first_letter = letters[0]
    words = _words(row[row.index(first_letter) :])
    baselines = sorted(letter.y for letter in letters)
    baseline = baselines[len(baselines) // 2]
    has_bullet = len(letters) < len(ink) or any(
        _marks_line(square, first_letter, baseline) for square in squares
    )
    return PdfLine(
        page=page_number,
        left=first_letter.x0,
        right=letters[-1].x1,
        baseline=baseline,
        size=first_letter.size,
        font=first_letter.font,
        runs=tuple(_runs(words)),
        bullet=has_bullet,
        band=_band_behind(first_letter, baseline, bands),
    )


def _marks_line(square: Rectangle, first_letter: Character, baseline: float) -> bool:
    """Whether a square is the bullet of the line with a first letter and a baseline."""
    is_left = first_letter.x0 - BULLET_DISTANCE < square.left and square.right < first_letter.x0 + 2
    is_level = baseline - first_letter.size * 0.8 < square.top and square.bottom < baseline + 1
    return is_left and is_level


def _band_behind(
    first_letter: Character, baseline: float, bands: Sequence[Rectangle]
) -> int | None:
    """The number of the first band behind the first letter of a line, or None."""
    middle = baseline - 0.3 * first_letter.size
    for number, band in enumerate(bands):
        overlaps = band.left < first_letter.x1 and first_letter.x0 < band.right
        if overlaps and band.top < middle < band.bottom:
            return number
    return None


def _words(row: Sequence[Character]) -> list[_Word]:
    """The words of a row, which spaces or gaps part."""
    words: list[_Word] = []
    previous: Character | None = None
    for character in row:
        if character.text.isspace():
            previous = None
            continue
        if previous is None or character.x0 - previous.x1 > SPACE_WIDTH * character.size:
            words.append(_Word())
        words[-1].add(character)
        previous = character
    return words


def _runs(words: Sequence[_Word]) -> Iterator[PdfRun]:
    """The words joined by weight; a space ends each run but the last."""
    word_count = 0
    for bold, group in groupby(words, key=attrgetter("bold")):
        texts = [word.text for word in group]
        word_count += len(texts)
        end = " " if word_count < len(words) else ""
        yield PdfRun(" ".join(texts) + end, bold)


@cache
def is_bold(font: str) -> bool:
    """Whether a font is bold, by its name."""
    return BOLD_FONT.search(font) is not None


def _squares(page: PdfPage) -> Iterator[Rectangle]:
    """The small filled squares of a page, which mark list items."""
    for path in page.paths:
        for contour in (path.contours[0], path.contours[-1]):
            if contour.is_square:
                yield contour.box


def _bands(page: PdfPage) -> Iterator[Rectangle]:
    """The filled bands of a page, behind headings."""
    for path in page.paths:
        is_filled_rectangle = len(path.contours) == 1 and path.is_rectangle and not path.white
        has_size_of_band = path.box.width > 0.4 * page.width and 9 < path.box.height < 80
        if is_filled_rectangle and has_size_of_band:
            yield path.box
