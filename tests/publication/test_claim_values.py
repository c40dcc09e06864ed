"""Units and ranges of numbers in claims."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gcmgraph.publication.claim_ranges import Range, number_in, numbers_named, point, rounded
from gcmgraph.publication.claim_units import counts_the_same, currency_names


@pytest.mark.parametrize(
    ("claimed", "stated"),
    [
        ("", "support hubs for children and families"),
        ("hubs", "support hubs for children and families"),
        ("centres d’aide", "centres d’aide aux enfants et aux familles"),
        ("Migrants", "Venezuelan migrants able to stay in Colombia"),
        ("migrants registered", "migrants with irregular status registered"),
        ("undocumented workers", "undocumented workers, their families besides"),
        ("cities and regions", "cities and regions present at the meeting"),
        ("managers, coordinators and staff", "managers, coordinators and staff trained"),
        ("children", "out-of-school children brought back into education"),
        ("pour cent", "pour cent de coût des envois, contre 10"),
        ("personnes", "migrants vénézuéliens pouvant rester en Colombie"),
        ("people", "undocumented workers, their families besides"),
        ("eur", "EUR"),
    ],
)
def test_unit_that_leaves_words_out_counts_the_same(claimed: str, stated: str) -> None:
    assert counts_the_same(claimed, stated)


@pytest.mark.parametrize(
    ("claimed", "stated"),
    [
        ("children", "support hubs for children and families"),
        ("enfants", "centres d’aide aux enfants et aux familles"),
        ("cities", "cities and regions present at the meeting"),
        ("ciudades", "ciudades y regiones presentes en la reunión"),
        ("regions", "cities and regions present at the meeting"),
        ("managers", "managers, coordinators and staff trained"),
        ("staff", "refugee centres whose staff were trained"),
        ("migrants deported", "migrants with irregular status registered"),
        ("people", "support hubs for children and families"),
        ("people", "families targeted in the first phase"),
        ("EUR", "USD"),
    ],
)
def test_unit_of_something_else_does_not_count_the_same(claimed: str, stated: str) -> None:
    assert not counts_the_same(claimed, stated)


def test_currency_has_names_in_singular_and_plural() -> None:
    assert {"euro", "euros", "欧元"} <= {*currency_names("EUR")}
    assert list(currency_names(None)) == []


@pytest.mark.parametrize(
    ("number", "low", "high"),
    [
        ("27", "27", "27"),
        ("350", "350", "350"),
        ("100", "50", "150"),
        ("442000", "441500", "442500"),
        ("0", "0", "0"),
    ],
)
def test_multiples_of_a_hundred_may_be_rounded(number: str, low: str, high: str) -> None:
    assert rounded(Decimal(number)) == Range(Decimal(low), Decimal(high))


def test_bounds_of_a_number() -> None:
    about_500 = point(Decimal(500)).bounded("about")
    assert about_500.is_within(point(Decimal(250)).bounded("at least"))
    assert about_500.excludes(point(Decimal(1001)))
    assert not about_500.excludes(point(Decimal(1000)))
    assert point(Decimal(500)).bounded("at-most").excludes(point(Decimal(501)))


def test_numbers_of_a_text() -> None:
    assert number_in("12,000,000") == Decimal(12_000_000)
    assert number_in("12 000") == Decimal(12_000)
    assert number_in("a lot") is None
    assert numbers_named("63,000 migrants in 2017-2021 (2.5)") == {
        Decimal(63_000), Decimal(2017), Decimal(2021), Decimal("2.5"),
    }  # fmt: skip
