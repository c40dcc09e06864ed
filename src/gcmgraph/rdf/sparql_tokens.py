"""Tokens of SPARQL: the terminals of https://www.w3.org/TR/sparql11-query/#sparqlGrammar.

`tokenize` gives the longest token at each position, as the grammar says. Any text has tokens, and
each character is scanned a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

QUOTES = "\"'"

#: https://www.w3.org/TR/sparql11-query/#rPN_CHARS_BASE: letters, and what is beyond ASCII and no
#: white space. Which of these a name may have is left to the parser: the grammar's own ranges take
#: 50 ms to compile.
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
#: https://www.w3.org/TR/sparql11-query/#rLANGTAG, without direction
LANGTAG = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"

_TERMINAL = rf"""
    (?P<SPACE>[\x20\t\r\n]++)
    |(?P<COMMENT>{COMMENT})
    |(?P<IRI><(?:[^<>\"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    |(?P<VARIABLE>[?$]{_VARNAME}++)
    |(?P<BLANK_NODE>_:{_VARNAME}(?:\.*+{_CHAR})*+)
    |(?P<LANGUAGE>{LANGTAG}(?:--[A-Za-z]++)?+)
    |(?P<NUMBER>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)[eE][+-]?+[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
    |PREFIXED
    |(?P<WORD>(?:_|{_LETTER}){_VARNAME}*+)
    |(?P<OPERATOR>\^\^|\|\||&&|[!<>]=|[{{}}()\[\];,.=<>!+\-*/|^?~])
    |(?P<UNKNOWN>.)"""
_FLAGS = re.VERBOSE | re.DOTALL
_TOKEN = re.compile(
    _TERMINAL.replace("PREFIXED", rf"(?P<PREFIXED_NAME>(?:{_PN_PREFIX})?:(?:{_LOCAL})?+)"), _FLAGS
)
#: A token within a run of characters of a prefix that no colon ends.
_TOKEN_WITHOUT_PREFIX = re.compile(
    _TERMINAL.replace("PREFIXED", rf"(?P<PREFIXED_NAME>:(?:{_LOCAL})?+)"), _FLAGS
)
_PREFIX_RUN = re.compile(_PN_PREFIX)

#: https://www.w3.org/TR/sparql11-query/#rSTRING_LITERAL1 and the three after it; escapes are left
#: to the parser
_SHORT_STRING = {q: re.compile(rf"{q}(?:\\[^\r\n]|[^\\\r\n{q}])*+(?P<closed>{q})?") for q in QUOTES}
LONG_STRING = {
    q: re.compile(rf"{q * 3}(?:\\.|[^\\{q}]|{q}(?!{q * 2}))*+{q * 3}", re.DOTALL) for q in QUOTES
}


class TokenKind(Enum):
    """Kinds of tokens.

    Keywords are words. Any other character is unknown, such as a quote that begins no string.
    """

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
LAYOUT = (TokenKind.SPACE, TokenKind.COMMENT)


class SparqlToken(NamedTuple):
    """A token with its position in the text."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The position after the token."""
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
    """Yield the tokens of a text from a position on: joined, they are the text.

    >>> [token.text for token in tokenize("ASK{?a a ex:B}")]
    ['ASK', '{', '?a', ' ', 'a', ' ', 'ex:B', '}']
    """
    end_of_run = 0
    unclosed: dict[str, int] = {}
    while position < len(text):
        if text[position] in QUOTES:
            end = _end_of_string(text, position, unclosed)
            if end is not None:
                yield SparqlToken(TokenKind.STRING, text[position:end], position)
                position = end
                continue
        is_in_run = position < end_of_run
        match = (_TOKEN_WITHOUT_PREFIX if is_in_run else _TOKEN).match(text, position)
        assert match is not None  # noqa: S101 - the last alternative matches any character
        token = SparqlToken(_KINDS[match.lastgroup or "UNKNOWN"], match[0], position)
        if token.kind is TokenKind.WORD and not is_in_run:
            run = _PREFIX_RUN.match(text, position)
            if run:
                end_of_run = run.end()  # no colon follows, so no word up to there is a prefix
        yield token
        position = match.end()


def significant(text: str) -> list[SparqlToken]:
    """The tokens of a text without white space and comments."""
    return [token for token in tokenize(text) if token.kind not in LAYOUT]


def line_and_column(text: str, position: int) -> tuple[int, int]:
    r"""The line and the column of a position, both from 1.

    >>> line_and_column("ASK\n{}", 5)
    (2, 2)
    """
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def closing_brace(tokens: Sequence[SparqlToken], index: int) -> int:
    """The index of the brace that closes the one at `index`; the number of tokens if none does."""
    depth = 0
    for position in range(index, len(tokens)):
        if tokens[position].text == "{":
            depth += 1
        elif tokens[position].text == "}":
            depth -= 1
        if depth == 0:
            return position
    return len(tokens)


def _end_of_string(text: str, position: int, unclosed: dict[str, int]) -> int | None:
    """The end of the string that begins at a quote; None where it has none.

    `unclosed` has, by delimiter, the position up to which strings have no end: a character that is
    escaped in a string is escaped in those that begin inside of it.
    """
    quote = text[position]
    delimiter = quote * 3
    if text.startswith(delimiter, position) and delimiter not in unclosed:
        long_string = LONG_STRING[quote].match(text, position)
        if long_string:
            return long_string.end()
        unclosed[delimiter] = len(text)
    if position < unclosed.get(quote, 0):
        return None
    short_string = _SHORT_STRING[quote].match(text, position)
    assert short_string is not None  # noqa: S101 - it begins with this quote
    if short_string["closed"]:
        return short_string.end()
    unclosed[quote] = short_string.end()
    return None
