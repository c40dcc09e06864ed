"""Loading of an operator's own RDF files into the current version."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.publication.metadata.partitions import recounted
from gcmgraph.publication.versions.dataset import store_version
from gcmgraph.publication.versions.derivation import Derivation
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import N_QUADS
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads, read_quads
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.stores import as_engine_returns
from gcmgraph.store.version_files import DUMP, require_whole


def load(
    dataset: StoreFolder, files: Sequence[Path], graph: str | None, addresses: Addresses
) -> tuple[int, str]:
    """Add files to the current version, or to an empty one.

    Return the number of new quads and the version's name. `graph` replaces the graph names of all
    quads. Raises `RdfSyntaxError` and `StoreError`, before any change.
    """
    quads = {
        quad
        for file in files
        for quad in as_engine_returns(read_quads(file, max_bytes=sys.maxsize))
    }
    if graph is not None:
        name = _graph_name(graph)
        quads = {Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads}
    with dataset.writing():  # no other process may publish a version in between
        quads_before: set[Quad] = set()
        inputs: dict[str, str] = {}
        if dataset.current_version() is not None:
            folder = dataset.current_folder()
            quads_before = _dumped(folder)
            inputs = dict(Derivation.read(folder).inputs)
        dump = serialize_canonical(recounted(quads_before | quads, addresses))
        version = store_version(dataset, dump, addresses)
        Derivation(inputs={**inputs, "loaded": version}).write(dataset.current_folder())
    return len(quads - quads_before), version


def _graph_name(graph: str) -> IRI:
    """The name of a graph that an operator gives. Raises `GcmGraphError`."""
    try:
        return IRI(graph)
    except ValueError as error:
        raise GcmGraphError(
            f"'{graph}' is not an IRI.", hint="Give --graph an absolute IRI."
        ) from error


def _dumped(folder: Path) -> set[Quad]:
    """The quads of a version, from its dump, since the index changes lexical forms of literals."""
    if not (folder / DUMP).is_file():  # written by other software
        return set(Store.open(folder / "index").quads())
    require_whole(folder / DUMP)
    dump = (folder / DUMP).read_bytes()
    return set(parse_quads(dump, N_QUADS, source=DUMP, max_bytes=len(dump)))
