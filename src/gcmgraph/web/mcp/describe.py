"""The tools `describe` and `check_statement`: facts with the evidence that supports them."""

from __future__ import annotations

from gcmgraph.publication.claim_parts import Claim
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.mcp import search
from gcmgraph.web.mcp.fact_texts import FactTexts
from gcmgraph.web.mcp.graph_reader import GraphReader
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.mcp.tools import ToolError
from gcmgraph.web.resources.claim_check import claim_checker, verdict_json

#: Resources in the hint for an ambiguous name, at most.
_MAX_CHOICES = 10


def describe(graph: GraphReader, arguments: Json) -> str:
    """The facts about a resource, or about one of its properties."""
    iri = identified_resource(graph, arguments["resource"])
    if isinstance(iri, str):
        return iri
    texts = FactTexts(graph, exact=arguments["exact_language"] == "yes")
    return texts.of(iri, arguments["property"])


def identified_resource(graph: GraphReader, text: str) -> IRI | str:
    """The resource that a text identifies, or the reason why there is none.

    Raises `ToolError` for a choice.
    """
    resources = search.resolve(graph, text)
    if len(resources) > 1:
        names = "; ".join(graph.named(iri) for iri in resources[:_MAX_CHOICES])
        message = "Several resources have this code or name."
        raise ToolError(message, hint=f"Choose one: {names}.")
    if resources:
        return resources[0]
    error = search.choice(graph, text)
    if error:
        raise error
    return search.resource_not_known(graph, text)


def check_statement(graph: GraphReader, arguments: Json) -> str:
    """The verdict on a claim, and the statements on which it rests."""
    claim = Claim(**{part: arguments[part] for part in Claim.__dataclass_fields__})
    verdict = claim_checker(graph.snapshot).check(claim, graph.language)
    lines = [f"{verdict.kind.capitalize()}. {verdict.explained(graph.language)}"]
    if verdict.part:
        line = f"Part: {verdict.part}."
        if verdict.candidates:
            line += f" Candidates: {'; '.join(map(graph.named, verdict.candidates))}."
        lines.append(line)
    if verdict.stated_of:
        lines.append(f"Stated of: {graph.named(verdict.stated_of)}.")
    for note in verdict.notes:
        lines.append(f"Note of the editors on {graph.named(note.about)}: {note.text.value}")
    text = FactTexts(graph, exact=False).statements(lines, verdict.statements)
    graph.data.clear()
    graph.data.update(verdict_json(graph, verdict))
    return text
