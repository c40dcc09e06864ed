"""Suggestions: valid values for invalid ones, by similar names.

Philippines for "Phillipines", 16.9 for 16.99.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice

from gcmgraph.platform.controls import DIRECTION_CONTROLS
from gcmgraph.platform.similarity import nearest, nearest_value
from gcmgraph.platform.text import fold_name
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.property_paths import Predicate
from gcmgraph.rdf.shapes import sh
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
from gcmgraph.store.port import Store
from gcmgraph.validation.dependencies import Dependencies
from gcmgraph.validation.graphs import NAMES, TYPE, GraphView, labels, local_part
from gcmgraph.validation.report import Nearest, Result

#: Limit on the resources of a class that are compared; a list to choose from has a few hundred.
_MAX_RESOURCES = 3000

#: Components that a value without the required class violates.
_OF_CLASS = {sh(f"{name}ConstraintComponent") for name in ("Class", "Or", "Xone", "Node", "And")}

#: Properties and values of which a shape requires one.
RequiredStatements = frozenset[tuple[IRI, Term]]


class ValidValues:
    """Valid values by name; each class is read once."""

    def __init__(self, dependencies: Dependencies, published: Store, graph: GraphView) -> None:
        self._dependencies = dependencies
        self._published = published
        self._graph = graph
        self._by_name = cache(self._resources_by_name)
        self._by_folded_name = cache(self._resources_by_folded_name)

    def nearest_to(self, result: Result) -> Nearest | None:
        """The resource of the required class whose name or address is most similar to the value."""
        if result.value is None or result.component not in _OF_CLASS:
            return None
        classes: set[IRI] = set()
        required: set[tuple[IRI, Term]] = set()
        for name in self._dependencies.within(result.source_shape):
            shape = self._dependencies.shapes[name]
            classes.update(kind for kind in shape.constraints.classes if isinstance(kind, IRI))
            if isinstance(shape.path, Predicate):
                for value in shape.constraints.has_values:
                    required.add((shape.path.iri, value))
        spelling = spelled(result.value)
        return self.of_classes(spelling, classes, frozenset(required), refused=result.value)

    def of_classes(
        self,
        spelling: str,
        classes: Iterable[IRI],
        required: RequiredStatements = frozenset(),
        refused: Term | None = None,
    ) -> Nearest | None:
        """The resource of one of the classes, except `refused`, whose name is most similar to a spelling.

        With `required`, only resources with one of these statements, such as that of their scheme.
        """
        resources: dict[str, IRI] = {}
        for kind in classes:
            for name, resource in self._by_name(kind, required).items():
                if resource != refused:
                    resources[name] = resource
        similar = nearest_value(spelling.lower(), resources)
        return Nearest(similar, labels(self._graph, similar)) if similar else None

    def same_name(self, name: str, classes: Iterable[IRI]) -> IRI | None:
        """A resource of one of the classes with this name, apart from case, accents and punctuation."""
        folded_name = fold_name(DIRECTION_CONTROLS.sub("", name))
        if not folded_name:
            return None
        namesakes = (self._by_folded_name(kind).get(folded_name) for kind in classes)
        return next((resource for resource in namesakes if resource), None)

    def _resources_by_folded_name(self, kind: IRI) -> dict[str, IRI]:
        resources = self._by_name(kind, frozenset())
        return {
            fold_name(name): resource
            for name, resource in resources.items()
            if name != local_part(resource).lower()
        }

    def _resources_by_name(self, kind: IRI, required: RequiredStatements) -> dict[str, IRI]:
        quads = list(islice(self._published.quads(predicate=TYPE, object=kind), _MAX_RESOURCES))
        resources: dict[str, IRI] = {}
        for quad in quads:
            resource = quad.subject
            if not isinstance(resource, IRI):
                continue
            if required and not self._has_statement(resource, required):
                continue
            for name in _names(resource, self._graph):
                resources[name.lower()] = resource
        return resources

    def _has_statement(self, resource: IRI, required: RequiredStatements) -> bool:
        return any(
            value in self._graph.objects(resource, predicate) for predicate, value in required
        )


def spelled(term: Term) -> str:
    """The spelling of a value: its text, or the last part of its address."""
    if isinstance(term, Literal):
        return term.value.strip()
    return "" if isinstance(term, BlankNode) else local_part(term)


def _names(resource: IRI, graph: GraphView) -> list[str]:
    """The last part of the address of a resource, and its names."""
    names = [local_part(resource)]
    for predicate in NAMES:
        for value in graph.objects(resource, predicate):
            if isinstance(value, Literal):
                names.append(value.value)
    return names


def of_terms(term: IRI, terms: dict[IRI, Texts]) -> Nearest | None:
    """The declared term whose local name is most similar."""
    similar_terms = nearest(local_part(term), terms, key=local_part)
    return Nearest(similar_terms[0], terms[similar_terms[0]]) if similar_terms else None
