"""Titles and descriptions of the named graphs that no table, link set or document describes."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses

#: Name of a graph to its title and description, each in English and French.
_GRAPHS = {
    "ontology": (
        ("Ontology", "Ontologie"),
        ("The terms of GCM Graph.", "Les termes de GCM Graph."),
    ),
    "shapes": (
        ("Shapes", "Formes"),
        ("What a contribution must get right (SHACL).", "Ce qu'une contribution doit respecter (SHACL)."),
    ),
    "curated": (
        ("Editors' texts and judgements", "Textes et jugements de la rédaction"),
        (
            "What editors of GCM Graph wrote and judged: summaries, short labels, notes, and judgements with their "
            "rationale; never a source's own words.",
            "Ce que les éditeurs de GCM Graph ont écrit et jugé : résumés, libellés courts, notes, et jugements avec "
            "leur justification ; jamais les mots d'une source.",
        ),
    ),
    "evidence": (
        ("Evidence", "Preuves"),
        (
            "Passages of the source documents, and which statement each supports.",
            "Passages des documents sources, et l'énoncé que chacun appuie.",
        ),
    ),
    "inferred": (
        ("Inferred statements", "Énoncés déduits"),
        (
            "What follows: super-classes, organisations involved in practices, actions and practices of objectives.",
            "Ce qui en découle : super-classes, organisations participantes, actions et pratiques des objectifs.",
        ),
    ),
    "provenance": (
        ("Provenance", "Provenance"),
        ("Where each graph and each thing comes from.", "D'où vient chaque graphe et chaque chose."),
    ),
}


def describe_graphs(addresses: Addresses) -> Iterator[Quad]:
    """The metadata of these graphs, in graph/provenance."""
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    for name, texts in _GRAPHS.items():
        graph = IRI(addresses.graph(name))
        yield Quad(graph, v("rdf:type"), v("void:Dataset"), where)
        for predicate, pair in zip(("dct:title", "dct:description"), texts, strict=True):
            for language, words in zip(("en", "fr"), pair, strict=True):
                yield Quad(graph, v(predicate), text(words, language), where)
