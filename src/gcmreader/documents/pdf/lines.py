"""Lines of text: the characters of a page, with those recovered from outlines, in reading order, and their styles.

The guidance pages of the UN Network on Migration are set in two families, and each part has its own font and size.
On other pages the sizes decide: the most frequent one is the body's, a larger one a heading's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from gcmreader.documents.pdf.content import Box, Character, PdfPage
from gcmreader.documents.pdf.glyphs import bands, squares


class Style(Enum):
    """Parts of a page that a font can mark."""

    TITLE = auto()
    HEADING = auto()
    BODY = auto()
    NOTE = auto()
    #: running feet, side marks, the line that invites to the Network's site, marks of notes, text hidden below the feet
    MARGIN = auto()


#: Beginning of the font's name, least and greatest size in points, what it sets. The first that fits counts.
_NETWORK_STYLES = (
    ("SemplicitaPro-Bold", 13.0, 18.0, Style.TITLE),
    ("SemplicitaPro-Bold", 11.8, 13.0, Style.HEADING),
    ("Calibri-Italic", 0.0, 10.5, Style.MARGIN),
    ("Calibri-LightItalic", 0.0, 10.5, Style.MARGIN),
    ("Calibri-Bold", 9.5, 10.5, Style.NOTE),
    ("Calibri", 8.5, 9.5, Style.NOTE),
    ("Calibri", 10.6, 14.0, Style.BODY),
    ("Arial-BoldMT", 10.6, 14.0, Style.BODY),
)
#: The family that only the Network's pages are set in.
_NETWORK_FAMILY = "SemplicitaPro"
#: Sizes of title and headings on other pages, in sizes of the body.
_TITLE_SIZE, _HEADING_SIZE = 1.3, 1.1
#: Height of the margins at head and foot of other pages, in heights of the page.
_MARGIN = 1 / 10

StyleOf = Callable[[Character], Style]


def is_network_page(pages: Sequence[PdfPage]) -> bool:
    """Whether a document is set as the Network sets its guidance pages."""
    return any(character.font.startswith(_NETWORK_FAMILY) for page in pages for character in page.characters)


def network_style(character: Character) -> Style:
    """The style of a character of a page of the UN Network on Migration."""
    if character.upright:
        for name, least, most, style in _NETWORK_STYLES:
            if character.font.startswith(name) and least <= character.size <= most:
                return style
    return Style.MARGIN


def size_styles(pages: Sequence[PdfPage]) -> dict[int, StyleOf]:
    """The styles of other documents by page: by size, without the lines that several pages repeat in their margins."""
    sizes = Counter(round(c.size * 2) / 2 for page in pages for c in page.characters if c.text.isalpha())
    body = sizes.most_common(1)[0][0] if sizes else 12.0
    repeated = _repeated_lines(pages)

    def styles_of(page: PdfPage) -> StyleOf:
        margins = {round(y) for text, y in _margin_lines(page) if text in repeated}

        def style(character: Character) -> Style:
            if not character.upright or round(character.y) in margins:
                return Style.MARGIN
            if character.size >= _TITLE_SIZE * body:
                return Style.TITLE
            return Style.HEADING if character.size >= _HEADING_SIZE * body else Style.BODY

        return style

    return {page.number: styles_of(page) for page in pages}


def _margin_lines(page: PdfPage) -> list[tuple[str, float]]:
    """The lines in the margins of a page, digits taken off, with their baselines."""
    lines: dict[int, list[Character]] = {}
    for character in page.characters:
        if not page.height * _MARGIN < character.y < page.height * (1 - _MARGIN):
            lines.setdefault(round(character.y), []).append(character)
    return [
        (re.sub(r"[\d\s]+", "", "".join(c.text for c in sorted(line, key=lambda c: c.x0))), line[0].y)
        for line in lines.values()
    ]


def _repeated_lines(pages: Sequence[PdfPage]) -> set[str]:
    counts = Counter(text for page in pages for text in {text for text, _ in _margin_lines(page)})
    return {text for text, count in counts.items() if count > 1}


#: Baselines that are this close, in points, are the same; those of parts of one line are within the second.
_SAME_BASELINE, _SAME_LINE = 0.7, 5.0
#: A gap between two characters that is a space, in ems.
_SPACE = 0.14

_BULLET = re.compile(r"[▪■•●◦‣⁃]")
_LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st"}


@dataclass(frozen=True, slots=True)
class PdfRun:
    """A stretch of a line in one weight."""

    text: str
    bold: bool


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page."""

    page: int
    left: float
    right: float
    #: baseline, in points from the top of the page
    y: float
    size: float
    font: str
    runs: tuple[PdfRun, ...]
    #: whether a square or another bullet goes before it
    bullet: bool
    #: number of the filled band behind it, or None
    band: int | None

    @property
    def text(self) -> str:
        """Its text without weights."""
        return "".join(run.text for run in self.runs)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(run.bold or not run.text.strip() for run in self.runs)


