"""Types of a practice: slugs of the concept scheme `practice-type`.

The head noun of the title decides, unless it says little (`school`, `map`); then what the text says
outright (`X is a programme`, `this tool`), then that weak word of the title, then the words by
which the text refers to the practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gcmreader.extraction.passages import Extracted, ReadPassage
from gcmreader.lexicon import Lexicon


@dataclass(frozen=True)
class _KindWord:
    """A word of a text that names a type: `text[start:end]`."""

    kind: str
    start: int
    end: int


def read_kinds(title: ReadPassage, body: ReadPassage, lexicon: Lexicon) -> list[Extracted[str]]:
    """The types of a practice, at most one, with the word that states the type."""
    head = _head_noun(title.text, lexicon)
    weak = lexicon.pattern("kinds_reference", "weak", re.IGNORECASE)
    if head and not weak.fullmatch(title.text, head.start, head.end):
        return [_extracted(title, head)]
    outright = _first(_words_after("outright", body.text, lexicon))
    if outright:
        return [_extracted(body, outright)]
    if head:
        return [_extracted(title, head)]
    reference = _first(_words_after("reference", body.text, lexicon))
    return [_extracted(body, reference)] if reference else []


def _extracted(passage: ReadPassage, word: _KindWord) -> Extracted[str]:
    return passage.extracted(word.kind, word.start, word.end)


def _words_after(wording: str, text: str, lexicon: Lexicon) -> Iterator[_KindWord]:
    """The words of a text that name a type after a wording of the lexicon."""
    return _words(text, "kinds_in_text", lexicon.fragment("kinds_reference", wording), lexicon)


def _words(text: str, section: str, before: str, lexicon: Lexicon) -> Iterator[_KindWord]:
    """The words of a section of the lexicon that are in a text after a pattern."""
    for kind, words in lexicon.table(section).items():
        pattern = lexicon.compiled(rf"(?<!\w){before}(?P<word>(?:{words}))\b", re.IGNORECASE)
        for match in pattern.finditer(text):
            yield _KindWord(kind, *match.span("word"))


def _head_noun(title: str, lexicon: Lexicon) -> _KindWord | None:
    """The head noun among the type words of a title.

    The last before a preposition in English, the first in French.
    """
    words = list(_words(title, "kinds", "", lexicon))
    preposition = lexicon.pattern("kinds_reference", "head_end").search(title)
    leading = [word for word in words if preposition is None or word.start < preposition.start()]
    candidates = leading or words
    if lexicon.fragment("kinds_reference", "head") == "last":
        return _last(candidates)
    return _first(candidates)


def _first(words: Iterable[_KindWord]) -> _KindWord | None:
    """The word that begins first, of several the longest."""
    return min(words, key=lambda word: (word.start, -word.end), default=None)


def _last(words: Sequence[_KindWord]) -> _KindWord | None:
    """The word that ends last, of several the longest."""
    return min(words, key=lambda word: (-word.end, word.start), default=None)
