"""What every blueprint is handed: the addresses, the current dataset, the query workers, the words."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe import Describer
from gcmgraph.publication.describe_catalogue import Catalogue
from gcmgraph.publication.labels import Labels
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.versions import StoreFolder
from gcmgraph.store.workers import QueryWorkers
from gcmgraph.web.bodies import Bodies
from gcmgraph.web.language import Words
from gcmgraph.web.questions import Question


class Snapshot:
    """One dataset version, opened. It never changes, so what is computed from it may be kept."""

    def __init__(self, version: str, folder: Path, addresses: Addresses) -> None:
        self.version = version
        self.index = folder / "index"
        self.store = EmbeddedStore.open(self.index, read_only=True)
        self.describer = Describer(self.store, addresses)
        self.labels = Labels(self.store, addresses)
        self.bodies = Bodies()
        self.catalogue = Catalogue(self.store, addresses)

    @cached_property
    def quad_count(self) -> int:
        """The number of quads."""
        return len(self.store)


class ServedDataset:
    """The current version of a store folder. A new one is noticed at the next request."""

    def __init__(self, folder: StoreFolder, addresses: Addresses) -> None:
        self._folder = folder
        self._addresses = addresses
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()

    def version(self) -> str | None:
        """The name of the current version, None where nothing was built yet."""
        return self._folder.current_version()

    def snapshot(self) -> Snapshot:
        """The current version. `StoreError` where nothing was built yet."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.version == self._folder.current_version():
            return snapshot
        with self._opening:
            folder = self._folder.current_folder()
            if self._snapshot is None or self._snapshot.version != folder.name:
                # requests that still hold the old snapshot keep it until they are done
                self._snapshot = Snapshot(folder.name, folder, self._addresses)
            return self._snapshot


@dataclass(frozen=True)
class Site:
    """The collaborators of the web application."""

    addresses: Addresses
    dataset: ServedDataset
    workers: QueryWorkers
    words: Words
    questions: tuple[Question, ...]
