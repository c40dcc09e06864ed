"""Resources related to a resource: similar practices, or what its practices have in common.

Practices are similar by the values that they share, which are returned with them, so that
similarity is not taken for a statement of a source. A rare value counts more: its weight is that of
its facet times its inverse document frequency (https://doi.org/10.1108/eb026526, Spärck Jones
1972).
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.publication.lists.facets import FACETS, PRACTICES_OF
from gcmgraph.publication.lists.index import KindIndex, Listings
from gcmgraph.rdf.terms import IRI

#: Limit on the similar practices, and on the values of each facet.
MAX_RELATED = 6

#: Limit on the practices compared with a practice, those with the rarest values first.
MAX_CANDIDATES = 20_000

#: Weight of a shared value, by facet.
_FACET_WEIGHTS = {facet.name: facet.weight for facet in FACETS["practice"] if facet.weight}

#: Facets whose values are shown for the practices of a resource, by its kind.
_FACETS_IN_COMMON = {
    **dict.fromkeys(("objective", "action", "sdg", "concept"), ("organisation", "country", "area")),
    "organisation": ("organisation", "country"),
    "country": ("country", "organisation"),
}


@dataclass(frozen=True)
class SharedValues:
    """The values of one facet that two practices share, by their keys, the rarest first."""

    facet: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class SimilarPractice:
    """A practice similar to another, and the values that both have, of highest weight first."""

    iri: IRI
    shared: tuple[SharedValues, ...]


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet of practices, by its key."""

    facet: str
    key: str


@dataclass(frozen=True)
class SharedFacetValue:
    """A value that practices of a resource share: their number, wholes alone, and their rows."""

    facet: str
    key: str
    iri: IRI
    practices: int
    rows: BitMap


@dataclass(frozen=True)
class Related:
    """The resources related to a resource."""

    #: practices similar to a practice, most similar first
    similar_practices: tuple[SimilarPractice, ...] = ()
    #: the facet value by which the practices of a resource are listed
    listed_by: FacetValue | None = None
    #: rows of the practices of a resource
    practices: BitMap = BitMap()  # noqa: RUF009 - never changed
    facet_values_in_common: tuple[SharedFacetValue, ...] = ()


@dataclass(frozen=True)
class _WeightedValue:
    """A value of a practice with the rows of all practices that have the value."""

    facet: str
    key: str
    rows: BitMap
    #: weight of the facet times the inverse document frequency of the value; 0 if all practices
    #: have the value
    weight: float


def related(listings: Listings, kind: str, iri: IRI) -> Related:
    """The resources related to a resource; none if no practice refers to it."""
    index = listings.of("practice")
    if kind == "practice":
        return Related(similar_practices=similar_practices(index, iri))
    for name in PRACTICES_OF.get(kind, ()):
        facet = index.facet(name)
        key = facet.key(iri.value, listings.addresses) if facet else ""
        practices = index.postings(name).get(key)
        if practices:
            value = FacetValue(name, key)
            facets = _FACETS_IN_COMMON.get(kind, ())
            in_common = facet_values_in_common(listings, practices, facets, value)
            return Related(listed_by=value, practices=practices, facet_values_in_common=in_common)
    return Related()


def similar_practices(
    index: KindIndex, iri: IRI, limit: int = MAX_RELATED
) -> tuple[SimilarPractice, ...]:
    """The practices that share most with a practice, at most `limit`; none for an unknown practice.

    Example. Three of ten practices are in Iraq, two of these have IOM as an organisation. Both
    facets weigh 1. A practice in Iraq with IOM scores log(10/3) + log(10/2) = 2.8, another in Iraq
    1.2, one elsewhere is no candidate.
    """
    rows = index.rows([iri])
    if not rows:
        return ()
    values = _weighted_values(index, rows)
    scores = _scores(values)
    (row,) = rows
    for relative in index.family(row):  # pages show its whole and its parts separately
        scores.pop(relative, None)
    scored_rows = (candidate for candidate, score in scores.items() if score > 0)
    # of practices with equal scores, the first by address
    best_rows = heapq.nsmallest(limit, scored_rows, key=lambda row: (-scores[row], row))
    best_iris = index.iris(best_rows)
    return tuple(
        SimilarPractice(similar, _shared_values(values, candidate))
        for similar, candidate in zip(best_iris, best_rows, strict=True)
    )


def _weighted_values(index: KindIndex, practice: BitMap) -> list[_WeightedValue]:
    """The values of a practice, rarest first."""
    (listed,) = index.listed(practice)
    values = []
    for name, facet_weight in _FACET_WEIGHTS.items():
        postings = index.postings(name)
        for key in listed.values.get(name, ()):
            rows = postings[key]
            weight = facet_weight * math.log(len(index) / len(rows)) if rows else 0.0
            values.append(_WeightedValue(name, key, rows, weight))
    return sorted(values, key=lambda value: (len(value.rows), value.facet, value.key))


def _scores(values: list[_WeightedValue]) -> dict[int, float]:
    """The sum of the weights of the shared values, by row of a practice with any of them."""
    scores: defaultdict[int, float] = defaultdict(float)
    for value in values:
        candidates = value.rows
        if len(scores) + len(value.rows) > MAX_CANDIDATES:
            candidates = value.rows & BitMap(scores)  # common values add no candidates
        for candidate in candidates:
            scores[candidate] += value.weight
    return scores


def _shared_values(values: list[_WeightedValue], row: int) -> tuple[SharedValues, ...]:
    """The values of a practice that the practice at a row has, too, except those that all have."""
    weights: dict[str, float] = {}
    keys: dict[str, list[str]] = {}
    for value in values:
        if row in value.rows and value.weight:
            weights[value.facet] = weights.get(value.facet, 0.0) + value.weight
            keys.setdefault(value.facet, []).append(value.key)
    facets = sorted(weights, key=lambda name: (-weights[name], name))
    return tuple(SharedValues(name, tuple(keys[name])) for name in facets)


def facet_values_in_common(
    listings: Listings, practices: BitMap, facets: tuple[str, ...], listed_by: FacetValue
) -> tuple[SharedFacetValue, ...]:
    """The values that most practices of a resource have, of each facet; `listed_by` all have."""
    index = listings.of("practice")
    values: list[SharedFacetValue] = []
    for name in facets:
        facet = index.facet(name)
        shared: list[SharedFacetValue] = []
        for key, rows in index.postings(name).items():
            shared_rows = practices & rows
            count = index.count(shared_rows)
            if count and FacetValue(name, key) != listed_by:
                iri = facet.value(key, listings.addresses) if facet else key
                shared.append(SharedFacetValue(name, key, IRI(iri), count, shared_rows))
        shared.sort(key=lambda value: (-value.practices, value.key))
        values += shared[:MAX_RELATED]
    return tuple(values)
