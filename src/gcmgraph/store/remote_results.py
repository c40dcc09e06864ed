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
from gcmgraph.store.port import Solutions
from gcmgraph.store.remote_http import Answer

_BOOLEANS = {"0": "false", "1": "true"}
_NO_LABEL = re.compile(r"\W")


def read_results(answer: Answer, *, exact: bool) -> ox.QuerySolutions | ox.QueryBoolean:
    """The result of SELECT or ASK, from its JSON. Raises `StoreError` where it is cut off or not JSON results."""
    try:
        body = answer.body if exact else _whole(answer)
        return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError, KeyError, TypeError) as error:
        raise no_results(error) from error


def read_solutions(answer: Answer, *, exact: bool) -> Solutions:
    """The rows of a SELECT query. Raises as `read_results` does."""
    result = read_results(answer, exact=exact)
    if not isinstance(result, ox.QuerySolutions):
        raise StoreError("The SPARQL server answered a SELECT query with a truth value.")
    names = tuple(variable.value for variable in result.variables)
    try:
        rows = tuple({name: term for name in names if (term := row[name]) is not None} for row in result)
    except (SyntaxError, ValueError) as error:
        raise no_results(error) from error
    return Solutions(names, rows)


def read_triples(answer: Answer) -> frozenset[Triple]:
    """The triples of a CONSTRUCT or DESCRIBE query, from N-Triples."""
    try:
        return frozenset(quad.triple for quad in ox.parse(answer.body, ox.RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise no_triples(error) from error


def no_results(error: Exception) -> StoreError:
    """What to say of an answer that is no result."""
    return StoreError(f"The SPARQL server's answer is not in SPARQL's JSON format: {error}.")


def no_triples(error: Exception) -> StoreError:
    """What to say of an answer that is no graph."""
    return StoreError(f"The SPARQL server's answer is not valid N-Triples: {error}.")


def mended(answer: Answer) -> tuple[bytes, int | None]:
    """Virtuoso's JSON put right, and after how many rows the server cut it off, which it says in headers only."""
    results: dict[str, Any] = json.loads(answer.body)
    if "results" not in results:
        return answer.body, None
    rows = results["results"]["bindings"]
    for row in rows:
        for value in row.values():
            _mend(value)
    limit = answer.headers.get("X-SPARQL-MaxRows", "")
    cut = bool(answer.headers.get("X-SQL-State")) or (limit.isdigit() and len(rows) >= int(limit))
    return json.dumps(results).encode(), len(rows) if cut else None


def _whole(answer: Answer) -> bytes:
    """The same, where a result that was cut off is an error."""
    body, rows = mended(answer)
    if rows is not None:
        raise StoreError(
            f"The SPARQL server cut the answer off after {rows:,} rows.",
            hint="Ask for less with LIMIT and OFFSET, or raise ResultSetMaxRows in its virtuoso.ini.",
        )
    return body


def _mend(value: dict[str, str]) -> None:
    if value["type"] == "bnode":
        value["value"] = _NO_LABEL.sub("", value["value"].removeprefix("nodeID://"))
    elif value["type"] == "typed-literal":
        value["type"] = "literal"
        if value["datatype"] == XSD + "boolean":
            value["value"] = _BOOLEANS.get(value["value"], value["value"])
