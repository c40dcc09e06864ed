"""Graph of a run, its dump and its store: shared by all parts, each created on first use."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import file_digest
from pathlib import Path
from typing import Any

from bench.generate import SEED
from bench.growth_steps import apart, bytes_on_disk, complete_ours, count_ours, load_ours
from bench.published import write_dump
from bench.synthetic import Synthetic
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.incremental import DUMP


class Material:
    """A synthetic graph and the data it refers to, in a folder for temporary files."""

    def __init__(self, practices: int, folder: Path) -> None:
        self.practices = practices
        self.folder = folder
        self.repository = Repository.find()
        self.data = Synthetic(practices, SEED, self.repository, Addresses())

    @cached_property
    def dataset(self) -> dict[str, Any]:
        """Size, seed and digest of the dump, which is written first."""
        say(f"writing {self.practices:,} practices")
        quads = write_dump(self.practices, self.folder / DUMP)
        with (self.folder / DUMP).open("rb") as written:
            digest = file_digest(written, "sha256").hexdigest()
        return {"practices": self.practices, "quads": quads, "seed": SEED, "sha256": digest}

    @property
    def dump(self) -> Path:
        """The graph as sorted N-Quads."""
        return self.folder / DUMP if self.dataset else Path()

    @cached_property
    def loaded(self) -> dict[str, Any]:
        """Figures of loading the dump into our store, in a process of its own; quads and bytes of the store."""
        say("gcmgraph: loading")
        told = apart(load_ours, self.dump, self.folder / "store") | count_ours(self.folder / "store")
        return {**told, "index_bytes": bytes_on_disk(self.folder / "store") - self.dump.stat().st_size}

    @cached_property
    def completed(self) -> dict[str, Any]:
        """Figures of writing the files that a build puts beside the store; bytes of the version, dump included."""
        store = self.folder / "store" if self.loaded else Path()
        return {**apart(complete_ours, store), "bytes": bytes_on_disk(store)}

    @property
    def store(self) -> Path:
        """Our store folder, complete as after a build."""
        return self.folder / "store" if self.completed else Path()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Temporary folder of one part, deleted after it."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            yield Path(name)


def say(words: str) -> None:
    """Report progress on standard error."""
    print(words, file=sys.stderr, flush=True)
