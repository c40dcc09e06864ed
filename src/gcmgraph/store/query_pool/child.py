"""Query process: it is forked by `fork_server`, which has no network, and answers requests from a socket."""

from __future__ import annotations

import functools
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from gcmgraph.errors import NotXmlError, QuerySyntaxError, StoreError
from gcmgraph.model.terms import Term, Triple
from gcmgraph.processes.sandbox import cap_memory, give_up_processes, read_only_from_now
from gcmgraph.processes.worker import serve
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.sparql.dataset_clause import UNION, QueryDataset, missing_graph, read_dataset_clause, unknown_graphs
from gcmgraph.sparql.screening import screen
from gcmgraph.store.port import Caps, Store, Wanted
from gcmgraph.store.query_pool.memory_graph import MemoryGraph, megabytes_in_use
from gcmgraph.store.requests import NOTHING, readable_folder
from gcmgraph.store.stores import in_memory, open_index

#: Megabytes above those of its start from which a process is not used again, so that its memory is freed.
RETIRE_ABOVE = 192

#: Seconds after which an idle process ends.
IDLE = 5.0


def answer_requests(channel: socket.socket, megabytes: int, graph: MemoryGraph | None) -> None:
    """Answer requests until the other side hangs up, or none comes for `IDLE` seconds, or SIGTERM while idle.

    Memory in use at the start does not count as `megabytes`.
    """
    cap_memory(megabytes)
    in_use = megabytes_in_use()
    at_first = in_use()
    give_up_processes()

    @functools.cache
    def confine(folder: str) -> None:  # before a store is opened, which starts threads
        read_only_from_now([readable_folder(Path(folder))])

    def answer(request: dict[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if not confine.cache_info().currsize:
            confine(request["folder"])
        head, body = _answer(request, graph)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return {**head, "retiring": in_use() - at_first > RETIRE_ABOVE}, body

    channel.settimeout(IDLE)
    with suppress(TimeoutError):
        serve(channel, answer)


def _answer(request: dict[str, Any], graph: MemoryGraph | None) -> tuple[dict[str, Any], bytes]:
    query = request["query"]
    try:
        screening = screen(query)
        if screening.service:
            return {"outcome": "service"}, b""
        dataset = _dataset(request, screening.dataset_clause)
        in_union = dataset.union and not screening.graph
        if graph is not None and in_union and request["folder"] == str(graph.folder):
            store = graph.store
        else:
            try:
                store = _opened(request["folder"])
            except StoreError:
                return {"outcome": "no store"}, b""
        here = request["folder"] != str(NOTHING)  # else the graphs are a server's
        if here and (missing := missing_graph(dataset, store.holds_graph)):
            return {"outcome": "syntax", "message": missing, "line": None, "column": None}, b""
        answer = store.answer(
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
    unknown = unknown_graphs(dataset, store.holds_graph) if here and dataset.given else ()
    head = {"outcome": "answered", "media_type": media_type, "cut": written.cut, "unknown graphs": unknown}
    return head, written.body


def _dataset(request: dict[str, Any], dataset_clause: bool) -> QueryDataset:
    if (named := request["dataset"]) is not None:
        return QueryDataset(
            union=False,
            given=True,
            default_graphs=tuple(named["default"]),
            named_graphs=tuple(named["named"]),
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
def _opened(folder: str) -> Store:
    """The store of a version. One stays open: nearly all requests are about the newest."""
    return in_memory() if folder == str(NOTHING) else open_index(Path(folder))
