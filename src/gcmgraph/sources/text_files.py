"""Files of texts beside source documents: `objective-05.en.text.json` beside `objective-05.en.pdf`.

`gcmreader` writes them, with the canonical text, its blocks and pages. A build reads these files
only, never the documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from gcmgraph.rdf.media import write_whole
from gcmgraph.sources.register import sha256_of
from gcmgraph.sources.source_texts import (
    Block,
    BlockKind,
    Document,
    DocumentText,
    ObjectiveText,
    Span,
)

#: Version of the format. A file with another version is ignored.
FORMAT = 1


def text_path(source: Path) -> Path:
    """The file with the texts of a document."""
    return source.with_suffix(".text.json")


def read_texts(source: Path) -> tuple[DocumentText, ...]:
    """The texts of a source file: one, or one an objective.

    None where they are of another file or not readable.
    """
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
