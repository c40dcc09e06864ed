"""Application services shared by all routes, and the current dataset version, opened.

Values computed once from a version are shared by requests.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.recorded_versions import RecordedVersions
from gcmgraph.contributions.sent_graphs import EngineVersion, SentGraphs
from gcmgraph.publication.descriptions import Describer, Labels
from gcmgraph.publication.graph_notes import Notes
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.metadata.partitions import stated_endpoint
from gcmgraph.publication.network import Relations
from gcmgraph.publication.ontology_history import OntologyHistory
from gcmgraph.publication.reconciliation.entities import Entities, Properties
from gcmgraph.publication.reconciliation.reconciler import Reconciler
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.search.question_names import QuestionReader
from gcmgraph.publication.search.questions import FittingQuery, NearestQueries
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.publication.versions.history import History
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.description import Question, questions_of, read_library
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Triple
from gcmgraph.settings import MAIL, Settings
from gcmgraph.store.engine import Engine
from gcmgraph.store.port import Change
from gcmgraph.store.query_pool import QueryWorkers
from gcmgraph.store.store_folder import OpenedVersion, StoreFolder
from gcmgraph.store.stores import ChangedStore
from gcmgraph.web.http.links import web_link

Value = TypeVar("Value")
P = ParamSpec("P")


class Snapshot:
    """One dataset version, opened. It never changes, so values computed from it may be cached."""

    def __init__(self, opened: OpenedVersion, addresses: Addresses) -> None:
        self.version = opened.version
        self.index = opened.index
        self.store = opened.store
        folder = opened.index.parent
        self.listings = Listings(self.store, addresses, folder)
        self.labels = self.listings.labels
        self.describer = Describer(self.store, addresses, self.labels)
        self.notes = Notes(self.store, addresses)
        #: the values of functions `per_version`, by function
        self.cached_values: dict[object, Any] = {}
        #: whether it is published; else it is how it would be after a change
        self.published = True
        self.addresses = addresses
        self._statistics = Statistics.read(folder)
        self._counting = threading.Lock()

    @cached_property
    def day(self) -> date:
        """The day of the version, in UTC: the same on each server that made it."""
        return History(self.index.parent.parent).described(self.version).published.date()

    def changed(self, change: Change) -> Snapshot:
        """This version as it would be after a change.

        Lists, search and statistics remain those of this version.
        """
        changed = copy.copy(self)
        changed.published = False
        changed.store = ChangedStore(self.store, change)
        changed.labels = Labels(changed.store, self.addresses)
        changed.describer = Describer(changed.store, self.addresses, changed.labels)
        changed.notes = Notes(changed.store, self.addresses)
        changed.cached_values = {}
        return changed

    @cached_property
    def quad_count(self) -> int:
        """The number of quads."""
        return self._statistics.quads if self._statistics else len(self.store)

    def graph(self, name: str) -> list[Triple]:
        """The statements of a named graph, such as `ontology`."""
        return [quad.triple for quad in self.store.quads(graph=IRI(self.addresses.graph(name)))]

    @property
    def figures(self) -> Statistics:
        """Statistics from the file beside the version.

        Without a file the first request counts, and other requests wait.
        """
        with self._counting:
            if self._statistics is None:
                self._statistics = Statistics.of(self.store, self.addresses)
            return self._statistics

    @cached_property
    def relations(self) -> Relations:
        """Participants of practices, and organisations that work together."""
        return Relations(self.listings)


class ServedDataset:
    """The current version of a dataset, checked at each request."""

    def __init__(self, dataset: StoreFolder, addresses: Addresses) -> None:
        self._dataset = dataset
        self._addresses = addresses
        #: the versions of the store
        self.history = History(dataset.path / "versions")
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()
        self._callbacks: list[Callable[[Snapshot], None]] = []
        #: returns the name of the current version; None where nothing was built yet
        self.version = dataset.current_version
        #: returns the state that responses depend on; None where nothing was built yet
        self.state = dataset.current_state

    def snapshot(self) -> Snapshot:
        """The current version. `StoreError` where nothing was built yet."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.version == self._dataset.current_version():
            return snapshot
        with self._opening:
            if self._snapshot is None or self._snapshot.version != self._dataset.current_version():
                # requests in progress hold the old snapshot until they end
                self._snapshot = Snapshot(self._dataset.open_version(), self._addresses)
                for callback in self._callbacks:
                    callback(self._snapshot)
            return self._snapshot

    def stated_endpoint(self) -> str | None:
        """The endpoint that the examples of the current version state; None for none.

        The version is opened and released. `StoreError` where nothing was built yet.
        """
        return stated_endpoint(self._dataset.open_version().store, self._addresses)

    def when_opened(self, callback: Callable[[Snapshot], None]) -> None:
        """Call `callback` with every version opened from now on.

        The callback must return soon: requests wait for it.
        """
        self._callbacks.append(callback)


