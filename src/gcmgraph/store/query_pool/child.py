"""What a process does that strangers' queries run in; it is forked by `query_nursery`, which has no network.

It reads requests from a socket and answers them, one at a time, until that is closed. It kills itself by SIGALRM
when a query runs too long, so that no query outlives a server that died.
"""

from __future__ import annotations

import functools
import json
import signal
import socket
from pathlib import Path
from typing import Any

from gcmgraph.errors import NotXmlError, QuerySyntaxError, StoreError
from gcmgraph.model.terms import Term, Triple
from gcmgraph.processes.ipc import receive_frame, send_frame
from gcmgraph.processes.sandbox import cap_memory
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.sparql.dataset_clause import UNION, QueryDataset, missing_graph, read_dataset_clause
from gcmgraph.sparql.screening import screen
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.port import Wanted
from gcmgraph.store.query_pool.memory_graph import HeldGraph, megabytes_in_use
from gcmgraph.store.requests import NOTHING
from gcmgraph.store.results.capped_output import Caps

#: Seconds after the limit in which the parent, which can say why, is to end a query.
GRACE = 1.0

#: A process that holds so many megabytes more than at its start is not used again, so that its memory returns.
RETIRE_ABOVE = 192


def answer_requests(channel: socket.socket, megabytes: int, held: HeldGraph | None) -> None:
    """Answer requests until the other side hangs up. What is held already counts nothing against `megabytes`."""
    cap_memory(megabytes)
    in_use = megabytes_in_use()
    at_first = in_use()
    while (frame := receive_frame(channel)) is not None:
        request = json.loads(frame[0])
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + GRACE)
        head, body = _answer(request, held)
        head["retiring"] = in_use() - at_first > RETIRE_ABOVE
        send_frame(channel, json.dumps(head).encode(), body)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if head["retiring"]:
            return


def _answer(request: dict[str, Any], held: HeldGraph | None) -> tuple[dict[str, Any], bytes]:
    query = request["query"]
    try:
        screening = screen(query)
        if screening.service:
            return {"outcome": "service"}, b""
        dataset = _dataset(request, screening.dataset_clause)
        in_union = dataset.union and not screening.graph
        if held is not None and in_union and request["folder"] == str(held.folder):
            store = held.store
        else:
            try:
                store = _opened(request["folder"])
            except StoreError:
                return {"outcome": "no store"}, b""
        here = request["folder"] != str(NOTHING)  # else the graphs are a server's
        if here and (missing := missing_graph(dataset, store.holds_graph)):
            return {"outcome": "syntax", "message": missing, "line": None, "column": None}, b""
        answer = store.bounded(
            query,
            Wanted(*request["wanted"]),
            Caps(*request["caps"]),
            dataset,
            request["prefixes"],
            substitutions=_bound(request["substitutions"]),
        )
    except QuerySyntaxError as error:
        place = error.place
        return {
            "outcome": "syntax",
            "message": error.message,
            "line": place and place.line,
            "column": place and place.column,
        }, b""
    except NotXmlError as error:
        return {"outcome": "not xml", "message": error.message, "hint": error.hint}, b""
    except StoreError as error:
        return {"outcome": "failed", "message": error.message}, b""
    except MemoryError:
        return {"outcome": "memory"}, b""
    if answer is None:
        return {"outcome": "not acceptable"}, b""
    media_type, written = answer
    return {"outcome": "answered", "media_type": media_type, "cut": written.cut}, written.body


def _dataset(request: dict[str, Any], dataset_clause: bool) -> QueryDataset:
    if (asked := request["dataset"]) is not None:
        return QueryDataset(
            union=False,
            given=True,
            default_graphs=tuple(asked["default"]),
            named_graphs=tuple(asked["named"]),
        )
    return read_dataset_clause(request["query"], request["prefixes"]) if dataset_clause else UNION


def _bound(substitutions: dict[str, str]) -> dict[str, Term]:
    """The terms of a request, each written as in N-Triples."""
    return {
        name: quad.object
        for name, term in substitutions.items()
        for quad in parse_quads(f"<s:> <p:> {term} .".encode(), N_TRIPLES, source=name)
        if not isinstance(quad.object, Triple)
    }


@functools.lru_cache(maxsize=1)
def _opened(folder: str) -> EmbeddedStore:
    """The store of a version. One is kept open: all requests ask for the newest but while it changes."""
    return EmbeddedStore.in_memory() if folder == str(NOTHING) else EmbeddedStore.open(Path(folder), read_only=True)
