"""The tools `run_query` and `sparql`: queries of the library and of the client."""

from __future__ import annotations

import json

from gcmgraph.model.kinds import KINDS
from gcmgraph.queries.library import find_query
from gcmgraph.queries.parameters import TYPES, QueryParameter
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.mcp import search
from gcmgraph.web.mcp.absence import Absence, not_known, rows_not_known
from gcmgraph.web.mcp.graph_reader import MAX_TABLE, GraphReader, one_line
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.mcp.result_rows import result_table
from gcmgraph.web.mcp.speakers import RowSpeakers, states_facts
from gcmgraph.web.mcp.tools import ToolError
from gcmgraph.web.named_queries.parameters import bound_terms, is_listed
from gcmgraph.web.named_queries.results import evaluate
from gcmgraph.web.sparql.formats import PAGE
from gcmgraph.web.sparql.protocol import SparqlOperation
from gcmgraph.web.sparql.replies import answer_to, is_empty, query_request
from gcmgraph.web.sparql.unknown_terms import UnknownTerm, unknown_terms

#: Follows one row of zeros, such as a count of nothing.
_ZERO = (
    f"Not known here: {Absence.NOT_STATED}. Nothing in the graph matches the pattern; other"
    " documents may state it. State this reason; a zero is no evidence of absence."
)

#: Resources in the hint for an ambiguous name, at most, and characters of a value.
_MAX_CHOICES = 10
_MAX_VALUE_LENGTH = 80


def run_query(graph: GraphReader, arguments: Json) -> str:
    """The rows of a query of the library, with names of resources as parameters."""
    query = find_query(graph.site.library, arguments["name"])
    parameters = {parameter.name: parameter for parameter in query.parameters}
    values = {name: str(value) for name, value in arguments["parameters"].items()}
    for name, text in values.items():
        if name in parameters:
            value = _parameter_value(graph, parameters[name], text)
            if value is None:
                return _no_resource(graph, parameters[name], text)
            values[name] = value
    terms = bound_terms(graph, query, values)
    results = evaluate(graph, query, terms)
    if not results.rows:
        return rows_not_known(graph, query, terms)
    columns = [variable for variable in query.variables if variable not in terms]
    speakers = RowSpeakers(graph.snapshot, terms.values()) if states_facts(query) else None
    count, rows = result_table(
        graph, columns, results.rows, arguments, cut=results.cut, speakers=speakers
    )
    title = f"{query.title.get('en', query.name)}. {query.description.get('en', '')}"
    bound = ", ".join(f"{name} = {_term_text(graph, term)}" for name, term in terms.items())
    return "\n".join([title, bound, count, "", rows])


def _parameter_value(graph: GraphReader, parameter: QueryParameter, text: str) -> str | None:
    """The value of a parameter: the text, or the resource that it names.

    None where there is no such resource.
    """
    kind = parameter.type
    name = text.strip()
    if kind not in KINDS or not name:
        return text
    addresses = graph.site.addresses
    resources_of_kind = graph.snapshot.listings.of(kind)
    term = TYPES[kind].parse(name, addresses)
    if isinstance(term, IRI) and (not is_listed(kind) or resources_of_kind.holds(term)):
        return text
    named = [iri for iri in search.resolve(graph, name, kind) if resources_of_kind.holds(iri)]
    if not named:
        return None
    # of resources of another scheme the first is refused, with what would fit
    accepted = [iri for iri in named if parameter.takes(iri, addresses)] or named[:1]
    if len(accepted) > 1:
        choices = ", ".join(graph.short(iri) for iri in accepted[:_MAX_CHOICES])
        raise ToolError(
            f"Several resources have the name or code of the parameter '{parameter.name}'.",
            hint=f"Choose one: {choices}.",
        )
    return accepted[0].value


def _no_resource(graph: GraphReader, parameter: QueryParameter, text: str) -> str:
    """The reason why a parameter has no value. Raises `ToolError` for a part of names."""
    kind = parameter.type
    where = f" (parameter '{parameter.name}')"
    error = search.choice(graph, text, kind, where)
    if error:
        raise error
    reason = not_known(
        Absence.NOT_IN_GRAPH,
        f"The graph has no {kind} with this name or code{where}. It is {parameter.expected_value}.",
    )
    similar_hits = [hit for hit in graph.index.similar_names(text) if hit.kind == kind]
    return reason + search.similar(graph, similar_hits)


def _term_text(graph: GraphReader, term: object) -> str:
    if isinstance(term, IRI):
        return graph.short(term)
    return one_line(str(getattr(term, "value", term)))[:_MAX_VALUE_LENGTH]


def sparql(graph: GraphReader, arguments: Json) -> str:
    """The answer to a query of the client, read-only, under the limits of /sparql."""
    query = arguments["query"]
    unknown = unknown_terms(graph.site, graph.snapshot, query)
    if unknown:
        raise ToolError("The query was not run: " + " ".join(map(_unknown_term, unknown)))
    request = query_request(graph.site, SparqlOperation(query, (), (), PAGE))
    answer = answer_to(graph.site, graph.snapshot, request)
    if answer.media_type == TURTLE.media_type:
        return _turtle(answer.body.decode(), cut=answer.cut)
    results = json.loads(answer.body)
    if "boolean" in results:
        return "true" if results["boolean"] else f"false. {_nothing(graph)}"
    rows = results["results"]["bindings"]
    if not rows:
        return _nothing(graph)
    columns = results["head"]["vars"]
    parts = list(result_table(graph, columns, rows, arguments, cut=answer.cut))
    if is_empty(answer):
        parts.append(_ZERO)
    return "\n\n".join(parts)


def _unknown_term(unknown: UnknownTerm) -> str:
    proposal = ""
    if unknown.nearest:
        proposal = f" Did you mean {' or '.join(unknown.nearest)}?"
    if unknown.is_resource:
        return f"{unknown.term} is not in this graph.{proposal or ' Find the IRI with `search`.'}"
    hint = proposal or " `schema` lists the terms in use."
    return f"No statement of this graph uses {unknown.term}.{hint}"


def _turtle(turtle: str, *, cut: bool) -> str:
    """A graph as the text of an answer."""
    lines = turtle.splitlines()
    if not any(line.strip() and not line.startswith("@prefix") for line in lines):
        return not_known(
            Absence.NOT_STATED,
            "The query ran and describes nothing: no statement matches its pattern.",
        )
    if len(turtle) <= MAX_TABLE:
        return f"{'Cut at the limit of the server. ' if cut else ''}Turtle:\n\n{turtle}"
    whole_lines = turtle[:MAX_TABLE].rpartition("\n")[0]
    return (
        f"Turtle, cut at {MAX_TABLE:,} of {len(turtle):,} characters; ask for less."
        f"\n\n{whole_lines}"
    )


def _nothing(graph: GraphReader) -> str:
    return not_known(
        Absence.NOT_STATED,
        "The query ran, and the graph uses all its terms, but no statements match the whole"
        f" pattern: none of the {graph.document_count:,} documents and lists read states it. Check"
        " the pattern by leaving parts out, or with OPTIONAL.",
    )
