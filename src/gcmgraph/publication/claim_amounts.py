"""Amounts that are stated of a resource: numbers of a unit, as far as a claim is about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gcmgraph.publication.claim_parts import UnderstoodClaim
from gcmgraph.publication.claim_paths import Chain, Chains
from gcmgraph.publication.claim_ranges import AT_LEAST, AT_MOST, EXACTLY, Range, point, rounded
from gcmgraph.publication.claim_units import PEOPLE, counts_the_same, currency_names
from gcmgraph.publication.descriptions import ResourceValues, choose
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.store.port import Store


@dataclass(frozen=True)
class Amount:
    """A stated number of a unit."""

    number: Decimal
    #: `at-least`, `at-most`, `about`, `exact`, or empty for a bare number
    bound: str
    #: whether people or objects are counted; else the amount is money
    is_count: bool
    #: whether the amount is one funder's share of a budget
    is_share: bool
    #: the statements that lead to the amount, and its own
    chain: Chain

    def range(self) -> Range:
        """The numbers that the statement leaves open."""
        return point(self.number).bounded(self.bound) if self.bound else rounded(self.number)

    def states(self, number: Decimal, bound: str) -> bool:
        """Whether the statement has this number with this bound, such as "more than 2,500"."""
        return bool(bound) and self.number == number and self.bound == bound.replace(" ", "-")

    def supports(self, claimed: Range, bound: str) -> bool:
        """Whether a number with a bound follows. A bare number is not "exactly" this number."""
        if bound in (AT_LEAST, AT_MOST):
            return self.range().is_within(claimed)
        is_equal = claimed == point(self.number)
        return is_equal and (bound != EXACTLY or self.bound == "exact")


class AmountReader:
    """Reads the amounts of one dataset version."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self._v = vocabulary

    def amounts(self, claim: UnderstoodClaim, stated: Chains) -> Iterator[Amount]:
        """The stated amounts in the unit of a claim."""
        claimed_unit = claim.claim.unit
        if "people" in claim.relation.rules:
            claimed_unit = claimed_unit or PEOPLE
        for node, chain in stated.items():
            if not isinstance(node, IRI):
                continue
            values = ResourceValues(self._store, self._v, node)
            number = values.text("schema:value")
            if number is not None and _is_in_unit(values, claimed_unit):
                yield self._amount(values, Decimal(number), chain, claim.language)

    def _amount(
        self, values: ResourceValues, number: Decimal, chain: Chain, language: str
    ) -> Amount:
        """The amount of a node with these values, to which a chain leads."""
        bound = values.iri("gcm:bound")
        shown_terms = [
            *values.values("schema:value"),
            bound,
            *values.values("schema:currency"),
            choose(_units(values), language),
        ]
        statements = [
            triple for term in shown_terms for triple in values.triples if triple.object == term
        ]
        return Amount(
            number=number,
            bound=bound.value.rpartition("/")[2] if bound else "",
            is_count=bool(values.texts("schema:unitText")),
            is_share=any(self._is_part_of_a_node(triple) for triple in chain),
            chain=(*chain, *statements),
        )

    def _is_part_of_a_node(self, statement: Triple) -> bool:
        """Whether the subject is a part of another node: a grant that is a share of a budget."""
        subject = statement.subject
        if not isinstance(subject, IRI) or "#" not in subject.value:
            return False
        wholes = self._store.triples(subject, self._v("dct:isPartOf"))
        return next(iter(wholes), None) is not None


def _units(values: ResourceValues) -> list[Literal]:
    """The currency and the unit of a node."""
    return [*values.texts("schema:currency"), *values.texts("schema:unitText")]


def _is_in_unit(values: ResourceValues, claimed_unit: str) -> bool:
    """Whether a node has a unit, or a currency with a name, that the unit of a claim means."""
    names = [unit.value for unit in _units(values)]
    names.extend(currency_names(values.text("schema:currency")))
    return any(counts_the_same(claimed_unit, name) for name in names)
