"""The query library as RDF: title, text, parameters and entry point of each query; and examples for an endpoint.

Terms: SHACL's for executables (https://www.w3.org/TR/shacl/#sparql-constraints), SHACL Advanced
Features' for parameters (https://www.w3.org/TR/shacl-af/#functions), schema.org's for the entry
point.

The convention of examples, which editors and assistants of other projects query, is that of
https://github.com/sib-swiss/sparql-examples: a `sh:SPARQLExecutable` with `rdfs:comment`, the
query, its prefixes (https://www.w3.org/TR/shacl/#sparql-prefixes) and the endpoint as
`schema:target`. Each example can be run as it is: the parameters of a named query have their
defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import DataError
from gcmgraph.queries.library import RESERVED, NamedQuery, read_queries
from gcmgraph.queries.parameters import ENDPOINT, QueryParameter
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.translations import Message

_TITLE = re.compile(r"# (\w\w): (.*)")

#: The datatypes of parameters that are literals; a language is given by its tag.
_DATATYPES = {
    "integer": "integer",
    "gYear": "gYear",
    "date": "string",
    "text": "string",
    "language": "string",
}

_LIBRARY_TITLE = Message("Query library")


@dataclass(frozen=True)
class Question:
    """A question by language and its query; `name` is the name of a query of the library, None for an example."""

    titles: Mapping[str, str]
    query: str
    name: str | None = None


def read_library(root: str, addresses: Addresses) -> dict[str, NamedQuery]:
    """Return the query library of the repository at `root` (see `Repository.find`), by name.

    Empty where the package is installed without a repository. Raises `DataError` for an invalid
    query.
    """
    try:
        repository = Repository.find(root)
    except DataError:
        return {}
    return read_queries(repository, addresses)


def questions_of(library: Iterable[NamedQuery], addresses: Addresses) -> tuple[Question, ...]:
    """Return the examples, then the queries of a library that ask no other endpoint."""
    local = (query for query in library if not query.endpoint)
    return (*read_examples(), *(_question(query, addresses) for query in local))


def read_examples() -> list[Question]:
    """Return the examples in the order of their file names."""
    return list(examples_by_name().values())


def examples_by_name() -> dict[str, Question]:
    """The examples by the names of their files, such as `4-ask-practice-in-country`."""
    folder = files("gcmgraph.queries") / "examples"
    texts = {file.name.removesuffix(".rq"): file.read_text("utf-8") for file in folder.iterdir()}
    return {
        name: Question(dict(_TITLE.findall(text)), _TITLE.sub("", text).strip())
        for name, text in sorted(texts.items())
    }


def _question(query: NamedQuery, addresses: Addresses) -> Question:
    terms = {} if query.requires_values else query.substitutions({}, addresses)
    return Question(query.title, query.written_out(terms), query.name)


def query_iri(name: str, addresses: Addresses) -> str:
    """The IRI of a query, `{base}queries/{name}`; a server answers there."""
    return f"{addresses.base}queries/{name}"


def url_template(query: NamedQuery, addresses: Addresses) -> str:
    """The address of a query's answers as a URI template (RFC 6570)."""
    names = [*(parameter.name for parameter in query.parameters), *RESERVED]
    return f"{query_iri(query.name, addresses)}{{?{','.join(names)}}}"


def describe_library(queries: Iterable[NamedQuery], addresses: Addresses) -> Iterator[Triple]:
    """The whole library: itself, and every query."""
    parts = list(queries)
    named = [IRI(query_iri(query.name, addresses)) for query in parts]
    yield from _templates(addresses).fill("library", title=_LIBRARY_TITLE.texts(), queries=named)
    for query in parts:
        yield from describe_query(query, addresses)


def _templates(addresses: Addresses) -> Templates:
    return Templates("queries/description.trig", addresses)


def describe_query(query: NamedQuery, addresses: Addresses) -> Iterator[Triple]:
    """One query. Its parts are fragments of its IRI: no blank nodes."""
    iri = IRI(query_iri(query.name, addresses))
    yield from _templates(addresses).fill(
        "query",
        query=iri,
        name=Literal(query.name),
        title=query.title,
        description=query.description,
        text=Literal(query.query),
        address=Literal(url_template(query, addresses)),
    )
    for order, parameter in enumerate(query.parameters):
        yield from _parameter(iri, parameter, order, addresses)


def _parameter(
    query: IRI, parameter: QueryParameter, order: int, addresses: Addresses
) -> Iterator[Triple]:
    """A parameter: the variable is the local name of its `sh:path`."""
    kind = KINDS.get(parameter.type)
    is_iri = kind is not None or parameter.type in {"iri", ENDPOINT}
    return _templates(addresses).fill(
        "parameter",
        query=query,
        parameter=IRI(f"{query.value}#parameter-{parameter.name}"),
        path=IRI(f"{query.value}#{parameter.name}"),
        order=typed(str(order), "integer"),
        optional=typed(str(not parameter.required).lower(), "boolean"),
        labels=parameter.labels,
        kind=kind.parameter_class if kind else None,
        nodeKind="sh:IRI" if is_iri else None,
        datatype=None if is_iri else f"xsd:{_DATATYPES[parameter.type]}",
        default=None if parameter.default is None else parameter.term(parameter.default, addresses),
    )


def describe_examples(
    library: Iterable[NamedQuery], addresses: Addresses, endpoint: str | None = None
) -> Iterator[Triple]:
    """The prefixes of the dataset, and an example for each query that needs no value and no other endpoint.

    The questions of `examples/`, SELECT, ASK and CONSTRUCT, are examples, too, with PREFIX lines.

    `endpoint` is the URL at which the examples can be run, `{base}sparql` unless given.
    """
    templates = Templates(
        "queries/description.trig", addresses, target=IRI(endpoint or f"{addresses.base}sparql")
    )
    for prefix, namespace in addresses.prefixes.items():
        declaration = IRI(f"{addresses.base}queries#prefix-{prefix}")
        values = {"prefix": Literal(prefix), "namespace": typed(namespace, "anyURI")}
        yield from templates.fill("prefix", declaration=declaration, **values)
    for query in library:
        if query.stands_alone:
            named = IRI(query_iri(query.name, addresses))
            yield from templates.fill(
                "example",
                example=IRI(f"{named.value}#example"),
                label=query.title,
                comment=query.description,
                source=named,
                keyword=Literal(query.group) if query.group else None,
                **_query(query.written_out(query.substitutions({}, addresses))),
            )
    for name, question in examples_by_name().items():
        used = sorted(addresses.prefixes_in(question.query).items())
        header = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in used)
        yield from templates.fill(
            "example",
            example=IRI(f"{addresses.base}queries#example-{name}"),
            label=question.titles,
            comment=question.titles,
            source=None,
            keyword=None,
            **_query(f"{header}\n{question.query}\n"),
        )


def _query(text: str) -> dict[str, Term | str]:
    """The text of a query with the class and the property of its form."""
    form = re.findall(r"^(SELECT|ASK|CONSTRUCT)\b", text, re.MULTILINE)[0]
    return {
        "kind": f"sh:SPARQL{form.title()}Executable",
        "form": f"sh:{form.lower()}",
        "text": Literal(text),
    }
