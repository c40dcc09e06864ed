"""Lookups: the triples of one subject, or its description, answered in the server process.

    SELECT ?p ?o WHERE { objective:9 ?p ?o }        DESCRIBE objective:9        ASK { objective:9 a gcm:Objective }

A query process costs more than such a query. It is needed for what can run away: joins, paths, sorts, groups,
functions. One pattern with a given subject reads an index and streams, so caps stop it between rows. The form is
recognised as a whole, never searched for: a query that is not exactly of it, has an error, or reaches a cap is answered
by a query process.

By GET, with `query` as the only parameter, it is answered below Flask as plain WSGI (PEP 3333): Flask takes as long as
the lookup itself. All else goes to Flask, errors and pages included.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gcmgraph.errors import GcmGraphError
from gcmgraph.sparql.lexer import COMMENT, IRIREF
from gcmgraph.store.port import Caps
from gcmgraph.store.requests import QueryAnswer, QueryRequest
from gcmgraph.web.http.headers import ON_EVERYTHING, without_body
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.sparql.protocol import WORKBOOK, Operation, read_parameters, wanted_formats
from gcmgraph.web.sparql.responses import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Limits of a lookup; beyond them a query process answers.
ROWS, BYTES, SECONDS = 2_000, 1024 * 1024, 0.5

_LONGEST = 4096

_S = rf"(?:\s|{COMMENT})*+"
_NAME = r"(?!service)[a-z][a-z0-9]*+:[\w-]*+(?:\.[\w-]++)*+"
_TERM = rf"(?:{IRIREF}|{_NAME})"
_VARIABLE = r"[?$][a-z_]\w*+"
_PATTERN = rf"\{{{_S}{_TERM}{_S}(?:{_VARIABLE}|{_TERM}|a(?=\s)){_S}(?:{_VARIABLE}|{_TERM}){_S}(?:\.{_S})?+\}}"
_PROLOGUE = rf"(?:prefix\s++[a-z][a-z0-9]*+:{_S}{IRIREF}{_S})*+"

#: One triple pattern with a given subject, or the description of a given resource, and nothing else.
LOOKUP = re.compile(
    rf"{_S}{_PROLOGUE}(?:"
    rf"select\b{_S}(?:\*{_S}|(?:{_VARIABLE}{_S})++)(?:where\b{_S})?+{_PATTERN}{_S}(?:limit\s++\d{{1,9}}{_S})?+"
    rf"|ask\b{_S}(?:where\b{_S})?+{_PATTERN}{_S}"
    rf"|describe\b{_S}{_TERM}{_S})",
    re.IGNORECASE | re.ASCII,
)


def is_lookup(query: QueryRequest, snapshot: Snapshot) -> bool:
    """Whether a query is a lookup in the union of an embedded store."""
    return (
        len(query.query) <= _LONGEST
        and not (query.default_graphs or query.named_graphs)
        and LOOKUP.fullmatch(query.query) is not None
    )


def look_up(snapshot: Snapshot, query: QueryRequest) -> QueryAnswer | None:
    """The answer to a lookup; None for one with an error or too large an answer."""
    caps = Caps(ROWS, BYTES, time.monotonic() + SECONDS, whole=True)
    try:
        found = snapshot.store.answer(query.query, query.wanted, caps, prefixes=query.prefixes)
    except GcmGraphError:
        return None
    return None if found is None or found[1].cut else QueryAnswer(found[0], found[1].body)


class PlainLookups:
    """WSGI middleware that answers lookups by `reply`, of an operation and If-None-Match; all else goes to `app`."""

    def __init__(self, app: WSGIApplication, reply: Callable[[Operation, str | None], Reply]) -> None:
        self._app = app
        self._reply = reply

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        try:
            operation = _plain(environ)
            reply = self._reply(operation, environ.get("HTTP_IF_NONE_MATCH")) if operation else None
        except GcmGraphError:  # Flask finds it again, and writes it
            reply = None
        if reply is None:
            return self._app(environ, start_response)
        if reply.media_type is None:
            start_response("304 NOT MODIFIED", [*without_body(reply.headers), *ON_EVERYTHING])
            return []
        about = [("Content-Type", reply.media_type), ("Content-Length", str(len(reply.body)))]
        start_response("200 OK", [*about, *reply.headers, *ON_EVERYTHING])
        return [reply.body]


def _plain(environ: WSGIEnvironment) -> Operation | None:
    """The lookup of a GET that has no other parameter; None for any other request. Raises `ProblemError`."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("PATH_INFO") != "/sparql":
        return None
    parameters = read_parameters(environ.get("QUERY_STRING", ""))
    if len(parameters) != 1 or parameters[0][0] != "query" or not LOOKUP.fullmatch(parameters[0][1][:_LONGEST]):
        return None
    wanted = wanted_formats(environ.get("HTTP_ACCEPT", ""), None)
    return None if wanted is None or wanted == WORKBOOK else Operation(parameters[0][1], (), (), wanted)
