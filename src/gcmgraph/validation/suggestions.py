"""The nearest right value for one that is wrong: "Phillipines" is near the Philippines, 16.99 near 16.9."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from urllib.parse import unquote

from rapidfuzz import fuzz, process

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.store.port import Store
from gcmgraph.validation.incremental.graph_views import View
from gcmgraph.validation.labels import NAMES, labels
from gcmgraph.validation.paths import Predicate
from gcmgraph.validation.report import SH, Nearest, Result, Texts
from gcmgraph.validation.shacl.dependencies import TYPE, Reads

#: Below this likeness (of 100) a guess helps nobody.
_ENOUGH = 74
#: Things of a class that are compared at most; a list to choose from has a few hundred.
_MOST = 3000


#: Components that fail where a value is not of a class.
_OF_CLASS = {SH + name + "ConstraintComponent" for name in ("Class", "Or", "Xone", "Node", "And")}


#: Properties and values, one of which a shape wants of a thing.
Stated = frozenset[tuple[IRI, Term]]


class RightValues:
    """The things that a value could have named, by their names; each class is read once."""

    def __init__(self, reads: Reads, published: Store, graph: View) -> None:
        self._reads = reads
        self._published = published
        self._graph = graph
        self._names: dict[tuple[IRI, Stated], dict[str, IRI]] = {}

    def near(self, result: Result) -> Nearest | None:
        """The thing of the class that a shape wants whose name or address comes nearest to the value."""
        if result.value is None or result.component.value not in _OF_CLASS:
            return None
        within = self._reads.within(result.source_shape)
        shapes = [self._reads.shapes[name] for name in within]
        classes = {kind for shape in shapes for kind in shape.classes if isinstance(kind, IRI)}
        stated = frozenset(
            (shape.path.iri, value) for shape in shapes for value in shape.values if isinstance(shape.path, Predicate)
        )
        return self.of_classes(spelled(result.value), classes, stated, refused=result.value)

    def of_classes(
        self, spelling: str, classes: Iterable[IRI], stated: Stated = frozenset(), refused: Term | None = None
    ) -> Nearest | None:
        """The thing of one of the classes, not the one refused, whose name comes nearest to a spelling.

        Where something is to be `stated` of it, such as its scheme, one of that is.
        """
        found_in = (self._of(kind, stated) for kind in classes)
        names = {name: thing for names in found_in for name, thing in names.items() if thing != refused}
        found = closest(spelling.lower(), names)
        return Nearest(found, labels(self._graph, found)) if found else None

    def _of(self, kind: IRI, stated: Stated) -> dict[str, IRI]:
        names = self._names.get((kind, stated))
        if names is None:
            things = islice(self._published.quads(predicate=TYPE, object=kind), _MOST)
            named = [quad.subject for quad in things if isinstance(quad.subject, IRI)]
            if stated:
                named = [thing for thing in named if any(v in self._graph.objects(thing, p) for p, v in stated)]
            names = {name.lower(): thing for thing in named for name in _names(thing, self._graph)}
            self._names[kind, stated] = names
        return names


def closest(spelling: str, names: dict[str, IRI]) -> IRI | None:
    """The thing whose name comes nearest to a spelling; None where none comes near enough."""
    found = process.extractOne(spelling, list(names), scorer=fuzz.ratio, score_cutoff=_ENOUGH)
    return names[found[0]] if found else None


def spelled(term: Term) -> str:
    """What someone wrote in the place of a name: a text, or the last part of an address."""
    if isinstance(term, Literal):
        return term.value.strip()
    return "" if isinstance(term, BlankNode) else local_part(term)


def local_part(iri: IRI) -> str:
    """The last part of an address, as it is read: `PHL` of `…/id/country/PHL`."""
    tail = iri.value.rstrip("/#").rpartition("#")[2] if "#" in iri.value else iri.value.rstrip("/").rpartition("/")[2]
    return unquote(tail)


def _names(thing: IRI, graph: View) -> Iterable[str]:
    said = [value.value for name in NAMES for value in graph.objects(thing, name) if isinstance(value, Literal)]
    return [local_part(thing), *said]


def of_terms(term: IRI, terms: dict[IRI, Texts]) -> Nearest | None:
    """The declared term whose local name comes nearest."""
    names = {local_part(known): known for known in terms}
    found = closest(local_part(term), names)
    return Nearest(found, terms[found]) if found else None
