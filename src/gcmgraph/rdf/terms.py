"""RDF 1.1 terms. All modules import them from here, so that only this one depends on the library.

`IRI`, `BlankNode`, `Literal`, `Triple`, `Quad`, `DefaultGraph` and `Variable` are pyoxigraph's:
immutable, hashable, compared by their RDF 1.1 value (lexical form, datatype and language tag).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, Quad, Triple, Variable
from pyoxigraph import NamedNode as IRI  # noqa: N814 - the term's name in RDF 1.1

from gcmgraph.rdf.namespaces import DEFAULT_BASE, PREFIXES, Addresses

__all__ = [
    "IRI",
    "BlankNode",
    "DefaultGraph",
    "Literal",
    "Quad",
    "Triple",
    "Variable",
]  # for importers

#: Terms in object position.
Term = IRI | BlankNode | Literal

#: Values in `Vocabulary.about`: a term or several, the CURIE of one, or texts by language.
Values = Term | str | Mapping[str, str] | Iterable[Term | None] | None

XSD = PREFIXES["xsd"]


def text(value: str, language: str) -> Literal:
    """A language-tagged string (BCP 47)."""
    return Literal(value, language=language)


def typed(value: str, datatype: str) -> Literal:
    """A literal of an XML Schema datatype, named without its prefix: `typed("2018", "gYear")`."""
    return Literal(value, datatype=IRI(XSD + datatype))


def iri_of_name(name: str, addresses: Addresses) -> IRI | None:
    """The IRI of an http(s) address, in the base of the dataset, or of a CURIE.

    None for other names.

    >>> iri_of_name("gcm:Practice", Addresses())
    <NamedNode value=https://w3id.org/gcmgraph/ontology#Practice>
    >>> iri_of_name("a practice", Addresses()) is None
    True
    """
    is_address = name.startswith(("http://", "https://"))
    try:
        return IRI(addresses.rebase(name) if is_address else addresses.expand(name))
    except (KeyError, ValueError):  # an unknown prefix, or none; no valid IRI
        return None


class Vocabulary:
    """IRIs of CURIEs with the prefixes of one base, cached: `v("gcm:Practice")`."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._cache: dict[str, IRI] = {}

    def __call__(self, curie: str) -> IRI:
        """The IRI of a CURIE. Raises `KeyError` for an unknown prefix."""
        iri = self._cache.get(curie)
        if iri is None:
            iri = self._cache[curie] = IRI(self._addresses.expand(curie))
        return iri

    def about(self, subject: IRI, *statements: tuple[str, Values]) -> Iterator[Triple]:
        """The statements of a subject: a property by its CURIE with a value or several, none for None.

        A text is the CURIE of a value; a mapping has texts by language.
        """
        for curie, values in statements:
            yield from (Triple(subject, self(curie), value) for value in self.terms(values))

    def terms(self, values: Values) -> tuple[Term, ...]:
        """The terms of a value in `about`."""
        if isinstance(values, Term):
            return (values,)
        if isinstance(values, str):
            return (self(values),)
        if isinstance(values, Mapping):
            return tuple(text(value, language) for language, value in values.items())
        return tuple(value for value in values or () if value is not None)


def in_graph(triples: Iterable[Triple], graph: IRI) -> Iterator[Quad]:
    """Triples as quads of a graph."""
    return (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def rebase_quad(quad: Quad, addresses: Addresses) -> Quad:
    """A quad of the repository, with its IRIs of the graph under another base."""
    if addresses.base == DEFAULT_BASE:
        return quad

    def moved(term: object) -> object:
        if isinstance(term, IRI):
            return IRI(addresses.rebase(term.value))
        if isinstance(term, Literal):  # examples and SPARQL constraints contain IRIs of the graph
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
