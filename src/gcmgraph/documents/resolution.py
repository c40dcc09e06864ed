"""The Compact as the General Assembly adopted it: the elements of A/RES/73/195 as one document with its outlines.

The file is the source `a-res-73-195.en` of the register: a JSON array of elements with `type`, `heading_level`,
`prefix` (`25.`, `(c)`) and `text`. Its other keys are made by a language model and are not read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gcmgraph.documents.document import Document
from gcmgraph.documents.outline import ActionItem, Block, BlockKind, ObjectiveHead, Outline
from gcmgraph.documents.reading import MAX_BYTES, document_slug
from gcmgraph.documents.views import Span, View
from gcmgraph.errors import DocumentError, Place

#: Name of the file in the register, and of the document in addresses.
RESOLUTION = "a-res-73-195.en"

_LANGUAGE = "en"
_OBJECTIVE = re.compile(r"Objective (\d{1,2}):\s*")
_LETTER = re.compile(r"\(([a-z])\)")


def read_resolution(path: Path, letters: Mapping[int, str]) -> tuple[Outline, ...]:
    """The outlines of the objectives, in order, each with the blocks of the whole document.

    `letters` are the letters of the actions that each objective has. Raises `DocumentError` for a file that is not the
    resolution, and for an objective without commitment or with an action too few or too many.
    """
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
    parts = tuple(_parts(document, placed))
    blocks = tuple(block for part in parts for block in part.blocks)
    objectives = {part.number: part for part in parts if part.number}
    if not objectives or list(objectives) != list(range(1, len(objectives) + 1)):
        raise _not_the_resolution(name)
    for number, expected in letters.items():
        objectives.get(number, _Part(number)).require(expected, name)
    return tuple(part.outline(document, blocks) for part in objectives.values())


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
    title: View | None = None
    number_span: Span | None = None
    commitment: View | None = None
    actions: list[ActionItem] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def letters(self) -> str:
        return "".join(action.letter for action in self.actions)

    def require(self, expected: str, name: str) -> None:
        """Raise `DocumentError` where the actions are not those expected, or the commitment is missing."""
        for letter in sorted({*expected, *self.letters}):
            count = self.letters.count(letter)
            if count != expected.count(letter):
                what = "is missing in" if count == 0 else "is too many in"
                raise DocumentError(
                    f"Action {self.number}{letter} {what} the text of A/RES/73/195.",
                    place=Place(name),
                    hint=f"'gcmgraph fetch {RESOLUTION}' brings the registered file.",
                )
        if self.commitment is None:
            raise DocumentError(f"Objective {self.number} has no commitment.", place=Place(name))

    def outline(self, document: Document, blocks: tuple[Block, ...]) -> Outline:
        head = ObjectiveHead(
            self.number,
            (self.number_span,) if self.number_span else (),
            (self.title,) if self.title else (),
            self.commitment,
        )
        return Outline(document, _LANGUAGE, head, tuple(self.actions), (), (), (), blocks)


def _parts(document: Document, placed: list[tuple[_Element, int, int]]) -> Iterator[_Part]:
    part = _Part()
    for element, start, end in placed:
        span = Span(start, end)
        if element.type == "heading":
            found = _OBJECTIVE.match(element.text)
            if found or element.heading_level == 1:
                yield part
                part = _Part()
            if found:
                part.number = int(found[1])
                part.number_span = Span(start, start + len(found[0].rstrip()))
                part.title = View.of(document, [Span(start + found.end(), end)])
        part.blocks.append(Block(_kind(element, part), span))
        words = View.of(document, [Span(start + (len(element.prefix) + 1 if element.prefix else 0), end)])
        if part.number and element.prefix and (letter := _LETTER.fullmatch(element.prefix)):
            part.actions.append(ActionItem(letter[1], None, words, span))
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
