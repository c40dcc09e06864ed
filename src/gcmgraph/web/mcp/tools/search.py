"""`search`: names, codes and IRIs of any dataset, to the IRIs of this graph."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI
from gcmgraph.publication.search.index import Hit
from gcmgraph.web.http.urls import foreign_link
from gcmgraph.web.mcp.toolbox import Arguments, Tool, ToolArgument, ToolError
from gcmgraph.web.mcp.tools.common import LANGUAGE, Reason, ToolServices, documents_read, not_known, one_line
from gcmgraph.web.mcp.tools.tables import OFFSET, extent, table
from gcmgraph.web.snapshot import Snapshot

#: Results of a search: default and maximum.
HITS, MAX_HITS = 10, 100

#: Longest search text, in characters.
MAX_TEXT = 500

#: Characters of a text that is found.
_SHOWN = 160

_SCHEME = re.compile(r"https?://", re.IGNORECASE)

#: Text that can only be a code.
_CODE = re.compile(r"(?=.*\d)[\w./-]+")

#: Fits of a resource that a text may name.
_NAMED = frozenset(("code", "whole", "beginning"))

_COLUMNS = ("resource", "kind", "label", "code", "match", "iri")


def search_tool(services: ToolServices) -> Tool:
    """The tool."""

    def run(arguments: Arguments) -> str:
        text, kind, language = arguments.text("text"), arguments.text("kind"), arguments.text("language")
        snapshot = services.site.dataset.snapshot()
        if _SCHEME.match(text):
            found = [(iri, "link" if link else "own IRI") for iri, link in by_iri(services, snapshot, text)]
            return (
                _answer(services, snapshot, found, len(found), 0, language) if found else _nothing(services, snapshot)
            )
        index = services.indexes.of(snapshot)
        limit, offset = arguments.number("limit"), arguments.number("offset")
        kinds = [kind] if kind else []
        hits = index.search(text, language, limit, offset, kinds)
        total = index.count(text, kinds)
        if not hits:
            if total:
                raise ToolError(f"There are {total:,} results; the offset is beyond them.")
            near = [hit for hit in index.near(text) if not kind or hit.kind == kind]
            return _nothing(services, snapshot, near)
        if _CODE.fullmatch(text) and not offset and hits[0].fit not in _NAMED:  # 18.1 is no code
            return _nothing(services, snapshot, hits[:3])
        found = [(hit.iri, f"{hit.fit}: {one_line(hit.text)[:_SHOWN]}") for hit in hits]
        return _answer(services, snapshot, found, total, offset, language)

    return Tool(
        "search",
        "Find resources",
        "Find the IRI of anything in the graph by words of its name or texts, in any language, by code (AFG, 10.7) or "
        "by an IRI of another dataset (Wikidata, metadata.un.org, GeoNames, ROR). Returns CSV: short form for the "
        "other tools, kind, label, code, which name or text matched, IRI. Call it before every use of an IRI.",
        (
            ToolArgument("text", "Words, a name, a code, or an http(s) IRI.", required=True, longest=MAX_TEXT),
            ToolArgument("kind", "Kind of resource to find; all kinds if absent.", values=tuple(KINDS)),
            LANGUAGE,
            ToolArgument("limit", "Maximum number of results.", "integer", default=HITS, least=1, most=MAX_HITS),
            OFFSET,
        ),
        run,
    )


def by_iri(services: ToolServices, snapshot: Snapshot, text: str) -> list[tuple[IRI, IRI | None]]:
    """The resources with an IRI, or linked to it, and the property of the link. Raises `ToolError` for no IRI."""
    refused = ToolError("This is not an http(s) IRI.")
    if foreign_link(text) is None:
        raise refused
    try:
        iri = IRI(services.site.addresses.rebase(text))
    except ValueError:
        raise refused from None
    return [(one.iri, one.link) for one in services.links.of(snapshot).find(iri)]


def resolve(services: ToolServices, snapshot: Snapshot, text: str, kind: str = "") -> list[IRI]:
    """The resources that a text identifies: an IRI, a CURIE, a code (`9`, `objective 9`), or a whole name.

    Raises `ToolError` for no IRI.
    """
    addresses = services.site.addresses
    if _SCHEME.match(text):
        own = [iri for iri, _ in by_iri(services, snapshot, text)]
        known = IRI(addresses.rebase(text))
        return own or ([known] if snapshot.describer.knows(known) else [])
    try:
        expanded = IRI(addresses.expand(text))
        if snapshot.describer.knows(expanded):
            return [expanded]
    except (KeyError, ValueError):  # no CURIE
        pass
    index = services.indexes.of(snapshot)
    start = addresses.thing(kind, "") if kind else addresses.base
    codes = index.with_code(text) or [hit.iri for hit in index.search(text, "", 5) if hit.fit == "code"]
    coded = [iri for iri in codes if iri.value.startswith(start)]
    return coded or [iri for iri in index.named(text) if iri.value.startswith(start)]


def choice(services: ToolServices, snapshot: Snapshot, text: str, kind: str = "", where: str = "") -> ToolError | None:
    """The error of a text that is a part of names, none of them whole; None where no name has its words."""
    if _CODE.fullmatch(text) or _SCHEME.match(text):
        return None
    hits = services.indexes.of(snapshot).search(text, "", 5, 0, [kind] if kind else [], "names")
    named = suggested(services, (hit for hit in hits if hit.fit in {*_NAMED, "words"}))
    if not named:
        return None
    return ToolError(f"No {kind or 'resource'} has exactly this name{where}.", hint=f"Choose one: {named}.")


def suggested(services: ToolServices, hits: Iterable[Hit]) -> str:
    """Resources with the names that were found."""
    return "; ".join(f"{services.short(hit.iri)} ({hit.text})" for hit in hits)


def suggestions(services: ToolServices, hits: Iterable[Hit]) -> str:
    """A sentence with similar names; empty if there are none."""
    near = suggested(services, hits)
    return f" Similar names: {near}." if near else ""


def _answer(
    services: ToolServices,
    snapshot: Snapshot,
    found: list[tuple[IRI, str]],
    total: int,
    offset: int,
    language: str,
) -> str:
    start = f"{services.site.addresses.base}id/"
    rows = (
        (
            services.short(iri),
            kind if (kind := iri.value.removeprefix(start).partition("/")[0]) in KINDS else "",
            snapshot.labels.of(iri, language).text,
            snapshot.labels.notation(iri) or "",
            match,
            iri.value,
        )
        for iri, match in found
    )
    text, shown = table(_COLUMNS, rows)
    return f"{extent(offset, shown, total)}\n\n{text}"


def _nothing(services: ToolServices, snapshot: Snapshot, near: Iterable[Hit] = ()) -> str:
    count = documents_read(services, snapshot)
    explanation = f"No resource has this name, code or IRI; the graph was read from {count:,} documents and lists."
    return not_known(Reason.NOT_IN_GRAPH, explanation) + suggestions(services, near)
