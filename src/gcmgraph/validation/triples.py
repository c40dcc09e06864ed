"""Triples of RDF 1.1 as plain tuples: what validation looks things up by, thousands at a time."""

from __future__ import annotations

from typing import cast

from gcmgraph.model.terms import IRI, BlankNode, Quad, Term

Subject = IRI | BlankNode

#: Subject, predicate and object.
Fact = tuple[Subject, IRI, Term]


def fact(quad: Quad) -> Fact:
    """The triple of a quad. Triple terms (RDF 1.2) never come this far: reading refuses them."""
    return cast(Fact, (quad.subject, quad.predicate, quad.object))
