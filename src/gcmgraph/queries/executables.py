"""Example queries of an endpoint, as its editors and assistants query them.

The convention is that of https://github.com/sib-swiss/sparql-examples: a `sh:SPARQLExecutable` with `rdfs:comment`, the
query, its prefixes (https://www.w3.org/TR/shacl/#sparql-prefixes) and the endpoint as `schema:target`. Each example can
be run as it is: the parameters of a named query have their defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.description import query_iri
from gcmgraph.queries.library import NamedQuery


def describe_examples(
    library: Iterable[NamedQuery], addresses: Addresses, endpoint: str | None = None
) -> Iterator[Triple]:
    """The prefixes of the dataset, and an example for each query that needs no value and no other endpoint.

    `endpoint` is the URL at which the examples can be run, `{base}sparql` unless given.
    """
    v = Vocabulary(addresses)
    prefixes, target = IRI(f"{addresses.base}queries#prefixes"), IRI(endpoint or f"{addresses.base}sparql")
    for prefix, namespace in addresses.prefixes.items():
        declaration = IRI(f"{addresses.base}queries#prefix-{prefix}")
        yield Triple(prefixes, v("sh:declare"), declaration)
        yield Triple(declaration, v("rdf:type"), v("sh:PrefixDeclaration"))
        yield Triple(declaration, v("sh:prefix"), Literal(prefix))
        yield Triple(declaration, v("sh:namespace"), typed(namespace, "anyURI"))
    for query in library:
        if query.stands_alone:
            yield from _example(query, prefixes, target, addresses)


def _example(query: NamedQuery, prefixes: IRI, target: IRI, addresses: Addresses) -> Iterator[Triple]:
    v, named = Vocabulary(addresses), query_iri(query.name, addresses)
    example = IRI(f"{named}#example")
    for class_name in ("sh:SPARQLExecutable", "sh:SPARQLSelectExecutable"):
        yield Triple(example, v("rdf:type"), v(class_name))
    for curie, texts in (("rdfs:label", query.title), ("rdfs:comment", query.description)):
        for language, words in texts.items():
            yield Triple(example, v(curie), text(words, language))
    yield Triple(example, v("sh:select"), Literal(query.written_out(query.substitutions({}, addresses))))
    yield Triple(example, v("sh:prefixes"), prefixes)
    yield Triple(example, v("schema:target"), target)
    yield Triple(example, v("dct:source"), IRI(named))
    if query.group:
        yield Triple(example, v("schema:keywords"), Literal(query.group))
