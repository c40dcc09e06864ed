"""Files that can be made again from others: of dataset versions, and manifests."""

from __future__ import annotations

import gzip
import shutil
import sys
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError, StoreError
from gcmgraph.files.atomic import write_file, write_link
from gcmgraph.files.manifest import (
    MANIFEST,
    Recorded,
    flaw_of,
    replacing,
    same_time,
    write_manifest,
)
from gcmgraph.integrity.findings import Damage, Findings
from gcmgraph.integrity.imports import record_imports
from gcmgraph.integrity.store import CURRENT, record_version
from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.file import FILE as LISTS
from gcmgraph.publication.search.file import FILE as SEARCH
from gcmgraph.publication.versions.changes import Changes
from gcmgraph.publication.versions.downloads import FORMATS
from gcmgraph.publication.versions.dumps import complete_dumps
from gcmgraph.publication.versions.files import ADDED, REMOVED, renewed_changes, write_indexes
from gcmgraph.publication.versions.statistics import STATISTICS
from gcmgraph.rdfio.canonical_lines import write_changed
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.stores import write_index
from gcmgraph.store.versions.folder import CHANGES, DUMP, PACKED_DUMP, StoreFolder, require_whole, version_name
from gcmgraph.store.versions.recorded import INDEX, read_intact, record_draft, version_folders
from gcmgraph.store.versions.renewal import drop, replace_index

#: Seconds to wait for another writer.
WAIT = 60.0

#: Files of a version that are made from its index.
_OF_INDEX = frozenset({LISTS, SEARCH, STATISTICS})


def repair_store(store: Path, damages: Iterable[Damage], addresses: Addresses) -> None:
    """Write damaged files of a store anew, where others determine them. Raises `GcmGraphError`, `OSError`."""
    folder = StoreFolder(store)
    by_folder: dict[Path, set[str]] = {}
    for damage in damages:
        by_folder.setdefault(damage.folder, set()).add(damage.path)
    with folder.writing(WAIT):
        for place, paths in by_folder.items():
            if place == store:
                _repair_root(store, paths)
            else:
                with same_time(place):
                    _repair_version(folder, place, paths, addresses)


def _repair_root(store: Path, paths: set[str]) -> None:
    if MANIFEST in paths:
        write_manifest(store, {})
    whole = [version for version in version_folders(store) if (version / INDEX).is_dir()]
    if CURRENT in paths and whole:
        newest = max(whole, key=lambda version: version.stat().st_mtime)
        write_link(store / CURRENT, Path("versions") / newest.name)


def _repair_version(store: StoreFolder, folder: Path, paths: set[str], addresses: Addresses) -> None:
    """Write files of a version anew: the dump first, on which the others depend."""
    if MANIFEST in paths:
        record_version(folder)
    if DUMP in paths:
        _unpack_dump(folder)
    if MANIFEST in paths:
        paths = paths | _doubtful(folder)
    if PACKED_DUMP in paths and not (folder / DUMP).exists():
        _undo_next_version(store, folder)
    # of an older release: nothing reads them
    drop(folder, sorted(path for path in paths if path == "summary.json" or path.startswith("answers/")))
    if any(path.startswith(f"{INDEX}/") for path in paths):
        with store.draft("repair") as draft:
            require_whole(folder / DUMP)
            write_index(draft / INDEX, (), folder / DUMP)
            record_draft(draft, {})
            replace_index(folder, draft)
    if paths & _OF_INDEX and (folder / INDEX).exists():
        with store.draft("repair") as draft:
            write_indexes(draft, addresses, folder)
            _put(folder, {name: (draft / name).read_bytes() for name in paths & _OF_INDEX})
    if paths & {CHANGES, ADDED, REMOVED}:
        made = renewed_changes(folder, (folder / DUMP).read_bytes() if (folder / DUMP).exists() else b"", addresses)
        _put(folder, {name: data for name, data in made.items() if flaw_of(folder, name)})
        drop(folder, [name for name in (ADDED, REMOVED) if flaw_of(folder, name)])
    if any(path.endswith(".gz") for path in paths):
        complete_dumps(folder, addresses)


def _doubtful(folder: Path) -> set[str]:
    """The files of a version without a record that its dump determines, and changes that cannot be parsed: removed.

    After a power failure, files may be in parts.
    """
    try:
        require_whole(folder / DUMP)
    except (StoreError, OSError):
        return set()
    names = {*_OF_INDEX, *(form.name for form in FORMATS if not form.patch and form.name != DUMP)}
    for name in (CHANGES, ADDED, REMOVED):
        data = (folder / name).read_bytes() if (folder / name).exists() else b""
        try:
            Changes.from_json(data, name) if name == CHANGES else gzip.decompress(data)
            if not data:
                raise EOFError
        except (DataError, OSError, EOFError, zlib.error):
            names.add(name)
    found = {name for name in names if (folder / name).exists()}
    drop(folder, sorted(found))
    return found | ({f"{INDEX}/"} if (folder / INDEX).exists() else set())


def _unpack_dump(folder: Path) -> None:
    """Write a dump from its compressed form, if the result has the digest that the version's name requires."""
    with suppress(OSError, EOFError, zlib.error):
        data = gzip.decompress((folder / f"{DUMP}.gz").read_bytes())
        if version_name(Recorded.of(data).sha256) == folder.name:
            _put(folder, {DUMP: data})


def _undo_next_version(store: StoreFolder, folder: Path) -> None:
    """Write the dump of a version from that of the version after it and its patches, if it has the required digest."""
    for after in store.kept_folders():
        with suppress(OSError, EOFError, ValueError, zlib.error, GcmGraphError):
            if Changes.from_json(read_intact(after, CHANGES) or b"", CHANGES).previous != folder.name:
                continue
            added, removed = (_patch(after, name) for name in (ADDED, REMOVED))
            with store.draft("repair") as draft:
                later = after / DUMP
                if not later.exists():
                    later = draft / "later"
                    with gzip.open(after / PACKED_DUMP) as packed, later.open("wb") as unpacked:
                        shutil.copyfileobj(packed, unpacked, 1 << 20)
                if version_name(write_changed(later, draft / DUMP, removed=added, added=removed)) == folder.name:
                    _put(folder, {DUMP: (draft / DUMP).read_bytes()})
                    return


def _patch(folder: Path, name: str) -> list[Quad]:
    data = gzip.decompress(read_intact(folder, name) or b"")
    return list(parse_quads(data, N_QUADS, source=name, max_bytes=sys.maxsize))


def _put(folder: Path, files: dict[str, bytes]) -> None:
    with replacing(folder, {name: Recorded.of(data) for name, data in files.items()}):
        for name, data in files.items():
            write_file(folder / name, data)


def repair_imports(folder: Path, damages: Iterable[Damage]) -> None:
    """Write the manifest of imports anew; their files exist nowhere else. Raises `OSError`."""
    if any(damage.path == MANIFEST for damage in damages):
        record_imports(folder, Findings())
