"""The search over what this repository publishes: right pages come first, by the queries of searches.csv."""

from __future__ import annotations

import pytest
from flask import Flask

from tools.measures.search import FIRST, HALVES, HELD_APART, LANGUAGES, TUNED, Outcome, outcomes, read_searches, share

#: Least share of the queries of a half with a right page first, and among the first five.
FLOORS = {TUNED: (0.83, 0.95), HELD_APART: (0.85, 0.96)}


@pytest.fixture(scope="module")
def found(real_app: Flask) -> list[Outcome]:
    return outcomes(real_app.test_client(use_cookies=False), read_searches())


@pytest.mark.parametrize("half", HALVES)
def test_share_of_queries_with_a_right_page(found: list[Outcome], half: str) -> None:
    some = [one for one in found if one.search.half == half]
    first, first_five = FLOORS[half]
    assert share(some, 1) >= first
    assert share(some, FIRST) >= first_five


def test_nonsense_finds_nothing(found: list[Outcome]) -> None:
    assert [one.found for one in found if not one.search.right] == [[]] * 8


def test_halves_have_queries_of_all_languages() -> None:
    searches = read_searches()
    assert len(searches) >= 150
    assert len({(search.query, search.language) for search in searches}) == len(searches)
    for half in HALVES:
        for language in LANGUAGES:
            assert sum((search.half, search.language) == (half, language) for search in searches) >= 10


def test_right_pages_exist(real_app: Flask) -> None:
    """Each pattern of `searches.csv` names a resource that has a page."""
    listings = real_app.extensions["gcmgraph"].dataset.snapshot().listings
    kinds = {pattern.partition("/")[0] for search in read_searches() for pattern in search.right}
    pages = {iri.value.partition("/id/")[2] for kind in kinds for iri in listings.of(kind).members}
    plain = {pattern for search in read_searches() for pattern in search.right if not set(pattern) & {"*", "["}}
    assert plain - pages == set()
