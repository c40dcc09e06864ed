"""The files of a version that was made by a change: those of the version before, brought up to date."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from gcmgraph.files.atomic import writing
from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.versions.files import LEVEL, write_change_files
from gcmgraph.publication.versions.indexes import change_indexes
from gcmgraph.publication.versions.summary import Summary, graph_name
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import N_QUADS, TRIG, TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import SUMMARY
from gcmgraph.store.versions.incremental import DUMP, ChangedVersion

#: Bytes of canonical N-Quads that are read whole to write them in other forms: some 450,000 statements, which take
#: 600 MB of memory. A build of the 206,000 statements of the guidance takes 730 MB.
IN_MEMORY = 96 * 1024 * 1024


def write_files(made: ChangedVersion, addresses: Addresses) -> None:
    """Write all that takes time that goes with the change: the figures, what came and went, what lists need."""
    _write_summary(made, addresses)
    write_change_files(made, addresses)
    change_indexes(made, addresses)


def _write_summary(made: ChangedVersion, addresses: Addresses) -> None:
    """Count on from the figures of the old version; a version without figures leaves the new one without."""
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
        classes[f"gcm:{of_class}"] += _stands(made.after, *is_of_type) - _stands(made.before, *is_of_type)
    summary = Summary(made.name, sum(graphs.values()), _counted(graphs), _counted(classes))
    (made.folder / SUMMARY).write_text(json.dumps(asdict(summary), indent=1), "utf-8")


def complete_dumps(folder: Path, addresses: Addresses) -> None:
    """Put the other dumps beside the canonical one, where they are not there yet.

    It takes time that goes with the dataset. TriG and Turtle need all of it in memory: of a larger dataset than
    `IN_MEMORY` they come with the next build.
    """
    with suppress(FileNotFoundError):  # a later version took its place, and it is not kept any more
        _kept(folder / f"{DUMP}.gz", partial(_copy, folder / DUMP))
        if (folder / DUMP).stat().st_size > IN_MEMORY:
            return
        quads = list(parse_quads((folder / DUMP).read_bytes(), N_QUADS, source=DUMP))
        for name, syntax in (("gcmgraph.trig.gz", TRIG), ("gcmgraph.ttl.gz", TURTLE)):
            document = serialize_canonical(quads, syntax, addresses.prefixes)
            _kept(folder / name, partial(_put, document))


def _kept(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a compressed file whole, or not at all."""
    if target.is_file():
        return
    with writing(target) as file, gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
        write(cast("BinaryIO", packed))


def _put(document: bytes, packed: BinaryIO) -> None:
    packed.write(document)


def _copy(file: Path, packed: BinaryIO) -> None:
    with file.open("rb") as whole:
        shutil.copyfileobj(whole, packed, 1 << 20)


def _typed(quads: Iterable[Quad], addresses: Addresses) -> set[tuple[IRI, str]]:
    """The things that are said to be of a class of ours, and the name of that."""
    rdf_type = Vocabulary(addresses)("rdf:type")
    return {
        (quad.subject, quad.object.value.removeprefix(addresses.ontology))
        for quad in quads
        if quad.predicate == rdf_type
        and isinstance(quad.subject, IRI)
        and isinstance(quad.object, IRI)
        and quad.object.value.startswith(addresses.ontology)
    }


def _stands(store: EmbeddedStore, subject: IRI, predicate: IRI, value: IRI) -> bool:
    return next(store.quads(subject, predicate, value), None) is not None


def _counted(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, count) for name, count in counts.items() if count))