def page_lines(page: PdfPage, characters: Iterable[Character]) -> list[PdfLine]:
    """The lines that some characters of a page form, from top to bottom."""
    marks = list(squares(page))
    behind = list(bands(page))
    return [line for row in _rows(_distinct(characters)) if (line := _line(page, row, marks, behind)) is not None]


def _distinct(characters: Iterable[Character]) -> list[Character]:
    """The characters without those painted twice at the same place."""
    seen: dict[tuple[str, int, int], Character] = {}
    for character in characters:
        if character.upright:
            seen.setdefault((character.text, round(character.x0), round(character.y)), character)
    return list(seen.values())


def _rows(characters: list[Character]) -> Iterable[list[Character]]:
    """The characters by line. A letter `b.` set a little off its line joins the line that is nearest."""
    rows: list[list[Character]] = []
    for character in sorted(characters, key=lambda character: (character.y, character.x0)):
        if rows and character.y - rows[-1][-1].y < _SAME_BASELINE:
            rows[-1].append(character)
        else:
            rows.append([character])
    for row in sorted(rows, key=len):
        others = [other for other in rows if other is not row and abs(other[0].y - row[0].y) < _SAME_LINE]
        if others:
            nearest = min(others, key=lambda other: abs(other[0].y - row[0].y))
            nearest.extend(row)
            rows = [other for other in rows if other is not row]
    return (sorted(row, key=lambda character: character.x0) for row in rows)


def _line(
    page: PdfPage,
    row: Sequence[Character],
    marks: Sequence[Box],
    behind: Sequence[Box],
) -> PdfLine | None:
    ink = [character for character in row if not character.text.isspace()]
    bullet = False
    while ink and _BULLET.fullmatch(ink[0].text):
        bullet = True
        del ink[0]
    if not ink:
        return None
    words = _words(row[row.index(ink[0]) :])
    runs: list[PdfRun] = []
    for word in words:
        text, bold = word
        if runs and runs[-1].bold == bold:
            runs[-1] = PdfRun(f"{runs[-1].text} {text}", bold)
        else:
            runs = [*runs[:-1], PdfRun(f"{runs[-1].text} ", runs[-1].bold)] if runs else []
            runs.append(PdfRun(text, bold))
    first, last = ink[0], ink[-1]
    y = sorted(character.y for character in ink)[len(ink) // 2]
    bullet = bullet or any(
        first.x0 - 14 < left and right < first.x0 + 2 and y - first.size * 0.8 < top and bottom < y + 1
        for left, top, right, bottom in marks
    )
    middle = y - 0.3 * first.size
    band = next(
        (
            number
            for number, (left, top, right, bottom) in enumerate(behind)
            if top < middle < bottom and left < first.x1 and first.x0 < right
        ),
        None,
    )
    return PdfLine(page.number, first.x0, last.x1, y, first.size, first.font, tuple(runs), bullet, band)


def _words(row: Sequence[Character]) -> list[tuple[str, bool]]:
    """The words of a row, each bold where most of its letters are."""
    words: list[tuple[str, int, int]] = []
    before: Character | None = None
    for character in row:
        if character.text.isspace():
            before = None
            continue
        text = _LIGATURES.get(character.text, character.text)
        bold = is_bold(character.font)
        if before is None or character.x0 - before.x1 > _SPACE * character.size:
            words.append((text, int(bold), 1))
        else:
            word, bolds, letters = words[-1]
            words[-1] = (word + text, bolds + bold, letters + 1)
        before = character
    return [(word, 2 * bolds > letters) for word, bolds, letters in words]


@cache
def is_bold(font: str) -> bool:
    """Whether a font is bold, by its name."""
    return bool(re.search(r"bold|black|heavy", font, re.IGNORECASE))
