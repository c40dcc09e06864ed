"""What is computed once from a dataset version and shared by requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from gcmgraph.publication.search.file import LABELS
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.versions.history import History
from gcmgraph.web.services import Site, Snapshot

Made = TypeVar("Made")


class PerVersion(Generic[Made]):
    """A value of each version. It is kept with the snapshot and goes with it, so it must not refer to the snapshot."""

    def __init__(self, make: Callable[[Snapshot], Made]) -> None:
        self._make = make
        self._making = threading.Lock()

    def of(self, snapshot: Snapshot) -> Made:
        """The value of a snapshot. The first request makes it, others wait for that."""
        if self not in snapshot.made:
            with self._making:
                if self not in snapshot.made:
                    snapshot.made[self] = self._make(snapshot)
        made: Made = snapshot.made[self]
        return made


#: The versions beside each snapshot's index; None where the store is a server, which keeps no files.
Histories = PerVersion[History | None]


def version_histories() -> Histories:
    """The versions of the store that a snapshot is of."""
    known: dict[Path, History] = {}  # one folder; its versions outlive the current one

    def beside(snapshot: Snapshot) -> History | None:
        folder = snapshot.index.parent.parent
        return known.setdefault(folder, History(folder)) if snapshot.index.name else None

    return PerVersion(beside)


def search_indexes(site: Site) -> PerVersion[SearchIndex]:
    """The search index of each version: the file beside it, where the store is a folder."""

    def opened(snapshot: Snapshot) -> SearchIndex:
        file = snapshot.index.parent / LABELS if snapshot.index.name else None
        return SearchIndex(snapshot.store, site.addresses, file)

    return PerVersion(opened)
