"""Excerpts of texts around the words of a query, with these words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.text.folding import fold_words

_WORD = re.compile(r"\w+")

#: Characters of an excerpt before the first marked word, and in all.
_BEFORE, _LENGTH = 80, 280

#: Characters of a text that are read.
_READ = 20_000


@dataclass(frozen=True)
class ExcerptPiece:
    """A piece of a text, and whether it is a word of the query."""

    text: str
    marked: bool


def excerpt(text: str, query: str, length: int = _LENGTH) -> tuple[ExcerptPiece, ...]:
    """The text around the first word of a query, within words, with an ellipsis where it was cut."""
    words = tuple(fold_words(query).split())
    spans = [found.span() for found in _WORD.finditer(text[:_READ]) if _is_marked(found[0], words)]
    begin = max(0, spans[0][0] - _BEFORE) if spans and len(text) > length else 0
    if begin:
        begin = text.find(" ", begin) + 1
    end = min(len(text), begin + length)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), spans[0][1] if spans else begin + 1)
    pieces, at = ([ExcerptPiece("… ", False)] if begin else []), begin
    for first, last in spans:
        if first >= at and last <= end:
            pieces += [ExcerptPiece(text[at:first], False)] * (first > at) + [ExcerptPiece(text[first:last], True)]
            at = last
    pieces += [ExcerptPiece(text[at:end], False)] * (end > at)
    return (*pieces, ExcerptPiece(" …", False)) if end < len(text) else tuple(pieces)


def _is_marked(word: str, words: tuple[str, ...]) -> bool:
    return bool(words) and any(part.startswith(words) for part in fold_words(word).split())
