"""Terms and graphs of rdflib, on which pySHACL works, from ours and back with their lexical forms.

rdflib normalises literals when it parses ("012"^^xsd:integer becomes "12") and distinguishes `"a"`
from `"a"^^xsd:string`, which RDF 1.1 does not; here both are the same plain literal, in data and in
shapes.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable

from rdflib import Graph
from rdflib.term import BNode, Node, URIRef
from rdflib.term import Literal as RdflibLiteral

from gcmgraph.rdf.terms import IRI, XSD, BlankNode, Literal, Quad, Term

_STRING = IRI(XSD + "string")

# Validation reports ill-typed literals; rdflib would write a traceback or a warning to stderr for
# each.
logging.getLogger("rdflib.term").addHandler(logging.NullHandler())
warnings.filterwarnings("ignore", message="Parsing weird boolean", category=UserWarning)


def to_rdflib(term: Term) -> Node:
    """The rdflib term of one of ours.

    >>> from gcmgraph.rdf.terms import typed
    >>> to_rdflib(typed("012", "integer"))
    rdflib.term.Literal('012', datatype=rdflib.term.URIRef('http://www.w3.org/2001/XMLSchema#integer'))
    """
    match term:
        case IRI():
            return URIRef(term.value)
        case BlankNode():
            return BNode(term.value)
        case Literal() if term.language is not None:
            return RdflibLiteral(term.value, lang=term.language)
        case Literal() if term.datatype == _STRING:
            return RdflibLiteral(term.value)
        case Literal():
            return RdflibLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def from_rdflib(node: Node) -> Term:
    """Our term of an rdflib one.

    Raises `TypeError` for what is no RDF term (a variable, a formula).
    """
    match node:
        case RdflibLiteral() if node.language is not None:
            return Literal(str(node), language=node.language)
        case RdflibLiteral() if node.datatype is not None:
            return Literal(str(node), datatype=IRI(str(node.datatype)))
        case RdflibLiteral():
            return Literal(str(node))
        case BNode():
            return BlankNode(str(node))
        case URIRef():
            return IRI(str(node))
    raise TypeError(f"not an RDF term: {node!r}")


def rdflib_graph(quads: Iterable[Quad]) -> Graph:
    """The triples of some quads."""
    graph = Graph()
    for quad in quads:
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))  # type: ignore[arg-type]
    return graph
