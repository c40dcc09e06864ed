"""Descriptions of requests and answers of the SPARQL endpoint, for `/openapi.json`."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from gcmgraph.rdf.media import SYNTAXES
from gcmgraph.store.results import JSON_RESULTS, RESULT_SYNTAXES
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, XLSX
from gcmgraph.web.sparql.formats import FORMATS
from gcmgraph.web.sparql.protocol import DIRECT_QUERY

#: https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
Term = TypedDict(
    "Term",
    {
        "type": Annotated[str, api.among(("uri", "literal", "bnode"))],
        "value": str,
        "xml:lang": NotRequired[str],
        "datatype": NotRequired[api.Address],
    },
)


class Head(TypedDict, total=False):
    """Variables of a result set."""

    vars: list[str]
    link: list[str]


class Bindings(TypedDict):
    """Rows of a result set."""

    bindings: list[dict[str, Term]]


class SparqlResults(TypedDict):
    """https://www.w3.org/TR/sparql11-results-json/."""

    head: Head
    boolean: NotRequired[bool]
    results: NotRequired[Bindings]


#: Media types of query results (https://www.w3.org/TR/sparql11-overview/#sparql11-results).
RESULTS = api.media(
    {JSON_RESULTS.media_type: SparqlResults}, *(syntax.media_type for syntax in RESULT_SYNTAXES[1:])
)

_IRIS = api.many(api.text(format="iri"))
_DATASET = {
    "default-graph-uri": "IRIs of graphs to merge into the default graph.",
    "named-graph-uri": "IRIs of graphs that GRAPH may name.",
}
_QUERY = api.text(
    description=(
        "SPARQL 1.1 query. The service predefines its prefixes. "
        "The default graph is the union of all graphs."
    )
)
_FIELDS = {
    "query": _QUERY,
    **{name: _IRIS | {"description": description} for name, description in _DATASET.items()},
}

#: Parameters, answer and bodies of the operations.
DATASET = (
    *(api.Parameter(name, description, _IRIS) for name, description in _DATASET.items()),
    api.format_of(FORMATS),
    api.LANG,
)
QUERY = api.Parameter("query", _QUERY["description"], api.text())
ANSWER = api.answer(
    "Query results: a result set for SELECT and ASK, triples for CONSTRUCT and DESCRIBE.",
    RESULTS,
    *(syntax.media_type for syntax in SYNTAXES),
    XLSX,
    HTML,
    headers=("Link", "Dataset-Version", *api.CUT),
)
BODY = api.media(
    {
        api.FORM: api.record({**_FIELDS, "format": api.one_of(FORMATS)}, ("query",)),
        DIRECT_QUERY: _QUERY,
    }
)
