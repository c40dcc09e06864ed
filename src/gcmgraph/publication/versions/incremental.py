"""Files of a changed version, derived from those of the version before."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.update import change_lists
from gcmgraph.publication.search.update import change_labels
from gcmgraph.publication.versions.files import LEVEL, write_change_files
from gcmgraph.publication.versions.statistics import Summary, change_statistics, graph_name
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import N_QUADS, TRIG, TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import SUMMARY
from gcmgraph.store.versions.incremental import DUMP, ChangedVersion

#: Largest dump, in bytes of canonical N-Quads, that is read into memory to write it in other formats: about 450,000
#: statements, which take 600 MB of memory.
IN_MEMORY = 96 * 1024 * 1024


def write_files(made: ChangedVersion, addresses: Addresses) -> None:
    """Write the files whose cost grows with the change: summary, changes, lists, search labels, statistics."""
    _write_summary(made, addresses)
    write_change_files(made, addresses)
    change_indexes(made, addresses)


def change_indexes(made: ChangedVersion, addresses: Addresses) -> None:
    """Write lists, search labels and statistics of a changed version."""
    change_lists(made, addresses)
    change_labels(made, addresses)
    change_statistics(made, addresses)


def _write_summary(made: ChangedVersion, addresses: Addresses) -> None:
    """Update the summary of the version before. Without one, the new version has none."""
    old = made.before_folder / SUMMARY
    if not old.is_file():
        return
    known, v = json.loads(old.read_bytes()), Vocabulary(addresses)
    graphs = Counter(dict(known["graphs"]))
    graphs.update(graph_name(quad, addresses) for quad in made.change.added)
    graphs.subtract(graph_name(quad, addresses) for quad in made.change.removed)
    classes = Counter(dict(known["classes"]))
    for subject, of_class in _typed(made.change.added | made.change.removed, addresses):
        is_of_type = (subject, v("rdf:type"), IRI(addresses.term(of_class)))
        classes[f"gcm:{of_class}"] += _holds(made.after, *is_of_type) - _holds(made.before, *is_of_type)
    summary = Summary(made.name, sum(graphs.values()), _counted(graphs), _counted(classes))
    (made.folder / SUMMARY).write_text(json.dumps(asdict(summary), indent=1), "utf-8")


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
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with gzip.GzipFile(draft, "wb", LEVEL, mtime=0) as packed:
        write(cast("BinaryIO", packed))
    draft.replace(target)


def _put(document: bytes, packed: BinaryIO) -> None:
    packed.write(document)


def _copy(file: Path, packed: BinaryIO) -> None:
    with file.open("rb") as whole:
        shutil.copyfileobj(whole, packed, 1 << 20)


def _typed(quads: Iterable[Quad], addresses: Addresses) -> set[tuple[IRI, str]]:
    """The resources that the quads give a class of the ontology, each with the local name of the class."""
    rdf_type = Vocabulary(addresses)("rdf:type")
    return {
        (quad.subject, quad.object.value.removeprefix(addresses.ontology))
        for quad in quads
        if quad.predicate == rdf_type
        and isinstance(quad.subject, IRI)
        and isinstance(quad.object, IRI)
        and quad.object.value.startswith(addresses.ontology)
    }


def _holds(store: EmbeddedStore, subject: IRI, predicate: IRI, value: IRI) -> bool:
    return next(store.quads(subject, predicate, value), None) is not None


def _counted(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, count) for name, count in counts.items() if count))
