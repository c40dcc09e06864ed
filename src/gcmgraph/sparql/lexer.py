"""Tokens of SPARQL text, by the terminals of https://www.w3.org/TR/sparql11-query/#sparqlGrammar.

`tokenize` gives the longest token at each place, as the grammar says. `tokens_at` gives every token that may begin at
a place, for checks that an ambiguous text must not pass: pyoxigraph requires no space around keywords
(`SERVICEex:a {…}`), and takes `<` for an operator where an IRI fits as well (`FILTER(?a<'>')SERVICE …`).

Both read any text. Each character is scanned a bounded number of times by `tokenize`, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

#: https://www.w3.org/TR/sparql11-query/#rPN_CHARS_BASE: letters, and what is beyond ASCII and no white space. Which of
#: these a name may have is left to the parser: the grammar's own ranges take 50 ms to compile.
_LETTER = r"[^\x00-\x40\x5b-\x60\x7b-\x7f\s]"
#: https://www.w3.org/TR/sparql11-query/#rPN_CHARS_U and #rVARNAME
_VARNAME = r"[^\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]"
#: https://www.w3.org/TR/sparql11-query/#rPN_CHARS
_CHAR = r"[^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]"
#: https://www.w3.org/TR/sparql11-query/#rPLX
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_LOCAL = rf"(?::|{_VARNAME}|{_PLX})(?:\.*+(?::|{_CHAR}|{_PLX}))*+"

#: https://www.w3.org/TR/sparql11-query/#rIRIREF
IRIREF = r"<[^<>\"{}|^`\\\x00-\x20]*+>"
#: https://www.w3.org/TR/sparql11-query/#rPN_PREFIX
_PN_PREFIX = rf"{_LETTER}(?:\.*+{_CHAR})*+"
#: https://www.w3.org/TR/sparql11-query/#whitespace
COMMENT = r"\#[^\r\n]*+"
_LANGTAG = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"

_TERMINAL = rf"""
    (?P<SPACE>[\x20\t\r\n]++)
    |(?P<COMMENT>{COMMENT})
    |(?P<IRI><(?:[^<>\"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    |(?P<VARIABLE>[?$]{_VARNAME}++)
    |(?P<BLANK_NODE>_:{_VARNAME}(?:\.*+{_CHAR})*+)
    |(?P<LANGUAGE>{_LANGTAG}(?:--[A-Za-z]++)?+)
    |(?P<NUMBER>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)[eE][+-]?+[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
    |PREFIXED
    |(?P<WORD>(?:_|{_LETTER}){_VARNAME}*+)
    |(?P<OPERATOR>\^\^|\|\||&&|[!<>]=|[{{}}()\[\];,.=<>!+\-*/|^?~])
    |(?P<UNKNOWN>.)"""
_FLAGS = re.VERBOSE | re.DOTALL
_ANY = re.compile(_TERMINAL.replace("PREFIXED", rf"(?P<PREFIXED_NAME>(?:{_PN_PREFIX})?:(?:{_LOCAL})?+)"), _FLAGS)
#: within a run of characters of a prefix that no colon ends
_WITHOUT_PREFIX = re.compile(_TERMINAL.replace("PREFIXED", rf"(?P<PREFIXED_NAME>:(?:{_LOCAL})?+)"), _FLAGS)
_PREFIX_RUN = re.compile(_PN_PREFIX)

#: https://www.w3.org/TR/sparql11-query/#rSTRING_LITERAL1 and the three after it; escapes are left to the parser
_SHORT = {q: re.compile(rf"{q}(?:\\[^\r\n]|[^\\\r\n{q}])*+(?P<closed>{q})?") for q in "\"'"}
_LONG = {q: re.compile(rf"{q * 3}(?:\\.|[^\\{q}]|{q}(?!{q * 2}))*+{q * 3}", re.DOTALL) for q in "\"'"}


class TokenKind(Enum):
    """Kinds of tokens; keywords are words, and any other character is unknown, as a quote that ends no string is."""

    SPACE = "WS"
    COMMENT = "comment"
    IRI = "IRIREF"
    PREFIXED_NAME = "PNAME_LN or PNAME_NS"
    BLANK_NODE = "BLANK_NODE_LABEL"
    VARIABLE = "VAR1 or VAR2"
    LANGUAGE = "LANGTAG"
    NUMBER = "INTEGER, DECIMAL or DOUBLE, without sign"
    STRING = "STRING_LITERAL"
    WORD = "keyword, name of a function, a, true or false"
    OPERATOR = "operator, bracket or separator"
    UNKNOWN = "none"


_KINDS = {kind.name: kind for kind in TokenKind}
_LAYOUT = (TokenKind.SPACE, TokenKind.COMMENT)


class SparqlToken(NamedTuple):
    """A token with its place in the text."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after the token."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A keyword or name of a function in upper case; "" for other tokens."""
        return self.text.upper() if self.kind is TokenKind.WORD else ""

    @property
    def prefix(self) -> str | None:
        """The prefix of a prefixed name; None for other tokens."""
        return self.text.partition(":")[0] if self.kind is TokenKind.PREFIXED_NAME else None


def tokenize(text: str, position: int = 0) -> Iterator[SparqlToken]:
    """Yield the tokens of a text from a place on: joined, they are the text."""
    end_of_run = 0
    unclosed: dict[str, int] = {}
    while position < len(text):
        if text[position] in _SHORT and (end := _end_of_string(text, position, unclosed)):
            yield SparqlToken(TokenKind.STRING, text[position:end], position)
            position = end
            continue
        match = (_WITHOUT_PREFIX if position < end_of_run else _ANY).match(text, position)
        assert match is not None  # noqa: S101 - the last alternative matches any character
        token = SparqlToken(_KINDS[match.lastgroup or "UNKNOWN"], match[0], position)
        if token.kind is TokenKind.WORD and position >= end_of_run and (run := _PREFIX_RUN.match(text, position)):
            end_of_run = run.end()  # no colon follows, so no word up to there is a prefix
        yield token
        position = match.end()


def significant(text: str) -> list[SparqlToken]:
    """The tokens of a text without white space and comments."""
    return [token for token in tokenize(text) if token.kind not in _LAYOUT]


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """The line and the column of a place, both from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _end_of_string(text: str, position: int, unclosed: dict[str, int]) -> int | None:
    """The end of the string that begins at a quote; None where it has none.

    `unclosed` has, by delimiter, up to where strings are known to have no end: what was escaped for the first is
    escaped for those that begin inside of it.
    """
    quote = text[position]
    if text.startswith(quote * 3, position) and quote * 3 not in unclosed:
        if long := _LONG[quote].match(text, position):
            return long.end()
        unclosed[quote * 3] = len(text)
    if position < unclosed.get(quote, 0):
        return None
    short = _SHORT[quote].match(text, position)
    assert short is not None  # noqa: S101 - it begins with this quote
    if short["closed"]:
        return short.end()
    unclosed[quote] = short.end()
    return None


_COMMENT, _LANGUAGE = re.compile(COMMENT), re.compile(_LANGTAG)
_LONG_WELL_ESCAPED = {q: re.compile(rf"{q * 3}(?:\\[tbnrf\\\"']|[^\\])*?{q * 3}") for q in "\"'"}
_LOOSE_SHORT = {q: re.compile(rf"{q}(?:\\.|[^\\\r\n{q}])*{q}") for q in "\"'"}
_LOOSE_VARIABLE = re.compile(r"[?$]\w+")
_LOOSE_NAME = re.compile(r"([\w.-]*):(?:[\w:%·.-]|\\.)*")
_LOOSE_WORD = re.compile(r"[\w.-]+")


def tokens_at(text: str, position: int) -> Iterator[tuple[int, str]]:
    """Every token that may begin at a place: its end, and its bare word in lower case ("" for none).

    Names are read more loosely than the grammar says, so that a word in them is found.
    """
    first = text[position]
    if first == "#":
        yield _end(_COMMENT, text, position), ""
    elif first in _SHORT:
        yield from ((end, "") for end in _ends_of_string(first, text, position))
    elif first == "<":
        if (closed := text.find(">", position)) > 0:
            yield closed + 1, ""  # which characters an IRI may have is left to the parser
        yield position + 1, ""  # less than
    elif first in "?$":
        yield _end(_LOOSE_VARIABLE, text, position), ""
    elif first == "@":
        yield _end(_LANGUAGE, text, position), ""
    elif text.startswith("//", position):
        pass  # only in IRIs, strings and comments: a reading that took the `<` of an IRI for less than
    elif name := _LOOSE_NAME.match(text, position):
        yield name.end(), name[1].lower()
    elif word := _LOOSE_WORD.match(text, position):
        yield word.end(), word[0].lower()
    else:
        yield position + 1, ""


def _ends_of_string(quote: str, text: str, position: int) -> list[int]:
    """The ends that a string may have: a parser that refuses a long string may read `''` and `'…'` instead."""
    if long := _LONG_WELL_ESCAPED[quote].match(text, position):
        return [long.end()]
    patterns = (_LONG[quote], _LOOSE_SHORT[quote])
    return [match.end() for pattern in patterns if (match := pattern.match(text, position))] or [position + 1]


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position + 1
