"""Drawings in SVG as PNG files, with the fonts of this machine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from flask_babel import gettext

from gcmgraph.web.http.problems import bad_request

#: Width of a PNG file.
WIDTH = 1600

#: The attribute of a text of a drawing that is written from right to left.
_RIGHT_TO_LEFT = 'direction="rtl"'

#: Families of fonts, of which the first that the machine has is that of drawings.
_FAMILIES = ("DejaVu Sans", "Noto Sans", "Liberation Sans", "Arial", "Helvetica")

#: Two letters of the script of a language; Latin ones of any other.
_LETTERS = {"ar": ("ب", "ع"), "ru": ("Ж", "Ф"), "zh": ("文", "国")}
_LATIN_LETTERS = ("A", "B")

#: The drawing of a letter, and its width.
_LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" font-family="sans-serif">'
    '<text y="16" font-size="16">{}</text></svg>'
)
_LETTER_WIDTH = 20


def png(drawing: str, language: str) -> bytes:
    """A drawing as PNG. 400 where no font of this machine has the letters of the language."""
    if not has_font(language):
        raise bad_request(
            gettext(
                "This server has no font for the language of the picture; it is also at format=svg."
            ),
            parameter="format",
        )
    # resvg takes the left side for the start of a text that is written from right to left
    return _rendered(drawing.replace(_RIGHT_TO_LEFT, 'text-anchor="end"'), WIDTH, _family())


@cache
def has_font(language: str) -> bool:
    """Whether a font has the letters of a language."""
    return _differ(_LETTERS.get(language, _LATIN_LETTERS), _family())


@cache
def _family() -> str:
    """The first family that draws letters; the last one where there is none."""
    usable = (family for family in _FAMILIES if _differ(_LATIN_LETTERS, family))
    return next(usable, _FAMILIES[-1])


def _differ(letters: Iterable[str], family: str) -> bool:
    """Whether letters look different, as they do not without a font."""
    drawings = (_LETTER.format(letter) for letter in letters)
    return len({_rendered(drawing, _LETTER_WIDTH, family) for drawing in drawings}) > 1


def _rendered(drawing: str, width: int, family: str) -> bytes:
    from resvg_py import svg_to_bytes  # noqa: PLC0415 - a library of 3 MB

    return bytes(svg_to_bytes(svg_string=drawing, width=width, sans_serif_family=family))
