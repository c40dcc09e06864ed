"""Related resources: practices that share values with a practice, and values that practices of a resource share.

The shared values are returned along, so that similarity is not taken for a statement of a source. A rare value counts
more: its weight is that of its facet times its inverse document frequency (https://doi.org/10.1108/eb026526, Spärck
Jones 1972).
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

#: Weight of a shared value, by facet. Facets that repeat another (lead, goal) are left out.
_WEIGHTS = {
    "action": 3.0,
    "organisation": 3.0,
    "country": 2.5,
    "area": 2.0,
    "stated-target": 1.0,
    "audience": 0.75,
    "type": 0.5,
    "objective": 0.5,
}

#: Limit on the related practices, and on the values of each facet.
MOST = 6

#: Limit on the practices compared with one, those with the rarest values first.
MAX_CANDIDATES = 20_000

#: Facets whose values are shown for a kind.
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
    """A related practice, and the shared values: facet and keys, highest weight first."""

    iri: IRI
    shared: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Along:
    """A value that practices of a resource share, and their number."""

    facet: str
    key: str
    iri: IRI
    practices: int


@dataclass(frozen=True)
class Related:
    """The resources related to one."""

    #: practices similar to a practice, most similar first
    alike: tuple[RelatedPractice, ...] = ()
    #: facet and key by which the practices of a resource are listed
    facet: tuple[str, str] | None = None
    #: places of the practices of a resource
    practices: BitMap = BitMap()  # noqa: RUF009 - never changed
    along: tuple[Along, ...] = ()


def related(listings: Listings, kind: str, iri: IRI) -> Related:
    """The resources related to one; none if no practice refers to it."""
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
    """The practices that share most with one, at most `most`; none for an unknown practice."""
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
        # above the limit, common values add no candidates
        for other in seen if len(scores) + having <= MAX_CANDIDATES else seen & BitMap(scores):
            scores[other] += weight
    for kin in index.family(place):  # pages show its whole and its parts separately
        scores.pop(kin, None)
    best = _best(index, {other: score for other, score in scores.items() if score > 0}, most)
    iris = index.iris(best)
    return tuple(RelatedPractice(iris[other], _shared(index, other, values, total)) for other in best)


def _best(index: KindIndex, scores: Mapping[int, float], most: int) -> list[int]:
    """The places with the highest scores; of equal ones, the first by address."""
    least = min(heapq.nlargest(most, scores.values()), default=0.0)
    above = BitMap(place for place, score in scores.items() if score > least)
    equal = BitMap(place for place, score in scores.items() if score == least)
    best = [*index.by_address(above), *index.by_address(equal, most - len(above))]
    return sorted(best, key=lambda place: -scores[place])


def _shared(
    index: KindIndex, other: int, values: list[tuple[int, str, str]], total: int
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    weights: dict[str, float] = {}
    keys: dict[str, list[str]] = {}
    for having, name, key in sorted(values):
        if other in index.postings(name)[key] and having < total:
            weights[name] = weights.get(name, 0.0) + _WEIGHTS[name] * math.log(total / having)
            keys.setdefault(name, []).append(key)
    return tuple((name, tuple(keys[name])) for name in sorted(weights, key=lambda name: (-weights[name], name)))


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
