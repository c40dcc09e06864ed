"""Styles: which part of the page a font sets.

The guidance pages of the UN Network on Migration are set in two families, and each part has its own sizes.
"""

from __future__ import annotations

from enum import Enum, auto

from gcmgraph.documents.pdf.content import Character


class Style(Enum):
    """The parts of a page that a font can tell."""

    TITLE = auto()
    HEADING = auto()
    BODY = auto()
    NOTE = auto()
    #: running feet, side marks, the line that invites to the Network's site, text hidden below the feet
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


def network_style(character: Character) -> Style:
    """The style of a character of a page of the UN Network on Migration."""
    if character.upright:
        for name, least, most, style in _NETWORK_STYLES:
            if character.font.startswith(name) and least <= character.size <= most:
                return style
    return Style.MARGIN
