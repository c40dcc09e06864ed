"""Files beside the index of a version: dumps, changes, lists, search labels, statistics."""

from __future__ import annotations

import gzip
import io
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.build import write_lists
from gcmgraph.publication.search.update import write_labels, write_texts
from gcmgraph.publication.versions.changes import Changes, Comparison
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import TRIG, TURTLE
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.opening import Dataset
from gcmgraph.store.versions.folder import CHANGES, StoreFolder
from gcmgraph.store.versions.incremental import DUMP, ChangedVersion

#: Patches beside a version: the statements added and removed.
ADDED, REMOVED = "added.nq.gz", "removed.nq.gz"

#: Compression level of gzip. Level 9 takes three times as long and saves 1 %.
LEVEL = 6


def version_files(
    dataset: Dataset, version: str, quads: Collection[Quad], dump: bytes, addresses: Addresses
) -> dict[str, bytes]:
    """Dumps and changes of a new version, by file name. `dump` is its canonical N-Quads.

    The changes are those against the current version. A SPARQL server has no files; the result is empty then.
    """
    if not isinstance(dataset, StoreFolder):
        return {}
    prefixes = addresses.prefixes
    return {
        DUMP: dump,
        f"{DUMP}.gz": _compressed(dump),
        "gcmgraph.trig.gz": _compressed(serialize_canonical(quads, TRIG, prefixes)),
        "gcmgraph.ttl.gz": _compressed(serialize_canonical(quads, TURTLE, prefixes)),
        **_change_files(dataset, version, dump, addresses),
    }


def write_change_files(made: ChangedVersion, addresses: Addresses) -> None:
    """Write the changes and patches of a changed version.

    The dumps in other formats are left out: their cost grows with the dataset, not with the change.
    """
    comparison = Comparison(addresses)
    comparison.add_change(made.change, made.before, made.after)
    (made.folder / CHANGES).write_bytes(comparison.changes(made.name, _now(), made.before_folder.name).to_json())
    for name, quads in ((REMOVED, made.change.removed), (ADDED, made.change.added)):
        (made.folder / name).write_bytes(_compressed(serialize_canonical(quads)))


def write_indexes(folder: Path, addresses: Addresses) -> None:
    """Write lists, search labels and statistics of the version in `folder`, from the store there."""
    store = EmbeddedStore.open(folder / "index", read_only=True)
    write_lists(folder, store, addresses)
    write_labels(folder, store, addresses)
    write_texts(folder, store, addresses)
    Statistics.of(store, addresses).write(folder)


def _change_files(dataset: StoreFolder, version: str, dump: bytes, addresses: Addresses) -> dict[str, bytes]:
    previous = dataset.current_version()
    old = dataset.path / "versions" / previous / DUMP if previous else Path()
    if previous is None or previous == version or not old.is_file():
        return {CHANGES: Changes(version, _now()).to_json()}
    comparison = Comparison(addresses)
    removed, added = io.BytesIO(), io.BytesIO()
    with (
        old.open("rb") as old_lines,
        gzip.GzipFile(fileobj=removed, mode="wb", mtime=0, compresslevel=LEVEL) as removed_gz,
        gzip.GzipFile(fileobj=added, mode="wb", mtime=0, compresslevel=LEVEL) as added_gz,
    ):
        comparison.run(old_lines, io.BytesIO(dump), removed_gz.write, added_gz.write)
    changes = comparison.changes(version, _now(), previous)
    return {CHANGES: changes.to_json(), REMOVED: removed.getvalue(), ADDED: added.getvalue()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)
