"""A text cut where its quotations begin and end, so that each character is written once, however they overlap.

Offsets count Unicode code points, as in docs/provenance.md, "Evidence"; the end is exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Markdown's sign for bold, and what a line of a list or a heading begins with (https://spec.commonmark.org/0.31.2/).
_SIGNS = re.compile(r"\*\*|^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|■)", re.MULTILINE)


@dataclass(frozen=True)
class Segment:
    """A run of characters that the same quotations cover."""

    text: str
    #: offset in the document
    start: int
    #: the places in the list of spans of those that cover it
    spans: tuple[int, ...]
    #: a sign of Markdown rather than words
    sign: bool = False
    #: between two signs for bold
    strong: bool = False

    @property
    def end(self) -> int:
        """Offset of the first character after it."""
        return self.start + len(self.text)


def cut(text: str, start: int, spans: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    """A text that begins at `start` in its document, as segments: joined, they are the text.

    `spans` are quotations by their offsets in the document; what lies outside of the text is left aside.
    """
    signs, strong = _formatting(text, start)
    edges = {start, start + len(text)}
    for begin, end in (*spans, *signs, *strong):
        edges.update(edge for edge in (begin, end) if start < edge < start + len(text))
    ordered = sorted(edges)

    def within(begin: int, end: int, runs: Sequence[tuple[int, int]]) -> bool:
        return any(first <= begin and end <= last for first, last in runs)

    return tuple(
        Segment(
            text[begin - start : end - start],
            begin,
            tuple(place for place, (first, last) in enumerate(spans) if first <= begin and end <= last),
            within(begin, end, signs),
            within(begin, end, strong),
        )
        for begin, end in pairwise(ordered)
    )


def _formatting(text: str, start: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where signs of Markdown stand, and what is bold. A sign for bold without its second has no effect."""
    signs = [(start + sign.start(), start + sign.end()) for sign in _SIGNS.finditer(text)]
    bold = [(begin, end) for begin, end in signs if text[begin - start : end - start] == "**"]
    return signs, [(first[1], last[0]) for first, last in zip(bold[::2], bold[1::2], strict=False)]
