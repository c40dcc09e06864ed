"""The query library as RDF: title, text, parameters and entry point of each query; and examples for an endpoint.

Terms: SHACL's for executables (https://www.w3.org/TR/shacl/#sparql-constraints), SHACL Advanced Features' for
parameters (https://www.w3.org/TR/shacl-af/#functions), schema.org's for the entry point.

The convention of examples, which editors and assistants of other projects query, is that of
https://github.com/sib-swiss/sparql-examples: a `sh:SPARQLExecutable` with `rdfs:comment`, the query, its prefixes
(https://www.w3.org/TR/shacl/#sparql-prefixes) and the endpoint as `schema:target`. Each example can be run as it is:
the parameters of a named query have their defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from gcmgraph.errors import DataError
from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, Term, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import RESERVED, NamedQuery, read_queries
from gcmgraph.queries.parameters import ENDPOINT, Parameter
from gcmgraph.repository.layout import Repository
from gcmgraph.translations.messages import Message

_TITLE = re.compile(r"# (\w\w): (.*)")


@dataclass(frozen=True)
class Question:
    """A question by language and its query; `name` is the name of a query of the library, None for an example."""

    titles: Mapping[str, str]
    query: str
    name: str | None = None


def read_library(root: str, addresses: Addresses) -> dict[str, NamedQuery]:
    """Return the query library of the repository at `root` (see `Repository.find`), by name.

    Empty where the package is installed without a repository. Raises `DataError` for an invalid query.
    """
    try:
        repository = Repository.find(root)
    except DataError:
        return {}
    return read_queries(repository, addresses)


def questions_of(
    library: Iterable[NamedQuery], addresses: Addresses, endpoints: Sequence[str] = ()
) -> tuple[Question, ...]:
    """Return the examples, then the queries of a library.

    Federated queries are included where there are `endpoints`, of which the first is their default.
    """
    included = (query for query in library if endpoints or not query.endpoint)
    return (*read_examples(), *(_question(query, addresses, endpoints) for query in included))


def read_examples() -> list[Question]:
    """Return the examples in the order of their file names."""
    return list(examples_by_name().values())


def examples_by_name() -> dict[str, Question]:
    """The examples by the names of their files, such as `5-ask-practice-in-country`."""
    folder = files("gcmgraph.queries") / "examples"
    texts = {file.name.removesuffix(".rq"): file.read_text("utf-8") for file in folder.iterdir()}
    return {
        name: Question(dict(_TITLE.findall(text)), _TITLE.sub("", text).strip()) for name, text in sorted(texts.items())
    }


def _question(query: NamedQuery, addresses: Addresses, endpoints: Sequence[str]) -> Question:
    incomplete = any(parameter.required for parameter in query.parameters)
    given = {query.endpoint: endpoints[0]} if query.endpoint else {}
    terms = {} if incomplete else query.substitutions(given, addresses)
    return Question(query.title, query.written_out(terms), query.name)


#: Media types of the answer to a query over HTTP.
MEDIA_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
    "text/html",
)

#: The datatypes of parameters that are literals; a language is given by its tag.
_DATATYPES = {"integer": "integer", "gYear": "gYear", "text": "string", "language": "string"}

_LIBRARY_TITLE = Message("Query library")


def query_iri(name: str, addresses: Addresses) -> str:
    """The IRI of a query, `{base}queries/{name}`; a server answers there."""
    return f"{addresses.base}queries/{name}"


def url_template(query: NamedQuery, addresses: Addresses) -> str:
    """The address of a query's answers as a URI template (RFC 6570)."""
    names = [*(parameter.name for parameter in query.parameters), *RESERVED]
    return f"{query_iri(query.name, addresses)}{{?{','.join(names)}}}"


def describe_library(queries: Iterable[NamedQuery], addresses: Addresses) -> Iterator[Triple]:
    """The whole library: itself, and every query."""
    v = Vocabulary(addresses)
    library = IRI(f"{addresses.base}queries")
    yield Triple(library, v("rdf:type"), v("schema:Collection"))
    yield from _texts(library, v("dct:title"), _LIBRARY_TITLE.texts())
    for query in queries:
        yield Triple(library, v("dct:hasPart"), IRI(query_iri(query.name, addresses)))
        yield from describe_query(query, addresses)


def describe_query(query: NamedQuery, addresses: Addresses) -> Iterator[Triple]:
    """One query. Its parts are fragments of its IRI: no blank nodes."""
    v = Vocabulary(addresses)
    iri = query_iri(query.name, addresses)
    subject, entry_point = IRI(iri), IRI(f"{iri}#entry-point")
    for type_name in ("sh:SPARQLExecutable", "sh:SPARQLSelectExecutable", "sh:Parameterizable"):
        yield Triple(subject, v("rdf:type"), v(type_name))
    yield Triple(subject, v("dct:isPartOf"), IRI(f"{addresses.base}queries"))
    yield Triple(subject, v("dct:identifier"), Literal(query.name))
    yield from _texts(subject, v("dct:title"), query.title)
    yield from _texts(subject, v("dct:description"), query.description)
    yield Triple(subject, v("sh:select"), Literal(query.query))
    yield Triple(subject, v("schema:target"), entry_point)
    yield Triple(entry_point, v("rdf:type"), v("schema:EntryPoint"))
    yield Triple(entry_point, v("schema:urlTemplate"), Literal(url_template(query, addresses)))
    yield Triple(entry_point, v("schema:httpMethod"), Literal("GET"))
    for media_type in MEDIA_TYPES:
        yield Triple(entry_point, v("schema:contentType"), Literal(media_type))
    for order, parameter in enumerate(query.parameters):
        yield from _parameter(subject, parameter, order, addresses)


def _parameter(query: IRI, parameter: Parameter, order: int, addresses: Addresses) -> Iterator[Triple]:
    """A parameter: the variable is the local name of its `sh:path`."""
    v = Vocabulary(addresses)
    subject = IRI(f"{query.value}#parameter-{parameter.name}")

    def say(curie: str, value: Term) -> Triple:
        return Triple(subject, v(curie), value)

    yield Triple(query, v("sh:parameter"), subject)
    yield say("rdf:type", v("sh:Parameter"))
    yield say("sh:path", IRI(f"{query.value}#{parameter.name}"))
    yield say("sh:order", typed(str(order), "integer"))
    yield say("sh:optional", typed(str(not parameter.required).lower(), "boolean"))
    yield from _texts(subject, v("sh:name"), parameter.labels)
    kind = KINDS.get(parameter.type)
    if kind is not None and kind.parameter_class:
        yield say("sh:class", v(kind.parameter_class))
    if kind is not None or parameter.type in {"iri", ENDPOINT}:
        yield say("sh:nodeKind", v("sh:IRI"))
    else:
        yield say("sh:datatype", v(f"xsd:{_DATATYPES[parameter.type]}"))
    if parameter.default is not None:
        yield say("sh:defaultValue", parameter.term(parameter.default, addresses))


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
        yield from _texts(example, v(curie), words)
    yield Triple(example, v(f"sh:{form.lower()}"), Literal(query))
    yield Triple(example, v("sh:prefixes"), prefixes)
    yield Triple(example, v("schema:target"), target)


def _texts(subject: IRI, predicate: IRI, texts: Mapping[str, str]) -> Iterator[Triple]:
    for language, value in texts.items():
        yield Triple(subject, predicate, text(value, language))
