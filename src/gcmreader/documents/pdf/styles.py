"""Styles: which part of the page a font sets.

The guidance pages of the UN Network on Migration are set in two families, and each part has its own font and size.
On other pages the sizes decide: the most frequent one is the body's, a larger one a heading's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from enum import Enum, auto

from gcmreader.documents.pdf.content import Character, PdfPage


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
