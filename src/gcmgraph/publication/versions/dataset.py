"""The dataset at a location, and the files beside the index of a version.

The files are dumps, changes, lists, search and statistics. Dumps in other formats are written after
a changed version was published.
"""

from __future__ import annotations

import gzip
import io
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from gcmgraph.platform.errors import DamagedFileError, DataError, SettingsError, StoreError
from gcmgraph.platform.file_states import flaw_of
from gcmgraph.platform.files import writing
from gcmgraph.publication.lists.file import write_lists
from gcmgraph.publication.search.file import write_search
from gcmgraph.publication.versions.changes import (
    Changes,
    changed_subjects,
    compare,
    lines_about,
)
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.rdf.canonical import serialize_canonical, serialize_lines, sha256
from gcmgraph.rdf.media import N_QUADS, TRIG, TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.store.changed_versions import ChangedVersion, EarlierVersion
from gcmgraph.store.port import Location, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import (
    CHANGES,
    DUMP,
    INDEX,
    PACKED_DUMP,
    read_intact,
    record_files,
    require_whole,
    version_name,
)

#: Patches beside a version: the statements added and removed.
ADDED = "added.nq.gz"
REMOVED = "removed.nq.gz"

#: Compressed dumps in other syntaxes, by file name.
OTHER_DUMPS = {"gcmgraph.trig.gz": TRIG, "gcmgraph.ttl.gz": TURTLE}

#: Compression level of gzip. Level 9 takes three times as long and saves 1 %.
LEVEL = 6

#: Largest dump, in bytes of canonical N-Quads, that is read into memory to write it in other
#: formats: about 600,000 statements. 450,000 take 600 MB of memory.
IN_MEMORY = 128 * 1024 * 1024

#: Address below the base of the graph that every dataset has.
_ONTOLOGY_GRAPH = "graph/ontology"

#: Bytes of a dump that are compressed at once.
_CHUNK = 1 << 20

#: The time of a version, by its name.
VersionTime = Callable[[str], datetime]


def version_files(
    dataset: StoreFolder,
    version: str,
    dump: bytes,
    addresses: Addresses,
    published: datetime | None = None,
) -> dict[str, bytes]:
    """Dumps and changes of a new version, by file name. `dump` is its canonical N-Quads.

    The changes are those against the current version, `published` at a time or now.
    """
    lines = dump.splitlines(keepends=True)
    files = {DUMP: dump, PACKED_DUMP: _compressed(dump)}
    for name, syntax in OTHER_DUMPS.items():
        files[name] = _compressed(serialize_lines(lines, syntax, addresses.prefixes))
    change_files = _change_files(dataset, version, dump, addresses, published or datetime.now(UTC))
    return {**files, **change_files}


def store_version(
    dataset: StoreFolder,
    dump: bytes,
    addresses: Addresses,
    time: VersionTime = lambda _: datetime.now(UTC),
) -> str:
    """Make the version of these canonical N-Quads current, with all its files, and return its name.

    To be used while `writing`.
    """
    version = version_name(sha256(dump))
    files = version_files(dataset, version, dump, addresses, time(version))
    dataset.put(version, (), files, lambda folder: write_indexes(folder, addresses))
    return version


def write_files(
    version: ChangedVersion, addresses: Addresses, published: datetime | None = None
) -> None:
    """Write the files of a changed version, but not its dumps (`complete_dumps`)."""
    earlier = version.earlier
    time = _moment(published or datetime.now(UTC))
    description = Changes(version.name, time, earlier.folder.name)
    store = Store.open(version.folder / INDEX)
    subjects = changed_subjects(earlier, store, addresses)
    lines_before = lines_about(earlier.store, subjects)
    lines_after = lines_about(store, subjects)
    files = compared(lines_before, lines_after, description, addresses)
    for name, content in files.items():
        (version.folder / name).write_bytes(content)
    write_indexes(version.folder, addresses, version.earlier)


def write_indexes(
    folder: Path, addresses: Addresses, earlier: EarlierVersion | None = None
) -> None:
    """Write lists, search files and statistics into the folder of a version, from its index.

    Those of the version that it follows are updated: a build is an update of nothing.
    """
    store = Store.open(folder / INDEX)
    write_lists(folder, store, addresses, earlier)
    write_search(folder, store, addresses, earlier)
    Statistics.of(store, addresses, earlier).write(folder)


def _change_files(
    dataset: StoreFolder, version: str, dump: bytes, addresses: Addresses, published: datetime
) -> dict[str, bytes]:
    previous = dataset.current_version()
    if previous == version:
        return renewed_changes(dataset.current_folder(), dump, addresses)
    old = dataset.path / "versions" / previous / DUMP if previous else Path()
    if previous is None or not old.is_file():
        return {CHANGES: Changes(version, _moment(published)).to_json()}
    description = Changes(version, _moment(published), previous)
    with old.open("rb") as old_dump:
        return compared(old_dump, io.BytesIO(dump), description, addresses)


