"""The engine's formats of results, and solutions from one syntax to another by its own parser and serializer."""

from __future__ import annotations

import pyoxigraph as ox

from gcmgraph.store.port import CSV_RESULTS, JSON_RESULTS, TSV_RESULTS, XML_RESULTS, ResultSyntax

ENGINE_FORMATS = {
    JSON_RESULTS: ox.QueryResultsFormat.JSON,
    XML_RESULTS: ox.QueryResultsFormat.XML,
    CSV_RESULTS: ox.QueryResultsFormat.CSV,
    TSV_RESULTS: ox.QueryResultsFormat.TSV,
}


def transcribe(results: bytes, syntax: ResultSyntax) -> bytes:
    """Solutions in JSON (https://www.w3.org/TR/sparql11-results-json/) in another syntax, in the same order."""
    solutions = ox.parse_query_results(results, format=ENGINE_FORMATS[JSON_RESULTS])
    return solutions.serialize(format=ENGINE_FORMATS[syntax]) or b""
