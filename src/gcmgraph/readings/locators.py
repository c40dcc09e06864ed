"""Locators: places in documents as readings write them, `p3 1234-1260 8c3f02aa11bb0123`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gcmgraph.sources.source_texts import Document

#: Number of hexadecimal digits of a SHA-256 in a locator: enough to notice a changed text, short
#: enough to read.
DIGEST_DIGITS = 16

_LOCATOR = re.compile(
    r"(?:p(?P<page>\d{1,4}) )?(?P<start>\d{1,7})-(?P<end>\d{1,7}) (?P<digest>[0-9a-f]{16})"
)


def digest(words: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a passage's words (UTF-8).

    >>> digest("Mali")
    'ee5721a5a60b7625'
    """
    return hashlib.sha256(words.encode()).hexdigest()[:DIGEST_DIGITS]


@dataclass(frozen=True, order=True)
class Locator:
    """A place in a document: page, characters, and digest of the words.

    Offsets count Unicode code points of the document's canonical text; the end is exclusive.

    >>> Locator.parse("p3 1234-1260 8c3f02aa11bb0123")
    Locator(start=1234, end=1260, digest='8c3f02aa11bb0123', page=3)
    """

    start: int
    end: int
    digest: str
    #: 1-based page of the PDF; None for a document without pages
    page: int | None = None

    @classmethod
    def parse(cls, written: str) -> Locator | None:
        """The locator that a text writes; None where it is no locator."""
        match = _LOCATOR.fullmatch(written)
        if match is None:
            return None
        page = int(match["page"]) if match["page"] else None
        return cls(int(match["start"]), int(match["end"]), match["digest"], page)

    @classmethod
    def of(cls, document: Document, start: int, end: int, page: int | None = None) -> Locator:
        """The locator of some characters of a document."""
        return cls(start, end, digest(document.text[start:end]), page or document.page_at(start))

    def __str__(self) -> str:
        """The locator as readings write it."""
        page = f"p{self.page} " if self.page else ""
        return f"{page}{self.start}-{self.end} {self.digest}"

    def holds_in(self, document: Document) -> bool:
        """Whether the document has the same words at these offsets."""
        has_offsets = self.end <= len(document.text)
        return has_offsets and digest(document.text[self.start : self.end]) == self.digest


#: Places of a fact by language.
Places: TypeAlias = Mapping[str, tuple[Locator, ...]]
