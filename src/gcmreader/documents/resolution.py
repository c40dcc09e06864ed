"""The Compact as the General Assembly adopted it: the elements of A/RES/73/195 as one document with its objectives.

The file is the source `a-res-73-195.en` of the register: a JSON array of elements with `type`, `heading_level`,
`prefix` (`25.`, `(c)`) and `text`. Its other keys are made by a language model and are not read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gcmgraph.documents.document import Document, document_slug
from gcmgraph.documents.texts import Block, BlockKind, DocumentText, ObjectiveText
from gcmgraph.documents.views import Span
from gcmgraph.errors import DocumentError, Place
from gcmgraph.readings.compact import RESOLUTION
from gcmreader.documents.reading import MAX_BYTES

_LANGUAGE = "en"
_OBJECTIVE = re.compile(r"Objective (\d{1,2}):\s*")
_LETTER = re.compile(r"\(([a-z])\)")


def read_resolution(path: Path) -> DocumentText:
    """The document with its objectives, in order. Raises `DocumentError` for a file that is not the resolution."""
    name = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        elements = [_Element(**{key: one[key] for key in _KEYS}) for one in json.loads(data)]
    except OSError as error:
        raise DocumentError(f"The document cannot be read: {error.strerror}.", place=Place(name)) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _not_the_resolution(name) from error
    if not all(isinstance(e.text, str) and isinstance(e.prefix or "", str) for e in elements):
        raise _not_the_resolution(name)
    placed, text = [], ""
    for element in elements:
        written = f"{element.prefix} {element.text}" if element.prefix else element.text
        placed.append((element, len(text), len(text) + len(written)))
        text += f"{written}\n\n"
    sha256 = hashlib.sha256(data).hexdigest()
    document = Document(name, document_slug(path.name), text, sha256, media_type="application/json")
    parts = tuple(_parts(placed))
    objectives = {part.number: part.objective() for part in parts if part.number}
    if not objectives or list(objectives) != list(range(1, len(objectives) + 1)):
        raise _not_the_resolution(name)
    blocks = tuple(block for part in parts for block in part.blocks)
    return DocumentText(document, _LANGUAGE, blocks, tuple(objectives.values()))


@dataclass(frozen=True)
class _Element:
    """One element of the file."""

    type: str
    heading_level: int | None
    prefix: str | None
    text: str


_KEYS = tuple(_Element.__dataclass_fields__)


@dataclass
class _Part:
    """The elements from one heading of an objective to the next one; number 0 for those outside of objectives."""

    number: int = 0
    title: Span | None = None
    commitment: Span | None = None
    actions: list[tuple[str, Span]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def objective(self) -> ObjectiveText:
        """The objective of the part."""
        return ObjectiveText(self.number, self.title, self.commitment, tuple(self.actions))


def _parts(placed: list[tuple[_Element, int, int]]) -> Iterator[_Part]:
    part = _Part()
    for element, start, end in placed:
        if element.type == "heading":
            found = _OBJECTIVE.match(element.text)
            if found or element.heading_level == 1:
                yield part
                part = _Part()
            if found:
                part.number = int(found[1])
                part.title = Span(start + found.end(), end)
        part.blocks.append(Block(_kind(element, part), Span(start, end)))
        words = Span(start + (len(element.prefix) + 1 if element.prefix else 0), end)
        if part.number and element.prefix and (letter := _LETTER.fullmatch(element.prefix)):
            part.actions.append((letter[1], words))
        elif part.number and element.prefix and part.commitment is None:
            part.commitment = words
    yield part


def _kind(element: _Element, part: _Part) -> BlockKind:
    """The kind of the passage of an element."""
    if element.type == "title":
        return BlockKind.TITLE
    if element.type == "heading":
        return BlockKind.OBJECTIVE if _OBJECTIVE.match(element.text) else BlockKind.HEADING
    if part.number and element.prefix:
        return BlockKind.ACTION if _LETTER.fullmatch(element.prefix) else BlockKind.COMMITMENT
    return BlockKind.PARAGRAPH


def _not_the_resolution(name: str) -> DocumentError:
    return DocumentError(
        "This is not the text of A/RES/73/195: a list of elements with type, prefix and text.",
        place=Place(name, 1),
        hint=f"'gcmgraph fetch {RESOLUTION}' brings it.",
    )
