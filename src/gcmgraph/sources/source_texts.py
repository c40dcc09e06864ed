"""Source documents as text: the text with its pages, a cleaned view of it, and the file of texts beside a document.

`gcmreader` makes the texts. `objective-05.en.text.json` is beside `objective-05.en.pdf`; it has the
canonical text that the places of readings count in, with its blocks and pages. A build reads these
files only, never the documents.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from slugify import slugify

from gcmgraph.platform.errors import Place
from gcmgraph.rdf.media import write_whole
from gcmgraph.sources.register import sha256_of


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

    #: what to call it in messages: usually its path
    name: str
    #: its name in addresses, `objective-09.fr`
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


#: Typography that patterns need not know: as it is matched, never as it is shown.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-", "“": '"', "”": '"', "\xad": "-"}
)

#: Signs of Markdown: comments, bold, headings, lists, links.
MARKUP = re.compile(
    r"(?s:<!--.*?-->)|\*\*|__|^[ \t]*#{1,6}[ \t]+|^[ \t]*[-▪■•●◦][ \t]+(?=\S)|\[(?=[^\]\n]*\]\()|\]\([^)\n]*\)",
    re.MULTILINE,
)


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of a document: code point offsets, `end` exclusive."""

    start: int
    end: int

    def __contains__(self, other: object) -> bool:
        """Whether another span lies within this one."""
        return isinstance(other, Span) and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class View:
    """`text` to match on and `shown` to keep: the same length, character by character."""

    text: str
    shown: str
    #: for each character, where it begins and ends in the document (an accent may be a code point
    #: of its own there)
    offsets: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, document: Document, spans: Iterable[Span]) -> View:
        """The cleaned text of some stretches of a document, joined by one space."""
        found: list[tuple[str, int, int]] = []  # each character, with its begin and end
        for span in spans:
            signs = MARKUP.finditer(document.text, span.start, span.end)
            markup = {i for match in signs for i in range(*match.span())}
            if found and found[-1][0] != " ":
                found.append((" ", span.start, span.start))
            for i in range(span.start, span.end):
                if i in markup:
                    continue
                character = document.text[i]
                if character.isspace() or character in "\u200b\ufeff\u2060":
                    if not found or found[-1][0] == " ":
                        continue
                    character = " "
                elif unicodedata.combining(character) and found:
                    composed = unicodedata.normalize("NFC", found[-1][0] + character)
                    if len(composed) == 1:
                        found[-1] = composed, found[-1][1], i + 1
                        continue
                found.append((character, i, i + 1))
        while found and found[-1][0] == " ":
            found.pop()
        characters, offsets, ends = zip(*found, strict=True) if found else ((), (), ())
        shown = "".join(characters)
        return cls(plain_typography(shown), shown, offsets, ends)

    @classmethod
    def joined(cls, views: Iterable[View]) -> View:
        """Several views as one, with a space between them."""
        first, *rest = views
        for view in rest:
            first = cls(
                f"{first.text} {view.text}",
                f"{first.shown} {view.shown}",
                (*first.offsets, first.ends[-1], *view.offsets),
                (*first.ends, first.ends[-1], *view.ends),
            )
        return first

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The stretch of the document behind `text[start:end]`, which may not be empty."""
        last = (len(self.text) if end is None else end) - 1
        return Span(self.offsets[start], self.ends[last])

    def shown_at(self, start: int, end: int) -> str:
        """The visible characters of `text[start:end]`."""
        return self.shown[start:end]

    def trimmed(self, start: int, end: int, characters: str = " ,;:.") -> tuple[int, int]:
        """The range without the given characters at either end."""
        return trimmed_range(self.text, start, end, characters)


def trimmed_range(text: str, start: int, end: int, characters: str) -> tuple[int, int]:
    """The part of `text[start:end]`, as a range, that has none of the characters at either end."""
    part = text[start:end].lstrip(characters)
    return end - len(part), end - len(part) + len(part.rstrip(characters))


def plain_typography(text: str) -> str:
    """The text with straight quotation marks and plain hyphens, of the same length."""
    return text.translate(_PLAIN)


#: Version of the format. A file with another version is ignored.
FORMAT = 1


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
    """An objective in a text of the Compact: the words of its title and commitment, and of its actions by letter."""

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


def text_path(source: Path) -> Path:
    """The file with the texts of a document."""
    return source.with_suffix(".text.json")


def read_texts(source: Path) -> tuple[DocumentText, ...]:
    """The texts of a source file: one, or one an objective; none where they are of another file or not readable."""
    try:
        file = json.loads(text_path(source).read_bytes())
        if file["format"] == FORMAT and file["sha256"] == sha256_of(source):
            return tuple(_parse(entry, str(source)) for entry in file["documents"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()
    return ()


def write_texts(source: Path, texts: Iterable[DocumentText]) -> None:
    """Write the texts of a source file beside it. Raises `UnwritableError`."""
    file = {
        "format": FORMAT,
        "sha256": sha256_of(source),
        "documents": [_entry(text) for text in texts],
    }
    write_whole(text_path(source), f"{json.dumps(file, ensure_ascii=False)}\n".encode())


def _entry(text: DocumentText) -> dict[str, Any]:
    document = text.document
    entry: dict[str, Any] = {
        "slug": document.slug,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "language": text.language,
        "text": document.text,
        "pages": document.pages,
        "blocks": [[block.kind, block.span.start, block.span.end] for block in text.blocks],
    }
    if text.objectives:
        entry["objectives"] = [asdict(objective) for objective in text.objectives]
    return entry


def _parse(entry: dict[str, Any], name: str) -> DocumentText:
    pages = tuple(entry["pages"])
    document = Document(
        name, entry["slug"], entry["text"], entry["sha256"], entry["media_type"], pages
    )
    return DocumentText(
        document,
        entry["language"],
        tuple(Block(BlockKind(kind), Span(start, end)) for kind, start, end in entry["blocks"]),
        msgspec.convert(entry.get("objectives", ()), tuple[ObjectiveText, ...]),
    )
