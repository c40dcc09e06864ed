"""A cleaned text with the source position of each character.

Patterns are written for clean text: single spaces, straight apostrophes, plain hyphens, no Markdown. A `View`
gives that, and maps every match back to exact offsets of the stored document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.documents.document import Document

#: Typography that patterns need not know: as it is matched, never as it is shown.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-", "“": '"', "”": '"', "\xad": "-"})

_MARKDOWN = re.compile(
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
    #: for each character, where it begins and ends in the document (an accent may be a code point of its own there)
    offsets: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, document: Document, spans: Iterable[Span]) -> View:
        """The cleaned text of some stretches of a document, joined by one space."""
        characters: list[str] = []
        offsets: list[int] = []
        ends: list[int] = []
        for span in spans:
            markup = {
                i
                for match in _MARKDOWN.finditer(document.text, span.start, span.end)
                for i in range(match.start(), match.end())
            }
            if characters and characters[-1] != " ":
                characters.append(" ")
                offsets.append(span.start)
                ends.append(span.start)
            for i in range(span.start, span.end):
                if i in markup:
                    continue
                character = document.text[i]
                if character.isspace() or character in "\u200b\ufeff\u2060":
                    if not characters or characters[-1] == " ":
                        continue
                    character = " "
                elif unicodedata.combining(character) and characters:
                    composed = unicodedata.normalize("NFC", characters[-1] + character)
                    if len(composed) == 1:
                        characters[-1], ends[-1] = composed, i + 1
                        continue
                characters.append(character)
                offsets.append(i)
                ends.append(i + 1)
        while characters and characters[-1] == " ":
            characters.pop()
            offsets.pop()
            ends.pop()
        shown = "".join(characters)
        return cls(plain_typography(shown), shown, tuple(offsets), tuple(ends))

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
    while start < end and text[start] in characters:
        start += 1
    while end > start and text[end - 1] in characters:
        end -= 1
    return start, end


def plain_typography(text: str) -> str:
    """The text with straight quotation marks and plain hyphens, of the same length."""
    return text.translate(_PLAIN)
