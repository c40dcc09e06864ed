"""The union of all graphs in memory of the server process itself, for what it answers on the spot.

A nursery holds the same graph for query processes (`nurseries`), so it is known that there is room for it.
"""

from __future__ import annotations

import os
import platform
import threading
from pathlib import Path

from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.query_pool.memory_graph import NICENESS, HeldGraph
from gcmgraph.store.versions.folder import DUMP


class HeldHere:
    """The union of one version's graphs, or nothing."""

    def __init__(self) -> None:
        self._held: HeldGraph | None = None

    def union(self, folder: Path) -> EmbeddedStore | None:
        """The union of the graphs whose index is in this folder, if it is held."""
        held = self._held
        return held.store if held is not None and held.folder == folder else None

    def hold(self, folder: Path | None) -> None:
        """Hold what the dump beside this folder says in place of what was held; nothing where there is no dump."""
        self._held = None  # first, so that there is never memory for two
        if folder is not None:
            reader = threading.Thread(target=self._read, args=(folder,), name="hold the union")
            reader.start()
            reader.join()

    def _read(self, folder: Path) -> None:
        if platform.system() == "Linux":  # where a thread has a priority of its own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        try:
            self._held = HeldGraph(folder, EmbeddedStore.of_union(folder.parent / DUMP))
        except OSError:  # there is none, or the version goes away; the disk answers as before
            return
