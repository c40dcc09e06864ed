"""A reading as YAML text: block style, short leaves on one line, texts in double quotes. Drafts of readings as files.

A file that exists is never written over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.rdfio.files import write_whole
from gcmgraph.readings.files import PAGE
from gcmreader.extraction.document_reading import DocumentReading
from gcmreader.readings.proposals import draft_page, draft_practices

#: A value of a reading before it is written.
Plain = "str | int | Mapping[str, Plain] | Sequence[Plain]"

_WIDTH = 120
_BARE = re.compile(r"[A-Za-z0-9](?:[\w .+/-]*[\w.])?")
#: Words that other YAML readers take for something else than a text.
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def write_reading(reading: Mapping[str, object]) -> str:
    """The YAML text of a mapping of texts, numbers, mappings and lists."""
    return "\n".join(_mapping(reading, "")) + "\n"


def _mapping(mapping: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _entry(f"{indent}{key}:", value, indent)


def _entry(head: str, value: object, indent: str) -> Iterator[str]:
    flow = _flow(value)
    if flow is not None and len(head) + len(flow) < _WIDTH:
        yield f"{head} {flow}"
    elif isinstance(value, Mapping):
        yield head
        yield from _mapping(value, indent + "  ")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield head
        for item in value:
            yield from _item(item, indent + "  ")
    else:
        yield f"{head} {_scalar(value)}"


def _item(item: object, indent: str) -> Iterator[str]:
    if isinstance(item, Mapping):
        lines = list(_mapping(item, indent + "  "))
        yield f"{indent}- {lines[0].lstrip()}"
        yield from lines[1:]
    else:
        yield f"{indent}- {_scalar(item)}"


def _flow(value: object) -> str | None:
    """A value on one line: a scalar, or a mapping or list of scalars; None for what is deeper."""
    if isinstance(value, Mapping):
        parts = [(key, _flow(one) if not isinstance(one, Mapping) else None) for key, one in value.items()]
        if any(part is None for _, part in parts):
            return None
        return "{" + ", ".join(f"{key}: {part}" for key, part in parts) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        if any(isinstance(one, Mapping) or (isinstance(one, Sequence) and not isinstance(one, str)) for one in value):
            return None if value else "[]"
        return "[" + ", ".join(_scalar(one) for one in value) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    written = str(value)
    if _BARE.fullmatch(written) and written.lower() not in _RESERVED:
        return written
    if isinstance(value, bool):
        return written.lower()
    return json.dumps(written, ensure_ascii=False)


def write_drafts(folder: Path, proposals: Mapping[str, DocumentReading]) -> Iterator[Path]:
    """Write the proposals of one page, by language, into its folder; yields the files. Raises `DataError`."""
    if (folder / PAGE).exists():
        raise DataError(
            "There is a reading of this page already, without this document.",
            place=Place(str(folder / PAGE)),
            hint="Add the document under 'documents', with its hashes, and run the command again.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    drafts = {PAGE: draft_page(proposals)}
    drafts |= {f"{draft['practice']}.yaml": draft for draft in draft_practices(proposals)}
    for name, draft in drafts.items():
        write_whole(folder / name, write_reading(draft).encode())
        yield folder / name
