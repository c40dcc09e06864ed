"""Who works with whom: two organisations are tied by the practices that both take part in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from gcmgraph.model.terms import IRI
from gcmgraph.publication.participation import Participation

#: A practice of more organisations ties none: it says little of who works with whom, and its pairs are too many.
MAX_ORGANISATIONS = 150


@dataclass(frozen=True)
class Tie:
    """Two organisations, the one with the lesser address first, and the practices they share."""

    one: IRI
    other: IRI
    practices: tuple[IRI, ...]

    @property
    def ends(self) -> tuple[IRI, IRI]:
        """Both organisations."""
        return self.one, self.other

    @property
    def weight(self) -> int:
        """The number of practices shared."""
        return len(self.practices)


@dataclass(frozen=True)
class Network:
    """A part of who works with whom, as it is drawn, and how much there is in all."""

    organisations: tuple[IRI, ...]
    #: strongest first
    ties: tuple[Tie, ...]
    #: organisations that could have been part of it
    organisations_in_all: int
    #: ties that could have been part of it
    ties_in_all: int


class Collaboration:
    """The ties of one dataset version."""

    def __init__(self, participation: Participation) -> None:
        #: practices that tie nobody, as they are of more than `MAX_ORGANISATIONS`
        self.too_large: list[IRI] = []
        shared: dict[tuple[IRI, IRI], list[IRI]] = {}
        for practice, organisations in participation.organisations.items():
            if len(organisations) > MAX_ORGANISATIONS:
                self.too_large.append(practice)
                continue
            for pair in combinations(organisations, 2):
                shared.setdefault(pair, []).append(practice)
        ties = (Tie(one, other, tuple(practices)) for (one, other), practices in shared.items())
        #: all ties, strongest first
        self.ties: tuple[Tie, ...] = tuple(sorted(ties, key=_strongest_first))
        by_organisation: dict[IRI, list[Tie]] = {}
        for tie in self.ties:
            for end in tie.ends:
                by_organisation.setdefault(end, []).append(tie)
        self._of: Mapping[IRI, list[Tie]] = by_organisation

    def strongest(self, organisations: int, ties: int) -> Network:
        """The organisations that share most with others, and the strongest ties between them."""
        weights: Counter[IRI] = Counter()
        for tie in self.ties:
            for end in tie.ends:
                weights[end] += tie.weight
        ranked = sorted(weights, key=lambda iri: (-weights[iri], iri.value))[:organisations]
        return self._network(ranked, (tie for tie in self.ties), ties, len(weights), len(self.ties))

    def around(self, organisation: IRI, others: int, ties: int) -> Network | None:
        """An organisation (the first), those it shares most with, and the ties among them; None where it has none."""
        own = self._of.get(organisation, [])
        if not own:
            return None
        chosen = own[:others]
        partners = [tie.other if tie.one == organisation else tie.one for tie in chosen]
        near = set(partners)
        between = (tie for partner in partners for tie in self._of[partner] if tie.one == partner and tie.other in near)
        all_ties = [*chosen, *sorted(between, key=_strongest_first)]
        return self._network([organisation, *partners], all_ties, max(ties, len(chosen)), len(own) + 1, len(all_ties))

    def _network(
        self, organisations: list[IRI], ties: Iterable[Tie], most: int, organisations_in_all: int, ties_in_all: int
    ) -> Network:
        drawn = set(organisations)
        among = [tie for tie in ties if tie.one in drawn and tie.other in drawn][:most]
        tied = {end for tie in among for end in tie.ends}
        kept = tuple(iri for iri in organisations if iri in tied)
        return Network(kept, tuple(among), organisations_in_all, ties_in_all)


def _strongest_first(tie: Tie) -> tuple[int, str, str]:
    return -tie.weight, tie.one.value, tie.other.value
