"""`search`: names, codes and IRIs of any dataset, to the IRIs of this graph; and reasons why something is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.publication.describe.description import Description
from gcmgraph.publication.search.index import Hit
from gcmgraph.queries.library import NamedQuery
from gcmgraph.web.http.urls import foreign_link
from gcmgraph.web.mcp.graph import Graph, Reason, extent, not_known, one_line, table
from gcmgraph.web.mcp.offers import Arguments, ToolError
from gcmgraph.web.named_queries.library import OF_GAPS

#: Characters of a text that is found.
_SHOWN = 160

_SCHEME = re.compile(r"https?://", re.IGNORECASE)

#: Text that can only be a code.
_CODE = re.compile(r"(?=.*\d)[\w./-]+")

#: Fits of a resource that a text may name.
_NAMED = frozenset(("code", "whole", "beginning"))

_COLUMNS = ("resource", "kind", "label", "code", "match", "iri")

_NO_PARTIES = not_known(
    Reason.NOT_READ, "The list of parties of this instrument was not read; the instrument is known."
)


def search(graph: Graph, arguments: Arguments) -> str:
    """The resources of a name, a code or an IRI, as a table."""
    text, kind = arguments.text("text"), arguments.text("kind")
    if _SCHEME.match(text):
        linked = [(iri, "link" if link else "own IRI") for iri, link in _by_iri(graph, text)]
        return _answer(graph, linked, len(linked), 0) if linked else _nothing(graph)
    limit, offset = arguments.number("limit"), arguments.number("offset")
    kinds = [kind] if kind else []
    hits = graph.index.search(text, graph.language, limit, offset, kinds)
    total = graph.index.count(text, kinds)
    if not hits:
        if total:
            raise ToolError(f"There are {total:,} results; the offset is beyond them.")
        return _nothing(graph, [hit for hit in graph.index.near(text) if not kind or hit.kind == kind])
    if _CODE.fullmatch(text) and not offset and hits[0].fit not in _NAMED:  # 18.1 is no code
        return _nothing(graph, hits[:3])
    found = [(hit.iri, f"{hit.fit}: {one_line(hit.text)[:_SHOWN]}") for hit in hits]
    answer = _answer(graph, found, total, offset)
    if (unknown := graph.index.unknown(text)) and hits[0].fit not in _NAMED:
        words = ", ".join(f'"{one_line(word)}"' for word in unknown)
        return f"{not_known(Reason.NOT_IN_GRAPH, f'No name or text has {words}.')} Found by the other words: {answer}"
    return answer


def _answer(graph: Graph, found: list[tuple[IRI, str]], total: int, offset: int) -> str:
    labels, start = graph.snapshot.labels, f"{graph.site.addresses.base}id/"
    rows = []
    for iri, match in found:
        kind = iri.value.removeprefix(start).partition("/")[0]
        label, code = labels.of(iri, graph.language).text, labels.notation(iri) or ""
        rows.append((graph.short(iri), kind if kind in KINDS else "", label, code, match, iri.value))
    text, shown = table(_COLUMNS, rows)
    return f"{extent(offset, shown, total)}\n\n{text}"


def _nothing(graph: Graph, near: Iterable[Hit] = ()) -> str:
    read = f"the graph was read from {graph.document_count:,} documents and lists."
    return not_known(Reason.NOT_IN_GRAPH, f"No resource has this name, code or IRI; {read}") + similar(graph, near)


def _by_iri(graph: Graph, text: str) -> list[tuple[IRI, IRI | None]]:
    """The resources with an IRI, or linked to it, and the property of the link. Raises `ToolError` for no IRI."""
    refused = ToolError("This is not an http(s) IRI.")
    if foreign_link(text) is None:
        raise refused
    try:
        iri = IRI(graph.site.addresses.rebase(text))
    except ValueError:
        raise refused from None
    return [(one.iri, one.link) for one in graph.links.find(iri)]


def resolve(graph: Graph, text: str, kind: str = "") -> list[IRI]:
    """The resources that a text identifies: an IRI, a CURIE, a code (`9`, `objective 9`), or a whole name.

    Raises `ToolError` for no IRI.
    """
    addresses, knows = graph.site.addresses, graph.snapshot.describer.knows
    if _SCHEME.match(text):
        own = [iri for iri, _ in _by_iri(graph, text)]
        known = IRI(addresses.rebase(text))
        return own or ([known] if knows(known) else [])
    try:
        expanded = IRI(addresses.expand(text))
        if knows(expanded):
            return [expanded]
    except (KeyError, ValueError):  # no CURIE
        pass
    index = graph.index
    start = addresses.thing(kind, "") if kind else addresses.base
    codes = index.with_code(text) or [hit.iri for hit in index.search(text, "", 5) if hit.fit == "code"]
    coded = [iri for iri in codes if iri.value.startswith(start)]
    return coded or [iri for iri in index.named(text) if iri.value.startswith(start)]


def choice(graph: Graph, text: str, kind: str = "", where: str = "") -> ToolError | None:
    """The error of a text that is a part of names, none of them whole; None where no name has its words."""
    if _CODE.fullmatch(text) or _SCHEME.match(text):
        return None
    hits = graph.index.search(text, "", 5, 0, [kind] if kind else [], "names")
    named = _listed(graph, (hit for hit in hits if hit.fit in {*_NAMED, "words"}))
    if not named:
        return None
    return ToolError(f"No {kind or 'resource'} has exactly this name{where}.", hint=f"Choose one: {named}.")


def _listed(graph: Graph, hits: Iterable[Hit]) -> str:
    """Resources with the names that were found."""
    return "; ".join(f"{graph.short(hit.iri)} ({hit.text})" for hit in hits)


def similar(graph: Graph, hits: Iterable[Hit]) -> str:
    """A sentence with similar names; empty if there are none."""
    near = _listed(graph, hits)
    return f" Similar names: {near}." if near else ""


def resource_not_known(graph: Graph, text: str) -> str:
    """No resource has this name, code or IRI."""
    if "://" in text:
        iris = "; ".join(graph.short(one.iri) for one in graph.links.near(text))
        more = f" Similar IRIs: {iris}." if iris else ""
    else:
        more = similar(graph, graph.index.near(text))
    return not_known(Reason.NOT_IN_GRAPH, "No resource has this name, code or IRI. Find one with `search`.") + more


def property_not_known(graph: Graph, description: Description, wanted: IRI, language: str | None) -> str:
    """The resource has no value of a property, or none in a language."""
    documents, name = graph.sources_of(description.iri), graph.property_name(wanted)
    others = {
        fact.object.language
        for fact in description.facts
        if fact.predicate == wanted and isinstance(fact.object, Literal) and fact.object.language
    }
    if language and others:
        exists = f"{name} is known in: {', '.join(sorted(others))}."
        if documents and language not in graph.languages_of(documents):
            unread = f"No document in the language '{language}' was read for this resource. {exists}"
            return not_known(Reason.NOT_READ, unread)
        return not_known(Reason.NOT_STATED, f"What was read gives {name} in no text of '{language}'. {exists}")
    if documents:
        read = "; ".join(graph.short(document) for document in documents)
        return not_known(Reason.NOT_STATED, f"The documents read for this resource ({read}) do not state {name}.")
    if _is_instrument(graph, description.iri) and wanted in {
        graph.iri(f"gcm:{name}") for name in ("participationIn", "participant", "bindingDate", "bindingAction")
    }:
        return _NO_PARTIES
    read = f"the {graph.document_count:,} documents read"
    return not_known(Reason.NOT_STATED, f"Neither the reference lists nor {read} state {name}.")


def rows_not_known(graph: Graph, query: NamedQuery, terms: Mapping[str, Term]) -> str:
    """A query of the library has no rows for its parameters."""
    store, treaty = graph.snapshot.store, "gcm:participationIn"
    resources = [term for term in terms.values() if isinstance(term, IRI)]
    for iri in resources:
        if next(store.quads(iri), None) is None and next(store.quads(object=iri), None) is None:
            return not_known(Reason.NOT_IN_GRAPH, f"The graph contains nothing about {graph.short(iri)}.")
    if treaty in query.text and any(
        _is_instrument(graph, iri) and next(store.quads(predicate=graph.iri(treaty), object=iri), None) is None
        for iri in resources
    ):
        return _NO_PARTIES
    if query.name in OF_GAPS:
        return "0 rows. The query lists what is missing: for these parameters the graph lacks none of it."
    about = " and ".join(graph.short(iri) for iri in resources)
    return not_known(
        Reason.NOT_STATED,
        f"The query ran and has no rows{f' for {about}' if about else ''}: none of the {graph.document_count:,} "
        "documents and lists read states it. Other documents, not read, may.",
    )


def _is_instrument(graph: Graph, iri: IRI) -> bool:
    return graph.site.addresses.kind_of(iri.value) == "instrument"
