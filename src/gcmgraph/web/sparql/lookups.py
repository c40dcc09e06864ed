"""Lookups: queries that are answered in the server process.

    SELECT ?p ?o WHERE { objective:9 ?p ?o }
    DESCRIBE objective:9
    ASK { objective:9 a gcm:Objective }

A query process costs more than such a query. It is needed for what can run away: joins, paths,
sorts, groups, functions. One pattern with a given subject reads an index and streams, so caps stop
it between rows. The form is recognised as a whole, never searched for: a query that is not exactly
of it, has an error, or reaches a cap is answered by a query process.
"""

from __future__ import annotations

import re
import time

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.rdf.sparql_tokens import COMMENT, IRIREF
from gcmgraph.store.port import QueryAnswer, QueryRequest
from gcmgraph.store.results import Caps
from gcmgraph.web.services import Snapshot

#: Limits of a lookup; beyond them a query process answers.
MAX_ROWS = 2_000
MAX_BYTES = 1024 * 1024
MAX_SECONDS = 0.5

#: Longest query that may be a lookup, in characters.
_LONGEST_LOOKUP = 4096

_SPACE = rf"(?:\s|{COMMENT})*+"
_NAME = r"(?!service)[a-z][a-z0-9]*+:[\w-]*+(?:\.[\w-]++)*+"
_TERM = rf"(?:{IRIREF}|{_NAME})"
_VARIABLE = r"[?$][a-z_]\w*+"
_PREDICATE = rf"(?:{_VARIABLE}|{_TERM}|a(?=\s))"
_OBJECT = rf"(?:{_VARIABLE}|{_TERM})"
_PATTERN = rf"\{{{_SPACE}{_TERM}{_SPACE}{_PREDICATE}{_SPACE}{_OBJECT}{_SPACE}(?:\.{_SPACE})?+\}}"
_WHERE = rf"(?:where\b{_SPACE})?+{_PATTERN}{_SPACE}"
_PROLOGUE = rf"(?:prefix\s++[a-z][a-z0-9]*+:{_SPACE}{IRIREF}{_SPACE})*+"
_PROJECTION = rf"(?:\*{_SPACE}|(?:{_VARIABLE}{_SPACE})++)"
_LIMIT = rf"(?:limit\s++\d{{1,9}}{_SPACE})?+"

#: One triple pattern with a given subject, or the description of a given resource, and nothing
#: else.
LOOKUP = re.compile(
    rf"{_SPACE}{_PROLOGUE}(?:"
    rf"select\b{_SPACE}{_PROJECTION}{_WHERE}{_LIMIT}"
    rf"|ask\b{_SPACE}{_WHERE}"
    rf"|describe\b{_SPACE}{_TERM}{_SPACE})",
    re.IGNORECASE | re.ASCII,
)


def is_lookup(query: QueryRequest) -> bool:
    """Whether a query is a lookup in the union of an embedded store."""
    names_graphs = bool(query.default_graphs or query.named_graphs)
    return (
        len(query.query) <= _LONGEST_LOOKUP
        and not names_graphs
        and LOOKUP.fullmatch(query.query) is not None
    )


def look_up(snapshot: Snapshot, query: QueryRequest) -> QueryAnswer | None:
    """The answer to a lookup; None for one with an error or too large an answer."""
    caps = Caps(MAX_ROWS, MAX_BYTES, time.monotonic() + MAX_SECONDS, whole=True)
    try:
        answer = snapshot.store.answer(query, caps)
    except GcmGraphError:
        return None
    if answer is None or answer.cut:
        return None
    return answer
