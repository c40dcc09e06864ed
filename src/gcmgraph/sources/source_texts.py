"""Source documents as text: the text with its pages and blocks.

`gcmreader` makes the texts. Offsets of readings count in the canonical text of a document.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from slugify import slugify

from gcmgraph.platform.errors import Place


@dataclass(frozen=True)
class DrawnLine:
    """A piece of a line that a PDF draws as filled outlines, which no text layer gives."""

    #: 1-based page
    page: int
    #: left, top, right, bottom in points from the top left corner of the page
    bbox: tuple[float, float, float, float]
    #: the words recovered from the outlines, U+FFFD for a shape that is not known; None where no
    #: shape is known
    text: str | None


@dataclass(frozen=True)
class Document:
    """A source document as text: offsets count Unicode code points of `text`, line ends untouched.

    The text of a plain file is the file's own; that of a PDF, DOCX or HTML file is the canonical
    text made of it, the same on every machine.
    """

    #: name in messages: usually the path
    name: str
    #: name in addresses, `objective-09.fr`
    slug: str
    text: str
    #: SHA-256 of the bytes of the file, hex
    sha256: str
    #: media type of the file
    media_type: str = "text/markdown"
    #: for each page, the offset in `text` of its first block or words; empty where there are no
    #: pages
    pages: tuple[int, ...] = ()
    #: the lines that the file draws as outlines, in reading order
    drawn: tuple[DrawnLine, ...] = ()

    @cached_property
    def text_sha256(self) -> str:
        """SHA-256 of `text` in UTF-8, hex."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in re.finditer("\n", self.text)))

    def line_at(self, offset: int) -> int:
        """The 1-based line of the character at `offset`."""
        return bisect_right(self._line_starts, offset)

    def page_at(self, offset: int) -> int | None:
        """The 1-based page of the character at `offset`; None where there are no pages."""
        return max(bisect_right(self.pages, offset), 1) if self.pages else None

    def place(self, offset: int) -> Place:
        """The file and line of an offset, for messages."""
        return Place(self.name, self.line_at(offset))


def document_slug(file_name: str) -> str:
    """The name of a document in addresses.

    >>> document_slug("Objective-09.fr.md")
    'objective-09.fr'
    """
    stem = file_name.rsplit(".", 1)[0] if "." in file_name else file_name
    pieces = (slugify(piece) for piece in stem.split("."))
    return ".".join(piece for piece in pieces if piece) or "document"


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of a document: code point offsets, `end` exclusive."""

    start: int
    end: int

    def __contains__(self, span: object) -> bool:
        """Whether another span lies within this one."""
        return isinstance(span, Span) and self.start <= span.start and span.end <= self.end


class BlockKind(StrEnum):
    """The kinds of passages; the values are slugs of the concept scheme `passage-kind`."""

    TITLE = "title"
    OBJECTIVE = "objective"
    HEADING = "heading"
    COMMITMENT = "commitment"
    ACTION = "action"
    PRACTICE_TITLE = "practice-title"
    PARAGRAPH = "paragraph"
    GOAL = "sdg-goal"
    TARGET = "sdg-target"
    POINTER = "pointer"
    NOTE = "note"
    NOT_UNDERSTOOD = "not-understood"


@dataclass(frozen=True)
class Block:
    """A passage of the document: one or more lines that belong together."""

    kind: BlockKind
    span: Span


@dataclass(frozen=True)
class ObjectiveText:
    """An objective in a text of the Compact: its title and commitment, and its actions by letter."""

    number: int
    title: Span | None
    commitment: Span | None
    actions: tuple[tuple[str, Span], ...]


@dataclass(frozen=True)
class DocumentText:
    """A document with its language and blocks; one of the Compact with its objectives, too."""

    document: Document
    language: str
    blocks: tuple[Block, ...]
    objectives: tuple[ObjectiveText, ...] = ()
