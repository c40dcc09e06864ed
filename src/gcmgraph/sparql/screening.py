"""Words that decide how an untrusted query may run: SERVICE, a dataset clause of its own, and GRAPH.

pyoxigraph offers no syntax tree, and takes texts that the grammar of tokens does not (`gcmgraph.sparql.lexer`). So all
readings of a text are followed at once: where one of them has SERVICE, the query is refused. A false alarm costs a
caller a renamed prefix; a word overlooked makes the server fetch addresses that untrusted clients name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.sparql.lexer import tokens_at

_SOUGHT = ("service", "from", "graph")

#: `//` occurs in IRIs, strings and comments only (see `tokens_at`), and what follows here ends none of them.
_ADDRESS = re.compile(r"//[\w./-]*")

#: Characters that are scanned for the ends of strings. A query of quotes that end nothing takes more; it is not read to
#: its end, and counts as having every word.
_MAX_SCANNED = 20_000_000


@dataclass(frozen=True)
class Screening:
    """Words that a query has in any reading of it."""

    service: bool
    dataset_clause: bool
    graph: bool


def screen(query: str) -> Screening:
    """Whether a query may have a SERVICE pattern; whether it may have FROM or FROM NAMED; whether it may have GRAPH."""
    text = _ADDRESS.sub(" ", query.lower())
    if not any(word in text for word in _SOUGHT):  # then no token has them either
        return Screening(service=False, dataset_clause=False, graph=False)
    reachable = bytearray(len(query) + 1)
    reachable[0] = 1
    service = dataset_clause = graph = False
    scanned = 0
    for position in range(len(query)):
        if not reachable[position]:
            continue
        for end, word in tokens_at(query, position):
            reachable[end] = 1
            service = service or "service" in word
            dataset_clause = dataset_clause or word in {"from", "fromnamed"}
            graph = graph or "graph" in word
        if query[position] in "\"'":
            scanned += end - position if end > position + 1 else len(query) - position
            if scanned > _MAX_SCANNED:
                return Screening(service=True, dataset_clause=True, graph=True)
    return Screening(service, dataset_clause, graph)
