"""Reasons why a resource, a value or the rows of a query are missing."""

from __future__ import annotations

from collections.abc import Mapping

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.publication.describe.description import Description
from gcmgraph.queries.library import NamedQuery
from gcmgraph.web.mcp.tools.common import (
    Reason,
    ToolServices,
    documents_read,
    languages_of,
    not_known,
    sources_of,
)
from gcmgraph.web.mcp.tools.properties import property_name
from gcmgraph.web.mcp.tools.search import suggestions
from gcmgraph.web.named_queries.groups import OF_GAPS
from gcmgraph.web.snapshot import Snapshot


def resource_not_known(services: ToolServices, snapshot: Snapshot, text: str) -> str:
    """No resource has this name, code or IRI."""
    links = services.links.of(snapshot)
    near = services.indexes.of(snapshot).near(text) if "://" not in text else []
    similar = "; ".join(services.short(one.iri) for one in links.near(text)) if "://" in text else ""
    more = f" Similar IRIs: {similar}." if similar else suggestions(services, near)
    explanation = "No resource has this name, code or IRI. Find one with `search`."
    return not_known(Reason.NOT_IN_GRAPH, explanation) + more


def property_not_known(
    services: ToolServices, snapshot: Snapshot, description: Description, wanted: IRI, language: str | None
) -> str:
    """The resource has no value of a property, or none in a language."""
    documents = sources_of(services, snapshot, description.iri)
    name = property_name(services, snapshot, wanted)
    read = "; ".join(services.short(document) for document in documents)
    others = {
        fact.object.language
        for fact in description.facts
        if fact.predicate == wanted and isinstance(fact.object, Literal) and fact.object.language
    }
    if language and others:
        exists = f"{name} is known in: {', '.join(sorted(others))}."
        if documents and language not in languages_of(services, snapshot, documents):
            return not_known(
                Reason.NOT_READ, f"No document in the language '{language}' was read for this resource. {exists}"
            )
        return not_known(Reason.NOT_STATED, f"What was read gives {name} in no text of '{language}'. {exists}")
    if documents:
        return not_known(Reason.NOT_STATED, f"The documents read for this resource ({read}) do not state {name}.")
    kind = services.site.addresses.kind_of(description.iri.value)
    if kind == "instrument" and wanted in _of_parties(services):
        return _no_list_of_parties()
    count = documents_read(services, snapshot)
    return not_known(Reason.NOT_STATED, f"Neither the reference lists nor the {count:,} documents read state {name}.")


def rows_not_known(services: ToolServices, snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term]) -> str:
    """A query of the library has no rows for its parameters."""
    resources = [term for term in terms.values() if isinstance(term, IRI)]
    unknown = [iri for iri in resources if not _occurs(snapshot, iri)]
    if unknown:
        return not_known(Reason.NOT_IN_GRAPH, f"The graph contains nothing about {services.short(unknown[0])}.")
    treaty = services.iri("gcm:participationIn")
    if "gcm:participationIn" in query.text and any(
        services.site.addresses.kind_of(iri.value) == "instrument"
        and next(snapshot.store.quads(predicate=treaty, object=iri), None) is None
        for iri in resources
    ):
        return _no_list_of_parties()
    if query.name in OF_GAPS:
        return "0 rows. The query lists what is missing: for these parameters the graph lacks none of it."
    count = documents_read(services, snapshot)
    about = " and ".join(services.short(iri) for iri in resources)
    return not_known(
        Reason.NOT_STATED,
        f"The query ran and has no rows{f' for {about}' if about else ''}: none of the {count:,} documents and lists "
        "read states it. Other documents, not read, may.",
    )


def _occurs(snapshot: Snapshot, iri: IRI) -> bool:
    store = snapshot.store
    return next(store.quads(iri), None) is not None or next(store.quads(object=iri), None) is not None


def _of_parties(services: ToolServices) -> set[IRI]:
    return {services.iri(f"gcm:{name}") for name in ("participationIn", "participant", "bindingDate", "bindingAction")}


def _no_list_of_parties() -> str:
    return not_known(Reason.NOT_READ, "The list of parties of this instrument was not read; the instrument is known.")
