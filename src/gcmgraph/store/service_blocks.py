"""The SERVICE blocks of a query (https://www.w3.org/TR/sparql11-query/#rServiceGraphPattern).

As in `sparql.screening`, all readings of the text are followed. A query is refused where a brace or one of the words
that decide could also be inside another token, in a reading that reaches the end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from gcmgraph.errors import Place, QuerySyntaxError
from gcmgraph.sparql.lexer import line_and_column, tokens_at
from gcmgraph.sparql.query_text import WRITTEN_IRI
from gcmgraph.store.requests import QueryRefusedError

#: SERVICE blocks of one query.
MAX_BLOCKS = 5

#: The hint of every refusal.
SUPPORTED = (
    "Supported is SERVICE <address> { … } or SERVICE SILENT <address> { … }, with an address of the allow-list "
    "written out in full, in any group but those of EXISTS, NOT EXISTS, MINUS, LATERAL and another SERVICE."
)

_ESCAPE = re.compile(r"\\[uU]")
_FORMS = frozenset({"select", "ask", "construct", "describe"})

#: Words before a group that is evaluated once for each solution outside it. In MINUS the replacement would be exact,
#: but engines differ on rows without values there.
_BEFORE_OTHER_GROUPS = ("exists", "minus", "lateral")
_DECIDING = ("service", *_BEFORE_OTHER_GROUPS)

#: As long as SERVICE, so that a block can be parsed by itself with every character in its place.
_SELECT = "SELECT*"


@dataclass(frozen=True)
class ServiceBlock:
    """A SERVICE block: its place, its endpoint, and its group as a query with every character in its place.

    `endpoint` is None for a variable of a query of the library where there is none.
    """

    start: int
    end: int
    endpoint: str | None
    silent: bool
    query: str


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    word: str
    text: str


def read_blocks(
    query: str, endpoints: Collection[str], services: Mapping[str, str | None] | None = None
) -> tuple[ServiceBlock, ...]:
    """The SERVICE blocks of a query, in order; `services` has the endpoints of variables, in queries of the library.

    Raises `QueryRefusedError` for what is not supported or not allowed, `QuerySyntaxError` for what is no query.
    """
    if escape := _ESCAPE.search(query):
        raise _refused(query, escape.start(), f"{escape[0]}… cannot stand in a query with SERVICE: write the character")
    tokens = _unambiguous_tokens(query)
    prologue = query[: _end_of_prologue(query, tokens)]
    closings = _closings(query, tokens)
    blocks: list[ServiceBlock] = []
    openers: list[_Token] = []  # the token before each open group
    ends_of_services: set[int] = set()
    for index, token in enumerate(tokens):
        if token.text == "{":
            openers.append(tokens[index - 1] if index else token)
        elif token.text == "}":
            openers.pop()
        elif "service" in token.word:
            block, opening = _block(query, tokens, index, closings, _written(endpoints, services or {}))
            for opener in openers:
                if opener.start in ends_of_services:
                    raise _refused(query, token.start, "SERVICE cannot stand within another SERVICE here")
                if word := next((word for word in _BEFORE_OTHER_GROUPS if word in opener.word), None):
                    raise _refused(query, token.start, f"SERVICE cannot stand within {word.upper()} here")
            ends_of_services.add(tokens[opening - 1].start)
            blocks.append(replace(block, query=prologue + block.query[len(prologue) :]))
    if len(blocks) > MAX_BLOCKS:
        raise _refused(query, blocks[MAX_BLOCKS].start, f"A query may have {MAX_BLOCKS} SERVICE blocks, not more")
    return tuple(blocks)


def _block(
    query: str, tokens: list[_Token], index: int, closings: dict[int, int], endpoints: Mapping[str, str | None]
) -> tuple[ServiceBlock, int]:
    """The block whose SERVICE is the token at `index`, and the index of its opening brace."""
    service = tokens[index]
    if service.text.lower() != "service":
        raise _refused(
            query, service.start, f"{service.text[:40]!r} could be read as SERVICE: part or rename the words"
        )
    rest = tokens[index + 1 : index + 4]
    silent = bool(rest) and rest[0].text.lower() == "silent"
    opening = index + 2 + silent
    named = rest[int(silent)] if len(rest) > silent else service
    if WRITTEN_IRI.fullmatch(named.text) is None and named.text not in endpoints:
        raise _refused(query, named.start, "SERVICE must be followed by an address in angle brackets")
    if named.text not in endpoints:
        raise _refused(query, named.start, f"This server does not ask {named.text[:200]}: it is not in its allow-list")
    if opening not in closings:
        place = _place(query, named.end)
        raise QuerySyntaxError("The address of SERVICE must be followed by a group in braces.", place=place)
    start, end = tokens[opening].start, closings[opening]
    blank = re.sub(r"[^\r\n]", " ", query[: service.start]) + _SELECT
    blank += re.sub(r"[^\r\n]", " ", query[service.end : start])
    return ServiceBlock(service.start, end, endpoints[named.text], silent, blank + query[start:end]), opening


def _written(endpoints: Collection[str], services: Mapping[str, str | None]) -> dict[str, str | None]:
    """The texts allowed after SERVICE, with their endpoints. An address must be in the list either way."""
    written: dict[str, str | None] = {f"<{endpoint}>": endpoint for endpoint in endpoints}
    known = {f"?{name}": endpoint for name, endpoint in services.items() if endpoint is None or endpoint in endpoints}
    return written | known


def _unambiguous_tokens(query: str) -> list[_Token]:
    """The tokens of a query without white space and comments. Raises where a deciding token has two readings."""
    readings = _readings(query)
    _refuse_two_readings(query, readings)
    tokens: list[_Token] = []
    position = 0
    while position < len(query):
        if not readings[position]:
            raise QuerySyntaxError("This cannot be read as a query.", place=_place(query, position))
        end, word = max(readings[position])  # an IRI rather than less than
        text = query[position:end]
        if not (text[0] == "#" or text.isspace()):
            tokens.append(_Token(position, end, word, text))
        position = end
    return tokens


def _readings(query: str) -> list[list[tuple[int, str]]]:
    """For each position the tokens that begin there in a reading of the whole query: their end and their word."""
    length = len(query)
    readings: list[list[tuple[int, str]]] = [[] for _ in range(length + 1)]
    reachable = bytearray(length + 1)
    reachable[0] = 1
    for position in range(length):
        if reachable[position]:
            for end, word in tokens_at(query, position):
                if query[position] == "<" and end > position + 1 and not WRITTEN_IRI.fullmatch(query, position, end):
                    continue  # no engine takes this for an IRI
                reachable[end] = 1
                readings[position].append((end, word))
    finished = bytearray(length + 1)
    finished[length] = 1
    for position in range(length - 1, -1, -1):
        readings[position] = [(end, word) for end, word in readings[position] if finished[end]]
        finished[position] = bool(readings[position])
    return readings


def _refuse_two_readings(query: str, readings: list[list[tuple[int, str]]]) -> None:
    """Refuse a query in which a token that decides overlaps another one of any reading."""
    furthest = end_of_deciding = 0
    for position, tokens in enumerate(readings):
        for end, word in tokens:
            deciding = (query[position] in "{}" and end == position + 1) or any(
                decider in word for decider in _DECIDING
            )
            if (deciding and position < furthest) or position < end_of_deciding:
                raise _refused(query, position, "A query with SERVICE must not be readable in two ways, as here")
            if deciding:
                end_of_deciding = end
            furthest = max(furthest, end)


def _end_of_prologue(query: str, tokens: list[_Token]) -> int:
    """Where the SELECT, ASK, … of a query begins (https://www.w3.org/TR/sparql11-query/#rPrologue)."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        word = token.text.lower()
        if word in _FORMS:
            return token.start
        length = {"base": 2, "prefix": 3}.get(word, 0)
        parts = tokens[index + 1 : index + length]
        if not length or len(parts) < length - 1 or WRITTEN_IRI.fullmatch(parts[-1].text) is None:
            break
        index += length
    place = _place(query, tokens[index].start if index < len(tokens) else len(query))
    raise QuerySyntaxError("A query begins with PREFIX or BASE, then SELECT, ASK, CONSTRUCT or DESCRIBE.", place=place)


def _closings(query: str, tokens: list[_Token]) -> dict[int, int]:
    """End of the group that the token at an index opens."""
    closings: dict[int, int] = {}
    open_ones: list[int] = []
    for index, token in enumerate(tokens):
        if token.text == "{":
            open_ones.append(index)
        elif token.text == "}":
            if not open_ones:
                raise QuerySyntaxError("This '}' closes nothing.", place=_place(query, token.start))
            closings[open_ones.pop()] = token.end
    if open_ones:
        raise QuerySyntaxError("This '{' is never closed.", place=_place(query, tokens[open_ones[-1]].start))
    return closings


def _refused(query: str, position: int, what: str) -> QueryRefusedError:
    return QueryRefusedError(f"{what}.", place=_place(query, position), hint=SUPPORTED)


def _place(query: str, position: int) -> Place:
    return Place("query", *line_and_column(query, position))
