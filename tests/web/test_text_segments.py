"""Cutting a text at its quotations: nothing is lost, nothing is written twice, offsets are code points."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.web.resources.source_document import cut

#: letters, signs of Markdown, a character outside of the Basic Multilingual Plane, a combining accent, Arabic
TEXTS = st.text(st.sampled_from("ab *#-\n■é\u0301😀أ"), max_size=60)


@given(TEXTS, st.integers(0, 1000), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6))
def test_joined_segments_equal_the_text(text: str, start: int, offsets: list[tuple[int, int]]) -> None:
    spans = [(start + min(pair), start + max(pair)) for pair in offsets]
    segments = cut(text, start, spans)
    assert "".join(segment.text for segment in segments) == text
    for place, (begin, end) in enumerate(spans):
        covered = "".join(segment.text for segment in segments if place in segment.spans)
        assert covered == text[max(0, begin - start) : max(0, end - start)]


def test_signs_of_markdown() -> None:
    segments = cut("- a. **Promote** it**", 0, [])
    assert [(s.text, s.sign, s.strong) for s in segments] == [
        ("- ", True, False),
        ("a. ", False, False),
        ("**", True, False),
        ("Promote", False, True),
        ("**", True, False),
        (" it", False, False),
        ("**", True, False),
    ]
