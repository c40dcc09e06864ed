"""Results of a SPARQL server, read or written in another syntax, with those of Virtuoso corrected.

Virtuoso 7.2.12 in its JSON writes booleans as 0 and 1, gives typed literals the type `typed-literal` of a draft, calls
blank nodes `nodeID://b10000`, which is no label, and writes durations as numbers. In its N-Triples about rows, the
first line has a prefix, and most datatypes lack their `<` and `>`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import IO, Any, cast

import pyoxigraph as ox

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, XSD, Literal, Quad, Triple
from gcmgraph.rdfio.media import RdfSyntax
from gcmgraph.store.port import ResultSyntax, Solutions
from gcmgraph.store.remote.stream import AnswerStream, ServerAnswer
from gcmgraph.store.results.capped_output import Caps, Written, write_solutions, write_triples
from gcmgraph.store.results.formats import ENGINE_FORMATS

_BOOLEANS = {"0": "false", "1": "true"}
_NO_LABEL = re.compile(r"\W")

#: A datatype without brackets, at the end of a line: a literal's own quotes and ends of lines are escaped.
_BARE_DATATYPE = re.compile(rb'"\^\^([^<"\n]+) \.\n')

#: Terms of RDF about rows, as Virtuoso names them.
_VARIABLE, _SOLUTION, _VALUE = (
    IRI(f"http://www.w3.org/2005/sparql-results#{name}") for name in ("resultVariable", "solution", "value")
)


def read_truth(answer: ServerAnswer) -> bool:
    """The result of ASK, from its JSON. Raises `StoreError` where it is none."""
    try:
        result = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise _no_results(error) from error
    return isinstance(result, ox.QueryBoolean) and bool(result)


def read_solutions(answer: ServerAnswer, *, exact: bool) -> Solutions:
    """The rows of a SELECT query, from their JSON. Raises `StoreError` where it is cut off or not JSON results."""
    try:
        body = answer.body if exact else _whole(answer)
        result = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if not isinstance(result, ox.QuerySolutions):
            raise StoreError("The SPARQL server answered a SELECT query with a truth value.")
        names = tuple(variable.value for variable in result.variables)
        rows = tuple({name: term for name in names if (term := row[name]) is not None} for row in result)
    except (SyntaxError, ValueError, KeyError, TypeError) as error:
        raise _no_results(error) from error
    return Solutions(names, rows)


def read_described_solutions(answer: ServerAnswer) -> Solutions:
    """The rows of a SELECT query, from Virtuoso's N-Triples, which it writes in a fifth of the time of its JSON.

    The variables come first, then each row with its values, in order. Raises `StoreError` where they are cut off.
    """
    names: list[str] = []
    rows: list[dict[str, Any]] = []
    name = ""
    try:
        for quad in _described(answer):
            predicate, term = quad.predicate, quad.object
            if predicate == _VALUE:
                rows[-1][name] = term
            elif predicate == _SOLUTION:
                rows.append({})
            elif isinstance(term, Literal):
                name = term.value
                if predicate == _VARIABLE:
                    names.append(name)
    except (SyntaxError, ValueError, IndexError) as error:
        raise _no_triples(error) from error
    if not names:
        raise StoreError("The SPARQL server's answer to a SELECT query tells no variables.")
    if _was_cut(answer, len(rows)):
        raise _cut_off(len(rows))
    return Solutions(tuple(names), tuple(rows))


def read_triples(answer: ServerAnswer) -> frozenset[Triple]:
    """The triples of a CONSTRUCT or DESCRIBE query, from N-Triples."""
    try:
        return frozenset(quad.triple for quad in ox.parse(answer.body, ox.RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise _no_triples(error) from error


def written_result(stream: AnswerStream, syntax: ResultSyntax, caps: Caps, *, exact: bool) -> Written:
    """The result of SELECT or ASK from its JSON, as far as caps allow. Raises `StoreError`."""
    source: IO[bytes] | bytes = cast(IO[bytes], stream)
    server_rows: int | None = None
    try:
        if not exact:  # Virtuoso's JSON is corrected as a whole; its own limit of rows bounds it
            source, server_rows = _corrected(stream.whole(caps.bytes))
        result = ox.parse_query_results(source, format=ox.QueryResultsFormat.JSON)
        if isinstance(result, ox.QueryBoolean):
            return Written(result.serialize(format=ENGINE_FORMATS[syntax]) or b"")
        written = write_solutions(result, syntax, caps)
    except (SyntaxError, ValueError, KeyError, TypeError) as error:
        raise _no_results(error) from error
    return Written(written.body, written.cut or server_rows is not None, server_rows)


def written_graph(stream: AnswerStream, syntax: RdfSyntax, caps: Caps, prefixes: Mapping[str, str]) -> Written:
    """The triples of a CONSTRUCT or DESCRIBE from N-Triples, as far as caps allow. Raises `StoreError`."""
    try:
        triples = (quad.triple for quad in ox.parse(cast(IO[bytes], stream), ox.RdfFormat.N_TRIPLES))
        return write_triples(triples, syntax.engine_format, caps, dict(prefixes))
    except (SyntaxError, ValueError) as error:
        raise _no_triples(error) from error


def _no_results(error: Exception) -> StoreError:
    """The error for an answer that is no result."""
    return StoreError(f"The SPARQL server's answer is not in SPARQL's JSON format: {error}.")


def _no_triples(error: Exception) -> StoreError:
    """The error for an answer that is no graph."""
    return StoreError(f"The SPARQL server's answer is not valid N-Triples: {error}.")


def _corrected(answer: ServerAnswer) -> tuple[bytes, int | None]:
    """Virtuoso's JSON corrected, and the rows after which the server cut it off, which only headers report."""
    results: dict[str, Any] = json.loads(answer.body)
    if "results" not in results:
        return answer.body, None
    rows = results["results"]["bindings"]
    for row in rows:
        for value in row.values():
            _correct(value)
    return json.dumps(results).encode(), len(rows) if _was_cut(answer, len(rows)) else None


def _whole(answer: ServerAnswer) -> bytes:
    """The corrected JSON. Raises `StoreError` where it was cut off."""
    body, rows = _corrected(answer)
    if rows is not None:
        raise _cut_off(rows)
    return body


def _was_cut(answer: ServerAnswer, rows: int) -> bool:
    limit = answer.headers.get("X-SPARQL-MaxRows", "")
    return bool(answer.headers.get("X-SQL-State")) or (limit.isdigit() and rows >= int(limit))


def _cut_off(rows: int) -> StoreError:
    return StoreError(
        f"The SPARQL server cut the answer off after {rows:,} rows.",
        hint="Ask for less with LIMIT and OFFSET, or raise ResultSetMaxRows in its virtuoso.ini.",
    )


def _described(answer: ServerAnswer) -> Iterable[Quad]:
    """The triples about rows, corrected, without the first line, which has a prefix."""
    body = answer.body[answer.body.index(b"\n") + 1 :]
    return ox.parse(_BARE_DATATYPE.sub(rb'"^^<\1> .\n', body), ox.RdfFormat.N_TRIPLES)


def _correct(value: dict[str, str]) -> None:
    if value["type"] == "bnode":
        value["value"] = _NO_LABEL.sub("", value["value"].removeprefix("nodeID://"))
    elif value["type"] == "typed-literal":
        value["type"] = "literal"
        if value["datatype"] == XSD + "boolean":
            value["value"] = _BOOLEANS.get(value["value"], value["value"])
