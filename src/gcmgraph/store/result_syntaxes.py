"""Solutions from one syntax of results to another, by the engine's own parser and serializer."""

from __future__ import annotations

import pyoxigraph as ox

from gcmgraph.store.port import JSON_RESULTS, ResultSyntax


def transcribe(results: bytes, syntax: ResultSyntax) -> bytes:
    """Solutions in JSON (https://www.w3.org/TR/sparql11-results-json/) in another syntax, in the same order."""
    solutions = ox.parse_query_results(results, format=_format(JSON_RESULTS))
    return solutions.serialize(format=_format(syntax)) or b""


def _format(syntax: ResultSyntax) -> ox.QueryResultsFormat:
    found = ox.QueryResultsFormat.from_media_type(syntax.media_type)
    if found is None:
        raise ValueError(f"The engine does not know {syntax.media_type}.")
    return found
