"""Collaboration of organisations: two are tied by the practices in which both take part.

Example. Practices with the organisations a, b, c; a, b; and d tie a and b with weight 2, a and c,
and b and c with weight 1. d has no tie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

from pyroaring import BitMap

from gcmgraph.rdf.terms import IRI

#: A practice of more organisations ties none: it says little about collaboration, and it has too
#: many pairs.
MAX_ORGANISATIONS = 150

#: Partners at most of one end of a tie that brings its other end into a section of the network: an
#: organisation of one large practice has more, and would bring all others of that.
_MAX_PARTNERS_OF_CLOSE_END = 8


@dataclass(frozen=True)
class Tie:
    """Two organisations, ordered by address, and the number of practices that they share."""

    ends: tuple[IRI, IRI]
    weight: int

    def partner(self, organisation: IRI) -> IRI:
        """The other organisation."""
        start, end = self.ends
        return end if organisation == start else start


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
        """`practices` are those of each organisation.

        `wholes` are the practices as which a part is counted. A practice counts once where it or
        any of its parts ties two organisations.
        """
        organisations = _organisations_by_practice(practices)
        #: practices that tie nobody, since they have more than `MAX_ORGANISATIONS` organisations
        self.crowded = BitMap(
            row
            for row, taking_part in organisations.items()
            if len(taking_part) > MAX_ORGANISATIONS
        )
        pairs_by_practice: dict[int, set[tuple[IRI, IRI]]] = {}
        for row, taking_part in organisations.items():
            if row not in self.crowded:
                for whole in wholes.get(row, (row,)):
                    pairs = pairs_by_practice.setdefault(whole, set())
                    pairs.update(combinations(taking_part, 2))
        weights = Counter(chain.from_iterable(pairs_by_practice.values()))
        ties = (Tie(ends, weight) for ends, weight in weights.items())
        self._ties = sorted(ties, key=_strongest_first)
        #: organisations with ties, each with its number of practices with others, and of partners
        self.shared: Counter[IRI] = Counter()
        for pairs in pairs_by_practice.values():
            self.shared.update(set(chain.from_iterable(pairs)))
        self.partners = Counter(end for tie in self._ties for end in tie.ends)

    def strongest(self, organisations: int, ties: int) -> Network:
        """The organisations with several shared practices and those nearest to them.

        The ties between them are the strongest. `organisations` and `ties` are limits.
        """
        hubs = {iri for iri, practices in self.shared.items() if practices > 1}
        ties_to_hubs = self._close_ties_to(hubs)

        def rank(iri: IRI) -> tuple[bool, int, int, int, str]:
            return (
                iri not in hubs,
                -ties_to_hubs[iri],
                -self.shared[iri],
                -self.partners[iri],
                iri.value,
            )

        ranked = sorted(self.shared, key=rank)[:organisations]
        return _network(ranked, self._among(ranked)[:ties], len(self.shared), len(self._ties))

    def _close_ties_to(self, hubs: set[IRI]) -> Counter[IRI]:
        """Number of the ties to hubs, by organisation.

        Ties of which both ends have many partners do not count.
        """
        counts: Counter[IRI] = Counter()
        for tie in self._ties:
            partners = min(self.partners[end] for end in tie.ends)
            if partners <= _MAX_PARTNERS_OF_CLOSE_END:
                counts.update(tie.partner(end) for end in tie.ends if end in hubs)
        return counts

    def around(self, organisation: IRI, others: int, ties: int) -> Network | None:
        """An organisation (the first), its strongest partners, and the ties among them.

        None without ties. `others` and `ties` are limits; the ties of the organisation itself are
        always there.
        """
        all_ties = [tie for tie in self._ties if organisation in tie.ends]
        if not all_ties:
            return None
        own_ties = sorted(all_ties, key=lambda tie: (-tie.weight, tie.partner(organisation).value))[
            :others
        ]
        own_ties.sort(key=_strongest_first)
        partners = [tie.partner(organisation) for tie in own_ties]
        candidates = [*own_ties, *self._among(partners)]
        drawn = candidates[: max(ties, len(own_ties))]
        return _network([organisation, *partners], drawn, len(all_ties) + 1, len(candidates))

    def _among(self, organisations: Iterable[IRI]) -> list[Tie]:
        """The ties among some organisations, strongest first."""
        ends = set(organisations)
        return [tie for tie in self._ties if ends.issuperset(tie.ends)]


def _organisations_by_practice(practices: Mapping[IRI, BitMap]) -> dict[int, list[IRI]]:
    """The organisations of each practice, ordered by address."""
    organisations: dict[int, list[IRI]] = {}
    for iri in sorted(practices, key=lambda iri: iri.value):
        for row in practices[iri]:
            organisations.setdefault(row, []).append(iri)
    return organisations


def _network(
    organisations: list[IRI], ties: list[Tie], organisations_in_all: int, ties_in_all: int
) -> Network:
    """The section of these organisations, without those that none of the ties reaches."""
    ends = {end for tie in ties for end in tie.ends}
    with_ties = tuple(iri for iri in organisations if iri in ends)
    return Network(with_ties, tuple(ties), organisations_in_all, ties_in_all)


def _strongest_first(tie: Tie) -> tuple[int, str, str]:
    start, end = tie.ends
    return -tie.weight, start.value, end.value
