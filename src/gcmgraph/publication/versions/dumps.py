"""Dumps in other formats that are written after a version was published."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from gcmgraph.errors import StoreError
from gcmgraph.files.atomic import writing
from gcmgraph.files.manifest import flaw_of
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.versions.files import FORMS, LEVEL
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.version_files import INDEX, record_files
from gcmgraph.store.versions import DUMP, PACKED_DUMP, StoreFolder, require_whole

#: Largest dump, in bytes of canonical N-Quads, that is read into memory to write it in other formats: about 450,000
#: statements, which take 600 MB of memory.
IN_MEMORY = 96 * 1024 * 1024


def complete_kept_dumps(store: StoreFolder, addresses: Addresses) -> None:
    """Write the missing dumps in other formats of the current version, and N-Quads of older ones that have none.

    Where decisions follow one another fast, a version is replaced before its dumps are written.
    """
    complete_dumps(store.current_folder(), addresses)
    for folder in store.kept_folders():
        if not (folder / PACKED_DUMP).exists():
            complete_dumps(folder, addresses)


def complete_dumps(folder: Path, addresses: Addresses) -> None:
    """Write the missing and damaged dumps in other formats beside the canonical one, if that is whole.

    A version without an index has N-Quads only. The cost grows with the dataset. TriG and Turtle require all of it in
    memory: for a dataset above `IN_MEMORY`, only a build writes them.
    """
    with suppress(FileNotFoundError, StoreError):  # a later version replaced this one, and its files are removed
        require_whole(folder / DUMP)
        if _is_missing(folder / PACKED_DUMP):
            _write(folder / PACKED_DUMP, partial(_copy, folder / DUMP))
        if (folder / DUMP).stat().st_size > IN_MEMORY or not (folder / INDEX).exists():
            return
        missing = [form for form in FORMS if _is_missing(folder / form[0])]
        dump = (folder / DUMP).read_bytes() if missing else b""
        quads = list(parse_quads(dump, N_QUADS, source=DUMP, max_bytes=IN_MEMORY))
        for name, syntax in missing:
            document = serialize_canonical(quads, syntax, addresses.prefixes)
            _write(folder / name, partial(_put, document))


def _is_missing(target: Path) -> bool:
    return not target.is_file() or flaw_of(target.parent, target.name) is not None


def _write(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a compressed file atomically, and record it."""
    with writing(target) as file, gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
        write(cast("BinaryIO", packed))
    record_files(target.parent, [target.name])


def _put(document: bytes, packed: BinaryIO) -> None:
    packed.write(document)


def _copy(file: Path, packed: BinaryIO) -> None:
    with file.open("rb") as whole:
        shutil.copyfileobj(whole, packed, 1 << 20)
