"""Loading of an operator's own RDF into a dataset."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.self_description.graphs import recounted
from gcmgraph.publication.versions.files import version_files, write_indexes
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads, read_quads
from gcmgraph.store.stores import as_kept, open_index
from gcmgraph.store.versions import DUMP, StoreFolder, require_whole, version_name


def load(dataset: StoreFolder, files: Sequence[Path], graph: str | None, addresses: Addresses) -> tuple[int, str]:
    """Add files to the current version, or to an empty one; return the number of new quads and the version's name.

    `graph` replaces the graph names of all quads. Raises `RdfSyntaxError` and `StoreError`, before any change.
    """
    quads = [quad for file in files for quad in as_kept(read_quads(file, max_bytes=sys.maxsize))]
    if graph is not None:
        try:
            name = IRI(graph)
        except ValueError as error:
            raise GcmGraphError(f"'{graph}' is not an IRI.", hint="Give --graph an absolute IRI.") from error
        quads = [Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
    with dataset.writing():  # no other process may publish a version in between
        known = _dumped(dataset.current_folder()) if dataset.current_version() is not None else set()
        every = recounted(known | set(quads), addresses)
        dump = serialize_canonical(every)
        version = version_name(sha256(dump))
        beside = version_files(dataset, version, every, dump, addresses)
        dataset.put(version, every, beside, lambda folder: write_indexes(folder, addresses))
    return len(set(quads) - known), version


def _dumped(folder: Path) -> set[Quad]:
    """The quads of a version, from its dump, since the index changes lexical forms of literals."""
    if not (folder / DUMP).is_file():  # written by other software
        return set(open_index(folder / "index").quads())
    require_whole(folder / DUMP)
    dump = (folder / DUMP).read_bytes()
    return set(parse_quads(dump, N_QUADS, source=DUMP, max_bytes=len(dump)))
