"""What a contribution would change in the published graph, thing by thing, for a curator to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.store.port import Store


@dataclass(frozen=True)
class DifferenceLine:
    """A statement that comes, goes, or is said again."""

    mark: str  # "added", "removed" or "same"
    predicate: IRI
    object: Term


@dataclass(frozen=True)
class ThingDifference:
    """What changes about one thing; `new` where nothing is published about it yet."""

    thing: IRI
    new: bool
    lines: tuple[DifferenceLine, ...]


def differences(added: Iterable[Quad], removed: Iterable[Quad], published: Store) -> tuple[ThingDifference, ...]:
    """The differences in the order in which the contribution speaks of things.

    A statement that stands in the graph already, or that both leaves and comes, is the `same`.
    """
    coming, leaving = dict.fromkeys(quad.triple for quad in added), dict.fromkeys(quad.triple for quad in removed)
    things: dict[IRI, list[DifferenceLine]] = {}

    def note(mark: str, triple: object) -> None:
        subject, predicate, value = triple.subject, triple.predicate, triple.object  # type: ignore[attr-defined]
        things.setdefault(subject, []).append(DifferenceLine(mark, predicate, value))

    for triple in coming:
        there = next(published.quads(triple.subject, triple.predicate, triple.object), None)  # type: ignore[arg-type]
        note("added" if there is None else "same", triple)
    for triple in leaving:
        if triple not in coming:
            note("removed", triple)
    return tuple(
        ThingDifference(thing, next(published.quads(thing), None) is None, tuple(lines))
        for thing, lines in things.items()
    )
