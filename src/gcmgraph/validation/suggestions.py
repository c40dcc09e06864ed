"""Suggestions of valid values for invalid ones, by similar names: Philippines for "Phillipines", 16.9 for 16.99."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from urllib.parse import unquote

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import sh
from gcmgraph.store.port import Store
from gcmgraph.text import CONTROLS, fold_name, nearest, nearest_value
from gcmgraph.validation.dependencies import TYPE, Dependencies
from gcmgraph.validation.graphs import Graph, GraphView
from gcmgraph.validation.report import Nearest, Result

#: Limit on the resources of a class that are compared; a list to choose from has a few hundred.
_MOST = 3000

#: Components that a value without the required class violates.
_OF_CLASS = {sh(f"{name}ConstraintComponent") for name in ("Class", "Or", "Xone", "Node", "And")}

#: Properties with the label of a resource, the best first.
_LABELS = tuple(
    IRI(PREFIXES[prefix] + name)
    for prefix, name in (("skos", "prefLabel"), ("dct", "title"), ("rdfs", "label"), ("skos", "notation"))
)
#: Properties with names of a resource.
NAMES = (*_LABELS, IRI(PREFIXES["skos"] + "altLabel"))

#: Properties and values of which a shape requires one.
Stated = frozenset[tuple[IRI, Term]]


def labels(graph: Graph, node: Term) -> Texts:
    """The labels of a node in all languages, by the best property that it has."""
    if not isinstance(node, Literal):
        for predicate in _LABELS:
            found = Texts.of_terms(graph.objects(node, predicate))
            if found.pairs:
                return found
    return Texts()


class ValidValues:
    """Valid values by name; each class is read once."""

    def __init__(self, dependencies: Dependencies, published: Store, graph: GraphView) -> None:
        self._dependencies = dependencies
        self._published = published
        self._graph = graph
        self._names: dict[tuple[IRI, Stated], dict[str, IRI]] = {}
        self._folded: dict[IRI, dict[str, IRI]] = {}

    def near(self, result: Result) -> Nearest | None:
        """The resource of the required class whose name or address is most similar to the value."""
        if result.value is None or result.component not in _OF_CLASS:
            return None
        within = self._dependencies.within(result.source_shape)
        shapes = [self._dependencies.shapes[name] for name in within]
        classes = {kind for shape in shapes for kind in shape.classes if isinstance(kind, IRI)}
        stated = frozenset(
            (shape.path.iri, value) for shape in shapes for value in shape.values if isinstance(shape.path, Predicate)
        )
        return self.of_classes(spelled(result.value), classes, stated, refused=result.value)

    def of_classes(
        self, spelling: str, classes: Iterable[IRI], stated: Stated = frozenset(), refused: Term | None = None
    ) -> Nearest | None:
        """The resource of one of the classes, except `refused`, whose name is most similar to a spelling.

        With `stated`, only resources with one of these statements, such as that of their scheme.
        """
        found_in = (self._of(kind, stated) for kind in classes)
        names = {name: resource for names in found_in for name, resource in names.items() if resource != refused}
        found = nearest_value(spelling.lower(), names)
        return Nearest(found, labels(self._graph, found)) if found else None

    def same_name(self, name: str, classes: Iterable[IRI]) -> IRI | None:
        """A resource of one of the classes with this name, apart from case, accents and punctuation."""
        folded = fold_name(CONTROLS.sub("", name))
        return next((found for kind in classes if folded and (found := self._folded_of(kind).get(folded))), None)

    def _folded_of(self, kind: IRI) -> dict[str, IRI]:
        if kind not in self._folded:
            names = self._of(kind, frozenset())
            self._folded[kind] = {
                fold_name(name): one for name, one in names.items() if name != local_part(one).lower()
            }
        return self._folded[kind]

    def _of(self, kind: IRI, stated: Stated) -> dict[str, IRI]:
        names = self._names.get((kind, stated))
        if names is None:
            resources = islice(self._published.quads(predicate=TYPE, object=kind), _MOST)
            named = [quad.subject for quad in resources if isinstance(quad.subject, IRI)]
            if stated:
                named = [
                    resource for resource in named if any(v in self._graph.objects(resource, p) for p, v in stated)
                ]
            names = {name.lower(): resource for resource in named for name in _names(resource, self._graph)}
            self._names[kind, stated] = names
        return names


def spelled(term: Term) -> str:
    """The spelling of a value: its text, or the last part of its address."""
    if isinstance(term, Literal):
        return term.value.strip()
    return "" if isinstance(term, BlankNode) else local_part(term)


def local_part(iri: IRI) -> str:
    """The last part of an address, decoded: `PHL` of `…/id/country/PHL`."""
    tail = iri.value.rstrip("/#").rpartition("#")[2] if "#" in iri.value else iri.value.rstrip("/").rpartition("/")[2]
    return unquote(tail)


def _names(resource: IRI, graph: GraphView) -> Iterable[str]:
    texts = [value.value for name in NAMES for value in graph.objects(resource, name) if isinstance(value, Literal)]
    return [local_part(resource), *texts]


def of_terms(term: IRI, terms: dict[IRI, Texts]) -> Nearest | None:
    """The declared term whose local name is most similar."""
    found = nearest(local_part(term), terms, key=local_part)
    return Nearest(found[0], terms[found[0]]) if found else None
