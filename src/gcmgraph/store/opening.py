"""Open what `--store` names: a folder of the embedded engine, or the URL of a SPARQL server.

Both are a `Dataset`. What strangers ask goes through `Queries`: processes of ours, and behind them the server.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from gcmgraph.errors import Place, QuerySyntaxError
from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.sparql.bindings import bind
from gcmgraph.sparql.dataset_clause import UNION, QueryDataset, missing_graph, read_dataset_clause
from gcmgraph.sparql.screening import screen
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.port import Store
from gcmgraph.store.query_pool.pool import (
    QueriesBusyError,
    QueryAnswer,
    QueryLimits,
    QueryNotAcceptableError,
    QueryOverLimitError,
    QueryRequest,
    QueryWorkers,
)
from gcmgraph.store.remote.client import OverLimitError
from gcmgraph.store.remote.dataset import RemoteDataset
from gcmgraph.store.remote.dialects import Access, is_url
from gcmgraph.store.remote.store import RemoteStore
from gcmgraph.store.requests import NOTHING
from gcmgraph.store.results.capped_output import Caps
from gcmgraph.store.versions.folder import OpenedVersion, StoreFolder

#: Seconds to wait for a free place of those from which others are asked; a longer queue would only grow.
MAX_WAIT = 1.5


class Dataset(Protocol):
    """Where dataset versions are put, and where the current one is found."""

    def current_version(self) -> str | None:
        """The name of the current version, or None where nothing was built yet."""
        ...

    def current_state(self) -> str | None:
        """What changes with the current version, and with the files beside it. None where nothing was built yet."""
        ...

    def open_current(self) -> Store:
        """The current version. `StoreError` where nothing was built yet."""
        ...

    def open_version(self) -> OpenedVersion:
        """The current version with its name. `StoreError` where nothing was built yet."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """Read for one page, in this thread: where asking takes long, what it may read next is read along."""
        ...

    def publish(
        self,
        version: str,
        quads: Iterable[Quad],
        files: Mapping[str, bytes],
        complete: Callable[[Path], None] = lambda _: None,
    ) -> None:
        """Make these quads the current version.

        Where there is a folder for it, `files` are kept in it, and `complete` adds what is made from the store there.
        """
        ...


def open_dataset(
    store: str, addresses: Addresses, access: Access | None = None, keep: int = 0
) -> StoreFolder | RemoteDataset:
    """The dataset that `--store` names; a folder keeps `keep` versions whole, 0 for all.

    Raises `SettingsError` for a URL that cannot be one.
    """
    return RemoteDataset(store, addresses, access) if is_url(store) else StoreFolder(Path(store), keep)


class Queries(Protocol):
    """What runs strangers' queries: `QueryWorkers` over a folder, `ServerQueries` over a server."""

    @property
    def limits(self) -> QueryLimits:
        """What one query may take."""
        ...

    def prepare(self, folder: Path) -> None:
        """Make ready for queries on the version whose index is in `folder`, in the background."""
        ...

    def held_here(self, folder: Path) -> EmbeddedStore | None:
        """The union of that version's graphs, in memory of this process; None where it is not held."""
        ...

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """The answer to a query on the version whose index is in `folder`. Raises as `QueryWorkers.run` does."""
        ...

    def close(self) -> None:
        """End what runs."""
        ...


def open_queries(dataset: StoreFolder | RemoteDataset, limits: QueryLimits) -> Queries:
    """What runs strangers' queries on a dataset."""
    workers = QueryWorkers(limits)
    return ServerQueries(dataset.store, workers) if isinstance(dataset, RemoteDataset) else workers


class ServerQueries:
    """Strangers' queries on a SPARQL server: first read in a process of ours, over an empty store.

    That refuses what is not SPARQL, SERVICE, updates, and nesting that kills parsers, in the same words as for
    the embedded engine. What passes goes to the server, whose answer is waited for as long as a query may take;
    the server's own limits must end the query there (docs/scaling.md).
    """

    def __init__(self, store: RemoteStore, workers: QueryWorkers) -> None:
        self._store = store
        self._workers = workers
        self._places = threading.BoundedSemaphore(workers.limits.side_by_side)
        self._rows = sys.maxsize

    @property
    def limits(self) -> QueryLimits:
        """What one query may take; rows as many as the server was seen to give."""
        return replace(self._workers.limits, rows=min(self._workers.limits.rows, self._rows))

    def prepare(self, folder: Path) -> None:
        """A server is ready."""

    def held_here(self, folder: Path) -> EmbeddedStore | None:
        """Nothing of a server is held."""
        return None

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """See `Queries.run`. A server has no versions side by side, so `folder` is left aside."""
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
        """End the processes."""
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
        return QueryAnswer(answer[0], answer[1].body, answer[1].cut)


def _dataset(request: QueryRequest) -> QueryDataset:
    """The dataset of a request (https://www.w3.org/TR/sparql11-protocol/#dataset)."""
    if request.default_graphs or request.named_graphs:
        return QueryDataset(False, True, request.default_graphs, request.named_graphs)
    if not screen(request.query).dataset_clause:
        return UNION
    clause = read_dataset_clause(request.query, request.prefixes)
    return clause if clause.default_graphs or clause.named_graphs else UNION
