"""RDF 1.1 terms. Everyone takes them from here, so that the library behind them is named once.

`IRI`, `BlankNode`, `Literal`, `Triple`, `Quad`, `DefaultGraph` and `Variable` are pyoxigraph's: immutable,
hashable, compared by their RDF 1.1 value (lexical form, datatype and language tag).
"""

from __future__ import annotations

from pyoxigraph import BlankNode, DefaultGraph, Literal, Quad, Triple, Variable
from pyoxigraph import NamedNode as IRI  # noqa: N814 - the term's name in RDF 1.1

from gcmgraph.namespaces import DEFAULT_BASE, PREFIXES, Addresses

__all__ = [
    "IRI",
    "XSD",
    "BlankNode",
    "DefaultGraph",
    "Literal",
    "Quad",
    "Term",
    "Triple",
    "Variable",
    "Vocabulary",
    "rebase_quad",
    "text",
    "typed",
]

#: Terms in object position.
Term = IRI | BlankNode | Literal

XSD = PREFIXES["xsd"]


def text(value: str, language: str) -> Literal:
    """A text meant for people, in a language (BCP 47 tag)."""
    return Literal(value, language=language)


def typed(value: str, datatype: str) -> Literal:
    """A literal of an XML Schema datatype, named without its prefix: `typed("2018", "gYear")`."""
    return Literal(value, datatype=IRI(XSD + datatype))


class Vocabulary:
    """CURIEs to IRIs, under the prefixes of one base: `v("gcm:Practice")`. Remembers what it made."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._made: dict[str, IRI] = {}

    def __call__(self, curie: str) -> IRI:
        """The IRI of a CURIE; a `KeyError` if its prefix is unknown."""
        iri = self._made.get(curie)
        if iri is None:
            iri = self._made[curie] = IRI(self._addresses.expand(curie))
        return iri


def rebase_quad(quad: Quad, addresses: Addresses) -> Quad:
    """A quad of the repository's files, with our IRIs moved under another base."""
    if addresses.base == DEFAULT_BASE:
        return quad

    def moved(term: object) -> object:
        if isinstance(term, IRI):
            return IRI(addresses.rebase(term.value))
        if isinstance(term, Literal):  # examples, and the SPARQL of constraints, name our addresses too
            value = term.value.replace(DEFAULT_BASE, addresses.base)
            if term.language is not None:
                return Literal(value, language=term.language)
            return Literal(value, datatype=IRI(addresses.rebase(term.datatype.value)))
        return term

    return Quad(
        moved(quad.subject),  # type: ignore[arg-type]
        moved(quad.predicate),  # type: ignore[arg-type]
        moved(quad.object),  # type: ignore[arg-type]
        moved(quad.graph_name),  # type: ignore[arg-type]
    )
