"""A store folder with a synthetic graph as its published version: the index and the files of a build beside it.

It is written through files and streams, so that only the disk limits the size of the graph.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from hashlib import file_digest
from itertools import chain
from pathlib import Path

from bench.generate import SEED, beside
from bench.synthetic import Synthetic
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.answers.cache import LARGE, write_answers
from gcmgraph.publication.versions.indexes import write_indexes
from gcmgraph.queries.library import read_queries
from gcmgraph.rdfio.canonical import graph_key
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import StoreFolder, version_name
from gcmgraph.store.versions.incremental import DUMP


def write_dump(practices: int, out: Path) -> int:
    """Write a synthetic graph and the data it refers to as canonical N-Quads. Returns the number of quads.

    Canonical is sorted by graph, then by line (`rdfio.canonical.quad_key`), by code points: in UTF-8 the order of
    bytes. `sort` does that on disk, with the graph written before each line for it.
    """
    repository, addresses = Repository.find(), Addresses()
    draft = out.with_suffix(".unsorted")
    count = 0
    with draft.open("wb") as file:
        data = Synthetic(practices, SEED, repository, addresses)
        for count, quad in enumerate(chain(beside(repository, addresses), data.quads()), start=1):  # noqa: B007
            file.write(f"{graph_key(quad.graph_name)}\t{quad} .\n".encode())
    command = ["sort", "-u", "-S", "256M", "-T", str(out.parent), str(draft)]
    with (
        out.open("wb") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}) as sorting,
    ):
        subprocess.run(["cut", "-f2-"], stdin=sorting.stdout, stdout=file, check=True)
    if sorting.returncode:
        raise OSError(f"sort ended with status {sorting.returncode}")
    draft.unlink()
    return count


def publish_dump(dump: Path, store: Path, complete: Callable[[Path], None] | None = None) -> None:
    """Load a dump into a store folder as its current version; `complete_version` is what completes it by default."""
    with dump.open("rb") as file:
        name = version_name(file_digest(file, "sha256").hexdigest())
    with StoreFolder(store).new_version(name) as place:
        os.link(dump, place / DUMP)
        index = EmbeddedStore.open(place / "index")
        index.load_dump(dump)
        index.close()
        (complete or complete_version)(place)


def complete_version(place: Path) -> None:
    """Write the files of a build into the folder of a version."""
    addresses = Addresses()
    write_indexes(place, addresses)
    if len(EmbeddedStore.open(place / "index", read_only=True)) >= LARGE:
        write_answers(place, read_queries(Repository.find(), addresses).values(), addresses)
