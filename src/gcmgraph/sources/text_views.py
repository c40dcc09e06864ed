"""Cleaned views of documents, on which patterns are matched: without markup, with plain typography."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from gcmgraph.sources.source_texts import Document, Span

#: Typography that patterns need not know, and what it is matched as; it is shown as it is.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-", "“": '"', "”": '"', "\xad": "-"}
)

#: Characters without width, which count as space.
_ZERO_WIDTH = "\u200b\ufeff\u2060"

#: Signs of Markdown: comments, bold, headings, lists, links.
MARKUP = re.compile(
    r"(?s:<!--.*?-->)|\*\*|__|^[ \t]*#{1,6}[ \t]+|^[ \t]*[-▪■•●◦][ \t]+(?=\S)|\[(?=[^\]\n]*\]\()|\]\([^)\n]*\)",
    re.MULTILINE,
)


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
        r"""The cleaned text of some stretches of a document, joined by one space.

        >>> document = Document("a.md", "a", "**Legal  aid** for\nall", "")
        >>> view = View.of(document, [Span(0, 22)])
        >>> view.text, view.span(0, 5)
        ('Legal aid for all', Span(start=2, end=7))
        """
        cleaned = _CleanedText()
        for span in spans:
            cleaned.add_space(span.start, span.start)
            cleaned.add(document.text, span)
        cleaned.strip_end()
        shown = "".join(cleaned.characters)
        return cls(plain_typography(shown), shown, tuple(cleaned.starts), tuple(cleaned.ends))

    @classmethod
    def joined(cls, views: Iterable[View]) -> View:
        """Several views as one, with a space between them."""
        joined, *following = views
        for view in following:
            joined = cls(
                f"{joined.text} {view.text}",
                f"{joined.shown} {view.shown}",
                (*joined.offsets, joined.ends[-1], *view.offsets),
                (*joined.ends, joined.ends[-1], *view.ends),
            )
        return joined

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The stretch of the document behind `text[start:end]`, which may not be empty."""
        last_index = (len(self.text) if end is None else end) - 1
        return Span(self.offsets[start], self.ends[last_index])

    def shown_at(self, start: int, end: int) -> str:
        """The visible characters of `text[start:end]`."""
        return self.shown[start:end]

    def trimmed(self, start: int, end: int, characters: str = " ,;:.") -> tuple[int, int]:
        """The range without the given characters at either end."""
        return trimmed_range(self.text, start, end, characters)


@dataclass
class _CleanedText:
    """The characters of a view so far, and where each begins and ends in the document."""

    characters: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, text: str, span: Span) -> None:
        """Add a stretch of a text without markup, with single spaces and composed characters."""
        markup: set[int] = set()
        for sign in MARKUP.finditer(text, span.start, span.end):
            markup.update(range(*sign.span()))
        for offset in range(span.start, span.end):
            if offset in markup:
                continue
            character = text[offset]
            if character.isspace() or character in _ZERO_WIDTH:
                self.add_space(offset, offset + 1)
            elif not (unicodedata.combining(character) and self._compose(character, offset + 1)):
                self._append(character, offset, offset + 1)

    def add_space(self, start: int, end: int) -> None:
        """Add a space, if there is none at the end; not as the first character."""
        if self.characters and self.characters[-1] != " ":
            self._append(" ", start, end)

    def strip_end(self) -> None:
        """Remove the space at the end."""
        while self.characters and self.characters[-1] == " ":
            self.characters.pop()
            self.starts.pop()
            self.ends.pop()

    def _append(self, character: str, start: int, end: int) -> None:
        self.characters.append(character)
        self.starts.append(start)
        self.ends.append(end)

    def _compose(self, accent: str, end: int) -> bool:
        """Compose the last character with an accent that ends at an offset; False if they have no such form."""
        if not self.characters:
            return False
        composed = unicodedata.normalize("NFC", self.characters[-1] + accent)
        if len(composed) != 1:
            return False
        self.characters[-1] = composed
        self.ends[-1] = end
        return True


def trimmed_range(text: str, start: int, end: int, characters: str) -> tuple[int, int]:
    """The part of `text[start:end]`, as a range, that has none of the characters at either end.

    >>> trimmed_range("one, two, ", 4, 10, " ,")
    (5, 8)
    """
    part = text[start:end].lstrip(characters)
    return end - len(part), end - len(part) + len(part.rstrip(characters))


def plain_typography(text: str) -> str:
    """The text with straight quotation marks and plain hyphens, of the same length."""
    return text.translate(_PLAIN)
