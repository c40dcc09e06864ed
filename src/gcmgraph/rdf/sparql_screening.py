"""Words that a query has in any reading of its text, for checks that an ambiguous text must not pass.

pyoxigraph requires no space around keywords (`SERVICEex:a {…}`), and takes `<` for an operator where
an IRI fits as well (`FILTER(?a<'>')SERVICE …`). So `tokens_at` gives every token that may begin at a
position, and `screen` follows all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.rdf.sparql_tokens import COMMENT, LANGTAG, LONG_STRING, QUOTES

_COMMENT = re.compile(COMMENT)
_LANGUAGE = re.compile(LANGTAG)
_LONG_WELL_ESCAPED = {q: re.compile(rf"{q * 3}(?:\\[tbnrf\\\"']|[^\\])*?{q * 3}") for q in QUOTES}

#: Patterns that match more than the grammar says, so that a word in the match is seen.
_LOOSE_SHORT_STRING = {q: re.compile(rf"{q}(?:\\.|[^\\\r\n{q}])*{q}") for q in QUOTES}
_LOOSE_VARIABLE = re.compile(r"[?$]\w+")
_LOOSE_NAME = re.compile(r"([\w.-]*):(?:[\w:%·.-]|\\.)*")
_LOOSE_WORD = re.compile(r"[\w.-]+")

#: Words for which a query is screened.
_SCREENED_WORDS = ("service", "from", "graph")

#: `//` occurs in IRIs, strings and comments only (see `tokens_at`), and what follows here ends none
#: of them.
_ADDRESS = re.compile(r"//[\w./-]*")

#: Limit on the characters that are scanned for the ends of strings. Only a text of quotes that end no
#: string exceeds the limit; the rest of such a text is not read, and it counts as having every word.
_MAX_SCANNED = 20_000_000


@dataclass(frozen=True)
class Screening:
    """Words that a query has in any reading of its text."""

    service: bool
    dataset_clause: bool
    graph: bool


def screen(query: str) -> Screening:
    """Whether a query may have a SERVICE pattern, FROM or FROM NAMED, and GRAPH.

    >>> screen("ASK{SERVICEex:a{}}")
    Screening(service=True, dataset_clause=False, graph=False)
    """
    text = _ADDRESS.sub(" ", query.lower())
    if not any(word in text for word in _SCREENED_WORDS):  # then no token has them either
        return Screening(service=False, dataset_clause=False, graph=False)
    words: set[str] = set()
    reachable = bytearray(len(query) + 1)
    reachable[0] = 1
    scanned = 0
    for position, character in enumerate(query):
        if not reachable[position]:
            continue
        tokens = list(tokens_at(query, position))
        for end, word in tokens:
            reachable[end] = 1
            words.add(word)
        if character in QUOTES:
            last_end, _ = tokens[-1]
            # a quote without an end was searched for to the end of the text
            has_end = last_end > position + 1
            scanned += last_end - position if has_end else len(query) - position
            if scanned > _MAX_SCANNED:
                return Screening(service=True, dataset_clause=True, graph=True)
    return Screening(
        service=any("service" in word for word in words),
        dataset_clause="from" in words or "fromnamed" in words,
        graph=any("graph" in word for word in words),
    )


def tokens_at(text: str, position: int) -> Iterator[tuple[int, str]]:
    """Every token that may begin at a position: the end and the bare word in lower case ("" for none).

    >>> list(tokens_at("<a>", 0))
    [(3, ''), (1, '')]
    """
    character = text[position]
    if character == "#":
        yield _end(_COMMENT, text, position), ""
    elif character in QUOTES:
        for end in _ends_of_string(text, position):
            yield end, ""
    elif character == "<":
        closing = text.find(">", position)
        if closing > 0:
            yield closing + 1, ""  # which characters an IRI may have is left to the parser
        yield position + 1, ""  # less than
    elif character in "?$":
        yield _end(_LOOSE_VARIABLE, text, position), ""
    elif character == "@":
        yield _end(_LANGUAGE, text, position), ""
    elif not text.startswith("//", position):
        yield _name_or_word(text, position)
    # `//` is only in IRIs, strings and comments: this reading took the `<` of an IRI for less than


def _name_or_word(text: str, position: int) -> tuple[int, str]:
    """The end and the prefix of a name, or of a word, or of a character without a word."""
    name = _LOOSE_NAME.match(text, position)
    if name:
        return name.end(), name[1].lower()
    word = _LOOSE_WORD.match(text, position)
    if word:
        return word.end(), word[0].lower()
    return position + 1, ""


def _ends_of_string(text: str, position: int) -> list[int]:
    """The ends that a string may have.

    A parser that refuses a long string may read `''` and `'…'` instead.
    """
    quote = text[position]
    well_escaped = _LONG_WELL_ESCAPED[quote].match(text, position)
    if well_escaped:
        return [well_escaped.end()]
    ends = []
    for pattern in (LONG_STRING[quote], _LOOSE_SHORT_STRING[quote]):
        string = pattern.match(text, position)
        if string:
            ends.append(string.end())
    return ends or [position + 1]


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position + 1
