"""Untrusted clients' queries on a SPARQL server, checked before in a process of ours."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

from gcmgraph.errors import Place, QuerySyntaxError
from gcmgraph.sparql.bindings import bind
from gcmgraph.sparql.dataset_clause import UNION, QueryDataset, missing_graph, read_dataset_clause, unknown_graphs
from gcmgraph.sparql.screening import screen
from gcmgraph.store.queries import MAX_WAIT
from gcmgraph.store.query_pool.pool import QueryWorkers
from gcmgraph.store.remote.store import RemoteStore
from gcmgraph.store.remote.stream import OverLimitError
from gcmgraph.store.requests import (
    NOTHING,
    QueriesBusyError,
    QueryAnswer,
    QueryLimits,
    QueryNotAcceptableError,
    QueryOverLimitError,
    QueryRequest,
)
from gcmgraph.store.results.capped_output import Caps


class ServerQueries:
    """Queries that are parsed first in a process of ours, over an empty store, and then sent to the server.

    The first step refuses what is not SPARQL, SERVICE, updates, and nesting that kills parsers, with the same errors as
    the embedded engine. The server's answer is waited for as long as a query may take; its own limits must end the
    query there (docs/scaling.md).
    """

    def __init__(self, store: RemoteStore, workers: QueryWorkers) -> None:
        self._store = store
        self._workers = workers
        self._places = threading.BoundedSemaphore(workers.limits.side_by_side)
        self._rows = sys.maxsize

    @property
    def limits(self) -> QueryLimits:
        """Limits of one query; rows are those after which the server was seen to cut an answer, if fewer."""
        return replace(self._workers.limits, rows=min(self._workers.limits.rows, self._rows))

    def prepare(self, folder: Path) -> None:
        """Do nothing: a server is ready."""

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """See `Queries.run`. A server has no versions side by side, so `folder` has no meaning."""
        media_type = self._workers.run(request, NOTHING).media_type
        if not self._places.acquire(timeout=MAX_WAIT):
            raise QueriesBusyError("All places for queries are taken.", hint="Try again in a moment.")
        try:
            return self._fetched(request, media_type)
        except OverLimitError as error:
            raise QueryOverLimitError(error.message, hint=error.hint) from error
        finally:
            self._places.release()

    def close(self) -> None:
        """Stop the processes."""
        self._workers.close()

    def _fetched(self, request: QueryRequest, media_type: str) -> QueryAnswer:
        dataset = _dataset(request)
        if missing := missing_graph(dataset, self._store.holds_graph):
            raise QuerySyntaxError(missing, place=Place("query", None, None))
        limits = self._workers.limits
        answer = self._store.fetch(
            bind(request.query, request.substitutions),
            media_type,
            dataset,
            request.prefixes,
            timeout=limits.seconds,
            caps=Caps(limits.rows, limits.answer_megabytes * 2**20),
        )
        if answer is None:
            raise QueryNotAcceptableError("This form of query has no answer in the formats asked for.")
        if answer[1].server_rows is not None:
            self._rows = answer[1].server_rows
        unknown = unknown_graphs(dataset, self._store.holds_graph) if dataset.given else ()
        return QueryAnswer(answer[0], answer[1].body, answer[1].cut, unknown_graphs=unknown)


def _dataset(request: QueryRequest) -> QueryDataset:
    """The dataset of a request (https://www.w3.org/TR/sparql11-protocol/#dataset)."""
    if request.default_graphs or request.named_graphs:
        return QueryDataset(False, True, request.default_graphs, request.named_graphs)
    if not screen(request.query).dataset_clause:
        return UNION
    clause = read_dataset_clause(request.query, request.prefixes)
    return clause if clause.default_graphs or clause.named_graphs else UNION
