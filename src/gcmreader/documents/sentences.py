"""Boundaries of sentences in a cleaned text."""

from __future__ import annotations

import re

from gcmreader.lexicon import lexicon_for, readable_languages

#: Words that end in a full stop inside a sentence, in every readable language, without the stop.
_ABBREVIATIONS = frozenset(
    word
    for language in readable_languages()
    for word in lexicon_for(language).fragment("language", "abbreviations").split()
)
_STOP = re.compile(r"[.!?…][\"'»”)\]]*(?=\s+[\"'«“(\[]?\s?[A-ZÀ-ÝŒ0-9])")
_LAST_WORD = re.compile(r"[\w.]*$")


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """The ranges of the sentences of a text, white space between them left out."""
    bounds, start = [], 0
    for match in _STOP.finditer(text):
        word = _LAST_WORD.search(text[start : match.start()])
        before = word[0] if word else ""
        if text[match.start()] == "." and (before in _ABBREVIATIONS or (len(before) == 1 and before.isupper())):
            continue
        bounds.append((start, match.end()))
        start = match.end()
        while start < len(text) and text[start].isspace():
            start += 1
    if start < len(text):
        bounds.append((start, len(text)))
    return bounds
