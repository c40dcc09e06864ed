"""Columns of values in the lines of a file."""

from __future__ import annotations

import re

from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.validation.suggestions import local_part

#: Characters of the longest line that is searched; it is searched once for each of its statements.
LONGEST_LINE = 2_000

#: The part of a text that is searched for: its beginning, before characters that may be escaped.
_PLAIN = re.compile(r"[^\\\"'\n\r\t&<>]{0,60}")

#: Characters of a prefix or of a bare value; characters of a local name, where a dot ends the statement.
_WORD, _LOCAL = re.compile(r"[\w.-]*"), re.compile(r"[\w-]*")


def column(line: str, quad: Quad) -> int | None:
    """The 1-based column, in characters, of the value of a statement that ends on this line.

    If the line does not contain it as written, the column of the property, else of the first character.
    """
    for term in (quad.object, quad.predicate):
        if isinstance(term, IRI | Literal) and (found := _found(term, line)) is not None:
            return found + 1
    return len(line) - len(line.lstrip()) + 1 if line.strip() else None


def _found(term: IRI | Literal, line: str) -> int | None:
    """The offset of a term as written in Turtle and its relatives, RDF/XML or JSON-LD."""
    if isinstance(term, Literal):
        start = _PLAIN.match(term.value)
        text = start[0] if start else ""
        at = max(line.find(f'"{text}'), line.find(f"'{text}"))
        if at < 0 and text:
            at = _offset(text, line, _WORD, _WORD)
        return at if at >= 0 else None
    if (at := line.find(term.value)) >= 0:
        return at - 1 if at and line[at - 1] in "<\"'" else at
    colon = _offset(f":{local_part(term)}", line, None, _LOCAL)
    return colon - _length(_WORD, line[:colon][::-1]) if colon >= 0 else None


def _offset(text: str, line: str, before: re.Pattern[str] | None, after: re.Pattern[str]) -> int:
    """The first offset of a text without characters of `before` and `after` next to it; -1 for none.

    A regular expression of the text would have to be compiled for each of thousands of texts.
    """
    at = line.find(text)
    while at >= 0 and (
        _length(after, line[at + len(text) : at + len(text) + 1])
        or (before is not None and _length(before, line[max(at - 1, 0) : at]))
    ):
        at = line.find(text, at + 1)
    return at


def _length(characters: re.Pattern[str], text: str) -> int:
    """The number of such characters at the start of a text."""
    found = characters.match(text)
    return found.end() if found else 0
