"""Outline of a document: the parts of a guidance page and of a text of the Compact.

Both kinds share one outline: a head (objective, title, commitment), lettered actions, and, on a
guidance page, example practices and relevant SDG targets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from gcmgraph.sources.source_texts import Block, BlockKind, Document, Span
from gcmgraph.sources.text_views import View


class Line(NamedTuple):
    """A non-blank line: the span of its text, and whether a blank line goes before it."""

    span: Span
    text: str
    after_blank: bool


@dataclass(frozen=True)
class ObjectiveHead:
    """The head of a document: the number, titles and commitment of its objective."""

    number: int | None
    #: the passages that name the number (empty where none does) and the title, in reading order
    number_spans: tuple[Span, ...]
    titles: tuple[View, ...]
    commitment: View | None


@dataclass(frozen=True)
class ActionItem:
    """One lettered action: its full text and its label, the bold lead (None without one)."""

    letter: str
    label: View | None
    text: View
    span: Span


@dataclass(frozen=True)
class PracticeText:
    """One example practice: its title and its paragraphs as one text."""

    title: View
    body: View


@dataclass(frozen=True)
class GoalHeading:
    """A heading that names an SDG goal."""

    number: int
    span: Span


@dataclass(frozen=True)
class TargetLine:
    """A line that names an SDG target and gives its text."""

    code: str
    text: View | None
    span: Span


@dataclass(frozen=True)
class Misprint:
    """A mark of the page that was read as another: the letter of an action."""

    printed: str
    read: str
    span: Span


@dataclass(frozen=True)
class Outline:
    """A document, taken apart. Every non-blank line lies in exactly one block."""

    document: Document
    language: str
    head: ObjectiveHead
    actions: tuple[ActionItem, ...]
    practices: tuple[PracticeText, ...]
    goals: tuple[GoalHeading, ...]
    targets: tuple[TargetLine, ...]
    blocks: tuple[Block, ...] = field(repr=False)
    misprints: tuple[Misprint, ...] = ()

    @property
    def not_understood(self) -> tuple[Block, ...]:
        """The blocks that nothing was read from; empty for a document that was understood whole."""
        return tuple(block for block in self.blocks if block.kind is BlockKind.NOT_UNDERSTOOD)
