"""The dataset that `--store` names, a folder or a SPARQL server with a copy, and the queries of untrusted clients."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.store.federation import FederatedQueries, Federation
from gcmgraph.store.port import Location
from gcmgraph.store.query_pool import ForkServerClient, QueryWorkers
from gcmgraph.store.remote import Adopt, RemoteDataset
from gcmgraph.store.requests import QueryLimits
from gcmgraph.store.sparql_server import is_url
from gcmgraph.store.versions import StoreFolder


def open_location(location: Location, adopt: Adopt) -> StoreFolder:
    """The dataset at a location; `adopt` makes a version of a server the current one of its copy.

    Raises `SettingsError` for a URL that cannot be one.
    """
    if is_url(location.store):
        return RemoteDataset(location, adopt)
    return StoreFolder(Path(location.store), location.keep)


def copy_of_server(dataset: StoreFolder) -> RemoteDataset | None:
    """The dataset as a copy of one in a server, which it is to follow; None where it is none."""
    return dataset if isinstance(dataset, RemoteDataset) else None


def open_queries(limits: QueryLimits, federation: Federation) -> FederatedQueries:
    """Untrusted clients' queries, with SERVICE where the allow-list is not empty."""
    fork_server = ForkServerClient(limits)
    # slots of their own: queries that wait for other servers must not take the places of those that do not
    parts = QueryWorkers(federation.limits_of_parts(limits), fork_server)
    return FederatedQueries(QueryWorkers(limits, fork_server), parts, federation)
