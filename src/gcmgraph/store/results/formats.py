"""Formats of the engine for results, their check, and conversion between them."""

from __future__ import annotations

import pyoxigraph as ox

from gcmgraph.rdfio.xml_checks import require_xml
from gcmgraph.store.port import CSV_RESULTS, JSON_RESULTS, TSV_RESULTS, XML_RESULTS, ResultSyntax

ENGINE_FORMATS = {
    JSON_RESULTS: ox.QueryResultsFormat.JSON,
    XML_RESULTS: ox.QueryResultsFormat.XML,
    CSV_RESULTS: ox.QueryResultsFormat.CSV,
    TSV_RESULTS: ox.QueryResultsFormat.TSV,
}

#: Formats of a graph that XML cannot carry.
OTHER_GRAPHS = "Turtle, JSON-LD or N-Triples"


def transcribe(results: bytes, syntax: ResultSyntax) -> bytes:
    """Solutions in JSON (https://www.w3.org/TR/sparql11-results-json/) in another syntax, in the same order.

    Raises `NotXmlError`.
    """
    solutions = ox.parse_query_results(results, format=ENGINE_FORMATS[JSON_RESULTS])
    body = solutions.serialize(format=ENGINE_FORMATS[syntax]) or b""
    require_syntax(body, ENGINE_FORMATS[syntax])
    return body


def require_syntax(body: bytes, engine_format: ox.RdfFormat | ox.QueryResultsFormat) -> None:
    """Raise `NotXmlError` where the engine wrote invalid XML."""
    if engine_format == ox.RdfFormat.RDF_XML:
        require_xml(body, OTHER_GRAPHS)
    elif engine_format == ox.QueryResultsFormat.XML:
        require_xml(body, "JSON, CSV or TSV")
