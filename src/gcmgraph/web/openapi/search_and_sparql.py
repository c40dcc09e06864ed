"""Paths of SPARQL, the graph store, search and the resolver of external identifiers."""

from __future__ import annotations

from gcmgraph.publication.suggestions.practices import MOST
from gcmgraph.publication.suggestions.suggester import GROUPS, LONGEST
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.spreadsheets.grids import SPREADSHEETS
from gcmgraph.store.port import JSON_RESULTS, RESULT_SYNTAXES
from gcmgraph.web.browse import search
from gcmgraph.web.http.formats import HTML, RDF, XLSX
from gcmgraph.web.http.limits import MAX_BODY
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, JSON_OR_PAGE
from gcmgraph.web.i18n.names import KIND_NAMES
from gcmgraph.web.openapi.builders import (
    JSON,
    PAGE,
    Json,
    answer,
    get,
    many,
    media,
    one_of,
    operation,
    query,
    record,
    table,
    text,
    whole,
)
from gcmgraph.web.openapi.components import CUT, LANG, PAGED, format_of
from gcmgraph.web.openapi.resources import DESCRIPTION
from gcmgraph.web.resources import resolve
from gcmgraph.web.sparql.protocol import DIRECT_QUERY, FORM, FORMATS

#: Media types of query results (https://www.w3.org/TR/sparql11-overview/#sparql11-results).
RESULTS = media({JSON_RESULTS.media_type: "SparqlResults"}, *(syntax.media_type for syntax in RESULT_SYNTAXES[1:]))

_GRAPHS = many({"type": "string", "format": "iri"})
_DATASET = {
    "default-graph-uri": _GRAPHS | {"description": "IRIs of graphs to merge into the default graph."},
    "named-graph-uri": _GRAPHS | {"description": "IRIs of graphs that GRAPH may name."},
}
_FORMATS = (*FORMATS, *(syntax.suffix for syntax in (*RESULT_SYNTAXES, *SYNTAXES)), XLSX.suffix, HTML.suffix)
_QUERY = text(
    description="SPARQL 1.1 query. The service predefines its prefixes. The default graph is the union of all graphs."
)
_IN_ADDRESS = [query(name, schema["description"], _GRAPHS) for name, schema in _DATASET.items()]

_ANSWERED = {
    200: answer(
        "Query results: a result set for SELECT and ASK, triples for CONSTRUCT and DESCRIBE.",
        RESULTS | media(*(syntax.media_type for syntax in SYNTAXES), XLSX.media_type, HTML.media_type),
        ("Link", *CUT),
    )
}

_TEXT_FIELD = text(LONGEST, description="Title and summary of a practice in English, French or Spanish.")
_TEXT = record({"text": _TEXT_FIELD})
_SUGGESTION = record(
    {
        "iri": text(format="iri"),
        "code": text(),
        "label": table(text()),
        "score": {"type": "number", "minimum": 0},
        "words": many(text()),
    }
)
_SUGGESTIONS = media(
    {
        JSON: record(
            {
                "texts": many(
                    record(
                        {
                            "title": table(text()),
                            "suggestions": record({group: many(_SUGGESTION, most) for group, most in GROUPS.items()}),
                        }
                    ),
                    MOST,
                )
            }
        )
    },
    HTML.media_type,
)

