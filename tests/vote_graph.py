"""The votes of the reference tables with what follows from them, for tests of data and of pages."""

from __future__ import annotations

from functools import cache

from collected import ROOT
from gcmgraph.publication.inference import infer
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Quad, in_graph
from gcmgraph.repository.tables import read_table

REFERENCE = ROOT / "data" / "reference"
TABLES = ("countries", "un-members", "instruments", "vote-choice", "vote-events", "votes")


@cache
def vote_quads() -> tuple[Quad, ...]:
    """The quads of the ontology and the tables, and the inferred ones."""
    addresses = Addresses()
    ontology = IRI(addresses.graph("ontology"))
    terms = (quad.triple for quad in read_quads(ROOT / "ontology" / "gcmgraph.ttl"))
    stated = [*in_graph(terms, ontology)]
    stated += [
        quad
        for name in TABLES
        for quad in read_table(REFERENCE / f"{name}.csv", addresses).published(addresses)
    ]
    return (*stated, *infer(stated, addresses))
