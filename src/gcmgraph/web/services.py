"""What every blueprint is handed: the addresses, the current dataset, the query workers, the questions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gcmgraph.errors import StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import Describer
from gcmgraph.publication.describe.graph_notes import Notes
from gcmgraph.publication.lists.catalogue import Catalogue
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.naming.labels import Labels
from gcmgraph.publication.network.relations import Relations
from gcmgraph.publication.versions.statistics import Figures
from gcmgraph.queries.questions import Question
from gcmgraph.store.opening import Dataset, Queries
from gcmgraph.store.versions.folder import OpenedVersion
from gcmgraph.web.http.body_cache import Bodies


class Snapshot:
    """One dataset version, opened. It never changes, so what is computed from it may be kept."""

    def __init__(self, opened: OpenedVersion, addresses: Addresses) -> None:
        self.version = opened.version
        self.index = opened.index
        self.store = opened.store
        self.describer = Describer(self.store, addresses)
        self.labels = Labels(self.store, addresses)
        self.notes = Notes(self.store, addresses)
        self.bodies = Bodies()
        #: what is computed once and shared by requests, by what computes it (`dataset_versions.PerVersion`)
        self.made: dict[object, Any] = {}
        folder = opened.index.parent if opened.index.name else None
        self.listings = Listings(self.store, addresses, folder)
        self.catalogue = Catalogue(self.store, addresses, self.listings)
        self._addresses = addresses
        self._figures = Figures.read(folder) if folder else None
        self._counting = threading.Lock()

    @cached_property
    def quad_count(self) -> int:
        """The number of quads."""
        return self._figures.quads if self._figures else len(self.store)

    @property
    def figures(self) -> Figures:
        """How much there is, as told beside the version. Without that the first request counts, others wait for it."""
        with self._counting:
            if self._figures is None:
                self._figures = Figures.of(self.store, self._addresses)
            return self._figures

    @cached_property
    def relations(self) -> Relations:
        """Who takes part where, who works with whom."""
        return Relations(self.listings.file(), self.listings.of("practice"))


class ServedDataset:
    """The current version of a dataset. A new one is noticed at the next request."""

    def __init__(self, dataset: Dataset, addresses: Addresses) -> None:
        self._dataset = dataset
        self._addresses = addresses
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()
        self._acts: list[Callable[[Snapshot], None]] = []

    def version(self) -> str | None:
        """The name of the current version, None where nothing was built yet or the store cannot be asked."""
        try:
            return self._dataset.current_version()
        except StoreError:  # told by `snapshot`, where an answer needs it
            return None

    def state(self) -> str | None:
        """What answers depend on: the current version, and the files beside it; None as for `version`."""
        try:
            return self._dataset.current_state()
        except StoreError:  # told by `snapshot`, where an answer needs it
            return None

    def snapshot(self) -> Snapshot:
        """The current version. `StoreError` where nothing was built yet."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.version == self._dataset.current_version():
            return snapshot
        with self._opening:
            if self._snapshot is None or self._snapshot.version != self._dataset.current_version():
                # requests that still hold the old snapshot keep it until they are done
                self._snapshot = Snapshot(self._dataset.open_version(), self._addresses)
                for act in self._acts:
                    act(self._snapshot)
            return self._snapshot

    def reading(self) -> AbstractContextManager[None]:
        """Read for one page; see `Dataset.reading`."""
        return self._dataset.reading()

    def check(self) -> None:
        """Open the current version and let it go again. `StoreError` where nothing was built yet."""
        self._dataset.open_version()

    def when_opened(self, act: Callable[[Snapshot], None]) -> None:
        """Do something with every version that is opened from now on; it must not take long."""
        self._acts.append(act)


@dataclass(frozen=True)
class Site:
    """The collaborators of the web application."""

    addresses: Addresses
    dataset: ServedDataset
    workers: Queries
    questions: tuple[Question, ...]
    #: the endpoints that SERVICE may ask, the first one where a query of ours leaves it open
    endpoints: tuple[str, ...] = ()
