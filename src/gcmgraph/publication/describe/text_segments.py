"""Segments of a text between the ends of its quotations, so that overlapping quotations can be marked.

Offsets count Unicode code points (docs/model.md, "Evidence"); the end is exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Markdown signs of bold text, and at the start of list items and headings (https://spec.commonmark.org/0.31.2/).
_SIGNS = re.compile(r"\*\*|^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|■)", re.MULTILINE)


@dataclass(frozen=True)
class Segment:
    """A range of characters that the same quotations cover."""

    text: str
    #: offset in the document
    start: int
    #: indexes of the spans that cover it
    spans: tuple[int, ...]
    #: whether it is a sign of Markdown
    sign: bool = False
    #: whether it is bold
    strong: bool = False

    @property
    def end(self) -> int:
        """Offset of the first character after it."""
        return self.start + len(self.text)


def cut(text: str, start: int, spans: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    """The segments of a text that starts at offset `start` of its document; joined, they are the text.

    `spans` are offsets of quotations in the document; parts outside of the text are ignored.
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
            tuple(index for index, (first, last) in enumerate(spans) if first <= begin and end <= last),
            within(begin, end, signs),
            within(begin, end, strong),
        )
        for begin, end in pairwise(ordered)
    )


def _formatting(text: str, start: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Ranges of Markdown signs, and of bold text. An unpaired sign of bold text has no effect."""
    signs = [(start + sign.start(), start + sign.end()) for sign in _SIGNS.finditer(text)]
    bold = [(begin, end) for begin, end in signs if text[begin - start : end - start] == "**"]
    return signs, [(first[1], last[0]) for first, last in zip(bold[::2], bold[1::2], strict=False)]
