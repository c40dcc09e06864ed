"""Type of a practice: plan, programme, network, meeting.

The head noun of the title decides, unless it says little (`school`, `map`); then what the text says outright (`X is a
programme`, `this tool`), then that weak word of the title, then the words by which the text refers to the practice.
The values are slugs of the concept scheme `practice-type`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gcmreader.extraction.clauses import Found, Passage
from gcmreader.lexicon import Lexicon


@dataclass(frozen=True)
class _Word:
    kind: str
    passage: Passage
    start: int
    end: int

    @property
    def found(self) -> Found[str]:
        return self.passage.found(self.kind, self.start, self.end)


def read_kinds(title: Passage, body: Passage, lexicon: Lexicon) -> list[Found[str]]:
    """The types of a practice, at most one, with the word that says it."""
    weak = lexicon.pattern("kinds_reference", "weak", re.IGNORECASE)
    in_title = list(_words(title, "kinds", "", lexicon))
    head = _head_noun(title, in_title, lexicon)
    said = _first(_words(body, "kinds_in_text", lexicon.fragment("kinds_reference", "outright"), lexicon))
    referred = _first(_words(body, "kinds_in_text", lexicon.fragment("kinds_reference", "reference"), lexicon))
    sure = head if head and not weak.fullmatch(title.text, head.start, head.end) else None
    best = sure or said or head or referred
    return [best.found] if best else []


def _words(passage: Passage, section: str, before: str, lexicon: Lexicon) -> Iterator[_Word]:
    for kind, words in lexicon.table(section).items():
        pattern = lexicon.compiled(rf"(?<!\w){before}(?P<word>(?:{words}))\b", re.IGNORECASE)
        for match in pattern.finditer(passage.text):
            yield _Word(kind, passage, match.start("word"), match.end("word"))


def _first(words: Iterator[_Word]) -> _Word | None:
    return min(words, key=lambda word: (word.start, -word.end), default=None)


def _head_noun(title: Passage, words: list[_Word], lexicon: Lexicon) -> _Word | None:
    """The head noun among the type words of a title: the last before a preposition in English, the first in French."""
    cut = lexicon.pattern("kinds_reference", "head_end").search(title.text)
    leading = [word for word in words if cut is None or word.start < cut.start()]
    last_first = lexicon.fragment("kinds_reference", "head") == "last"
    order = (lambda w: (-w.end, w.start)) if last_first else (lambda w: (w.start, -w.end))
    return min(leading or words, key=order, default=None)
