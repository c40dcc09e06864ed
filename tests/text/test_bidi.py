"""Controls of the direction of text."""

from __future__ import annotations

import pytest

from gcmgraph.text import isolated, without_overrides


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