PATHS: Json = {
    "/sparql": {
        "get": operation(
            "ask_by_get",
            "sparql",
            "Run a query; without one, return the service description",
            _ANSWERED,
            parameters=[
                query("query", _QUERY["description"], text()),
                *_IN_ADDRESS,
                format_of(_FORMATS),
                LANG,
            ],
            problems=(400, 403, 406, 429, 503),
            conditional=True,
        ),
        "post": operation(
            "ask",
            "sparql",
            "Run a query",
            _ANSWERED,
            description="A form body holds the query and the dataset parameters. Where the body is the query itself, "
            "the dataset parameters are part of the URL.",
            parameters=[*_IN_ADDRESS, format_of(_FORMATS), LANG],
            body={
                "description": f"SPARQL query in UTF-8; at most {MAX_BODY:,} bytes.",
                "required": True,
                "content": media(
                    {FORM: record({"query": _QUERY}, {**_DATASET, "format": one_of(_FORMATS)}), DIRECT_QUERY: _QUERY}
                ),
            },
            problems=(400, 403, 406, 408, 413, 415, 429, 503),
            conditional=True,
        ),
    },
    "/graph-store": get(
        "graph",
        "sparql",
        "Return a graph (SPARQL 1.1 Graph Store Protocol, read-only)",
        {200: answer("Triples of the graph.", media(*(form.media_type for form in RDF)))},
        description="Exactly one of `default` (without a value) and `graph` is required.",
        parameters=[
            query("default", "Selects the union of all graphs; has no value.", text(0)) | {"allowEmptyValue": True},
            query("graph", "IRI of a named graph.", text(format="iri")),
            format_of(form.suffix for form in RDF),
        ],
        problems=(400, 404, 406, 503),
        conditional=True,
    ),
    "/search": get(
        "search",
        "search",
        "Search resources by name in any language, or by code",
        {
            200: answer(
                "Page of search results; matches of codes are first.", media({JSON: "Hits"}, HTML.media_type), PAGED
            )
        },
        parameters=[
            query("q", "Name, part of a name, or code.", text(search.MAX_QUERY), example="UNODC"),
            query("in", "Texts to search: names and codes, or descriptions.", one_of(search.IN, search.IN_NAMES)),
            query("kind", "Kind of resources found by names and codes.", one_of(KIND_NAMES)),
            query("limit", "Results per page.", whole(1, search.MAX_PAGE_SIZE, search.PAGE_SIZE)),
            query("offset", "Number of results to skip.", whole(0, search.MAX_OFFSET, 0)),
            format_of(JSON_OR_PAGE.by_name),
            LANG,
        ],
        problems=(400, 406),
        conditional=True,
    ),
    "/search/suggest": get(
        "suggest",
        "search",
        "Suggest resources for the beginning of a name or code",
        {200: answer("Suggestions, best match first.", media({JSON: "Suggestions"}))},
        parameters=[
            query("q", "Beginning of a name or code.", text(search.MAX_QUERY), example="UNO"),
            query("limit", "Maximum number of suggestions.", whole(1, search.MAX_SUGGESTIONS, search.SUGGESTIONS)),
            LANG,
        ],
        problems=(400,),
        conditional=True,
    ),
    "/resolve": get(
        "resolve",
        "search",
        "Find resources of this graph by an external IRI or a code; nothing is fetched",
        {
            200: answer("Descriptions of the matching resources.", DESCRIPTION),
            303: answer("Redirect to the page of the only matching resource.", headers=["Location"]),
        },
        parameters=[
            query("uri", "http(s) IRI, or code.", text(resolve.MAX_LENGTH), required=True, example="AFG"),
            format_of(DESCRIPTION_OFFER.by_name),
            LANG,
        ],
        problems=(400, 404, 406),
        conditional=True,
    ),
    "/suggest": {
        "get": operation(
            "suggestion_form",
            "search",
            "Return the form for suggestions",
            {200: answer("HTML form.", PAGE)},
            parameters=[LANG],
            conditional=True,
        ),
        "post": operation(
            "suggest_for_text",
            "search",
            "Suggest objectives, actions, targets, countries, organisations and audiences for practices",
            {200: answer("Suggestions for the text, or for each practice of a file.", _SUGGESTIONS)},
            description="The suggestions of a group are in the order of their scores, which are comparable within the "
            "group only. Each has the words of the text that speak for it. Nothing is stored.",
            parameters=[LANG],
            body={
                "required": True,
                "content": media(
                    "text/plain",
                    {JSON: _TEXT, FORM: _TEXT},
                    {
                        "multipart/form-data": record(
                            {}, {"text": _TEXT_FIELD, "file": {"description": "RDF or spreadsheet."}}
                        )
                    },
                    *(syntax.media_type for syntax in (*SYNTAXES, *SPREADSHEETS)),
                ),
            },
            problems=(400, 406, 408, 413, 415, 422, 429, 503),
        ),
    },
}
