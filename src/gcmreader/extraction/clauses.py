"""A text made ready for reading: its sentences known, citations and what is in them set aside."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from gcmgraph.documents.views import Span, View, trimmed_range
from gcmreader.documents.language import sentence_bounds

T = TypeVar("T")

#: the year of a cited work, or that it has none, with a letter that tells works apart: `2019a`, `n.d. b`, `s.f.`
WORK_YEAR = r"(?:(?:19|20)\d\d[a-z]?|[sn]\. ?[df]\.(?: ?[a-z]\b)?)"
#: `(IOM, 2019)`, `(ONUDC, s.d.)`, `(CRM, 2019 ; ICMPD, 2020)`, `(Service of the North (SN), 2018)`
CITATION = re.compile(rf"\(+(?P<works>(?:[^()]|\([^()]{{1,20}}\)){{1,160}}?,\s?{WORK_YEAR}(?:\s?;[^()]*)?)\s?\)")


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value read from a document, and the stretch that says it."""

    value: T
    span: Span


@dataclass(frozen=True)
class Passage:
    """A cleaned text to read facts from."""

    view: View

    @cached_property
    def text(self) -> str:
        """The text with citations blanked out, character by character, so that ranges stay true."""
        return CITATION.sub(lambda match: " " * len(match[0]), self.view.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The ranges of the sentences."""
        return sentence_bounds(self.text)

    def sentence_of(self, position: int) -> tuple[int, int]:
        """The range of the sentence that a position lies in."""
        following = bisect_right(self.sentences, position, key=lambda bounds: bounds[0])
        if following and position < self.sentences[following - 1][1]:
            return self.sentences[following - 1]
        return 0, len(self.text)

    def trimmed(self, start: int, end: int, characters: str = " ,;:.") -> tuple[int, int]:
        """The range without the given characters, nor a citation, at either end."""
        return trimmed_range(self.text, start, end, characters)

    def found(self, value: T, start: int, end: int) -> Found[T]:
        """A value with the stretch behind `text[start:end]`, white space and commas at its ends left out."""
        start, end = self.view.trimmed(start, end, " ,;:")
        return Found(value, self.view.span(start, end))
