"""`run_query`: a query of the library with typed parameters."""

from __future__ import annotations

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI
from gcmgraph.queries.library import NamedQuery, find_query
from gcmgraph.queries.parameters import TYPES, Parameter
from gcmgraph.web.mcp.toolbox import Arguments, Tool, ToolArgument, ToolError
from gcmgraph.web.mcp.tools.absences import rows_not_known
from gcmgraph.web.mcp.tools.common import Reason, ToolServices, not_known, one_line
from gcmgraph.web.mcp.tools.search import choice, resolve, suggestions
from gcmgraph.web.mcp.tools.tables import LIMIT, OFFSET, bindings_table, extent
from gcmgraph.web.named_queries.parameters import bound_terms, is_listed
from gcmgraph.web.named_queries.results import evaluate
from gcmgraph.web.snapshot import Snapshot


def run_query_tool(services: ToolServices) -> Tool:
    """The tool."""

    def run(arguments: Arguments) -> str:
        query = find_query(services.library, arguments.text("name"))
        snapshot = services.site.dataset.snapshot()
        given: dict[str, str] = {}
        for name, text in arguments.texts("parameters").items():
            parameter = next((one for one in query.parameters if one.name == name), None)
            value = _value(services, snapshot, parameter, text) if parameter else text
            if parameter and value is None:
                kind = parameter.type
                if error := choice(services, snapshot, text, kind, f" (parameter '{name}')"):
                    raise error
                near = [one for one in services.indexes.of(snapshot).near(text) if one.kind == kind]
                explanation = f"The graph has no {kind} with this name or code (parameter '{name}')."
                return not_known(Reason.NOT_IN_GRAPH, explanation) + suggestions(services, near)
            given[name] = value or ""
        terms = bound_terms(services.site, snapshot, query, given)
        results = evaluate(services.site, snapshot, query, terms)
        total, offset = len(results.rows), arguments.number("offset")
        missing = [f"Missing: {block.endpoint} {block.reason}." for block in results.unanswered]
        if not total:
            return " ".join([rows_not_known(services, snapshot, query, terms), *missing])
        if offset >= total:
            raise ToolError(f"The answer has {total:,} rows; the offset is beyond them.")
        columns = [variable for variable in query.variables if variable not in terms]
        text, shown = bindings_table(services, columns, results.rows[offset : offset + arguments.number("limit")])
        bound = ", ".join(f"{name} = {_shown(services, term)}" for name, term in terms.items())
        return "\n".join([_title(query), bound, extent(offset, shown, total, cut=results.cut), *missing, "", text])

    return Tool(
        "run_query",
        "Run a query of the library",
        "Run a named query (see `find_examples`) with parameters: codes, short forms, IRIs or names of resources; "
        "years; texts. Returns CSV. An empty answer states the reason.",
        (
            ToolArgument("name", "Name of the query, such as practices-by-country.", required=True, longest=100),
            ToolArgument("parameters", "Values by the name of the parameter; defaults apply to the others.", "object"),
            LIMIT,
            OFFSET,
        ),
        run,
    )


def _value(services: ToolServices, snapshot: Snapshot, parameter: Parameter, text: str) -> str | None:
    """The value of a parameter: the text, or the resource that it names; None where there is none."""
    kind, addresses = parameter.type, services.site.addresses
    if kind not in KINDS or not text.strip():
        return text
    term = TYPES[kind].parse(text.strip(), addresses)
    if isinstance(term, IRI) and (not is_listed(kind) or snapshot.catalogue.holds(kind, term)):
        return text
    found = [iri for iri in resolve(services, snapshot, text.strip(), kind) if snapshot.catalogue.holds(kind, iri)]
    if len(found) > 1:
        raise ToolError(
            f"Several resources have the name or code of the parameter '{parameter.name}'.",
            hint=f"Choose one: {', '.join(services.short(iri) for iri in found[:10])}.",
        )
    return found[0].value if found else None


def _title(query: NamedQuery) -> str:
    return f"{query.title.get('en', query.name)}. {query.description.get('en', '')}"


def _shown(services: ToolServices, term: object) -> str:
    return services.short(term) if isinstance(term, IRI) else one_line(str(getattr(term, "value", term)))[:80]
