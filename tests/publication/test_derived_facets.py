"""States of practices on a day, and bands of their budgets."""

from __future__ import annotations

import pytest
from pyroaring import BitMap

from gcmgraph.publication.lists.facets import BUDGET, FACETS, STATE, band_of, budgets, states
from gcmgraph.text import Moment

FACET = {facet.name: facet for facet in FACETS["practice"]}


def state_of(start: str | None, end: str | None, day: str, *, event: bool = False) -> str:
    """The state of one practice."""
    starts, ends = ({Moment.parse(date): BitMap([1])} if date else {} for date in (start, end))
    day_of = Moment.parse(day)
    assert day_of is not None
    found = states(starts, ends, BitMap([1]), BitMap([1] if event else []), day_of)  # type: ignore[arg-type]
    [state] = (name for name, places in found.items() if places)
    return state


@pytest.mark.parametrize(
    ("start", "end", "day", "state"),
    [
        ("2019", None, "2026-11-27", "running"),
        ("2019", "2025", "2026-11-27", "ended"),
        ("2019", "2026", "2026-11-27", "running"),
        ("2019", "2026-11", "2026-11-27", "running"),
        ("2019", "2026-10", "2026-11-27", "ended"),
        ("2019", "2026-11-27", "2026-11-27", "running"),
        ("2019", "2026-11-26", "2026-11-27", "ended"),
        ("2026", None, "2026-11-27", "running"),
        ("2026-12", None, "2026-11-27", "planned"),
        ("2027", "2030", "2026-11-27", "planned"),
        (None, "2030", "2026-11-27", "running"),
        (None, "2001-05", "2026-11-27", "ended"),
    ],
)
def test_states_by_dates(start: str | None, end: str | None, day: str, state: str) -> None:
    assert state_of(start, end, day) == state


@pytest.mark.parametrize(
    ("start", "end", "day", "state"),
    [
        ("2019-11", None, "2019-11-30", "running"),
        ("2019-11", None, "2019-12-01", "ended"),
        ("2019-11", "2030", "2019-12-01", "running"),
        ("2019-11", None, "2019-10-31", "planned"),
    ],
)
def test_events_without_an_end(start: str, end: str | None, day: str, state: str) -> None:
    assert state_of(start, end, day, event=True) == state


def test_bands_of_budgets() -> None:
    amounts = {
        "125000000 USD": BitMap([1]),
        "75000000 USD": BitMap([1, 2]),
        "99999.99 EUR": BitMap([2]),
        "100000 EUR": BitMap([3]),
        "1000000 EUR": BitMap([4]),
        "1e30 EUR": BitMap([5]),
        "-5 EUR": BitMap([6]),
        "many EUR": BitMap([6]),
        "NaN EUR": BitMap([6]),
    }
    assert {key: list(places) for key, places in budgets(amounts, BitMap(range(1, 8))).items()} == {
        "EUR-0": [2],
        "EUR-100000": [3],
        "EUR-1000000": [4],
        "EUR-1000000000000000": [5],
        "USD-10000000": [2],
        "USD-100000000": [1],
        "unstated": [6, 7],
    }


def test_keys_of_bands() -> None:
    assert band_of("EUR-0") == ("EUR", 0, 100_000)
    assert band_of("EUR-1000000000000000") == ("EUR", 10**15, None)
    assert band_of("unstated") is None
    assert all(FACET[BUDGET].is_key(key) for key in ("EUR-0", "USD-100000", "unstated", "EUR-1000000000000000"))
    assert not any(FACET[BUDGET].is_key(key) for key in ("EUR", "EUR-5", "eur-0", "EUR-10", "EUR-1000000\n", ""))
    assert FACET[STATE].is_key("ended")
    assert not FACET[STATE].is_key("finished")
    assert not FACET["country"].is_key("AFG")
