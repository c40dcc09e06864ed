"""Readings as values: what a reviewed file states, and the place of each fact in the documents.

Offsets count Unicode code points of a document's canonical text; the end is exclusive.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.documents.document import Document
from gcmgraph.readings.yaml_nodes import YamlValue

#: Hexadecimal digits of a SHA-256 that a locator keeps: enough to notice a changed text, short enough to read.
DIGEST_DIGITS = 16

_LOCATOR = re.compile(r"(?:p(\d{1,4}) )?(\d{1,7})-(\d{1,7}) ([0-9a-f]{16})")


def digest(words: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a passage's words (UTF-8)."""
    return hashlib.sha256(words.encode()).hexdigest()[:DIGEST_DIGITS]


@dataclass(frozen=True, order=True)
class Locator:
    """A place in a document: `p3 1234-1260 8c3f02aa11bb0123` is page, characters, and digest of the words."""

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
        page = int(match[1]) if match[1] else None
        return cls(int(match[2]), int(match[3]), match[4], page)

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
        return self.end <= len(document.text) and digest(document.text[self.start : self.end]) == self.digest


#: Places of a fact by language.
Places = Mapping[str, tuple[Locator, ...]]
#: Texts by language.
Texts = Mapping[str, str]


@dataclass(frozen=True)
class ReviewedFact:
    """One fact: its key in `fact_kinds`, its value, further fields, and its places by language."""

    key: str
    value: YamlValue
    fields: Mapping[str, YamlValue]
    places: Places
    line: int


@dataclass(frozen=True)
class PlacedText:
    """A text of the document in one language, and its places."""

    text: str
    places: tuple[Locator, ...]


@dataclass(frozen=True)
class SupportedAction:
    """An editor's judgement that a practice supports an action, with its rationale by language."""

    action: str
    rationale: Texts
    line: int
    #: day of the judgement (YYYY-MM-DD); None: that of the review
    on: str | None = None


@dataclass(frozen=True)
class Review:
    """Reviewer of a reading, and the date (YYYY-MM-DD)."""

    by: str
    on: str


@dataclass(frozen=True)
class ReviewedPart:
    """A practice described under the heading of another one. Title and summary are the editors' words."""

    slug: str
    title: Texts
    summary: Texts
    facts: tuple[ReviewedFact, ...]
    supports: tuple[SupportedAction, ...]
    note: Texts
    line: int


@dataclass(frozen=True)
class ReviewedPractice:
    """One example practice of a guidance page."""

    file: str
    slug: str
    objective: int
    position: int
    review: Review | None
    title: Mapping[str, PlacedText]
    short_names: Mapping[str, PlacedText]
    #: in the editors' words
    summary: Texts
    facts: tuple[ReviewedFact, ...]
    parts: tuple[ReviewedPart, ...]
    supports: tuple[SupportedAction, ...]
    note: Texts
    #: statements that the editor declined, as `read --check` names them, each with its reason, which may be empty
    declined: Mapping[str, str]


@dataclass(frozen=True)
class ReviewedAction:
    """One lettered action: our short label, its places, the instruments and principles that its text names, a note."""

    letter: str
    label: Texts
    places: Places
    instruments: tuple[ReviewedFact, ...]
    principles: tuple[ReviewedFact, ...]
    note: Texts
    line: int


@dataclass(frozen=True)
class ReviewedReference:
    """An SDG goal or target that a page names, with its places."""

    code: str
    places: Places
    line: int


@dataclass(frozen=True)
class DocumentVersion:
    """The document that a page's places count in: its name, and the SHA-256 (hex) of its file and canonical text."""

    slug: str
    sha256: str
    text_sha256: str


@dataclass(frozen=True)
class ReviewedPage:
    """One guidance page in all its languages."""

    file: str
    objective: int
    review: Review | None
    documents: Mapping[str, DocumentVersion]
    title: Mapping[str, PlacedText]
    actions: tuple[ReviewedAction, ...]
    goals: tuple[ReviewedReference, ...]
    targets: tuple[ReviewedReference, ...]
    note: Texts
    declined: Mapping[str, str]
    practices: tuple[ReviewedPractice, ...]
