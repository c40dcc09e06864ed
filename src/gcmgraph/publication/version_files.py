"""The files beside the index of a version: its dumps, and what it changed."""

from __future__ import annotations

import gzip
import io
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.changes import Changes, Comparison
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import TRIG, TURTLE
from gcmgraph.store.change import Change
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.opening import Dataset
from gcmgraph.store.version_change import DUMP
from gcmgraph.store.versions import CHANGES, StoreFolder

#: Patches beside a version: what came, and what went.
ADDED, REMOVED = "added.nq.gz", "removed.nq.gz"

#: Level of gzip: 9 takes three times as long for a hundredth less.
_LEVEL = 6


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


def write_change_files(draft: Path, version: str, change: Change, before: Path, addresses: Addresses) -> None:
    """Write the files that tell a change, where a version was made by changing the one in the folder `before`.

    The dumps in other forms are left out: they would take time that goes with the dataset, not with the change.
    """
    comparison = Comparison(addresses)
    old = EmbeddedStore.open(before / "index", read_only=True)
    new = EmbeddedStore.open(draft / "index", read_only=True)
    comparison.take(change, old, new)
    (draft / CHANGES).write_bytes(comparison.changes(version, _now(), before.name).to_json())
    for name, quads in ((REMOVED, change.removed), (ADDED, change.added)):
        (draft / name).write_bytes(_compressed(serialize_canonical(quads)))


def _change_files(dataset: StoreFolder, version: str, dump: bytes, addresses: Addresses) -> dict[str, bytes]:
    previous = dataset.current_version()
    old = dataset.path / "versions" / previous / DUMP if previous else Path()
    if previous is None or previous == version or not old.is_file():
        return {CHANGES: Changes(version, _now()).to_json()}
    comparison = Comparison(addresses)
    removed, added = io.BytesIO(), io.BytesIO()
    with (
        old.open("rb") as old_lines,
        gzip.GzipFile(fileobj=removed, mode="wb", mtime=0, compresslevel=_LEVEL) as went,
        gzip.GzipFile(fileobj=added, mode="wb", mtime=0, compresslevel=_LEVEL) as came,
    ):
        comparison.run(old_lines, io.BytesIO(dump), went.write, came.write)
    changes = comparison.changes(version, _now(), previous)
    return {CHANGES: changes.to_json(), REMOVED: removed.getvalue(), ADDED: added.getvalue()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, _LEVEL, mtime=0)
