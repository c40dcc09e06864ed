"""Controls of the direction of text, and characters that are not drawn."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from gcmgraph.text import CONTROLS, INVISIBLE, isolated, without_overrides


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("\u2068a\u2069 \u2067b \u2066c\u2069\u2069", "\u2068a\u2069 \u2067b \u2066c\u2069\u2069"),
        ("a\u2067b", "a[U+2067]b"),
        ("a\u2069b\u2066c\u2069", "a[U+2069]b\u2066c\u2069"),
        ("\u2066\u2067a\u2069", "[U+2066]\u2067a\u2069"),
        ("عربي", "عربي"),
    ],
)
def test_isolates_act_on_nothing_outside(text: str, safe: str) -> None:
    assert isolated(text) == safe


def test_overrides_are_visible_in_pages() -> None:
    page = "a\u202eb\u202c \u202a\u202b\u202d – \u2028 é"
    assert without_overrides(page.encode()).decode() == "a[U+202E]b[U+202C] [U+202A][U+202B][U+202D] – \u2028 é"


#: Format characters that texts require, hieroglyphs apart: joiners, marks of direction, signs of several scripts.
_REQUIRED = (*range(0x200C, 0x2010), 0x61C, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)


def test_format_characters_are_controls_invisible_or_required() -> None:
    formats = {code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"}
    other = {code for code in formats if not CONTROLS.match(chr(code)) and not INVISIBLE.match(chr(code))}
    assert {code for code in other if not 0x13430 <= code <= 0x1345F} == set(_REQUIRED)
