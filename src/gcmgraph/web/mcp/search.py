"""The tool `search`: names, codes and IRIs of any dataset, to the IRIs of this graph."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.search.index import Hit
from gcmgraph.rdf.terms import IRI, iri_of_name
from gcmgraph.web.http.links import web_link
from gcmgraph.web.mcp.absence import Absence, not_known
from gcmgraph.web.mcp.graph_reader import NAMING_FITS, GraphReader, extent, one_line, table
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.mcp.tools import ToolError
from gcmgraph.web.resources.resolve import links_of

#: Characters of a text that matches, at most.
_MAX_MATCH = 160

_SCHEME = re.compile(r"https?://", re.IGNORECASE)

#: Text that can only be a code.
_CODE = re.compile(r"(?=.*\d)[\w./-]+")

_COLUMNS = ("resource", "kind", "label", "code", "match", "names_by", "iri")


def search(graph: GraphReader, arguments: Json) -> str:
    """The resources of a name, a code or an IRI, as a table."""
    text = arguments["text"]
    if _SCHEME.match(text):
        return _search_iri(graph, text)
    kind = arguments["kind"]
    kinds = [kind] if kind else []
    offset = arguments["offset"]
    hits = graph.index.search(text, graph.language, arguments["limit"], offset, kinds)
    total = graph.index.count(text, kinds)
    if not hits:
        if total:
            raise ToolError(f"There are {total:,} results; the offset is beyond them.")
        similar_hits = graph.index.similar_names(text)
        return _nothing(graph, [hit for hit in similar_hits if not kind or hit.kind == kind])
    names_first_hit = hits[0].fit in NAMING_FITS
    if _CODE.fullmatch(text) and not offset and not names_first_hit:  # 18.1 is no code
        return _nothing(graph, hits[:3])
    resources = [(hit.iri, f"{hit.fit}: {one_line(hit.text)[:_MAX_MATCH]}") for hit in hits]
    answer = _answer(graph, resources, total, offset)
    return answer if names_first_hit else f"{_unknown_words(graph, text)}{answer}"


def _unknown_words(graph: GraphReader, text: str) -> str:
    """A sentence about the words that no name or text has, before an answer; empty for none."""
    unknown_words = graph.index.unknown(text)
    if not unknown_words:
        return ""
    words = ", ".join(f'"{one_line(word)}"' for word in unknown_words)
    reason = not_known(Absence.NOT_IN_GRAPH, f"No name or text has {words}.")
    return f"{reason} Found by the other words: "


def _search_iri(graph: GraphReader, text: str) -> str:
    resources = [
        (iri, "link" if link else "own IRI") for iri, link in _linked_resources(graph, text).items()
    ]
    if not resources:
        return _nothing(graph)
    return _answer(graph, resources, len(resources), 0)


def _answer(graph: GraphReader, resources: list[tuple[IRI, str]], total: int, offset: int) -> str:
    """A table of resources, each with how it matches."""
    start = f"{graph.site.addresses.base}id/"
    rows = []
    for iri, match in resources:
        kind = iri.value.removeprefix(start).partition("/")[0]
        label = graph.label(iri).text
        quads = graph.snapshot.store.quads(iri)
        rows.append(
            (
                graph.short(iri),
                kind if kind in KINDS else "",
                label,
                graph.notation(iri) or "",
                match,
                graph.names_by(quads, label, match.partition(": ")[2]),
                iri.value,
            )
        )
    text, count = table(graph, _COLUMNS, rows)
    return f"{extent(offset, count, total)}\n\n{text}"


def _nothing(graph: GraphReader, similar_hits: Iterable[Hit] = ()) -> str:
    reason = not_known(
        Absence.NOT_IN_GRAPH,
        "No resource has this name, code or IRI;"
        f" the graph was read from {graph.document_count:,} documents and lists.",
    )
    return reason + similar(graph, similar_hits)


def _linked_resources(graph: GraphReader, text: str) -> dict[IRI, IRI | None]:
    """The resources with an IRI, or linked to it, and the property of the link.

    Raises `ToolError` for no IRI.
    """
    refusal = ToolError("This is not an http(s) IRI.")
    if web_link(text) is None:
        raise refusal
    try:
        iri = IRI(graph.site.addresses.rebase(text))
    except ValueError:
        raise refusal from None
    return dict(links_of(graph.snapshot).resources_for(iri))


def resolve(graph: GraphReader, text: str, kind: str = "") -> list[IRI]:
    """The resources that a text identifies.

    A text is an IRI, a CURIE, a code (`9`, `objective 9`), or a whole name. Raises `ToolError` for
    no IRI.
    """
    has_statements = graph.snapshot.describer.knows
    if _SCHEME.match(text):
        resources = list(_linked_resources(graph, text))
        iri = IRI(graph.site.addresses.rebase(text))
        if not resources and has_statements(iri):
            return [iri]
        return resources
    addresses = graph.site.addresses
    term = iri_of_name(text, addresses)
    if term is not None and has_statements(term):
        return [term]
    start = addresses.resource(kind, "") if kind else addresses.base
    index = graph.index
    with_code = index.with_code(text)
    if not with_code:
        with_code = [hit.iri for hit in index.search(text, "", 5) if hit.fit == "code"]
    of_kind = [iri for iri in with_code if iri.value.startswith(start)]
    return of_kind or [iri for iri in index.named(text) if iri.value.startswith(start)]


def choice(graph: GraphReader, text: str, kind: str = "", where: str = "") -> ToolError | None:
    """The error of a text that is a part of names, none of them whole.

    None where no name has its words.
    """
    if _CODE.fullmatch(text) or _SCHEME.match(text):
        return None
    hits = graph.index.search(text, "", 5, 0, [kind] if kind else [], "names")
    names = _names(graph, (hit for hit in hits if hit.fit in {*NAMING_FITS, "words"}))
    if not names:
        return None
    message = f"No {kind or 'resource'} has exactly this name{where}."
    return ToolError(message, hint=f"Choose one: {names}.")


def _names(graph: GraphReader, hits: Iterable[Hit]) -> str:
    """Resources with the names that were found."""
    return "; ".join(f"{graph.short(hit.iri)} ({hit.text})" for hit in hits)


def similar(graph: GraphReader, hits: Iterable[Hit]) -> str:
    """A sentence with similar names; empty if there are none."""
    names = _names(graph, hits)
    return f" Similar names: {names}." if names else ""


def resource_not_known(graph: GraphReader, text: str) -> str:
    """No resource has this name, code or IRI."""
    if "://" in text:
        iris = "; ".join(graph.short(iri) for iri in links_of(graph.snapshot).similar(text))
        similar_resources = f" Similar IRIs: {iris}." if iris else ""
    else:
        similar_resources = similar(graph, graph.index.similar_names(text))
    reason = not_known(
        Absence.NOT_IN_GRAPH, "No resource has this name, code or IRI. Find one with `search`."
    )
    return reason + similar_resources
