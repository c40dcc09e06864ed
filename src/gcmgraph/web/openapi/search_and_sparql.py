"""The addresses that answer questions: SPARQL, whole graphs, search, and somebody else's addresses."""

from __future__ import annotations

from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.store.port import JSON_RESULTS, RESULT_SYNTAXES
from gcmgraph.web.browse import search
from gcmgraph.web.http.formats import HTML, RDF
from gcmgraph.web.http.limits import MAX_BODY
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, JSON_OR_PAGE
from gcmgraph.web.openapi.builders import (
    JSON,
    Json,
    answer,
    get,
    many,
    media,
    one_of,
    operation,
    query,
    record,
    text,
    whole,
)
from gcmgraph.web.openapi.components import CUT, LANG, PAGED, format_of
from gcmgraph.web.openapi.resources import DESCRIPTION
from gcmgraph.web.resources import resolve
from gcmgraph.web.sparql.protocol import DIRECT_QUERY, FORM, FORMATS

#: The results of a query (https://www.w3.org/TR/sparql11-overview/#sparql11-results).
RESULTS = media({JSON_RESULTS.media_type: "SparqlResults"}, *(syntax.media_type for syntax in RESULT_SYNTAXES[1:]))

_GRAPHS = many({"type": "string", "format": "iri"})
_DATASET = {
    "default-graph-uri": _GRAPHS | {"description": "Graphs that are merged into the default graph."},
    "named-graph-uri": _GRAPHS | {"description": "Graphs that GRAPH may name."},
}
_FORMATS = (*FORMATS, *(syntax.suffix for syntax in (*RESULT_SYNTAXES, *SYNTAXES)), HTML.suffix)
_QUERY = text(description="A query of SPARQL 1.1. Our prefixes may be left out. Without GRAPH it sees all graphs.")
_IN_ADDRESS = [query(name, schema["description"], _GRAPHS) for name, schema in _DATASET.items()]

_ANSWERED = {
    200: answer(
        "The answer: results of SELECT and ASK, triples of CONSTRUCT and DESCRIBE.",
        RESULTS | media(*(syntax.media_type for syntax in SYNTAXES), HTML.media_type),
        ("Link", *CUT),
    )
}

PATHS: Json = {
    "/sparql": {
        "get": operation(
            "ask_by_get",
            "sparql",
            "Answer a query; without one, describe the service",
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
            "Answer a query",
            _ANSWERED,
            description="In a form, the graphs stand beside the query; where the body is the query, in the address.",
            parameters=[*_IN_ADDRESS, format_of(_FORMATS), LANG],
            body={
                "description": f"The query; at most {MAX_BODY:,} bytes, UTF-8.",
                "required": True,
                "content": media(
                    {FORM: record({"query": _QUERY}, {**_DATASET, "format": one_of(_FORMATS)}), DIRECT_QUERY: _QUERY}
                ),
            },
            problems=(400, 403, 406, 413, 415, 429, 503),
            conditional=True,
        ),
    },
    "/graph-store": get(
        "graph",
        "sparql",
        "A whole graph (SPARQL 1.1 Graph Store Protocol, to be read only)",
        {200: answer("Its triples.", media(*(form.media_type for form in RDF)))},
        description="Name one graph: either `default`, without a value, or `graph`.",
        parameters=[
            query("default", "The union of all graphs.", text(0)) | {"allowEmptyValue": True},
            query("graph", "The IRI of a named graph.", text(format="iri")),
            format_of(form.suffix for form in RDF),
        ],
        problems=(400, 404, 406),
        conditional=True,
    ),
    "/search": get(
        "search",
        "search",
        "Things by their names in any language, codes first",
        {200: answer("A page of them.", media({JSON: "Hits"}, HTML.media_type), PAGED)},
        parameters=[
            query("q", "A name, a part of one, or a code.", text(search.MAX_QUERY), example="UNODC"),
            query("limit", "Things on a page.", whole(1, search.MAX_PAGE_SIZE, search.PAGE_SIZE)),
            query("offset", "So many are left out at the beginning.", whole(0, search.MAX_OFFSET, 0)),
            format_of(JSON_OR_PAGE.by_name),
            LANG,
        ],
        problems=(400, 406),
        conditional=True,
    ),
    "/search/suggest": get(
        "suggest",
        "search",
        "The first things that fit what was typed so far",
        {200: answer("They.", media({JSON: "Suggestions"}))},
        parameters=[
            query("q", "The beginning of a name or code.", text(search.MAX_QUERY), example="UNO"),
            query("limit", "At most so many.", whole(1, search.MAX_SUGGESTIONS, search.SUGGESTIONS)),
            LANG,
        ],
        problems=(400,),
        conditional=True,
    ),
    "/resolve": get(
        "resolve",
        "search",
        "What this graph knows of anyone's IRI or code; nothing is fetched",
        {
            200: answer("The descriptions of what it means here.", DESCRIPTION),
            303: answer("The page of the one thing that it means.", headers=["Location"]),
        },
        parameters=[
            query("uri", "An http(s) IRI, or a code.", text(resolve.MAX_LENGTH), required=True, example="AFG"),
            format_of(DESCRIPTION_OFFER.by_name),
            LANG,
        ],
        problems=(400, 404, 406),
        conditional=True,
    ),
}
