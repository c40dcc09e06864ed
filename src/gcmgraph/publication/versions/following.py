"""The dataset at a location; the copy of one in a SPARQL server follows the server: `python -m … FD`.

The versions that others write to the server are made in the copy by a process of its own: a process of the web server
was forked and cannot write (`contributions.publishing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gcmgraph.errors import GcmGraphError, SettingsError, StoreError
from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.processes import answer_once, request_once
from gcmgraph.publication.versions.files import complete_kept_dumps, store_version, write_files
from gcmgraph.publication.versions.history import Statistics
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.port import Change, Location, is_url
from gcmgraph.store.remote import RemoteDataset
from gcmgraph.store.versions import DUMP, StoreFolder, apply_change

#: Seconds to wait for another writer.
WAIT = 60.0

#: Seconds that making a version may take.
SECONDS = 600.0

_BLANK = b"_:"


def open_dataset(location: Location) -> StoreFolder:
    """The dataset at a location. Raises `SettingsError` for a URL that cannot be one, and for one of another base."""
    addresses = Addresses(location.base)
    if is_url(location.store):
        dataset: StoreFolder = RemoteDataset(location, lambda copy, dump: _adopt(copy, dump, addresses))
    else:
        dataset = StoreFolder(Path(location.store), location.keep)
    with suppress(StoreError):  # raised again where it is read
        _require_base(dataset, addresses)
    return dataset


def _require_base(dataset: StoreFolder, addresses: Addresses) -> None:
    """Raise `SettingsError` where the current version was built for another base: nothing of it would be found."""
    known = Statistics.read(dataset.current_folder()) if dataset.current_version() else None
    graphs, end = known.graphs if known else {}, "graph/ontology"
    if graphs and not any(graph.startswith(addresses.base) for graph in graphs):
        for graph in graphs:
            if graph.endswith(f"/{end}"):
                raise SettingsError(
                    f"The store '{dataset.path}' was built for the base <{graph.removesuffix(end)}>, not for "
                    f"<{addresses.base}>.",
                    hint="Set 'base' to that, or 'store' to another folder.",
                )


def _adopt(dataset: StoreFolder, dump: bytes, addresses: Addresses) -> None:
    """Make the version of canonical N-Quads current, as a change of the one before it where there is one."""
    if dataset.current_version() is not None:
        old = set((dataset.current_folder() / DUMP).read_bytes().splitlines(keepends=True))
        new = set(dump.splitlines(keepends=True))
        removed, added = old - new, new - old
        if not any(_BLANK in line for line in (*removed, *added)):
            change = Change(*(frozenset(_quads(b"".join(lines))) for lines in (removed, added)))
            apply_change(dataset, lambda _: change, lambda made: write_files(made, addresses))
            return
    store_version(dataset, dump, addresses)


def _quads(lines: bytes) -> list[Quad]:
    return list(parse_quads(lines, N_QUADS, source=DUMP, max_bytes=len(lines)))


def follow(location: Location) -> None:
    """Bring a copy to the version of its server, in a process of its own. Raises `GcmGraphError`."""
    try:
        request_once("gcmgraph.publication.versions.following", (location,), SECONDS, GcmGraphError)
    except (EOFError, OSError):
        message = "A process that makes a version from those in the SPARQL server ended early."
        raise GcmGraphError(message) from None


def _follow(location: Location) -> Iterator[bool]:
    dataset = open_dataset(location)
    if changed := dataset.follow(WAIT):
        complete_kept_dumps(dataset, Addresses(location.base))
    yield changed


if __name__ == "__main__":
    answer_once(_follow)
