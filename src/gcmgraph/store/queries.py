"""The port to untrusted clients' queries. Adapters: `query_pool`, `remote.queries`, `federation.executor`."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from gcmgraph.store.requests import QueryAnswer, QueryLimits, QueryRequest

#: Seconds to wait for a free place among queries that wait for other servers; a longer queue would only grow.
MAX_WAIT = 1.5


class Queries(Protocol):
    """Untrusted clients' queries on a dataset, each within limits."""

    @property
    def limits(self) -> QueryLimits:
        """Limits of one query."""
        ...

    def prepare(self, folder: Path) -> None:
        """Prepare for queries on the version whose index is in `folder`, in the background."""
        ...

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """The answer to a query on the version whose index is in `folder`. Raises as `QueryWorkers.run` does."""
        ...

    def close(self) -> None:
        """Stop the processes."""
        ...
