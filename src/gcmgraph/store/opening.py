"""The dataset that `--store` names, a folder or the URL of a SPARQL server, and the queries on it.

Both are a `Dataset`. Untrusted clients' queries go through `Queries`: processes of ours, and behind them the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.store.federation.executor import FederatedQueries, Federation, LocalQueries
from gcmgraph.store.port import Store
from gcmgraph.store.queries import Queries
from gcmgraph.store.query_pool.memory_budget import MemoryBudget
from gcmgraph.store.query_pool.pool import QueryWorkers
from gcmgraph.store.remote.dataset import RemoteDataset
from gcmgraph.store.remote.dialects import Access, is_url
from gcmgraph.store.remote.queries import ServerQueries
from gcmgraph.store.requests import QueryLimits
from gcmgraph.store.versions.folder import OpenedVersion, StoreFolder


class Dataset(Protocol):
    """A dataset with versions, of which one is current."""

    def current_version(self) -> str | None:
        """The name of the current version, or None where nothing was built yet."""
        ...

    def current_state(self) -> str | None:
        """A text that changes with the current version and the files beside it; None where nothing was built yet."""
        ...

    def open_current(self) -> Store:
        """The current version. `StoreError` where nothing was built yet."""
        ...

    def open_version(self) -> OpenedVersion:
        """The current version with its name. `StoreError` where nothing was built yet."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """Read for one page in this thread; a remote store then prefetches what the page may read next."""
        ...

    def publish(
        self,
        version: str,
        quads: Iterable[Quad],
        files: Mapping[str, bytes],
        complete: Callable[[Path], None] = lambda _: None,
    ) -> None:
        """Make these quads the current version.

        Where there is a folder for it, `files` are stored in it, and `complete` adds what is made from the store there.
        """
        ...


def open_dataset(
    store: str, addresses: Addresses, access: Access | None = None, keep: int = 0
) -> StoreFolder | RemoteDataset:
    """The dataset that `--store` names; a folder retains `keep` versions whole, 0 for all.

    Raises `SettingsError` for a URL that cannot be one.
    """
    return RemoteDataset(store, addresses, access) if is_url(store) else StoreFolder(Path(store), keep)


def open_queries(dataset: StoreFolder | RemoteDataset, limits: QueryLimits, federation: Federation) -> Queries:
    """Untrusted clients' queries on a dataset, with SERVICE where the allow-list is not empty."""

    def on_dataset(workers: QueryWorkers) -> Queries:
        return ServerQueries(dataset.store, workers) if isinstance(dataset, RemoteDataset) else workers

    budget = MemoryBudget(limits.together_megabytes)
    queries = on_dataset(QueryWorkers(limits, budget))
    if not federation.endpoints:
        return LocalQueries(queries)
    # processes of their own: queries that wait for other servers must not take the places of those that do not
    workers = QueryWorkers(federation.limits_of_parts(limits), budget)
    return FederatedQueries(queries, on_dataset(workers), workers, federation)
