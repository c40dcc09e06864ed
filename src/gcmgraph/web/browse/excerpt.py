"""Excerpts: the text around the words of a query, with these words marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.platform.text import fold_words

#: Maximum number of characters of an excerpt.
_LENGTH = 280

#: Characters of an excerpt before the first marked word.
_BEFORE = 80

#: Characters of a text that are read.
_READ = 20_000

_WORD = re.compile(r"\w+")

#: Offsets of begin and end.
_Span = tuple[int, int]


@dataclass(frozen=True)
class ExcerptPiece:
    """A piece of a text, and whether it is a word of the query."""

    text: str
    marked: bool


def excerpt(text: str, words: tuple[str, ...]) -> tuple[ExcerptPiece, ...]:
    """The text around the first word that begins with one of `words`, folded; with an ellipsis where it was cut.

    >>> [piece.text for piece in excerpt("Training of border officials", ("border",))]
    ['Training of ', 'border', ' officials']
    """
    spans = _word_spans(text, words, _LENGTH)
    begin = _begin(text, spans)
    end = _end(text, spans, begin)
    pieces = [ExcerptPiece("… ", False)] if begin else []
    position = begin
    for span_begin, span_end in spans:
        if position <= span_begin and span_end <= end:
            if position < span_begin:
                pieces.append(ExcerptPiece(text[position:span_begin], False))
            pieces.append(ExcerptPiece(text[span_begin:span_end], True))
            position = span_end
    if position < end:
        pieces.append(ExcerptPiece(text[position:end], False))
    if end < len(text):
        pieces.append(ExcerptPiece(" …", False))
    return tuple(pieces)


def _word_spans(text: str, words: tuple[str, ...], length: int) -> list[_Span]:
    """The words of a text that begin with one of `words`, as far as one excerpt from the first reaches."""
    spans: list[_Span] = []
    if not words:
        return spans
    for match in _WORD.finditer(text[:_READ]):
        if spans and match.start() > spans[0][0] + length:
            break
        if any(part.startswith(words) for part in fold_words(match[0]).split()):
            spans.append(match.span())
    return spans


def _begin(text: str, spans: list[_Span]) -> int:
    """The offset of the first word of an excerpt."""
    if not spans or len(text) <= _LENGTH:
        return 0
    begin = max(0, spans[0][0] - _BEFORE)
    return text.find(" ", begin) + 1 if begin else 0


def _end(text: str, spans: list[_Span], begin: int) -> int:
    """The offset after the last word of an excerpt; the first marked word is always whole."""
    end = min(len(text), begin + _LENGTH)
    if end == len(text):
        return end
    minimum = spans[0][1] if spans else begin + 1
    return max(text.rfind(" ", begin, end), minimum)


def excerpt_text(text: str, words: Iterable[str]) -> str:
    """An excerpt without marks: the words after the first one of the query are not compared.

    >>> excerpt_text("Training of border officials at borders", ("border",))
    'Training of border officials at borders'
    """
    spans = _word_spans(text, tuple(words), 0)
    begin = _begin(text, spans)
    end = _end(text, spans, begin)
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"
