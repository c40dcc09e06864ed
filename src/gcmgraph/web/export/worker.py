"""Process of an export: `python -m gcmgraph.web.export.worker FD` writes addresses to a folder.

The pages of a resource in six languages read the same statements, so a process remembers what was
read last: 22 ms of CPU a page, 36 ms otherwise.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from gcmgraph.platform.errors import StoreError, faults_of_files
from gcmgraph.platform.processes import serve, start_arguments
from gcmgraph.rdf.terms import IRI, Quad, Term, Triple
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import OpenedVersion, StoreFolder
from gcmgraph.web.app import create_app
from gcmgraph.web.export.addresses import SiteAddress
from gcmgraph.web.export.folder import GO_ON
from gcmgraph.web.export.journal import WrittenAddress
from gcmgraph.web.export.site_writer import SiteWriter
from gcmgraph.web.services import ServedDataset, Site, open_site

#: Number of patterns whose statements are remembered, and of statements of a pattern.
_REMEMBERED_PATTERNS = 8_000
_REMEMBERED_STATEMENTS = 2_000


@dataclass(frozen=True)
class ExportTask:
    """Settings, dataset version and folder of an export, for its processes."""

    settings: Settings
    version: str
    folder: Path


class RememberingStore(Store):
    """A store that never changes, which remembers the statements of the patterns that were read last."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.engine)
        self._quads = lru_cache(_REMEMBERED_PATTERNS)(self._read_quads)
        self._triples = lru_cache(_REMEMBERED_PATTERNS)(self._read_triples)

    def quads(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """The quads that match a pattern."""
        quads = self._quads(subject, predicate, object, graph)
        return (
            iter(quads) if quads is not None else super().quads(subject, predicate, object, graph)
        )

    def triples(
        self, subject: IRI | None = None, predicate: IRI | None = None, object: Term | None = None
    ) -> Iterator[Triple]:
        """The triples that match a pattern."""
        triples = self._triples(subject, predicate, object)
        return iter(triples) if triples is not None else super().triples(subject, predicate, object)

    def _read_quads(self, *pattern: Any) -> tuple[Quad, ...] | None:
        quads = tuple(islice(super().quads(*pattern), _REMEMBERED_STATEMENTS + 1))
        return quads if len(quads) <= _REMEMBERED_STATEMENTS else None

    def _read_triples(self, *pattern: Any) -> tuple[Triple, ...] | None:
        triples = tuple(islice(super().triples(*pattern), _REMEMBERED_STATEMENTS + 1))
        return triples if len(triples) <= _REMEMBERED_STATEMENTS else None


class RememberingStoreFolder(StoreFolder):
    """A store folder whose versions are opened as `RememberingStore`."""

    def open_version(self) -> OpenedVersion:
        """The current version, read-only, with its name."""
        opened = super().open_version()
        return replace(opened, store=RememberingStore(opened.store))


class TaskWriter:
    """Writer of the addresses of a task."""

    def __init__(self, task: ExportTask) -> None:
        self._version = task.version
        self._folder = task.folder
        settings = replace(task.settings, result_cache=0)
        site = open_site(settings)
        dataset = ServedDataset(
            RememberingStoreFolder(Path(settings.location.store)), settings.addresses
        )
        self.site: Site = replace(site, dataset=dataset, as_files=True)
        self.app = create_app(settings, site=self.site)
        self.files = SiteWriter(self.app, task.folder)

    def write(self, address: SiteAddress) -> WrittenAddress:
        """Write an address. `StoreError` where the dataset changed, or the folder cannot be written."""
        with faults_of_files(StoreError, "The export cannot be written", self._folder, hint=GO_ON):
            written = self.files.write(address)
        self.require_version()
        return written

    def require_version(self) -> None:
        """Raise `StoreError` where another version of the dataset is current than at the beginning."""
        if self.site.dataset.version() != self._version:
            raise StoreError(
                "The dataset changed during the export; nothing was put in place.",
                hint="Try again.",
            )

    def close(self) -> None:
        """End the processes for queries."""
        self.site.workers.close()


def main() -> None:
    """Write addresses until the parent closes the channel."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    gc.set_threshold(100_000, 50, 100)  # as other commands do; 51 ms of CPU a page, 55 otherwise
    channel, _ = start_arguments()
    parent = os.getppid()
    decoder = msgspec.json.Decoder(list[SiteAddress])
    writers: list[TaskWriter] = []

    def answer(_: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        if not writers:  # the first request is the task
            writers.append(TaskWriter(pickle.loads(body)))  # noqa: S301 - our own process wrote it
            return {}, msgspec.json.encode([])
        written = []
        for address in decoder.decode(body):
            if os.getppid() != parent:  # which was killed: another export may write here
                raise ConnectionAbortedError
            written.append(writers[0].write(address))
        return {}, msgspec.json.encode(written)

    with suppress(ConnectionError), channel:
        serve(channel, answer)
    for writer in writers:
        writer.close()


if __name__ == "__main__":
    main()
