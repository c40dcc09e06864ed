"""Example queries of an endpoint, as its editors and assistants query them.

The convention is that of https://github.com/sib-swiss/sparql-examples: a `sh:SPARQLExecutable` with `rdfs:comment`, the
query, its prefixes (https://www.w3.org/TR/shacl/#sparql-prefixes) and the endpoint as `schema:target`. Each example can
be run as it is: the parameters of a named query have their defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.description import query_iri
from gcmgraph.queries.library import NamedQuery
from gcmgraph.queries.questions import examples_by_name


def describe_examples(
    library: Iterable[NamedQuery], addresses: Addresses, endpoint: str | None = None
) -> Iterator[Triple]:
    """The prefixes of the dataset, and an example for each query that needs no value and no other endpoint.

    The questions of `examples/`, SELECT, ASK and CONSTRUCT, are examples, too, with PREFIX lines.

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
    about = prefixes, target, addresses
    for query in library:
        if query.stands_alone:
            named = IRI(query_iri(query.name, addresses))
            written = query.written_out(query.substitutions({}, addresses))
            yield from _example(IRI(f"{named.value}#example"), written, (query.title, query.description), *about)
            yield Triple(IRI(f"{named.value}#example"), v("dct:source"), named)
            if query.group:
                yield Triple(IRI(f"{named.value}#example"), v("schema:keywords"), Literal(query.group))
    for name, question in examples_by_name().items():
        used = sorted(addresses.prefixes_in(question.query).items())
        header = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in used)
        example = IRI(f"{addresses.base}queries#example-{name}")
        yield from _example(example, f"{header}\n{question.query}\n", (question.titles, question.titles), *about)


def _example(
    example: IRI,
    query: str,
    texts: tuple[Mapping[str, str], Mapping[str, str]],
    prefixes: IRI,
    target: IRI,
    addresses: Addresses,
) -> Iterator[Triple]:
    v = Vocabulary(addresses)
    form = re.findall(r"^(SELECT|ASK|CONSTRUCT)\b", query, re.MULTILINE)[0]
    for class_name in ("sh:SPARQLExecutable", f"sh:SPARQL{form.title()}Executable"):
        yield Triple(example, v("rdf:type"), v(class_name))
    for curie, words in zip(("rdfs:label", "rdfs:comment"), texts, strict=True):
        yield from (Triple(example, v(curie), text(said, language)) for language, said in words.items())
    yield Triple(example, v(f"sh:{form.lower()}"), Literal(query))
    yield Triple(example, v("sh:prefixes"), prefixes)
    yield Triple(example, v("schema:target"), target)
