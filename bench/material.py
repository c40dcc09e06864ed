"""Graph of a run, its dump and its store, each made on first use; steps in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import file_digest
from itertools import chain
from pathlib import Path
from typing import Any

from bench.synthetic import SEED, Synthetic, beside
from bench.systems import peak
from gcmgraph.publication.versions.dataset import write_indexes
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import DefaultGraph
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.stores import read_dump, write_index
from gcmgraph.store.version_files import DUMP, record_draft, version_name


class Material:
    """A synthetic graph with the data it refers to, in a folder for temporary files."""

    def __init__(self, practices: int, folder: Path) -> None:
        self.practices = practices
        self.folder = folder
        self.repository = Repository.find()
        self.data = Synthetic(practices, SEED, self.repository, Addresses())

    @cached_property
    def quads(self) -> int:
        """Number of quads of the dump, which is written first."""
        say(f"writing {self.practices:,} practices")
        return write_dump(self.data, self.repository, self.folder / DUMP)

    @property
    def dump(self) -> Path:
        """The graph as canonical N-Quads."""
        return self.folder / DUMP if self.quads else Path()

    @cached_property
    def loaded(self) -> dict[str, Any]:
        """Seconds and peak memory of loading the dump into our store, without the files of a build beside it."""
        say("gcmgraph: loading")
        return apart(load_ours, self.dump, self.folder / "store")

    @cached_property
    def completed(self) -> dict[str, Any]:
        """Seconds and peak memory of writing the files that a build puts beside the store."""
        return apart(complete_ours, self.folder / "store") if self.loaded else {}

    @property
    def store(self) -> Path:
        """Our store folder, complete as after a build."""
        return self.folder / "store" if self.completed else Path()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Temporary folder of one part, deleted after it."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            yield Path(name)


def write_dump(data: Synthetic, repository: Repository, out: Path) -> int:
    """Write a synthetic graph and the data it refers to as canonical N-Quads.

    Returns the number of quads.

    Canonical is sorted by graph, then by line, in the order of bytes (`rdf.canonical`). `sort`
    does that on disk, with the graph written before each line.
    """
    draft, count = out.with_suffix(".unsorted"), 0
    with draft.open("wb") as file:
        for count, quad in enumerate(chain(beside(repository, Addresses()), data.quads()), start=1):  # noqa: B007
            graph = "" if quad.graph_name == DefaultGraph() else quad.graph_name
            file.write(f"{graph}\t{quad} .\n".encode())
    sort = f"sort -u -S 256M -T {out.parent} {draft} | cut -f2- > {out}"
    subprocess.run(
        ["bash", "-o", "pipefail", "-c", sort], env={**os.environ, "LC_ALL": "C"}, check=True
    )
    draft.unlink()
    return count


def load_ours(dump: Path, store: Path) -> dict[str, Any]:
    """Load a dump into a store folder as its current version: the index only, as other systems do."""
    with dump.open("rb") as file:
        name = version_name(file_digest(file, "sha256").hexdigest())
    folder = StoreFolder(store)
    with folder.writing(), folder.draft(name) as version:
        os.link(dump, version / DUMP)
        write_index(version / "index", read_dump(dump))
        quads = len(Store.open(version / "index"))
        folder.publish_draft(version, name)
    return {"quads": quads, "bytes": bytes_on_disk(store) - dump.stat().st_size}


def complete_ours(store: Path) -> dict[str, Any]:
    """Write and record the files of a build beside the index of the current version.

    A decision copies the recorded ones, and makes others anew.
    """
    folder = StoreFolder(store).current_folder()
    write_indexes(folder, Addresses())
    record_draft(folder)
    return {}


def apart(step: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """Run a step in a new process.

    Returns its result with wall and CPU seconds and peak memory in bytes.

    A new process, not a fork: a fork would lack the engine's threads, which a write waits for.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        measured: dict[str, Any] = pool.apply(_measured, (step, arguments))
        return measured


def _measured(step: Callable[..., dict[str, Any]], arguments: tuple[Any, ...]) -> dict[str, Any]:
    start = time.perf_counter()
    processor_start = time.process_time()
    result = step(*arguments)
    wall_seconds = time.perf_counter() - start
    processor_seconds = time.process_time() - processor_start
    return {
        "wall_s": wall_seconds,
        "cpu_s": processor_seconds,
        "peak_bytes": peak(os.getpid()),
        **result,
    }


def bytes_on_disk(folder: Path) -> int:
    """Bytes of the files of a folder; a file with several names counts once."""
    sizes = {}
    for path in folder.rglob("*"):
        if path.is_file():
            status = path.stat()
            sizes[status.st_dev, status.st_ino] = status.st_size
    return sum(sizes.values())


def say(words: str) -> None:
    """Report progress on standard error."""
    print(words, file=sys.stderr, flush=True)
