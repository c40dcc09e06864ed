"""Queries of the library as JSON, and the description of their operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, TypedDict

from flask import request

from gcmgraph.queries.description import query_iri, url_template
from gcmgraph.queries.library import MAX_ROWS, NamedQuery
from gcmgraph.queries.parameters import ENDPOINT, MAX_LENGTH, TYPES
from gcmgraph.queries.parameters import Parameter as QueryParameter
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, RDF, XLSX
from gcmgraph.web.named_queries.request import (
    DATA_ROWS,
    FORMATS,
    PAGE_ROWS,
)
from gcmgraph.web.services import Site
from gcmgraph.web.sparql.protocol import RESULTS


class ParameterSummary(TypedDict):
    """Parameter of a query."""

    name: str
    type: Annotated[str, api.among(TYPES)]
    default: str | None
    required: bool
    label: Mapping[str, str]


class QuerySummary(TypedDict):
    """Query of the library."""

    name: str
    iri: api.Address
    path: str
    urlTemplate: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: list[ParameterSummary]
    columns: Sequence[str]
    group: str | None


#: Parameters and answer of each query.
_PARAMETERS = (
    api.Parameter("page", "Page number, from 1.", api.whole(1, MAX_ROWS, 1), shared="page"),
    api.Parameter(
        "page_size",
        f"Rows per page; {PAGE_ROWS} on an HTML page by default.",
        api.whole(1, MAX_ROWS, DATA_ROWS),
        shared="page_size",
    ),
    replace(api.format_of(FORMATS), shared="format"),
    replace(api.MARK, shared="bom"),
    api.LANG,
)
_ROWS = api.answer(
    "Page of the query results; in RDF, the description of the query.",
    RESULTS,
    HTML,
    XLSX,
    RDF,
    headers=(*api.PAGED, *api.CUT),
    shared="Rows",
)


def describe_operation(query: NamedQuery, endpoints: Sequence[str]) -> Callable[[api.View], api.View]:
    """The description of the operation of a query. Federated queries may name one of `endpoints`."""
    return api.operation(
        f"query_{query.name.replace('-', '_')}",
        _ROWS,
        (*(_parameter(one, endpoints) for one in query.parameters), *_PARAMETERS),
        (404, 429, 503),
        path=f"/queries/{query.name}",
        summary=query.title[SOURCE_LANGUAGE],
        description=f"{query.description[SOURCE_LANGUAGE]}\n\nColumns: {', '.join(query.variables)}.",
    )


def _parameter(one: QueryParameter, endpoints: Sequence[str]) -> api.Parameter:
    """A parameter of a query. Resources are named by code, CURIE or IRI, so their schema is plain text."""
    default = {} if one.default is None else {"default": one.default}
    schema = api.text(MAX_LENGTH, **default)
    if one.type == ENDPOINT and endpoints:
        schema = api.one_of(endpoints, endpoints[0])
    elif one.type == "integer":
        schema = {"type": "integer"} | {name: int(value) for name, value in default.items()}
    description = f"{one.labels[SOURCE_LANGUAGE]}: {TYPES[one.type].wanted}."
    return api.Parameter(one.name, description, schema, required=one.required)


def query_summary(site: Site, query: NamedQuery) -> QuerySummary:
    """A query in the list for programs."""
    return {
        "name": query.name,
        "iri": query_iri(query.name, site.addresses),
        "path": f"{request.script_root}/queries/{query.name}",
        "urlTemplate": url_template(query, site.addresses),
        "title": query.title,
        "description": query.description,
        "parameters": [
            {"name": p.name, "type": p.type, "default": p.default, "required": p.required, "label": p.labels}
            for p in query.parameters
        ],
        "columns": query.variables,
        "group": query.group or None,
    }
