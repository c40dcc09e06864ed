"""Application services shared by all blueprints: addresses, current dataset, query workers, questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.versions.following import open_dataset
from gcmgraph.queries.library import NamedQuery
from gcmgraph.queries.questions import Question, questions_of, read_library
from gcmgraph.settings import Settings
from gcmgraph.store.federation.executor import Federation
from gcmgraph.store.opening import open_queries
from gcmgraph.store.requests import Queries
from gcmgraph.web.http.urls import foreign_link
from gcmgraph.web.snapshot import ServedDataset


@dataclass(frozen=True)
class Operator:
    """Operator of the site, for its pages. An empty text is not shown."""

    name: str = ""
    #: mail address or web address
    contact: str = ""
    #: web address
    source_code: str = ""

    @property
    def contact_link(self) -> str | None:
        """The address of a link to the contact; None for a text that is neither a mail nor a web address."""
        if re.fullmatch(r"[^@\s:/]+@[^@\s:/]+\.[^@\s:/]+", self.contact):
            return f"mailto:{self.contact}"
        return foreign_link(self.contact)

    @property
    def source_code_link(self) -> str | None:
        """The address of a link to the source code; None for a text that is no web address."""
        return foreign_link(self.source_code)


@dataclass(frozen=True)
class Site:
    """Application services shared by all blueprints."""

    addresses: Addresses
    dataset: ServedDataset
    workers: Queries
    #: the query library, by name
    library: Mapping[str, NamedQuery]
    questions: tuple[Question, ...]
    #: URL under which clients reach this server; ends in a slash
    public_base: str
    #: endpoints that SERVICE may query; the first is the default of named queries
    endpoints: tuple[str, ...] = ()
    operator: Operator = Operator()

    @property
    def sparql_url(self) -> str:
        """The URL of this server's SPARQL endpoint."""
        return f"{self.public_base}sparql"


def open_site(settings: Settings) -> Site:
    """The services that settings describe. `SettingsError` for a base or a store that cannot be served."""
    addresses = settings.addresses
    endpoints = settings.federation_endpoints
    library = read_library(settings.root, addresses)
    questions = questions_of(library.values(), addresses, endpoints)
    dataset = open_dataset(settings.location)
    workers = open_queries(settings.query_limits, Federation(frozenset(endpoints)))
    operator = Operator(settings.operator, settings.contact, settings.source_code)
    served = ServedDataset(dataset, addresses)
    return Site(addresses, served, workers, library, questions, settings.public_base, endpoints, operator)
