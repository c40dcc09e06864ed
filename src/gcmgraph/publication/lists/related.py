"""What else may interest who looks at a thing: practices that share something with it, and what goes along with it.

What is shared is said, so that nobody takes likeness for a statement of a source. The rarer a shared value is, the
more it tells: its weight is that of its facet times the information in it (the logarithm of how few things have it;
https://doi.org/10.1108/eb026526, Spärck Jones 1972).
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.publication.lists.facets import PRACTICES_OF
from gcmgraph.publication.lists.index import KindIndex, Listings

#: How much sharing a value tells, by facet. Facets that repeat another (lead, goal) are left out.
_WEIGHTS = {
    "action": 3.0,
    "organisation": 3.0,
    "country": 2.5,
    "area": 2.0,
    "target": 1.0,
    "audience": 0.75,
    "type": 0.5,
    "objective": 0.5,
}

#: Practices that are told of, and things that go along with a thing in each facet.
MOST = 6

#: Practices that are looked at for one: those with the rarest values first.
MAX_CANDIDATES = 20_000

#: In which facets things go along with a thing of a kind.
_ALONG = {
    "organisation": ("organisation", "country"),
    "country": ("country", "organisation"),
    "objective": ("organisation", "country", "area"),
    "action": ("organisation", "country", "area"),
    "sdg": ("organisation", "country", "area"),
    "concept": ("organisation", "country", "area"),
}


@dataclass(frozen=True)
class RelatedPractice:
    """A practice, and what it shares with the one looked at: facet and keys of the values, what tells most first."""

    iri: IRI
    shared: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Along:
    """A thing that practices have along with the one looked at, and how many do."""

    facet: str
    key: str
    iri: IRI
    practices: int


@dataclass(frozen=True)
class Related:
    """What goes with a thing."""

    #: practices like a practice, most like it first
    alike: tuple[RelatedPractice, ...] = ()
    #: facet and key by which the practices of a thing are listed
    facet: tuple[str, str] | None = None
    #: the practices of a thing
    practices: BitMap = BitMap()  # noqa: RUF009 - never changed
    along: tuple[Along, ...] = ()


def related(listings: Listings, kind: str, iri: IRI) -> Related:
    """What goes with a thing; nothing where no practice has to do with it."""
    index = listings.of("practice")
    if kind == "practice":
        return Related(alike=alike(index, iri))
    for name in PRACTICES_OF.get(kind, ()):
        facet = index.facet(name)
        key = facet.key(iri.value, listings.addresses) if facet else ""
        if practices := index.postings(name).get(key):
            along = _along(listings, index, practices, _ALONG.get(kind, ()), (name, key))
            return Related(facet=(name, key), practices=practices, along=along)
    return Related()


def alike(index: KindIndex, iri: IRI, most: int = MOST) -> tuple[RelatedPractice, ...]:
    """The practices that share most with one, at most `most`; none for what is no practice."""
    found = index.places([iri])
    if not found:
        return ()
    (place,) = found
    (own,) = index.listed(found)
    values = [(len(index.postings(name)[key]), name, key) for name in _WEIGHTS for key in own.values.get(name, ())]
    total = len(index)
    scores: defaultdict[int, float] = defaultdict(float)
    for having, name, key in sorted(values):
        weight = _WEIGHTS[name] * math.log(total / having) if having else 0.0
        seen = index.postings(name)[key]
        # where there are too many candidates, common values no longer bring new ones
        for other in seen if len(scores) + having <= MAX_CANDIDATES else seen & BitMap(scores):
            scores[other] += weight
    for kin in index.family(place):  # its whole and its parts are named as such
        scores.pop(kin, None)
    best = _best(index, {other: score for other, score in scores.items() if score > 0}, most)
    iris = index.iris(best)
    return tuple(RelatedPractice(iris[other], _shared(index, other, values, total)) for other in best)


def _best(index: KindIndex, scores: Mapping[int, float], most: int) -> list[int]:
    """The places with the highest scores; of those alike, the first by address."""
    least = min(heapq.nlargest(most, scores.values()), default=0.0)
    above = BitMap(place for place, score in scores.items() if score > least)
    equal = BitMap(place for place, score in scores.items() if score == least)
    best = [*index.by_address(above), *index.by_address(equal, most - len(above))]
    return sorted(best, key=lambda place: -scores[place])


def _shared(
    index: KindIndex, other: int, values: list[tuple[int, str, str]], total: int
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    told: dict[str, float] = {}
    keys: dict[str, list[str]] = {}
    for having, name, key in sorted(values):
        if other in index.postings(name)[key] and having < total:
            told[name] = told.get(name, 0.0) + _WEIGHTS[name] * math.log(total / having)
            keys.setdefault(name, []).append(key)
    return tuple((name, tuple(keys[name])) for name in sorted(told, key=lambda name: (-told[name], name)))


def _along(
    listings: Listings, index: KindIndex, practices: BitMap, facets: tuple[str, ...], own: tuple[str, str]
) -> tuple[Along, ...]:
    found: list[Along] = []
    for name in facets:
        facet = index.facet(name)
        counts = (
            (index.count(practices & having), key) for key, having in index.postings(name).items() if (name, key) != own
        )
        best = sorted(((count, key) for count, key in counts if count), key=lambda pair: (-pair[0], pair[1]))[:MOST]
        for count, key in best:
            value = facet.value(key, listings.addresses) if facet else key
            found.append(Along(name, key, IRI(value), count))
    return tuple(found)
