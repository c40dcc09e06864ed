"""What is computed once from a dataset version and shared by requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from gcmgraph.publication.search_index import SearchIndex
from gcmgraph.web.site import Site, Snapshot

Made = TypeVar("Made")


class PerVersion(Generic[Made]):
    """The value of the version that was asked for last; another version takes its place."""

    def __init__(self, make: Callable[[Snapshot], Made]) -> None:
        self._make = make
        self._held: tuple[str, Made] | None = None
        self._making = threading.Lock()

    def of(self, snapshot: Snapshot) -> Made:
        """The value of a snapshot. The first request makes it, others wait for that."""
        held = self._held
        if held is None or held[0] != snapshot.version:
            with self._making:
                held = self._held
                if held is None or held[0] != snapshot.version:
                    held = self._held = (snapshot.version, self._make(snapshot))
        return held[1]


def search_indexes(site: Site) -> PerVersion[SearchIndex]:
    """The search index of each version."""
    return PerVersion(lambda snapshot: SearchIndex(snapshot.store, site.addresses, snapshot.catalogue))
