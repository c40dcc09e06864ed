"""The source document: its text, where it came from, and the page of a passage."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from slugify import slugify

from gcmgraph.errors import Place


@dataclass(frozen=True)
class DrawnLine:
    """A piece of a line that a PDF draws as filled outlines, which no text layer gives."""

    #: 1-based page
    page: int
    #: left, top, right, bottom in points from the top left corner of the page
    bbox: tuple[float, float, float, float]
    #: the words recovered from the outlines, U+FFFD for a shape that is not known; None where no shape is known
    text: str | None


@dataclass(frozen=True)
class Document:
    """A source document as text: offsets count Unicode code points of `text`, line ends untouched.

    The text of a plain file is the file's own; that of a PDF, DOCX or HTML file is the canonical text made of it,
    the same on every machine.
    """

    #: what to call it in messages: usually its path
    name: str
    #: its name in addresses, `objective-09.fr`
    slug: str
    text: str
    #: SHA-256 of the bytes of the file, hex
    sha256: str
    #: media type of the file
    media_type: str = "text/markdown"
    #: for each page, the offset in `text` of its first block or words; empty where there are no pages
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
        """The 1-based line on which the character at `offset` stands."""
        return bisect_right(self._line_starts, offset)

    def page_at(self, offset: int) -> int | None:
        """The 1-based page on which the character at `offset` stands, or None where there are no pages."""
        return max(bisect_right(self.pages, offset), 1) if self.pages else None

    def place(self, offset: int) -> Place:
        """The file and line of an offset, for messages."""
        return Place(self.name, self.line_at(offset))


def document_slug(file_name: str) -> str:
    """The name of a document in addresses: `Objective-09.fr.md` is `objective-09.fr`."""
    stem = file_name.rsplit(".", 1)[0] if "." in file_name else file_name
    return ".".join(part for piece in stem.split(".") if (part := slugify(piece))) or "document"
