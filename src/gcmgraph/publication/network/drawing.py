"""Drawing of a network: positions of its organisations, with room for their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.publication.network.collaboration import Network, Tie
from gcmgraph.publication.network.layout import Position, positions, spread
from gcmgraph.publication.network.ring import ring, side_by_side

#: Width and height of an organisation with its name, in units of the picture (a pixel on a wide screen).
_BOX = (132.0, 58.0)

#: Units between neighbours, horizontal and vertical.
_STEP = (120.0, 84.0)

#: Radii of a ring of `_FULL` organisations or more; fewer have a smaller one.
_RING, _FULL = (400.0, 225.0), 12


@dataclass(frozen=True)
class Drawing:
    """A network and the positions of its organisations, in their order."""

    network: Network
    places: tuple[Position, ...]


def drawn_freely(network: Network) -> Drawing:
    """A force-directed drawing: tied organisations are near each other."""
    numbers = _numbers(network)
    ties = [(*_ends(tie, numbers), float(tie.weight)) for tie in network.ties]
    found = [(x * _STEP[0], y * _STEP[1]) for x, y in positions(len(numbers), ties)]
    return Drawing(network, tuple(spread(found, *_BOX)))


def drawn_around(network: Network) -> Drawing:
    """A drawing with the first organisation in the middle and the others around it, in an order of short ties."""
    numbers = _numbers(network)
    weights: dict[tuple[int, int], int] = {}
    for tie in network.ties:
        one, other = sorted(_ends(tie, numbers))
        weights[one, other] = tie.weight
    order = [0, *side_by_side(range(1, len(numbers)), weights)]
    found = dict(zip(order, ring(len(order) - 1), strict=True))
    size = min(1.0, 0.35 + 0.65 * len(order) / _FULL)
    across, down = _RING[0] * size, _RING[1] * size
    return Drawing(network, tuple((found[node][0] * across, found[node][1] * down) for node in sorted(found)))


def _numbers(network: Network) -> dict[IRI, int]:
    return {iri: number for number, iri in enumerate(network.organisations)}


def _ends(tie: Tie, numbers: Mapping[IRI, int]) -> tuple[int, int]:
    return numbers[tie.one], numbers[tie.other]
