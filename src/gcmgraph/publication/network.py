"""Practices by country, and collaboration of organisations, for the maps and networks of a dataset version.

Two organisations are tied by the practices in which both take part. Drawings are force-directed: T.
Fruchterman, E. Reingold, "Graph drawing by force-directed placement", Software: Practice and
Experience 21(11), 1991, with a force to the middle, so that unconnected parts stay together. They
are deterministic: nodes start on a spiral in the given order.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, islice
from math import cos, pi, sin, sqrt

from pyroaring import BitMap

from gcmgraph.publication.lists.facets import CARRIED_OUT, NAMING, TAKING_PART
from gcmgraph.publication.lists.index import Listings
from gcmgraph.rdf.terms import IRI, Literal

#: A practice of more organisations ties none: it says little about collaboration, and it has too
#: many pairs.
MAX_ORGANISATIONS = 150


#: Partners at most of one end of a tie that brings its other end into a section of the network: an
#: organisation of one large practice has more, and would bring all others of that.
_CLOSE = 8


@dataclass(frozen=True)
class Tie:
    """Two organisations, ordered by address, and the number of practices that they share."""

    one: IRI
    other: IRI
    weight: int

    @property
    def ends(self) -> tuple[IRI, IRI]:
        """Both organisations."""
        return self.one, self.other

    def partner(self, organisation: IRI) -> IRI:
        """The other organisation."""
        return self.other if organisation == self.one else self.one


@dataclass(frozen=True)
class Network:
    """A section of the collaboration to be drawn, and the totals."""

    organisations: tuple[IRI, ...]
    #: strongest first
    ties: tuple[Tie, ...]
    #: number of all organisations
    organisations_in_all: int
    #: number of all ties
    ties_in_all: int


class Collaboration:
    """The ties of one dataset version."""

    def __init__(self, practices: Mapping[IRI, BitMap], wholes: Mapping[int, BitMap]) -> None:
        """`practices`: those of each organisation; `wholes`: the practices as which a part is counted.

        A practice counts once where it or any of its parts ties two organisations.
        """
        organisations: dict[int, list[IRI]] = {}
        for iri in sorted(practices, key=lambda iri: iri.value):
            for row in practices[iri]:
                organisations.setdefault(row, []).append(iri)
        #: practices that tie nobody, since they have more than `MAX_ORGANISATIONS` organisations
        self.crowded = BitMap(
            row for row, ones in organisations.items() if len(ones) > MAX_ORGANISATIONS
        )
        tied: dict[int, set[tuple[IRI, IRI]]] = {}
        for row in organisations.keys() - set(self.crowded):
            for counted in wholes.get(row, (row,)):
                tied.setdefault(counted, set()).update(combinations(organisations[row], 2))
        weights = Counter(chain.from_iterable(tied.values()))
        self._ties = sorted(
            (Tie(*ends, weight) for ends, weight in weights.items()), key=_strongest_first
        )
        #: organisations with ties, each with its number of practices with others, and of partners
        self.shared = Counter(
            iri for pairs in tied.values() for iri in set(chain.from_iterable(pairs))
        )
        self.partners = Counter(end for tie in self._ties for end in tie.ends)

    def strongest(self, organisations: int, ties: int) -> Network:
        """The organisations with several shared practices and those nearest to them, and the strongest ties between."""
        hubs = {iri for iri, practices in self.shared.items() if practices > 1}
        close = [tie for tie in self._ties if min(self.partners[end] for end in tie.ends) <= _CLOSE]
        near = Counter(tie.partner(end) for tie in close for end in tie.ends if end in hubs)
        ranked = sorted(
            self.shared,
            key=lambda iri: (
                iri not in hubs,
                -near[iri],
                -self.shared[iri],
                -self.partners[iri],
                iri.value,
            ),
        )[:organisations]
        return _network(ranked, self._among(ranked)[:ties], len(self.shared), len(self._ties))

    def around(self, organisation: IRI, others: int, ties: int) -> Network | None:
        """An organisation (the first), its strongest partners, and the ties among them; None without ties."""
        every = [tie for tie in self._ties if organisation in tie.ends]
        if not every:
            return None
        own = sorted(every, key=lambda tie: (-tie.weight, tie.partner(organisation).value))[:others]
        own.sort(key=_strongest_first)
        partners = [tie.partner(organisation) for tie in own]
        drawn = [*own, *self._among(partners)]
        return _network(
            [organisation, *partners], drawn[: max(ties, len(own))], len(every) + 1, len(drawn)
        )

    def _among(self, organisations: Iterable[IRI]) -> list[Tie]:
        """The ties among some organisations, strongest first."""
        drawn = set(organisations)
        return [tie for tie in self._ties if drawn.issuperset(tie.ends)]


def _network(
    organisations: list[IRI], ties: list[Tie], organisations_in_all: int, ties_in_all: int
) -> Network:
    tied = {end for tie in ties for end in tie.ends}
    with_ties = tuple(iri for iri in organisations if iri in tied)
    return Network(with_ties, tuple(ties), organisations_in_all, ties_in_all)


def _strongest_first(tie: Tie) -> tuple[int, str, str]:
    return -tie.weight, tie.one.value, tie.other.value


Position = tuple[float, float]

#: Angle between neighbours on the spiral, at which no two nodes have the same direction.
_GOLDEN_ANGLE = pi * (3 - sqrt(5))

_STEPS = 250

#: Forces to the middle, horizontal and vertical: pages are wider than high.
_PULL_ACROSS, _PULL_DOWN = 0.5, 1.0


def positions(nodes: int, ties: Sequence[tuple[int, int, float]]) -> list[Position]:
    """Positions of `nodes` nodes; a tie is two node numbers and a weight.

    Neighbours are about 1 apart.

    The time grows with the square of the number of nodes: about half a second for 60.
    """
    xs = [sqrt(number + 0.5) * cos(number * _GOLDEN_ANGLE) for number in range(nodes)]
    ys = [sqrt(number + 0.5) * sin(number * _GOLDEN_ANGLE) for number in range(nodes)]
    strongest = max((weight for _, _, weight in ties), default=1.0)
    pulls = [(a, b, 0.5 + 0.5 * weight / strongest) for a, b, weight in ties]
    pairs = list(combinations(range(nodes), 2))
    for step in range(_STEPS):
        most = 0.5 * (1 - step / _STEPS)  # limit on the movement of a node in this step
        along = [-_PULL_ACROSS * x for x in xs]
        down = [-_PULL_DOWN * y for y in ys]
        for a, b in pairs:
            dx, dy = xs[a] - xs[b], ys[a] - ys[b]
            squared = dx * dx + dy * dy or 1e-6
            along[a] += dx / squared
            along[b] -= dx / squared
            down[a] += dy / squared
            down[b] -= dy / squared
        for a, b, pull in pulls:
            dx, dy = xs[a] - xs[b], ys[a] - ys[b]
            force = pull * sqrt(dx * dx + dy * dy)
            along[a] -= dx * force
            along[b] += dx * force
            down[a] -= dy * force
            down[b] += dy * force
        for node in range(nodes):
            length = sqrt(along[node] ** 2 + down[node] ** 2) or 1.0
            moved = min(length, most) / length
            xs[node] += along[node] * moved
            ys[node] += down[node] * moved
    return list(zip(xs, ys, strict=True))


def spread(
    points: Sequence[Position], width: float, height: float, rounds: int = 300
) -> list[Position]:
    """Positions moved apart until boxes of this size around them do not overlap, in at most `rounds` rounds."""
    moved = [list(point) for point in points]
    for _ in range(rounds):
        apart = True
        for a, b in combinations(moved, 2):
            dx, dy = b[0] - a[0], b[1] - a[1]
            over_x, over_y = width - abs(dx), height - abs(dy)
            if over_x <= 1e-9 or over_y <= 1e-9:
                continue
            apart = False
            if over_x / width < over_y / height:
                step = over_x / 2 * (1 if dx >= 0 else -1)
                a[0], b[0] = a[0] - step, b[0] + step
            else:
                step = over_y / 2 * (1 if dy >= 0 else -1)
                a[1], b[1] = a[1] - step, b[1] + step
        if apart:
            break
    return [(x, y) for x, y in moved]


#: Width and height of an organisation with its name, in units of the picture (a pixel on a wide
#: screen).
_BOX = (132.0, 58.0)

#: Units between neighbours, horizontal and vertical.
_STEP = (120.0, 84.0)

#: Width and height of a drawing, before its names are moved apart: a page shows it in its size, so
#: names are legible.
_ROOM = (940.0, 560.0)


@dataclass(frozen=True)
class Drawing:
    """A network and the positions of its organisations, in their order."""

    network: Network
    places: tuple[Position, ...]


def force_directed(network: Network) -> Drawing:
    """A force-directed drawing: tied organisations are near each other.

    It is pressed into `_ROOM`.
    """
    numbers = {iri: number for number, iri in enumerate(network.organisations)}
    ties = [(numbers[tie.one], numbers[tie.other], float(tie.weight)) for tie in network.ties]
    found = positions(len(numbers), ties)
    across, down = (
        min(step, room / max(1e-9, max(along) - min(along)))
        for step, room, along in zip(_STEP, _ROOM, zip(*found, strict=True), strict=True)
    )
    return Drawing(network, tuple(spread([(x * across, y * down) for x, y in found], *_BOX)))


#: Limits of the network of all organisations.
ORGANISATIONS, TIES = 32, 100

#: Limit on the listed organisations that share no practice.
MOST_ALONE = 200

#: Practices that a page names, of many.
FEW = 5


@dataclass(frozen=True)
class Practices:
    """The number of some practices (`KindIndex.count`), and the first few by address."""

    count: int
    first: tuple[IRI, ...]


class Relations:
    """Relations of one dataset version, derived on demand from its lists."""

    def __init__(self, listings: Listings, among: BitMap | None = None) -> None:
        """`among`: the rows of the practices whose organisations are related; None for all."""
        self._among = among
        self._lists = listings.lists
        self._practices = listings.of("practice")
        self._drawing = threading.Lock()

    @cached_property
    def collaboration(self) -> Collaboration:
        """The ties of organisations."""
        return Collaboration(self._taking_part, self._lists.wholes)

    @property
    def drawing(self) -> Drawing | None:
        """The drawing of the strongest ties; None without ties.

        The first call takes half a second.
        """
        with self._drawing:
            return self._drawn

    @cached_property
    def _drawn(self) -> Drawing | None:
        strongest = self.collaboration.strongest(ORGANISATIONS, TIES)
        return force_directed(strongest) if strongest.ties else None

    def counts(self) -> dict[IRI, int]:
        """Number of practices by country in which they are carried out."""
        return {country: self._practices.count(rows) for country, rows in self._by_country.items()}

    def by_country(self) -> dict[IRI, Practices]:
        """Practices by country in which they are carried out."""
        return {country: self._few(rows) for country, rows in self._by_country.items()}

    def countries_of(self, organisation: IRI) -> frozenset[IRI]:
        """The countries of the practices of an organisation."""
        return self._countries(self._taking_part.get(organisation, BitMap()))

    def countries_naming(self, thing: IRI) -> frozenset[IRI]:
        """The countries of the practices that name an objective, action, SDG or concept."""
        found = (self._reached(path).get(thing, BitMap()) for path in NAMING)
        return self._countries(BitMap.union(*found))

    def practices_of(self, organisation: IRI) -> int:
        """Number of the practices of an organisation."""
        return self._practices.count(self._taking_part.get(organisation, BitMap()))

    def alone(self) -> list[tuple[IRI, Practices]]:
        """The organisations that share no practice, with their practices; those with most first."""
        tied = self.collaboration.shared
        found = [
            (iri, self._few(rows)) for iri, rows in self._taking_part.items() if iri not in tied
        ]
        return sorted(found, key=lambda pair: (-pair[1].count, pair[0].value))[:MOST_ALONE]

    def participation(self) -> tuple[list[IRI], dict[IRI, list[int]]]:
        """The practices with organisations, by address; and for each organisation the positions of its practices."""
        wholes = {iri: self._practices.wholes(own) for iri, own in self._taking_part.items()}
        rows = BitMap.union(BitMap(), *wholes.values())
        position = {row: number for number, row in enumerate(rows)}
        return self._practices.iris(rows), {
            iri: [position[row] for row in own] for iri, own in wholes.items()
        }

    @property
    def too_large(self) -> int:
        """Number of practices with too many organisations, which tie nobody."""
        return len(self.collaboration.crowded)

    @cached_property
    def _taking_part(self) -> dict[IRI, BitMap]:
        """Organisations, each with its practices."""
        found: dict[IRI, BitMap] = {}
        for path in TAKING_PART:
            for value, rows in self._reached(path).items():
                taken = rows if self._among is None else rows & self._among
                if isinstance(value, IRI) and taken:
                    found[value] = found.get(value, BitMap()) | taken
        return found

    @cached_property
    def _by_country(self) -> dict[IRI, BitMap]:
        return {
            country: rows
            for country, rows in self._reached(CARRIED_OUT).items()
            if isinstance(country, IRI)
        }

    def _reached(self, path: tuple[str, ...]) -> dict[IRI | Literal, BitMap]:
        return self._lists.reached(self._practices.kind, path)

    def _countries(self, practices: BitMap) -> frozenset[IRI]:
        return frozenset(
            country for country, rows in self._by_country.items() if rows.intersect(practices)
        )

    def _few(self, practices: BitMap) -> Practices:
        wholes = self._practices.wholes(practices)
        return Practices(len(wholes), tuple(self._practices.iris(islice(wholes, FEW))))
