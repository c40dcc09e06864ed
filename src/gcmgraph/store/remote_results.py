"""Read what a SPARQL server answers, with the liberties that Virtuoso takes put right.

Measured on Virtuoso 7.2.12, in its JSON: booleans are written 0 and 1, typed literals have the type
`typed-literal` of a draft, blank nodes are called `nodeID://b10000`, which is no label.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pyoxigraph as ox

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import XSD, Triple
from gcmgraph.store.port import CSV_RESULTS, JSON_RESULTS, RESULT_SYNTAXES, TSV_RESULTS, XML_RESULTS, Solutions
from gcmgraph.store.remote_http import Answer

_FORMATS = {
    JSON_RESULTS: ox.QueryResultsFormat.JSON,
    XML_RESULTS: ox.QueryResultsFormat.XML,
    CSV_RESULTS: ox.QueryResultsFormat.CSV,
    TSV_RESULTS: ox.QueryResultsFormat.TSV,
}
_BOOLEANS = {"0": "false", "1": "true"}
_NO_LABEL = re.compile(r"\W")


def read_results(answer: Answer, *, exact: bool) -> ox.QuerySolutions | ox.QueryBoolean:
    """The result of SELECT or ASK, from its JSON. Raises `StoreError` where it is cut off or not JSON results."""
    try:
        body = answer.body if exact else _mended(answer)
        result = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"The SPARQL server's answer is not in SPARQL's JSON format: {error}.") from error
    return result


def read_solutions(answer: Answer, *, exact: bool) -> Solutions:
    """The rows of a SELECT query. Raises as `read_results` does."""
    result = read_results(answer, exact=exact)
    if not isinstance(result, ox.QuerySolutions):
        raise StoreError("The SPARQL server answered a SELECT query with a truth value.")
    names = tuple(variable.value for variable in result.variables)
    try:
        rows = tuple({name: term for name in names if (term := row[name]) is not None} for row in result)
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"The SPARQL server's answer is not in SPARQL's JSON format: {error}.") from error
    return Solutions(names, rows)


def read_triples(answer: Answer) -> frozenset[Triple]:
    """The triples of a CONSTRUCT or DESCRIBE query, from N-Triples."""
    try:
        return frozenset(quad.triple for quad in ox.parse(answer.body, ox.RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"The SPARQL server's answer is not valid N-Triples: {error}.") from error


def write_results(result: ox.QuerySolutions | ox.QueryBoolean, media_type: str) -> bytes:
    """A result in one of `RESULT_SYNTAXES`."""
    syntax = next(s for s in RESULT_SYNTAXES if s.media_type == media_type)
    return result.serialize(format=_FORMATS[syntax]) or b""


def _mended(answer: Answer) -> bytes:
    results: dict[str, Any] = json.loads(answer.body)
    if "results" in results:
        rows = results["results"]["bindings"]
        _require_whole(answer, len(rows))
        for row in rows:
            for value in row.values():
                _mend(value)
    return json.dumps(results).encode()


def _mend(value: dict[str, str]) -> None:
    if value["type"] == "bnode":
        value["value"] = _NO_LABEL.sub("", value["value"].removeprefix("nodeID://"))
    elif value["type"] == "typed-literal":
        value["type"] = "literal"
        if value["datatype"] == XSD + "boolean":
            value["value"] = _BOOLEANS.get(value["value"], value["value"])


def _require_whole(answer: Answer, rows: int) -> None:
    """A result that the server cut off is an error: Virtuoso says so in headers only."""
    limit = answer.headers.get("X-SPARQL-MaxRows", "")
    if answer.headers.get("X-SQL-State") or (limit.isdigit() and rows >= int(limit)):
        raise StoreError(
            f"The SPARQL server cut the answer off after {rows:,} rows.",
            hint="Ask for less with LIMIT and OFFSET, or raise ResultSetMaxRows in its virtuoso.ini.",
        )
