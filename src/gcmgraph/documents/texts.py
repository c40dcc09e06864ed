"""Texts of documents with their blocks and pages: one file beside each document, written by the reader of documents.

`objective-05.en.text.json` is beside `objective-05.en.pdf`. It has the canonical text that the places of readings
count in. A build reads these files only, never the documents themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from gcmgraph.documents.document import Document
from gcmgraph.documents.views import Span
from gcmgraph.rdfio.media import write_whole
from gcmgraph.sources.register import sha256_of

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
    file = {"format": FORMAT, "sha256": sha256_of(source), "documents": [_entry(text) for text in texts]}
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
    document = Document(name, entry["slug"], entry["text"], entry["sha256"], entry["media_type"], pages)
    return DocumentText(
        document,
        entry["language"],
        tuple(Block(BlockKind(kind), Span(start, end)) for kind, start, end in entry["blocks"]),
        tuple(
            ObjectiveText(
                objective["number"],
                _span(objective["title"]),
                _span(objective["commitment"]),
                tuple((letter, Span(**span)) for letter, span in objective["actions"]),
            )
            for objective in entry.get("objectives", ())
        ),
    )


def _span(value: dict[str, int] | None) -> Span | None:
    return Span(**value) if value else None
