"""Files of a changed version, derived from those of the version before."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from gcmgraph.files.atomic import writing
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.update import change_lists
from gcmgraph.publication.search.update import change_labels, change_texts
from gcmgraph.publication.versions.files import LEVEL, write_change_files
from gcmgraph.publication.versions.statistics import Statistics, Summary, change_statistics
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import N_QUADS, TRIG, TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions.folder import SUMMARY
from gcmgraph.store.versions.incremental import DUMP, ChangedVersion

#: Largest dump, in bytes of canonical N-Quads, that is read into memory to write it in other formats: about 450,000
#: statements, which take 600 MB of memory.
IN_MEMORY = 96 * 1024 * 1024


def write_files(made: ChangedVersion, addresses: Addresses) -> None:
    """Write the files whose cost grows with the change: changes, lists, search labels, statistics, summary."""
    write_change_files(made, addresses)
    statistics = change_indexes(made, addresses)
    if (made.before_folder / SUMMARY).is_file():
        summary = Summary.of_statistics(made.name, statistics, addresses)
        (made.folder / SUMMARY).write_text(json.dumps(asdict(summary), indent=1), "utf-8")


def change_indexes(made: ChangedVersion, addresses: Addresses) -> Statistics:
    """Write lists, search labels and statistics of a changed version; return the statistics."""
    change_lists(made, addresses)
    change_labels(made, addresses)
    change_texts(made, addresses)
    return change_statistics(made, addresses)


def complete_dumps(folder: Path, addresses: Addresses) -> None:
    """Write the missing dumps in other formats beside the canonical one.

    The cost grows with the dataset. TriG and Turtle require all of it in memory: for a dataset above `IN_MEMORY`, only
    a build writes them.
    """
    with suppress(FileNotFoundError):  # a later version replaced this one, and its files are removed
        _write_once(folder / f"{DUMP}.gz", partial(_copy, folder / DUMP))
        if (folder / DUMP).stat().st_size > IN_MEMORY:
            return
        quads = list(parse_quads((folder / DUMP).read_bytes(), N_QUADS, source=DUMP))
        for name, syntax in (("gcmgraph.trig.gz", TRIG), ("gcmgraph.ttl.gz", TURTLE)):
            document = serialize_canonical(quads, syntax, addresses.prefixes)
            _write_once(folder / name, partial(_put, document))


def _write_once(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a compressed file atomically, unless it exists."""
    if target.is_file():
        return
    with writing(target) as file, gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
        write(cast("BinaryIO", packed))


def _put(document: bytes, packed: BinaryIO) -> None:
    packed.write(document)


def _copy(file: Path, packed: BinaryIO) -> None:
    with file.open("rb") as whole:
        shutil.copyfileobj(whole, packed, 1 << 20)
