"""Diagrams of the ontology: classes with their super-classes, properties with their domains and ranges."""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.ontology import Ontology
from gcmgraph.web.resources.facts import ResourcePage
from gcmgraph.web.vocabulary.layered_layout import Diagram, DiagramNode, lay_out


def class_diagram(ontology: Ontology, page: ResourcePage) -> Diagram:
    """Classes of the ontology at the left, their super-classes at the right."""
    classes = ontology.classes()
    supers = {wider for term in classes for wider in term.supers}
    left = [_class_node(page, term.iri, "from ") for term in classes]
    right = [_class_node(page, iri, "to ") for iri in _sorted(supers)]
    edges = [(f"from {term.iri.value}", f"to {wider.value}") for term in classes for wider in term.supers]
    return lay_out([left, right], edges)


def property_diagram(ontology: Ontology, page: ResourcePage, kind: str) -> Diagram:
    """Properties of a kind in the middle, their domains at the left, their ranges at the right."""
    terms = [term for term in ontology.of_kind(kind) if term.domains or term.ranges]
    left = [_class_node(page, iri, "from ") for iri in _sorted({d for term in terms for d in term.domains})]
    middle = [DiagramNode(term.iri.value, _name(page, term.iri), f"#{term.local}", "property") for term in terms]
    right = [_class_node(page, iri, "to ") for iri in _sorted({r for term in terms for r in term.ranges})]
    edges = [(f"from {d.value}", term.iri.value) for term in terms for d in term.domains]
    edges += [(term.iri.value, f"to {r.value}") for term in terms for r in term.ranges]
    return lay_out([left, middle, right], edges)


def _class_node(page: ResourcePage, iri: IRI, side: str) -> DiagramNode:
    """A class of the ontology by its label, with its anchor on the page; an external class by its address."""
    path = page.link(iri)
    if path is not None:
        return DiagramNode(side + iri.value, _name(page, iri), f"#{path.partition('#')[2]}")
    return DiagramNode(side + iri.value, page.address(iri), page.foreign(iri), "other")


def _name(page: ResourcePage, iri: IRI) -> str:
    return page.term_label(iri).text


def _sorted(iris: Iterable[IRI]) -> list[IRI]:
    return sorted(iris, key=lambda iri: iri.value)
