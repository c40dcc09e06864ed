"""Application services shared by all blueprints: addresses, current dataset, query workers, questions."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.namespaces import Addresses
from gcmgraph.queries.questions import Question, read_questions
from gcmgraph.settings import Settings
from gcmgraph.store.federation.executor import Federation
from gcmgraph.store.opening import open_dataset, open_queries
from gcmgraph.store.queries import Queries
from gcmgraph.store.query_pool.pool import QueryLimits
from gcmgraph.web.snapshot import ServedDataset


@dataclass(frozen=True)
class Site:
    """Application services shared by all blueprints."""

    addresses: Addresses
    dataset: ServedDataset
    workers: Queries
    questions: tuple[Question, ...]
    #: endpoints that SERVICE may query; the first is the default of named queries
    endpoints: tuple[str, ...] = ()
    #: URL of this server's SPARQL endpoint; None where it answers at `{base}sparql`
    sparql_url: str | None = None


def open_site(settings: Settings) -> Site:
    """The services that settings describe. `SettingsError` for a base or a store that cannot be served."""
    addresses = settings.addresses
    limits = QueryLimits(
        settings.query_timeout,
        settings.query_memory,
        settings.query_workers,
        settings.query_rows,
        settings.query_answer,
        settings.query_graph,
        settings.query_budget,
    )
    endpoints = settings.federation_endpoints
    questions = read_questions(settings.root, addresses, endpoints)
    dataset = open_dataset(settings.store, addresses, settings.access)
    workers = open_queries(dataset, limits, Federation(frozenset(endpoints)))
    return Site(addresses, ServedDataset(dataset, addresses), workers, questions, endpoints, settings.sparql_url)
