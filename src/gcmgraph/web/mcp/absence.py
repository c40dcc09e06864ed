"""Reasons why an answer is empty: nothing here is evidence that something does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from gcmgraph.publication.descriptions import Description
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.web.mcp.graph_reader import GraphReader
from gcmgraph.web.named_queries.groups import OF_GAPS

#: Properties of which the parties of a treaty are read, as local names.
_PARTY_PROPERTIES = ("participationIn", "participant", "bindingDate", "bindingAction")


class Absence(StrEnum):
    """Reason why an answer is empty."""

    NOT_IN_GRAPH = "not in this graph"
    NOT_READ = "document not read"
    NOT_STATED = "source does not say"


def not_known(reason: Absence, explanation: str) -> str:
    """An empty answer, with its reason."""
    return (
        f"Not known here: {reason}. {explanation} State this reason; it is no evidence of absence."
    )


_NO_PARTIES = not_known(
    Absence.NOT_READ,
    "The list of parties of this instrument was not read; the instrument is known.",
)


def property_not_known(
    graph: GraphReader, description: Description, predicate: IRI, language: str | None
) -> str:
    """The resource has no value of a property, or none in a language."""
    documents = graph.sources_of(description.iri)
    name = graph.property_name(predicate)
    languages = {
        fact.object.language
        for fact in description.facts
        if fact.predicate == predicate and isinstance(fact.object, Literal) and fact.object.language
    }
    if language and languages:
        exists = f"{name} is known in: {', '.join(sorted(languages))}."
        if documents and language not in graph.languages_of(documents):
            explanation = f"No document in the language '{language}' was read for this resource."
            return not_known(Absence.NOT_READ, f"{explanation} {exists}")
        explanation = f"What was read gives {name} in no text of '{language}'."
        return not_known(Absence.NOT_STATED, f"{explanation} {exists}")
    if documents:
        names = "; ".join(graph.short(document) for document in documents)
        return not_known(
            Absence.NOT_STATED,
            f"The documents read for this resource ({names}) do not state {name}.",
        )
    party_properties = {graph.term(f"gcm:{local}") for local in _PARTY_PROPERTIES}
    if _is_instrument(graph, description.iri) and predicate in party_properties:
        return _NO_PARTIES
    read = f"the {graph.document_count:,} documents read"
    return not_known(Absence.NOT_STATED, f"Neither the reference lists nor {read} state {name}.")


def rows_not_known(graph: GraphReader, query: NamedQuery, terms: Mapping[str, Term]) -> str:
    """A query of the library has no rows for its parameters."""
    resources = [term for term in terms.values() if isinstance(term, IRI)]
    for iri in resources:
        if not _is_in_graph(graph, iri):
            return not_known(
                Absence.NOT_IN_GRAPH, f"The graph contains nothing about {graph.short(iri)}."
            )
    if "gcm:participationIn" in query.text:
        for iri in resources:
            if _is_instrument(graph, iri) and not _has_parties(graph, iri):
                return _NO_PARTIES
    if query.name in OF_GAPS:
        return (
            "0 rows. The query lists what is missing: for these parameters the graph lacks none"
            " of it."
        )
    subjects = " and ".join(graph.short(iri) for iri in resources)
    about = f" for {subjects}" if subjects else ""
    return not_known(
        Absence.NOT_STATED,
        f"The query ran and has no rows{about}: none of the {graph.document_count:,} documents and"
        " lists read states it. Other documents, not read, may.",
    )


def _is_in_graph(graph: GraphReader, iri: IRI) -> bool:
    store = graph.snapshot.store
    has_statements = next(store.quads(iri), None) is not None
    return has_statements or next(store.quads(object=iri), None) is not None


def _has_parties(graph: GraphReader, instrument: IRI) -> bool:
    predicate = graph.term("gcm:participationIn")
    quads = graph.snapshot.store.quads(predicate=predicate, object=instrument)
    return next(quads, None) is not None


def _is_instrument(graph: GraphReader, iri: IRI) -> bool:
    return graph.site.addresses.kind_of(iri.value) == "instrument"
