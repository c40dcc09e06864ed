"""The files beside the index of a version: its dumps, and what it changed."""

from __future__ import annotations

import gzip
import io
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.versions.changes import Changes, Comparison
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import TRIG, TURTLE
from gcmgraph.store.opening import Dataset
from gcmgraph.store.versions.folder import CHANGES, StoreFolder
from gcmgraph.store.versions.incremental import DUMP, ChangedVersion

#: Patches beside a version: what came, and what went.
ADDED, REMOVED = "added.nq.gz", "removed.nq.gz"

#: Level of gzip: 9 takes three times as long for a hundredth less.
LEVEL = 6


def version_files(
    dataset: Dataset, version: str, quads: Collection[Quad], dump: bytes, addresses: Addresses
) -> dict[str, bytes]:
    """What is kept beside a new version, by file name. `dump` is its canonical N-Quads.

    Changes are told against what is current now. A SPARQL server keeps no files, so it gets none.
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
    """Write the files that tell the change of a version that was made by changing another.

    The dumps in other forms are left out: they would take time that goes with the dataset, not with the change.
    """
    comparison = Comparison(addresses)
    comparison.take(made.change, made.before, made.after)
    (made.folder / CHANGES).write_bytes(comparison.changes(made.name, _now(), made.before_folder.name).to_json())
    for name, quads in ((REMOVED, made.change.removed), (ADDED, made.change.added)):
        (made.folder / name).write_bytes(_compressed(serialize_canonical(quads)))


def _change_files(dataset: StoreFolder, version: str, dump: bytes, addresses: Addresses) -> dict[str, bytes]:
    previous = dataset.current_version()
    old = dataset.path / "versions" / previous / DUMP if previous else Path()
    if previous is None or previous == version or not old.is_file():
        return {CHANGES: Changes(version, _now()).to_json()}
    comparison = Comparison(addresses)
    removed, added = io.BytesIO(), io.BytesIO()
    with (
        old.open("rb") as old_lines,
        gzip.GzipFile(fileobj=removed, mode="wb", mtime=0, compresslevel=LEVEL) as went,
        gzip.GzipFile(fileobj=added, mode="wb", mtime=0, compresslevel=LEVEL) as came,
    ):
        comparison.run(old_lines, io.BytesIO(dump), went.write, came.write)
    changes = comparison.changes(version, _now(), previous)
    return {CHANGES: changes.to_json(), REMOVED: removed.getvalue(), ADDED: added.getvalue()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)
