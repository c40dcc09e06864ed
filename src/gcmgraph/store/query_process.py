"""Query process: it is forked by `fork_server`, which has no network, and answers requests from a socket.

The fork server may hold the union of all graphs in memory: two to five times as fast as on disk
(decision 7). Most queries are about the union, which is half of a store folder. Blank nodes keep
their labels.
"""

from __future__ import annotations

import functools
import logging
import os
import pickle
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcmgraph.platform.confinement import (
    cap_memory,
    give_up_processes,
    read_only_from_now,
    return_freed_memory,
)
from gcmgraph.platform.errors import Place, QuerySyntaxError, StoreError
from gcmgraph.platform.processes import serve
from gcmgraph.rdf.query_dataset import (
    UNION,
    QueryDataset,
    missing_graph,
    read_dataset_clause,
    unknown_graphs,
)
from gcmgraph.rdf.sparql_screening import screen
from gcmgraph.rdf.terms import Triple
from gcmgraph.store.engine_query import prepare_query
from gcmgraph.store.port import (
    QueryNotAcceptableError,
    QueryRefusedError,
    QueryRequest,
    Store,
    readable_folder,
    service_refused,
)
from gcmgraph.store.results import Caps
from gcmgraph.store.stores import read_dump
from gcmgraph.store.version_files import DUMP, require_whole

_LOG = logging.getLogger(__name__)

#: Triples between two checks of the memory in use.
_STEP = 4096

#: A folder this many times as large as the limit of memory is not tried: the union is larger than
#: half of its folder.
_MAX_RATIO = 2

_PAGE = resource.getpagesize() / 2**20

#: Megabytes above those of its start from which a process is not used again, so that its memory is
#: freed.
RETIRE_ABOVE = 128

#: Megabytes above those of its start from which a process returns freed memory, after an answer.
TRIM_ABOVE = 12

#: Seconds after which an idle process ends.
IDLE = 5.0


class _TooLargeError(Exception):
    """The graph takes more memory than its limit."""


@dataclass(frozen=True)
class MemoryGraph:
    """Union, in memory, of the graphs whose index is in a folder."""

    folder: Path
    store: Store


def load_memory_graph(folder: Path, megabytes: int) -> MemoryGraph | None:
    """The union of the graphs whose index is in a folder; None where it takes more than `megabytes`, or is unreadable.

    It is read from the dump beside the index, at a third of the processor time; opening an index
    would start threads, and a process with threads cannot be forked.
    """
    if _megabytes_on_disk(folder) > _MAX_RATIO * megabytes:
        return None
    in_use = megabytes_in_use()
    limit = in_use() + megabytes
    dump = folder.parent / DUMP

    def triples() -> Iterator[Triple]:
        paused = time.process_time()
        for count, quad in enumerate(read_dump(dump)):
            if not count % _STEP:
                if in_use() > limit:
                    raise _TooLargeError
                now = time.process_time()
                time.sleep(now - paused)  # half of a core at most: queries go on meanwhile
                paused = now
            yield quad.triple

    try:
        require_whole(dump)
        return MemoryGraph(folder, Store.of_triples(triples()))
    except (
        _TooLargeError,
        OSError,
        SyntaxError,
    ):  # a version that was removed, or its dump is missing or unreadable
        return None
    except StoreError as damaged:
        _LOG.warning("%s Queries are answered from the index.", damaged)
        return None


def _megabytes_on_disk(folder: Path) -> float:
    try:
        return sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    except OSError:  # missing, or removed meanwhile; reading the dump fails then
        return 0


def megabytes_in_use() -> Callable[[], float]:
    """A function that returns the memory of this process in megabytes; always 0 where the system has no /proc.

    It opens the file once: a query process may open none but those of its store.
    """
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return lambda: 0.0
    return lambda: int(os.pread(file, 64, 0).split()[1]) * _PAGE


def resident_megabytes(pid: int) -> float:
    """Memory of a process, pages that it shares included; 0 where it has ended or the system has no /proc."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    return 0.0


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

    def answer(head: dict[str, Any], pickled: bytes) -> tuple[dict[str, Any], bytes]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if not confine.cache_info().currsize:
            confine(head["folder"])
        request: QueryRequest = pickle.loads(pickled)  # noqa: S301 - written by our own server
        return _answer(request, head["folder"], Caps(*head["caps"]), graph)

    def be_idle() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if in_use() - at_first > TRIM_ABOVE:
            return_freed_memory()

    channel.settimeout(IDLE)
    with suppress(TimeoutError):
        serve(channel, answer, lambda: in_use() - at_first > RETIRE_ABOVE, be_idle)


def _answer(
    request: QueryRequest, folder: str, caps: Caps, graph: MemoryGraph | None
) -> tuple[dict[str, Any], bytes]:
    screening = screen(request.query)
    if screening.service:
        raise service_refused()
    if request.for_engine:
        prepared = prepare_query(request, screening, lambda iri: _opened(folder).holds_graph(iri))
        head = {"media_type": prepared.media_type, "cut": False, "unknown graphs": ()}
        return head, prepared.encoded()
    if request.default_graphs or request.named_graphs:
        dataset = QueryDataset(False, True, request.default_graphs, request.named_graphs)
    else:
        dataset = (
            read_dataset_clause(request.query, request.prefixes)
            if screening.dataset_clause
            else UNION
        )
    if graph is not None and dataset.union and not screening.graph and folder == str(graph.folder):
        store = graph.store
    else:
        store = _opened(folder)
    if (missing := missing_graph(dataset, store.holds_graph)) is not None:
        raise QuerySyntaxError(missing, place=Place("query"))
    try:
        answer = store.answer(request, caps, dataset)
    except StoreError as error:
        raise QueryRefusedError(error.message) from error
    if answer is None:
        raise QueryNotAcceptableError("This form of query has no answer in the formats asked for.")
    unknown = unknown_graphs(dataset, store.holds_graph) if dataset.given else ()
    return {
        "media_type": answer.media_type,
        "cut": answer.cut,
        "unknown graphs": unknown,
    }, answer.body


@functools.lru_cache(maxsize=1)
def _opened(folder: str) -> Store:
    """The store of a version. One stays open: nearly all requests are about the newest."""
    try:
        return Store.open(Path(folder))
    except StoreError as error:  # no fault of the client, to whom the folder is not disclosed
        raise StoreError("The graph cannot be opened at the moment.") from error
