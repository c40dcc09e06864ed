"""Paths of the query library: one for each query, with its parameters, generated from the query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gcmgraph.queries.library import MAX_ROWS, NamedQuery
from gcmgraph.queries.parameters import ENDPOINT, MAX_LENGTH, TYPES, Parameter
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.http.formats import HTML, RDF, XLSX
from gcmgraph.web.named_queries.request import DATA_ROWS, FORMATS, PAGE_ROWS
from gcmgraph.web.openapi.builders import JSON, Json, answer, get, media, one_of, query, ref, text, whole
from gcmgraph.web.openapi.components import CUT, LANG, MARK, PAGED, format_of
from gcmgraph.web.openapi.search_and_sparql import RESULTS

#: Components shared by the operations of all queries.
PARAMETERS: Json = {
    "page": query("page", "Page number, from 1.", whole(1, MAX_ROWS, 1)),
    "page_size": query(
        "page_size", f"Rows per page; {PAGE_ROWS} on an HTML page by default.", whole(1, MAX_ROWS, DATA_ROWS)
    ),
    "format": format_of(FORMATS),
    "bom": MARK,
}
RESPONSES: Json = {
    "Rows": answer(
        "Page of the query results; in RDF, the description of the query.",
        RESULTS | media(HTML.media_type, XLSX.media_type, *(form.media_type for form in RDF)),
        (*PAGED, *CUT),
    )
}

_LIBRARY = get(
    "queries",
    "queries",
    "List the query library",
    {
        200: answer(
            "Queries with their parameters and columns.",
            media({JSON: "Queries"}, HTML.media_type, *(r.media_type for r in RDF)),
        )
    },
    parameters=[format_of(("json", HTML.suffix, *(r.suffix for r in RDF))), LANG],
    problems=(400, 406),
    conditional=True,
)


def query_paths(library: Iterable[NamedQuery], endpoints: Sequence[str]) -> Json:
    """`/queries` and the path of each query. Federated queries may name one of `endpoints`."""
    return {"/queries": _LIBRARY, **{f"/queries/{named.name}": _query(named, endpoints) for named in library}}


def _query(named: NamedQuery, endpoints: Sequence[str]) -> Json:
    return get(
        f"query_{named.name.replace('-', '_')}",
        "queries",
        named.title[SOURCE_LANGUAGE],
        {200: ref("Rows", "responses")},
        description=f"{named.description[SOURCE_LANGUAGE]}\n\nColumns: {', '.join(named.variables)}.",
        parameters=[
            *(_parameter(p, endpoints) for p in named.parameters),
            *(ref(name, "parameters") for name in PARAMETERS),
            LANG,
        ],
        problems=(400, 404, 406, 429, 503),
        conditional=True,
    )


def _parameter(parameter: Parameter, endpoints: Sequence[str]) -> Json:
    description = f"{parameter.labels[SOURCE_LANGUAGE]}: {TYPES[parameter.type].wanted}."
    return query(parameter.name, description, _schema(parameter, endpoints), required=parameter.required)


def _schema(parameter: Parameter, endpoints: Sequence[str]) -> Json:
    """JSON schema of a value. Resources are named by code, CURIE or IRI, so their schema is plain text."""
    if parameter.type == ENDPOINT and endpoints:
        return one_of(endpoints, endpoints[0])
    if parameter.type == "integer":
        return {"type": "integer"} | ({} if parameter.default is None else {"default": int(parameter.default)})
    return text(MAX_LENGTH) | ({} if parameter.default is None else {"default": parameter.default})
