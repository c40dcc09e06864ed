"""Passages prepared for reading: sentences are known, citations are blanked out.

Values extracted from them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from gcmgraph.sources.source_texts import Span
from gcmgraph.sources.text_views import View
from gcmreader.lexicon import sentence_bounds

T = TypeVar("T")

#: the year of a cited work, or that it has none, with a letter that distinguishes works: `2019a`,
#: `n.d. b`, `s.f.`
WORK_YEAR = r"(?:(?:19|20)\d\d[a-z]?|[sn]\. ?[df]\.(?: ?[a-z]\b)?)"
#: `(IOM, 2019)`, `(ONUDC, s.d.)`, `(CRM, 2019 ; ICMPD, 2020)`, `(Service of the North (SN), 2018)`
CITATION = re.compile(
    rf"\(+(?P<works>(?:[^()]|\([^()]{{1,20}}\)){{1,160}}?,\s?{WORK_YEAR}(?:\s?;[^()]*)?)\s?\)"
)


@dataclass(frozen=True)
class Extracted(Generic[T]):
    """A value read from a document, and the stretch that states the value."""

    value: T
    span: Span


def once(values: Sequence[Extracted[T]]) -> list[Extracted[T]]:
    """Each value with its first passage, in the order of their last passages."""
    first_passages: dict[T, Extracted[T]] = {}
    for extracted in reversed(values):
        first_passages[extracted.value] = extracted
    return list(reversed(first_passages.values()))


@dataclass(frozen=True)
class ReadPassage:
    """A cleaned text to read facts from."""

    view: View

    @cached_property
    def text(self) -> str:
        """The text with citations blanked out, character by character, so that ranges stay true."""
        return CITATION.sub(_blank, self.view.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The ranges of the sentences."""
        return sentence_bounds(self.text)

    def sentence_of(self, position: int) -> tuple[int, int]:
        """The range of the sentence that a position is in; between sentences, the whole text."""
        count_begun = bisect_right(self.sentences, position, key=_start_of)
        if count_begun:
            start, end = self.sentences[count_begun - 1]
            if position < end:
                return start, end
        return 0, len(self.text)

    def extracted(self, value: T, start: int, end: int) -> Extracted[T]:
        """A value with the stretch of `text[start:end]`, trimmed of white space and commas."""
        start, end = self.view.trimmed(start, end, " ,;:")
        return Extracted(value, self.view.span(start, end))


def _blank(citation: re.Match[str]) -> str:
    return " " * len(citation[0])


def _start_of(bounds: tuple[int, int]) -> int:
    return bounds[0]
