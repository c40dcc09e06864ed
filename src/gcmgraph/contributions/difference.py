"""Changes of the published graph by a contribution, resource by resource, for a curator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.store.port import Store


@dataclass(frozen=True)
class DifferenceLine:
    """A statement that is added, removed, or unchanged."""

    mark: str  # "added", "removed" or "same"
    predicate: IRI
    object: Term


@dataclass(frozen=True)
class ThingDifference:
    """Changes of one resource; `new` where nothing is published about it yet."""

    thing: IRI
    new: bool
    lines: tuple[DifferenceLine, ...]


def differences(added: Iterable[Quad], removed: Iterable[Quad], published: Store) -> tuple[ThingDifference, ...]:
    """The differences, in the order of the contribution.

    A statement that is in the graph already, or is both removed and added, is the `same`.
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
