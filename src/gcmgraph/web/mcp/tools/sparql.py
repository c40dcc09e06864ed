"""`sparql`: a query of the client, read-only, under the limits of /sparql."""

from __future__ import annotations

import json

from gcmgraph.rdfio.media import TURTLE
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.web.mcp.toolbox import Arguments, Tool, ToolArgument, ToolError
from gcmgraph.web.mcp.tools.common import Reason, ToolServices, documents_read, not_known
from gcmgraph.web.mcp.tools.tables import LIMIT, MAX_TABLE, OFFSET, bindings_table, extent
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.sparql.protocol import Operation
from gcmgraph.web.sparql.reply import answer_to, query_request
from gcmgraph.web.sparql.responses import is_empty
from gcmgraph.web.sparql.unknown_terms import UnknownTerm, unknown_terms

#: Longest query, in characters.
MAX_QUERY = 20_000

#: Follows one row of zeros, such as a count of nothing.
_ZERO = (
    f"Not known here: {Reason.NOT_STATED}. Nothing in the graph matches the pattern; other documents may "
    "state it. State this reason; a zero is no evidence of absence."
)

_WANTED = Wanted(JSON_RESULTS.media_type, JSON_RESULTS.media_type, TURTLE.media_type)


def sparql_tool(services: ToolServices) -> Tool:
    """The tool."""

    def run(arguments: Arguments) -> str:
        query, snapshot = arguments.text("query"), services.site.dataset.snapshot()
        if unknown := unknown_terms(services.site, snapshot, query):
            raise ToolError("The query was not run: " + " ".join(map(_unknown, unknown)))
        request = query_request(services.site, Operation(query, (), (), _WANTED))
        answer = answer_to(services.site, snapshot, request)
        if answer.media_type == TURTLE.media_type:
            return _graph(answer.body.decode(), cut=answer.cut)
        results = json.loads(answer.body)
        if "boolean" in results:
            return _truth(services, snapshot, value=results["boolean"])
        rows, columns = results["results"]["bindings"], results["head"]["vars"]
        offset = arguments.number("offset")
        if not rows:
            return _nothing(services, snapshot)
        if offset >= len(rows):
            raise ToolError(f"The answer has {len(rows):,} rows; the offset is beyond them.")
        text, shown = bindings_table(services, columns, rows[offset : offset + arguments.number("limit")])
        zero = f"\n\n{_ZERO}" if is_empty(answer) else ""
        return f"{extent(offset, shown, len(rows), cut=answer.cut)}\n\n{text}{zero}"

    limits = services.site.workers.limits
    return Tool(
        "sparql",
        "Run SPARQL",
        "Run a SPARQL 1.1 query on the union of all graphs: SELECT (CSV), ASK, CONSTRUCT or DESCRIBE (Turtle). The "
        "prefixes of `schema` need no declaration. A term that the graph does not use is refused with the nearest one. "
        f"A query may take {limits.seconds:g} s. Prefer `run_query` where the library has the query.",
        (ToolArgument("query", "The query.", required=True, longest=MAX_QUERY), LIMIT, OFFSET),
        run,
    )


def _unknown(found: UnknownTerm) -> str:
    near = f" Did you mean {' or '.join(found.nearest)}?" if found.nearest else ""
    if found.is_resource:
        return f"{found.term} is not in this graph.{near or ' Find the IRI with `search`.'}"
    return f"No statement of this graph uses {found.term}.{near or ' `schema` lists the terms in use.'}"


def _graph(turtle: str, *, cut: bool) -> str:
    lines = turtle.splitlines()
    if not [line for line in lines if line.strip() and not line.startswith("@prefix")]:
        return not_known(Reason.NOT_STATED, "The query ran and describes nothing: no statement matches its pattern.")
    if len(turtle) <= MAX_TABLE:
        return f"{'Cut at the limit of the server. ' if cut else ''}Turtle:\n\n{turtle}"
    whole = turtle[:MAX_TABLE].rpartition("\n")[0]
    return f"Turtle, cut at {MAX_TABLE:,} of {len(turtle):,} characters; ask for less.\n\n{whole}"


def _truth(services: ToolServices, snapshot: Snapshot, *, value: bool) -> str:
    if value:
        return "true"
    return "false. " + _nothing(services, snapshot)


def _nothing(services: ToolServices, snapshot: Snapshot) -> str:
    count = documents_read(services, snapshot)
    return not_known(
        Reason.NOT_STATED,
        "The query ran, and the graph uses all its terms, but no statements match the whole pattern: none of the "
        f"{count:,} documents and lists read states it. Check the pattern by leaving parts out, or with OPTIONAL.",
    )
