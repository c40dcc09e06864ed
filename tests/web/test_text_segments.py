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


def test_segment_of_overlapping_quotations() -> None:
    segments = cut("abcdef", 10, [(10, 14), (12, 16)])
    assert [(s.text, s.spans) for s in segments] == [("ab", (0,)), ("cd", (0, 1)), ("ef", (1,))]


def test_offsets_after_emoji_and_combining_characters() -> None:
    text = "😀 e\u0301te\u0301 à Paris"
    begin = text.index("Paris")
    (segment,) = [s for s in cut(text, 0, [(begin, begin + 5)]) if s.spans]
    assert segment.text == "Paris"
    (accent,) = [s for s in cut(text, 0, [(2, 4)]) if s.spans]
    assert accent.text == "e\u0301"


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
