"""Where in its line a statement's value was written."""

from __future__ import annotations

import re

from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.validation.suggestions import local_part

#: Characters of the longest line in which a column is looked for: it is looked for once for each statement of a line,
#: and nobody reads such a line by its columns.
LONGEST_LINE = 2_000

#: As much of a text as is looked for: its beginning, before anything that may be written as an escape.
_PLAIN = re.compile(r"[^\\\"'\n\r\t&<>]{0,60}")

#: Characters of a prefix or of a bare value; those that a short name goes on with, as a dot after it ends a statement.
_WORD, _LOCAL = re.compile(r"[\w.-]*"), re.compile(r"[\w-]*")


def column(line: str, quad: Quad) -> int | None:
    """The 1-based column, in characters, of the value of a statement that ends on this line.

    Of the property, where the value stands elsewhere or is written in another way; else of the first character.
    """
    for term in (quad.object, quad.predicate):
        if isinstance(term, IRI | Literal) and (found := _found(term, line)) is not None:
            return found + 1
    return len(line) - len(line.lstrip()) + 1 if line.strip() else None


def _found(term: IRI | Literal, line: str) -> int | None:
    """Where a term begins, as Turtle and its like, RDF/XML or JSON-LD write it."""
    if isinstance(term, Literal):
        start = _PLAIN.match(term.value)
        text = start[0] if start else ""
        at = max(line.find(f'"{text}'), line.find(f"'{text}"))
        if at < 0 and text:
            at = _standing(text, line, _WORD, _WORD)
        return at if at >= 0 else None
    if (at := line.find(term.value)) >= 0:
        return at - 1 if at and line[at - 1] in "<\"'" else at
    colon = _standing(f":{local_part(term)}", line, None, _LOCAL)
    return colon - _length(_WORD, line[:colon][::-1]) if colon >= 0 else None


def _standing(text: str, line: str, before: re.Pattern[str] | None, after: re.Pattern[str]) -> int:
    """Where a text first stands with none of some characters `before` and `after` it; -1 where it does not.

    Not by a pattern of the text: thousands of patterns would be compiled, and each tried at every character.
    """
    at = line.find(text)
    while at >= 0 and (
        _length(after, line[at + len(text) : at + len(text) + 1])
        or (before is not None and _length(before, line[max(at - 1, 0) : at]))
    ):
        at = line.find(text, at + 1)
    return at


def _length(characters: re.Pattern[str], text: str) -> int:
    """How many of some characters a text begins with."""
    found = characters.match(text)
    return found.end() if found else 0
