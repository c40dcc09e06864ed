"""HermiT, which owlready2 carries, over quads."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import owlready2

from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import N_TRIPLES
from gcmgraph.rdf.terms import Quad

#: For a program of a second: one that compiles everything as well as it can takes twice the time.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def unsatisfiable_classes(quads: Iterable[Quad], folder: Path) -> list[str]:
    """Return the classes that can have no members; the quads pass through a file in `folder`.

    Raises `owlready2.OwlReadyInconsistentOntologyError` where the whole is contradictory.
    """
    file = folder / "ontology.nt"
    file.write_bytes(serialize_canonical(quads, N_TRIPLES))
    world = owlready2.World()
    try:
        world.get_ontology(file.as_uri()).load()
        owlready2.sync_reasoner_hermit(world, debug=0)
        return [cls.iri for cls in world.inconsistent_classes() if cls is not owlready2.Nothing]
    finally:
        world.close()
