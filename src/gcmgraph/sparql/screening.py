"""What a stranger's query must be searched for before it runs: SERVICE, a dataset clause of its own, and GRAPH.

pyoxigraph offers no syntax tree, so this reads the tokens of
https://www.w3.org/TR/sparql11-query/#sparqlGrammar. Its parser wants no space around keywords
(`SERVICEex:a {…}` is accepted, measured on 0.5.13) and takes `<` for an operator where an IRI would fit as
well (`FILTER(?a<'>')SERVICE …`). So every way to read a text is followed at once: where one of them meets
SERVICE, the query is refused. Erring on this side costs a caller a renamed prefix; erring on the other makes
the server fetch what strangers name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = re.compile(r"#[^\r\n]*")
_LONG_STRINGS = {q: re.compile(rf"{q * 3}(?:\\[tbnrf\\\"']|[^\\])*?{q * 3}") for q in "\"'"}
_LONG_STRINGS_ILL_ESCAPED = {q: re.compile(rf"{q * 3}(?:\\.|[^\\])*?{q * 3}", re.DOTALL) for q in "\"'"}
_SHORT_STRINGS = {q: re.compile(rf"{q}(?:\\.|[^\\\r\n{q}])*{q}") for q in "\"'"}
_VARIABLE = re.compile(r"[?$]\w+")
_LANGUAGE = re.compile(r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_PREFIXED = re.compile(r"([\w.-]*):(?:[\w:%·.-]|\\.)*")
_WORD = re.compile(r"[\w.-]+")

_SOUGHT = ("service", "from", "graph")

#: `//` stands in IRIs, strings and comments only (see `tokens_at`), and what follows here ends none of them.
_ADDRESS = re.compile(r"//[\w./-]*")


#: Characters that are looked at for the ends of strings. A query of quotation marks that end nothing takes more; it is
#: not read to its end, and told to hold all that is sought.
_MOST_LOOKED_AT = 20_000_000


@dataclass(frozen=True)
class Screening:
    """What stands in a query, read in any way it can be read."""

    service: bool
    dataset_clause: bool
    graph: bool


def screen(query: str) -> Screening:
    """Whether a query may hold a SERVICE pattern; whether it may hold FROM or FROM NAMED; whether it may hold GRAPH."""
    text = _ADDRESS.sub(" ", query.lower())
    if not any(word in text for word in _SOUGHT):  # then no token holds them either
        return Screening(service=False, dataset_clause=False, graph=False)
    reachable = bytearray(len(query) + 1)
    reachable[0] = 1
    service = dataset_clause = graph = False
    looked_at = 0
    for position in range(len(query)):
        if not reachable[position]:
            continue
        for end, word in tokens_at(query, position):
            reachable[end] = 1
            service = service or "service" in word
            dataset_clause = dataset_clause or word in {"from", "fromnamed"}
            graph = graph or "graph" in word
        if query[position] in _SHORT_STRINGS:
            looked_at += end - position if end > position + 1 else len(query) - position
            if looked_at > _MOST_LOOKED_AT:
                return Screening(service=True, dataset_clause=True, graph=True)
    return Screening(service, dataset_clause, graph)


def tokens_at(query: str, position: int) -> Iterator[tuple[int, str]]:
    """Each token that may begin here: where it ends, and its bare word in lower case ("" for none)."""
    first = query[position]
    if first == "#":
        yield _end(_COMMENT, query, position), ""
    elif first in _SHORT_STRINGS:
        yield from ((end, "") for end in _string_ends(first, query, position))
    elif first == "<":
        if (closed := query.find(">", position)) > 0:
            yield closed + 1, ""  # an IRI; what may stand in it is left to the parser
        yield position + 1, ""  # less than
    elif first in "?$":
        yield _end(_VARIABLE, query, position), ""
    elif first == "@":
        yield _end(_LANGUAGE, query, position), ""
    elif query.startswith("//", position):
        pass  # in no query outside IRIs, strings and comments: a reading that took an IRI's `<` for less than
    elif prefixed := _PREFIXED.match(query, position):
        yield prefixed.end(), prefixed[1].lower()
    elif word := _WORD.match(query, position):
        yield word.end(), word[0].lower()
    else:
        yield position + 1, ""


def _string_ends(quote: str, query: str, position: int) -> list[int]:
    """Where a string may end: a parser that finds a long string unfit may read `''` and `'…'` instead."""
    if long := _LONG_STRINGS[quote].match(query, position):
        return [long.end()]
    patterns = (_LONG_STRINGS_ILL_ESCAPED[quote], _SHORT_STRINGS[quote])
    return [match.end() for pattern in patterns if (match := pattern.match(query, position))] or [position + 1]


def _end(pattern: re.Pattern[str], query: str, position: int) -> int:
    match = pattern.match(query, position)
    return match.end() if match else position + 1
