"""Triples of RDF 1.1 as plain tuples, which are cheap to hash and compare."""

from __future__ import annotations

from typing import cast

from gcmgraph.model.terms import IRI, BlankNode, Quad, Term

Subject = IRI | BlankNode

#: Subject, predicate and object.
Fact = tuple[Subject, IRI, Term]


def fact(quad: Quad) -> Fact:
    """The triple of a quad. Readers refuse triple terms (RDF 1.2)."""
    return cast(Fact, (quad.subject, quad.predicate, quad.object))
