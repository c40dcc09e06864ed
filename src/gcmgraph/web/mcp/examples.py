"""The tool `find_examples`: queries of the library that fit a question."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from gcmgraph.publication.search.questions import FittingQuery
from gcmgraph.queries.parameters import QueryParameter
from gcmgraph.web.mcp.graph_reader import GraphReader
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.mcp.tools import ToolError

#: Number of queries of an answer with their SPARQL text.
WITH_TEXT = 2


def find_examples(graph: GraphReader, arguments: Json) -> str:
    """The queries that fit a question, filled in with its parameters, the first with SPARQL."""
    if not graph.site.library:
        raise ToolError(
            "The query library is not installed with this server.",
            hint="Use `schema` and `sparql`.",
        )
    fitting_queries = graph.site.fitting_queries(graph.snapshot, arguments["question"])
    if not fitting_queries:
        return (
            "No query of the library resembles this question. Write one with `schema` and `sparql`."
        )
    graph.data["queries"] = [
        _document(fitting) for fitting in fitting_queries if fitting.query.endpoint is None
    ]
    lines = [
        "The nearest queries of the library, best first, filled in with what the question names.",
        "",
    ]
    for rank, fitting in enumerate(fitting_queries):
        lines += _description(graph, fitting)
        if rank < WITH_TEXT:
            lines += ["  SPARQL:", fitting.query.query]
    return "\n".join(lines)


def _document(fitting: FittingQuery) -> Json:
    query = fitting.query
    return {
        "name": query.name,
        "title": query.title.get("en", ""),
        "parameters": [parameter.name for parameter in query.parameters],
        "run": {"name": query.name, "parameters": dict(fitting.values)},
    }


def _description(graph: GraphReader, fitting: FittingQuery) -> list[str]:
    query = fitting.query
    lines = [f"- {query.name}: {query.title.get('en', '')}", f"  {query.description.get('en', '')}"]
    if query.endpoint is None:
        call = {"name": query.name, "parameters": dict(fitting.values)}
        lines.append(f"  run_query {json.dumps(call, ensure_ascii=False)}")
    else:
        page = f"{graph.site.public_base}queries/{query.name}?{urlencode(fitting.values)}"
        lines.append(
            "  not run here: it asks another endpoint, for an engine of the user's own; commands at"
            f" {page}"
        )
    for parameter in query.parameters:
        need = _need(parameter)
        lines.append(f"  parameter {parameter.name} ({parameter.type}, {need})")
    return [*lines, f"  columns: {', '.join(query.variables)}"]


def _need(parameter: QueryParameter) -> str:
    """Whether a parameter is required, and its default."""
    if parameter.required:
        return "required"
    return f"default {parameter.default}" if parameter.default else "optional"