def compared(
    old: Iterable[bytes], new: Iterable[bytes], description: Changes, addresses: Addresses
) -> dict[str, bytes]:
    """The files of the changes of a version: `old` and `new` are lines of two dumps; see `compare`."""
    comparison = compare(old, new, description, addresses)
    return {
        CHANGES: comparison.changes.to_json(),
        REMOVED: _compressed(b"".join(comparison.removed)),
        ADDED: _compressed(b"".join(comparison.added)),
    }


def renewed_changes(folder: Path, dump: bytes, addresses: Addresses) -> dict[str, bytes]:
    """The files of the changes of a published version, if one of them is missing or damaged.

    They are computed against the version before: by the file of the changes, or else the one whose
    name the patches give. Where it is unknown, or its dump was removed, no previous version is
    stated.
    """
    if (folder / CHANGES).is_file() and not any(
        flaw_of(folder, name) for name in (CHANGES, ADDED, REMOVED)
    ):
        return {}
    try:
        changes = Changes.from_json(read_intact(folder, CHANGES) or b"", CHANGES)
    except (DamagedFileError, DataError, OSError):
        created = datetime.fromtimestamp(int(folder.stat().st_mtime), UTC)
        changes = Changes(folder.name, _moment(created), _previous_by_patches(folder, dump))
    old = folder.parent / changes.previous / DUMP if changes.previous else None
    if old is not None:
        with suppress(OSError, StoreError):
            require_whole(old)
            with old.open("rb") as old_dump:
                return compared(old_dump, io.BytesIO(dump), changes, addresses)
    return {CHANGES: Changes(folder.name, changes.published).to_json()}


def _previous_by_patches(folder: Path, dump: bytes) -> str | None:
    """The name of the version that the patches of a version lead back to.

    None where they are missing or damaged.
    """
    try:
        added = read_intact(folder, ADDED)
        removed = read_intact(folder, REMOVED)
        if added is None or removed is None:
            return None
        lines = set(dump.splitlines(keepends=True))
        lines -= set(gzip.decompress(added).splitlines(keepends=True))
        lines |= set(gzip.decompress(removed).splitlines(keepends=True))
    except (DamagedFileError, OSError, EOFError, zlib.error):
        return None
    quads = list(parse_quads(b"".join(lines), N_QUADS, source=folder.name, max_bytes=sys.maxsize))
    return version_name(sha256(serialize_canonical(quads)))


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)


def complete_kept_dumps(store: StoreFolder, addresses: Addresses) -> None:
    """Write the missing dumps in other formats of the current version.

    Older versions without N-Quads get these. Where decisions follow one another fast, a version is
    replaced before its dumps are written.
    """
    complete_dumps(store.current_folder(), addresses)
    for folder in store.kept_folders():
        if not (folder / PACKED_DUMP).exists():
            complete_dumps(folder, addresses)


def complete_dumps(folder: Path, addresses: Addresses) -> None:
    """Write the missing and damaged dumps in other formats, if the canonical one is whole.

    A version without an index has N-Quads only. The cost grows with the dataset. TriG and Turtle
    require all of it in memory: for a dataset above `IN_MEMORY`, only a build writes them.
    """
    # errors: a later version replaced this one, and its files are removed
    with suppress(FileNotFoundError, StoreError):
        require_whole(folder / DUMP)
        if _is_missing(folder / PACKED_DUMP):
            with (folder / DUMP).open("rb") as dump:
                _write(folder / PACKED_DUMP, dump)
        if (folder / DUMP).stat().st_size > IN_MEMORY or not (folder / INDEX).exists():
            return
        missing = [name for name in OTHER_DUMPS if _is_missing(folder / name)]
        lines = (folder / DUMP).read_bytes().splitlines(keepends=True) if missing else []
        for name in missing:
            syntax = OTHER_DUMPS[name]
            _write(folder / name, io.BytesIO(serialize_lines(lines, syntax, addresses.prefixes)))


def _is_missing(target: Path) -> bool:
    return not target.is_file() or flaw_of(target.parent, target.name) is not None


def _write(target: Path, content: BinaryIO) -> None:
    """Write a compressed file atomically, and record it."""
    with writing(target) as file, gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
        shutil.copyfileobj(content, packed, _CHUNK)
    record_files(target.parent, [target.name])


def open_dataset(location: Location) -> StoreFolder:
    """The dataset at a location. Raises `SettingsError` for one of another base."""
    dataset = StoreFolder(Path(location.store), location.keep)
    with suppress(StoreError):  # raised again where the version is read
        _require_base(dataset, Addresses(location.base))
    return dataset


def _require_base(dataset: StoreFolder, addresses: Addresses) -> None:
    """Raise `SettingsError` where the current version was built for another base.

    Nothing of it would be found.
    """
    if dataset.current_version() is None:
        return
    statistics = Statistics.read(dataset.current_folder())
    graphs = statistics.graphs if statistics else {}
    if any(graph.startswith(addresses.base) for graph in graphs):
        return
    for graph in graphs:
        if graph.endswith(f"/{_ONTOLOGY_GRAPH}"):
            base = graph.removesuffix(_ONTOLOGY_GRAPH)
            raise SettingsError(
                f"The store '{dataset.path}' was built for the base <{base}>, not for "
                f"<{addresses.base}>.",
                hint="Set 'base' to that, or 'store' to another folder.",
            )
