"""Styles of the characters of a page: which part of the page a font sets.

The guidance pages of the UN Network on Migration are set in two families, and each part has a font
and a size of its own. On other pages the sizes decide: the most frequent one is that of the body,
larger ones are those of headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from gcmreader.documents.pdf.content import Character, PdfPage


class Style(Enum):
    """Parts of a page that a font can mark."""

    TITLE = auto()
    HEADING = auto()
    BODY = auto()
    NOTE = auto()
    #: running feet, side marks, the line that invites to the Network's site, marks of notes, text
    #: hidden below the feet
    MARGIN = auto()


#: The function that returns the style of a character of one page.
StyleOf = Callable[[Character], Style]


class FontRule(NamedTuple):
    """A style, and the fonts that set it: the beginning of their names, and sizes in points."""

    font: str
    min_size: float
    max_size: float
    style: Style


#: The first rule that a character fits counts.
NETWORK_RULES = (
    FontRule("SemplicitaPro-Bold", 13.0, 18.0, Style.TITLE),
    FontRule("SemplicitaPro-Bold", 11.8, 13.0, Style.HEADING),
    FontRule("Calibri-Italic", 0.0, 10.5, Style.MARGIN),
    FontRule("Calibri-LightItalic", 0.0, 10.5, Style.MARGIN),
    FontRule("Calibri-Bold", 9.5, 10.5, Style.NOTE),
    FontRule("Calibri", 8.5, 9.5, Style.NOTE),
    FontRule("Calibri", 10.6, 14.0, Style.BODY),
    FontRule("Arial-BoldMT", 10.6, 14.0, Style.BODY),
)
#: The family that only the pages of the Network are set in.
NETWORK_FAMILY = "SemplicitaPro"
#: Sizes of title and headings on other pages, in sizes of the body.
TITLE_SIZE = 1.3
HEADING_SIZE = 1.1
#: Size of the body of a document without letters, in points.
DEFAULT_BODY_SIZE = 12.0
#: Height of the margins at head and foot of other pages, in heights of the page.
MARGIN_HEIGHT = 1 / 10


def is_network_page(pages: Sequence[PdfPage]) -> bool:
    """Whether a document is set as the Network sets its guidance pages."""
    return any(
        character.font.startswith(NETWORK_FAMILY) for page in pages for character in page.characters
    )


def network_style(character: Character) -> Style:
    """The style of a character of a page of the UN Network on Migration."""
    if not character.upright:
        return Style.MARGIN
    for rule in NETWORK_RULES:
        right_size = rule.min_size <= character.size <= rule.max_size
        if right_size and character.font.startswith(rule.font):
            return rule.style
    return Style.MARGIN


def size_styles(pages: Sequence[PdfPage]) -> dict[int, StyleOf]:
    """The styles of other documents by page: by size, and lines that pages repeat are margins."""
    body_size = _body_size(pages)
    repeated_texts = _repeated_margin_texts(pages)
    styles: dict[int, StyleOf] = {}
    for page in pages:
        margin_baselines = {
            baseline for baseline, text in _margin_texts(page).items() if text in repeated_texts
        }
        styles[page.number] = partial(_size_style, body_size, margin_baselines)
    return styles


def _size_style(body_size: float, margin_baselines: set[int], character: Character) -> Style:
    if not character.upright or round(character.y) in margin_baselines:
        return Style.MARGIN
    if character.size >= TITLE_SIZE * body_size:
        return Style.TITLE
    if character.size >= HEADING_SIZE * body_size:
        return Style.HEADING
    return Style.BODY


def _body_size(pages: Sequence[PdfPage]) -> float:
    """The most frequent size of letters, to half a point."""
    counts: Counter[float] = Counter()
    for page in pages:
        letters = (character for character in page.characters if character.text.isalpha())
        counts.update(round(letter.size * 2) / 2 for letter in letters)
    return max(counts, key=counts.__getitem__, default=DEFAULT_BODY_SIZE)


def _margin_texts(page: PdfPage) -> dict[int, str]:
    """The lines in the margins of a page by their rounded baselines, without digits and spaces."""
    top_margin = page.height * MARGIN_HEIGHT
    bottom_margin = page.height * (1 - MARGIN_HEIGHT)
    lines: dict[int, list[Character]] = {}
    for character in page.characters:
        if not top_margin < character.y < bottom_margin:
            lines.setdefault(round(character.y), []).append(character)
    texts = {}
    for baseline, characters in lines.items():
        text = "".join(character.text for character in sorted(characters, key=attrgetter("x0")))
        texts[baseline] = re.sub(r"[\d\s]+", "", text)
    return texts


def _repeated_margin_texts(pages: Sequence[PdfPage]) -> set[str]:
    """The texts that the margins of several pages have."""
    page_counts: Counter[str] = Counter()
    for page in pages:
        page_counts.update(set(_margin_texts(page).values()))
    return {text for text, count in page_counts.items() if count > 1}
