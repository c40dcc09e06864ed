"""The Compact as the General Assembly adopted it (A/RES/73/195): JSON to a `DocumentText`.

The file is the source `a-res-73-195.en` of the register: a JSON array of elements with `type`,
`heading_level`, `prefix` (`25.`, `(c)`) and `text`. Their other keys are made by a language model
and are not read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.readings.compact_texts import RESOLUTION
from gcmgraph.sources.source_texts import (
    Block,
    BlockKind,
    Document,
    DocumentText,
    ObjectiveText,
    Span,
)

OBJECTIVE = re.compile(r"Objective (?P<number>\d{1,2}):\s*")
ACTION_LETTER = re.compile(r"\((?P<letter>[a-z])\)")
#: Number of the objective of an element that is in none.
NO_OBJECTIVE = 0


def parse_resolution(data: bytes, *, name: str, slug: str) -> DocumentText:
    """The document with its objectives, in order.

    Raises `DocumentError` for a file that is not the resolution.
    """
    builder = _ResolutionBuilder()
    try:
        for element in json.loads(data):
            builder.add(element)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _not_the_resolution(name) from error
    numbers = list(builder.objectives)
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        raise _not_the_resolution(name)
    sha256 = hashlib.sha256(data).hexdigest()
    document = Document(name, slug, builder.text, sha256, media_type="application/json")
    objectives = tuple(builder.objectives.values())
    return DocumentText(document, "en", tuple(builder.blocks), objectives)


@dataclass(slots=True)
class _ResolutionBuilder:
    """Text, blocks and objectives while the elements of the resolution are added."""

    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    objectives: dict[int, ObjectiveText] = field(default_factory=dict)
    #: number of the objective in which the last element is
    number: int = NO_OBJECTIVE

    def add(self, element: Mapping[str, Any]) -> None:
        """Add an element as a block, and to its objective."""
        prefix = element["prefix"] or ""
        words = element["text"]
        start = len(self.text)
        self.text += prefix + " " + words if prefix else words
        end = len(self.text)
        content = Span(end - len(words), end)
        self.text += "\n\n"
        if element["type"] == "heading":
            self._add_heading(element, content)
        if prefix and self.number in self.objectives:
            self._add_numbered(prefix, content)
        kind = _kind(element, in_objective=self.number in self.objectives)
        self.blocks.append(Block(kind, Span(start, end)))

    def _add_heading(self, heading: Mapping[str, Any], content: Span) -> None:
        """Begin the objective of a heading, or end the last one at a heading of the first level."""
        title = OBJECTIVE.match(heading["text"])
        if title:
            self.number = int(title["number"])
            span = Span(content.start + title.end(), content.end)
            self.objectives[self.number] = ObjectiveText(self.number, span, None, ())
        elif heading["heading_level"] == 1:
            self.number = NO_OBJECTIVE

    def _add_numbered(self, prefix: str, content: Span) -> None:
        """Add an action, which has a letter, or the commitment, the first that has a number."""
        objective = self.objectives[self.number]
        letter = ACTION_LETTER.fullmatch(prefix)
        if letter:
            actions = (*objective.actions, (letter["letter"], content))
            self.objectives[self.number] = replace(objective, actions=actions)
        elif objective.commitment is None:
            self.objectives[self.number] = replace(objective, commitment=content)


def _kind(element: Mapping[str, Any], *, in_objective: bool) -> BlockKind:
    """The kind of the passage of an element."""
    if element["type"] == "title":
        return BlockKind.TITLE
    if element["type"] == "heading":
        is_of_objective = OBJECTIVE.match(element["text"])
        return BlockKind.OBJECTIVE if is_of_objective else BlockKind.HEADING
    if in_objective and element["prefix"]:
        is_action = ACTION_LETTER.fullmatch(element["prefix"])
        return BlockKind.ACTION if is_action else BlockKind.COMMITMENT
    return BlockKind.PARAGRAPH


def _not_the_resolution(name: str) -> DocumentError:
    return DocumentError(
        "This is not the text of A/RES/73/195: a list of elements with type, prefix and text.",
        place=Place(name, 1),
        hint=f"'gcmgraph fetch {RESOLUTION}' brings it.",
    )
