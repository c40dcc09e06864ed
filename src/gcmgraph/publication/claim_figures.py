"""Figures of a country (a dataset of figures is a relation), and the verdict that they permit.

>>> means_number(Decimal(449000), Decimal(449236)), means_number(Decimal(400000), Decimal(449236))
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gcmgraph.model.relations import Relation
from gcmgraph.publication.claim_paths import Chain
from gcmgraph.publication.claim_ranges import AT_LEAST, AT_MOST, EXACTLY, point, rounded
from gcmgraph.publication.descriptions import ResourceValues
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.store.port import Store

#: Significant digits from which a round number of a claim may mean a figure that is not round.
_SIGNIFICANT_DIGITS = 2


@dataclass(frozen=True)
class Figure:
    """The figure of a country in a year, with the statements that make it."""

    year: str
    number: Decimal
    literal: Literal
    chain: Chain

    def supports(self, number: Decimal, bound: str) -> bool:
        """Whether a number of a claim with a bound follows from the figure."""
        if bound in (AT_LEAST, AT_MOST):
            return point(self.number).is_within(point(number).bounded(bound))
        return self.number == number if bound == EXACTLY else means_number(number, self.number)

    def excludes(self, number: Decimal, bound: str) -> bool:
        """Whether a number of a claim cannot be the figure, also not rounded."""
        claimed = point(number) if bound == EXACTLY else rounded(number).bounded(bound)
        return point(self.number).excludes(claimed)


class FigureReader:
    """Reads the figures of one dataset version."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self._v = vocabulary

    def figures(self, country: IRI, relation: Relation) -> list[Figure]:
        """The figures of a country in a dataset, the last year first: of both sexes, from anywhere."""
        figures = sorted(self._figures(country, relation), key=lambda figure: figure.year)
        return figures[::-1]

    def _figures(self, country: IRI, relation: Relation) -> Iterator[Figure]:
        prefix = f"{self._v(relation.curie).value}/"
        women = self._v("sdmx-code:sex-F")
        for place in self._store.triples(None, self._v("sdmx-dimension:refArea"), country):
            observation = place.subject
            if not isinstance(observation, IRI) or not observation.value.startswith(prefix):
                continue
            values = ResourceValues(self._store, self._v, observation)
            year = values.text("sdmx-dimension:refPeriod")
            numbers = values.texts("sdmx-measure:obsValue")
            is_of_some = women in values.iris("sdmx-dimension:sex")
            if year and numbers and not is_of_some and not values.iris("gcm:areaOfOrigin"):
                years = self._store.triples(observation, self._v("sdmx-dimension:refPeriod"))
                stated = self._store.triples(observation, self._v("sdmx-measure:obsValue"))
                number = numbers[0]
                yield Figure(year, Decimal(number.value), number, (place, *years, *stated))


def means_number(claimed: Decimal, stated: Decimal) -> bool:
    """Whether a number of a claim is a figure, or the figure rounded to two digits or more."""
    digits = str(int(claimed)).rstrip("0")
    is_rounded = len(digits) >= _SIGNIFICANT_DIGITS
    nearby = rounded(claimed)
    return claimed == stated or (is_rounded and nearby.low <= stated < nearby.high)