def per_version(
    compute: Callable[Concatenate[Snapshot, P], Value],
) -> Callable[Concatenate[Snapshot, P], Value]:
    """A function of a snapshot whose value is computed once and stored with the snapshot.

    The first call computes the value, and other calls wait for it; further arguments are those of
    the first call. The value must not refer to the snapshot.
    """
    computing = threading.Lock()

    @wraps(compute)
    def cached_value(snapshot: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> Value:
        values = snapshot.cached_values
        if compute not in values:
            with computing:
                if compute not in values:
                    values[compute] = compute(snapshot, *args, **kwargs)
        value: Value = values[compute]
        return value

    return cached_value


@per_version
def search_index(snapshot: Snapshot) -> SearchIndex:
    """The search index of a version: the file beside it."""
    return SearchIndex(snapshot.store, snapshot.addresses, snapshot.index.parent)


@per_version
def names_in_questions(snapshot: Snapshot, schemes: frozenset[str]) -> QuestionReader:
    """The reader of names in questions, of concepts those of some schemes."""
    return QuestionReader(search_index(snapshot), schemes)


@per_version
def reconciler_of(snapshot: Snapshot) -> Reconciler:
    """The reconciliation of names with the entities of a version."""
    entities = Entities(snapshot.store, snapshot.addresses, snapshot.listings, snapshot.labels)
    properties = Properties(snapshot.store, snapshot.addresses, entities)
    return Reconciler(entities, properties, search_index(snapshot))


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
        """The address of a link to the contact.

        None for a text that is neither a mail nor a web address.
        """
        if MAIL.fullmatch(self.contact):
            return f"mailto:{self.contact}"
        return web_link(self.contact)

    @property
    def source_code_link(self) -> str | None:
        """The address of a link to the source code; None for a text that is no web address."""
        return web_link(self.source_code)


@dataclass(frozen=True)
class Site:
    """Application services shared by all routes."""

    addresses: Addresses
    dataset: ServedDataset
    workers: QueryWorkers
    #: the query library, by name
    library: Mapping[str, NamedQuery]
    ontology_history: OntologyHistory
    #: URL under which clients reach this server; ends in a slash
    public_base: str
    #: versions that servers with the same database made
    versions: RecordedVersions
    operator: Operator = Operator()
    #: whether senders of contributions get notices by e-mail
    notifies: bool = False
    #: folder of pictures of pages of documents, which may be shown
    page_pictures: Path | None = None
    #: URL for queries of the SPARQL server to which graphs are sent, if any
    publish_to: str = ""
    #: the SPARQL server that answers visitors' queries, if any; else `workers` do
    engine: Engine | None = None
    #: whether its pages are for a copy as files, in which resources have fewer formats
    as_files: bool = False

    @cached_property
    def engine_version(self) -> EngineVersion | None:
        """The version that the SPARQL server of visitors' queries holds, as far as is known."""
        if self.engine is None:
            return None
        return EngineVersion(SentGraphs(self.versions.database, self.engine.url))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The examples and the queries of the library, each with its text, read at the first use."""
        return questions_of(self.library.values(), self.addresses)

    @cached_property
    def nearest_queries(self) -> NearestQueries:
        """The queries of the library by their words.

        They are read at the first question, in a fifth of a second.
        """
        return NearestQueries(self.library)

    def fitting_queries(self, snapshot: Snapshot, question: str) -> list[FittingQuery]:
        """The queries of the library that fit a question, with the values that it names, best first."""
        names = names_in_questions(snapshot, self.nearest_queries.schemes)
        return self.nearest_queries.nearest(question, names)

    @property
    def sparql_url(self) -> str:
        """The URL of this server's SPARQL endpoint."""
        return f"{self.public_base}sparql"


def open_site(settings: Settings) -> Site:
    """The services that settings describe.

    `SettingsError` for a base or a store that cannot be served.
    """
    addresses = settings.addresses
    library = read_library(settings.root, addresses)
    database = Database(settings.contributions_location, addresses.base)
    engine = None
    if settings.engine:
        engine = Engine(settings.engine, addresses.base, settings.query_limits)
    return Site(
        addresses=addresses,
        dataset=ServedDataset(open_dataset(settings.location), addresses),
        workers=QueryWorkers(settings.query_limits),
        library=library,
        ontology_history=OntologyHistory(settings.root, addresses),
        public_base=settings.public_base,
        versions=RecordedVersions(database),
        operator=Operator(settings.operator, settings.contact, settings.source_code),
        notifies=bool(settings.smtp),
        page_pictures=Path(settings.page_pictures) if settings.page_pictures else None,
        publish_to=settings.target.query if settings.target else "",
        engine=engine,
    )
