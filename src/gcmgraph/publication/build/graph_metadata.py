"""Titles and descriptions of the named graphs that no table, link set or document describes."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.translations.messages import Message

#: Title and description of each graph.
_GRAPHS = {
    "ontology": (Message("Ontology"), Message("The terms of GCM Graph.")),
    "shapes": (Message("Shapes"), Message("What a contribution must get right (SHACL).")),
    "curated": (
        Message("Editors' texts and judgements"),
        Message(
            "What editors of GCM Graph wrote and judged: summaries, short labels, notes, and judgements with their "
            "rationale; never a source's own words."
        ),
    ),
    "evidence": (
        Message("Evidence"),
        Message("Passages of the source documents, and which statement each supports."),
    ),
    "inferred": (
        Message("Inferred statements"),
        Message(
            "What follows: super-classes, organisations involved in practices, actions and practices of objectives."
        ),
    ),
    "examples": (
        Message("Example queries"),
        Message("Queries that can be run as they are, and the prefixes of this dataset."),
    ),
    "void": (
        Message("Classes and properties in use"),
        Message("Numbers of statements by class, property and kind of value (VoID), for editors and assistants."),
    ),
    "provenance": (Message("Provenance"), Message("Origin of each graph and of each resource.")),
}


def describe_graphs(addresses: Addresses) -> Iterator[Quad]:
    """The metadata of these graphs, in graph/provenance."""
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    for name, texts in _GRAPHS.items():
        graph = IRI(addresses.graph(name))
        yield Quad(graph, v("rdf:type"), v("void:Dataset"), where)
        for predicate, message in zip(("dct:title", "dct:description"), texts, strict=True):
            for language, words in message.texts().items():
                yield Quad(graph, v(predicate), text(words, language), where)
