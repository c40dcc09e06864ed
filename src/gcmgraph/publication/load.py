"""An operator's own RDF beside the dataset: a new version that holds both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.versions import StoreFolder


def load(folder: StoreFolder, files: Sequence[Path], graph: str | None) -> tuple[int, str]:
    """Add files to the current version (or to an empty one): how many triples were new, and the new version's name.

    `graph` puts all triples into one graph; else each keeps its own. Raises `RdfSyntaxError`, `StoreError`;
    nothing changed then.
    """
    quads = [quad for file in files for quad in read_quads(file)]
    if graph is not None:
        try:
            name = IRI(graph)
        except ValueError as error:
            raise GcmGraphError(f"'{graph}' is not an IRI.", hint="Give --graph an absolute IRI.") from error
        quads = [Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
    known: list[Quad] = []
    if folder.current_version() is not None:
        known = list(folder.open_current().quads())
    every = set(known) | set(quads)
    dump = serialize_canonical(every)
    version = sha256(dump)[:16]
    with folder.new_version(version) as place:
        (place / "gcmgraph.nq").write_bytes(dump)
        store = EmbeddedStore.open(place / "index")
        store.bulk_load(every)
        store.close()
    return len(every) - len(set(known)), version
