"""SERVICE for an allow-list of endpoints (https://www.w3.org/TR/sparql11-federated-query/).

As in the screening of queries, all readings of the text are followed. A query is refused where a brace or one of the
words that decide could also be inside another token, in a reading that reaches the end of the text.

Query processes have no network, so the server queries the endpoints before the query runs: it sends the group of each
SERVICE block as `SELECT *`, and replaces the block by its rows as VALUES. Both join the same multiset of solutions to
the group around them (#defn_evalService), so the answer is the same. The query that then goes to a query process has no
SERVICE; the process checks that all the same.

Endpoints are queried within a time, up to a size, without following redirects. Virtuoso 7.2.12 in its JSON writes
booleans as 0 and 1, gives typed literals the type `typed-literal` of a draft, and calls blank nodes `nodeID://b10000`,
which is no label. Only headers report that it cut an answer off.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import Any

from gcmgraph.errors import Place, QuerySyntaxError, StoreError
from gcmgraph.model.terms import IRI, XSD, Literal
from gcmgraph.processes import Slots
from gcmgraph.sparql import WRITTEN_IRI, bind, line_and_column, screen, tokens_at, with_prefixes
from gcmgraph.store.port import (
    MAX_WAIT,
    NOTHING,
    ROWS,
    QueriesBusyError,
    QueryAnswer,
    QueryLimits,
    QueryRefusedError,
    QueryRequest,
    Row,
    Solutions,
    Unanswered,
    read_solutions,
)
from gcmgraph.store.query_pool import ForkServerClient, QueryWorkers, over_time
from gcmgraph.store.results import JSON_RESULTS
from gcmgraph.store.transport import BrokenOffError, LateError, TransferError, exchange, sparql_request

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
    # the texts allowed after SERVICE, with their endpoints; an address must be in the list either way
    written: dict[str, str | None] = {f"<{endpoint}>": endpoint for endpoint in endpoints}
    written |= {f"?{name}": one for name, one in (services or {}).items() if one is None or one in endpoints}
    blocks: list[ServiceBlock] = []
    openers: list[_Token] = []  # the token before each open group
    ends_of_services: set[int] = set()
    for index, token in enumerate(tokens):
        if token.text == "{":
            openers.append(tokens[index - 1] if index else token)
        elif token.text == "}":
            openers.pop()
        elif "service" in token.word:
            block, opening = _block(query, tokens, index, closings, written)
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


_MEDIA_TYPES = {JSON_RESULTS.media_type, "application/json"}

_BOOLEANS = {"0": "false", "1": "true"}
_NO_LABEL = re.compile(r"\W")

#: Bytes of an endpoint's own words about a failure that are read, and characters of them in an error.
_READ, _QUOTED = 4096, 200


class EndpointError(StoreError):
    """An endpoint without an answer, or with something else than an answer."""

    def __init__(self, endpoint: str, reason: str) -> None:
        super().__init__(
            f"The endpoint <{endpoint}> of SERVICE {reason}.",
            hint="Try again later. With SERVICE SILENT the query goes on without it.",
        )
        self.reason = reason


def fetch(endpoint: str, query: str, *, seconds: float, max_bytes: int) -> Solutions:
    """The rows of a SELECT query at an endpoint.

    Raises `EndpointError`, and `QueryRefusedError` for an answer of more than `max_bytes`.
    """
    thread = ThreadPoolExecutor(1)  # the look-up of a name has no time limit of its own
    try:
        sent = thread.submit(_fetched, endpoint, query, seconds, max_bytes)
        return _solutions(*sent.result(timeout=seconds))
    except _InvalidError as error:
        raise EndpointError(endpoint, f"gave no whole and valid answer ({error})") from error
    except (TimeoutError, LateError):
        raise EndpointError(endpoint, f"took longer than {seconds:.1f} s") from None
    except BrokenOffError as error:
        raise EndpointError(endpoint, "ended its answer early") from error
    except TransferError as error:
        raise EndpointError(endpoint, f"cannot be reached: {error}") from error
    finally:
        thread.shutdown(wait=False)


def _fetched(endpoint: str, query: str, seconds: float, max_bytes: int) -> tuple[bytes, Message]:
    request = sparql_request(endpoint, "SELECT", query, JSON_RESULTS.media_type)
    with exchange(request, seconds=seconds, by_proxy=False) as response:
        if response.status in range(300, 400):
            raise EndpointError(endpoint, f"answered with a redirect ({response.status}), which is not followed")
        if response.status != HTTPStatus.OK:
            said = " ".join(response.read(_READ).decode("utf-8", "replace").split())[:_QUOTED].rstrip(".")
            raise EndpointError(endpoint, f"answered with status {response.status}: {said or 'no reason given'}")
        if response.media_type not in _MEDIA_TYPES:
            words = f"answered in '{response.media_type[:80]}', not in {JSON_RESULTS.media_type}"
            raise EndpointError(endpoint, words)
        body = bytearray()
        while part := response.read():
            body += part
            if len(body) > max_bytes:
                raise QueryRefusedError(
                    f"The endpoint <{endpoint}> of SERVICE answers more than {max_bytes >> 20} MB.",
                    hint="Ask it for less: more conditions or a LIMIT inside the SERVICE block.",
                )
        return bytes(body), response.headers


class _InvalidError(Exception):
    """An answer that is no result, or not whole."""


def _solutions(body: bytes, headers: Message) -> Solutions:
    """The rows of https://www.w3.org/TR/sparql11-results-json/, corrected. Raises `_InvalidError`.

    In the thread of the caller: the engine's object must end where it began.
    """
    try:
        results: dict[str, Any] = json.loads(body)
        rows = results["results"]["bindings"]
        for row in rows:
            for value in row.values():
                _correct(value)
        solutions = read_solutions(json.dumps(results).encode())
    except (AttributeError, KeyError, RecursionError, SyntaxError, TypeError, ValueError) as error:
        raise _InvalidError(error) from None
    limit = headers.get("X-SPARQL-MaxRows", "")
    if headers.get("X-SQL-State") or (limit.isdigit() and len(rows) >= int(limit)):
        raise _InvalidError(f"it was cut off after {len(rows):,} rows")
    return solutions


def _correct(value: dict[str, str]) -> None:
    if value["type"] == "bnode":
        value["value"] = _NO_LABEL.sub("", value["value"].removeprefix("nodeID://"))
    elif value["type"] == "typed-literal":
        value["type"] = "literal"
        if value["datatype"] == XSD + "boolean":
            value["value"] = _BOOLEANS.get(value["value"], value["value"])


#: Characters of a query that may have SERVICE blocks; the server reads each of them in Python.
MAX_QUERY = 16 * 1024

#: Equal parts of the time of a query: the first to parse it, the second to wait for answers, the last to run it.
_PARTS = 3

#: Reason for refusing a block on a server without an allow-list.
NONE_CONFIGURED = "is not set: this server asks no others"


#: Limits of the answer to one block.
_ROWS, _MEGABYTES = 10_000, 8


class FederatedQueries:
    """Queries whose SERVICE blocks are replaced by their rows before they run.

    Without an allow-list, that is done for queries of the library alone, whose blocks have no rows then.
    """

    def __init__(self, limits: QueryLimits, endpoints: Collection[str]) -> None:
        """SERVICE may name the `endpoints`; `limits` of one query include their time."""
        self.limits = limits
        fork_server = ForkServerClient(limits)
        self._queries = QueryWorkers(limits, fork_server)
        # slots of their own: queries that wait for other servers must not take the places of those that do not
        parts = replace(limits, seconds=round(limits.seconds / _PARTS, 1), held_megabytes=0)
        self._workers = QueryWorkers(parts, fork_server)
        self._endpoints = endpoints
        self._slots = Slots(limits.side_by_side, sys.maxsize, MAX_WAIT, _busy)

    def prepare(self, folder: Path) -> None:
        """See `QueryWorkers.prepare`."""
        self._queries.prepare(folder)

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """See `QueryWorkers.run`. Raises `EndpointError`, too, where an endpoint fails and its block is not SILENT."""
        if not (self._endpoints or request.services) or not _may_have_service(request.query):
            return self._queries.run(request, folder)
        started = time.monotonic()
        blocks = read_blocks(request.query, self._endpoints, request.services)
        with self._slots.slot():
            filled, unanswered = self._filled(request, blocks, started)
            return replace(self._workers.run(filled, folder), unanswered=unanswered)

    def close(self) -> None:
        """End what runs."""
        self._queries.close()
        self._workers.close()

    def _filled(
        self, request: QueryRequest, blocks: Sequence[ServiceBlock], started: float
    ) -> tuple[QueryRequest, tuple[Unanswered, ...]]:
        """The query with rows in place of its blocks, and the blocks without an answer.

        Nothing is requested for a query that could not run.
        """
        asked = [bind(block.query, request.substitutions) for block in blocks]
        variables = [self._variables(query, request, started) for query in asked]
        empty = _replaced(request, blocks, [write_values(names, ()) for names in variables])
        self._workers.run(empty, NOTHING)
        self._require_time(started)
        found = [
            self._rows(block, with_prefixes(query, request.prefixes), names, started, ours=bool(request.services))
            for block, query, names in zip(blocks, asked, variables, strict=True)
        ]
        # https://www.w3.org/TR/sparql11-federated-query/#defn_evalService: one row without values where SILENT fails
        values = [
            write_values(names, ({},) if isinstance(rows, Unanswered) else rows)
            for names, rows in zip(variables, found, strict=True)
        ]
        filled = _replaced(request, blocks, values)
        words = "".join(values).lower()
        if ("service" in words or "from" in words) and _sources(filled) != _sources(empty):
            raise QueryRefusedError("What an endpoint of SERVICE answered cannot be told from words of the query.")
        return filled, tuple(dict.fromkeys(rows for rows in found if isinstance(rows, Unanswered)))

    def _variables(self, query: str, request: QueryRequest, started: float) -> tuple[str, ...]:
        """The variables of a block, as the embedded engine reads it. Raises `QuerySyntaxError`."""
        self._require_time(started)
        read = QueryRequest(f"{query} LIMIT 0", ROWS, request.prefixes)
        return tuple(json.loads(self._workers.run(read, NOTHING).body)["head"]["vars"])

    def _require_time(self, started: float) -> None:
        if time.monotonic() > started + self.limits.seconds / _PARTS:
            raise over_time(self.limits)

    def _rows(
        self, block: ServiceBlock, query: str, variables: tuple[str, ...], started: float, *, ours: bool
    ) -> Sequence[Row] | Unanswered:
        """The rows of the endpoint, or the reason for none where the block is SILENT.

        An answer that cannot be used is an error of the query, unless it is one of the library (`ours`).
        """
        endpoint = block.endpoint
        if endpoint is None:
            return Unanswered(None, NONE_CONFIGURED)
        seconds = started + self.limits.seconds * 2 / _PARTS - time.monotonic()
        try:
            if seconds <= 0:
                raise EndpointError(endpoint, "was not asked in time: those before it took too long")
            solutions = fetch(endpoint, query, seconds=seconds, max_bytes=_MEGABYTES * 2**20)
            if not set(solutions.variables) <= set(variables):
                raise EndpointError(endpoint, "answered with variables that it was not asked for")
            if (count := len(solutions.rows)) > _ROWS:
                raise QueryRefusedError(
                    f"{_about(endpoint)}gave {count:,} rows; {_ROWS:,} are taken.",
                    hint="Ask it for less: more conditions or a LIMIT inside the SERVICE block.",
                )
            if any(not isinstance(term, IRI | Literal) for row in solutions.rows for term in row.values()):
                raise QueryRefusedError(
                    f"{_about(endpoint)}gave blank nodes, which mean nothing outside it.",
                    hint="Name them inside the SERVICE block by a sub-select without them: { SELECT ?label { … } }.",
                )
        except EndpointError as error:
            if not block.silent:
                raise
            return Unanswered(endpoint, error.reason)
        except QueryRefusedError as error:
            if not (ours and block.silent):
                raise
            return Unanswered(endpoint, error.message.removeprefix(_about(endpoint)).removesuffix("."))
        return solutions.rows


def _busy() -> QueriesBusyError:
    return QueriesBusyError("All places for queries with SERVICE are taken.", hint="Try again in a moment.")


def _about(endpoint: str) -> str:
    """The beginning of sentences about an endpoint, those of `EndpointError` too."""
    return f"The endpoint <{endpoint}> of SERVICE "


def _may_have_service(query: str) -> bool:
    """Whether a query is to be read here. A query process refuses SERVICE in a longer one."""
    return len(query) <= MAX_QUERY and "service" in query.lower() and screen(query).service


def _sources(request: QueryRequest) -> tuple[bool, bool]:
    """Whether a query may name a service, and a dataset."""
    screening = screen(request.query)
    return screening.service, screening.dataset_clause


def write_values(variables: Sequence[str], rows: Iterable[Row]) -> str:
    """Rows as https://www.w3.org/TR/sparql11-query/#rInlineData, by the engine's serializer."""
    lines = (" ".join(str(row[name]) if name in row else "UNDEF" for name in variables) for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in variables)}) {{{' '.join(f'({line})' for line in lines)}}}"


def _replaced(request: QueryRequest, blocks: Sequence[ServiceBlock], values: Sequence[str]) -> QueryRequest:
    """The query with other text for its blocks; text after them remains in its line, and in its column if it can."""
    parts: list[str] = []
    position = 0
    for block, text in zip(blocks, values, strict=True):
        old = request.query[block.start : block.end]
        lines = old.count("\n")
        column = len(old) - old.rfind("\n") - 1
        room = "\n" * lines + " " * column if lines else " " * (len(old) - len(text))
        parts += request.query[position : block.start], text, room
        position = block.end
    return replace(request, query="".join((*parts, request.query[position:])))
