"""Statements about statements as reifiers of RDF 1.2 (https://www.w3.org/TR/rdf12-concepts/#section-reifying-triples).

The dataset names the statement of a passage by `rdf:subject`, `rdf:predicate` and `rdf:object`, which all tools read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gcmgraph.model.terms import IRI, BlankNode, Literal, Triple
from gcmgraph.namespaces import PREFIXES

_RDF = PREFIXES["rdf"]
_PARTS = tuple(IRI(f"{_RDF}{part}") for part in ("subject", "predicate", "object"))
_NODES = IRI | BlankNode | Literal
_REIFIES, _TYPE, _STATEMENT = IRI(f"{_RDF}reifies"), IRI(f"{_RDF}type"), IRI(f"{_RDF}Statement")


def with_reifiers(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples, with `rdf:reifies` and a triple term in place of the three parts of each statement about one.

    Other properties remain: in Turtle they are an annotation of the triple. Incomplete statements remain as they are.
    """
    given = set(triples)
    parts: dict[IRI | BlankNode, dict[IRI, list[Triple]]] = {}
    for triple in given:
        if triple.predicate in _PARTS:
            parts.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple)  # type: ignore[arg-type]
    for reifier, found in parts.items():
        named = [found.get(part, []) for part in _PARTS]
        if any(len(triples) != 1 for triples in named):
            continue
        subject, predicate, value = (triples[0].object for triples in named)
        if isinstance(subject, IRI | BlankNode) and isinstance(predicate, IRI) and isinstance(value, _NODES):
            given.difference_update(triple for triples in named for triple in triples)
            given.discard(Triple(reifier, _TYPE, _STATEMENT))
            given.add(Triple(reifier, _REIFIES, Triple(subject, predicate, value)))
    yield from given
