"""The queries of votes on the Compact, compared with the tables of votes and members."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from collected import read_rows
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import StoreFolder

ADDRESSES = Addresses()
REFERENCE = Path(__file__).parents[2] / "data" / "reference"

Library = dict[str, NamedQuery]


@pytest.fixture(scope="module")
def real(built_store: Path) -> Store:
    return StoreFolder(built_store).open_current()


def answer(store: Store, query: NamedQuery, **given: str) -> list[dict[str, str]]:
    substitutions = query.substitutions(given, ADDRESSES)
    rows = store.select(query.text, substitutions=substitutions).rows
    return [{name: term.value for name, term in row.items()} for row in rows]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def votes() -> dict[str, str]:
    """The vote of each member on the Compact, by ISO code."""
    recorded = {
        row["country"]: row["choice"]
        for row in read_rows(REFERENCE / "votes.csv")
        if row["event"] == "a-res-73-195"
    }
    members = [row["country"] for row in read_rows(REFERENCE / "un-members.csv")]
    return {member: recorded.get(member, "no-vote-recorded") for member in members}


def choice(row: dict[str, str]) -> str:
    return row["vote"].rpartition("/")[2]


def test_each_member_has_its_vote(real: Store, queries: Library, votes: dict[str, str]) -> None:
    rows = answer(real, queries["votes-on-compact"])
    assert {row["iso3"]: choice(row) for row in rows} == votes
    assert len(rows) == 193


def test_votes_of_regions_add_up(real: Store, queries: Library, votes: dict[str, str]) -> None:
    totals: Counter[str] = Counter()
    for row in answer(real, queries["votes-by-region"]):
        totals[choice(row)] += int(row["countries"])
    assert totals == Counter(votes.values())
    assert totals == {"yes": 152, "abstained": 12, "no": 5, "no-vote-recorded": 24}


@pytest.mark.parametrize("vote", ["yes", "no", "abstained", "no-vote-recorded"])
def test_states_without_practice_are_those_that_no_practice_names(
    real: Store, queries: Library, votes: dict[str, str], vote: str
) -> None:
    involved = real.select(
        "PREFIX gcm: <https://w3id.org/gcmgraph/ontology#> SELECT DISTINCT ?iso3"
        " { ?practice a gcm:Practice ; gcm:involvesCountry/gcm:iso3 ?iso3 }"
    ).rows
    named = {row["iso3"].value for row in involved}  # type: ignore[union-attr]
    rows = answer(real, queries["votes-without-practice"], vote=f"vote-choice/{vote}")
    expected = {country for country, its_vote in votes.items() if its_vote == vote} - named
    assert {row["iso3"] for row in rows} == expected


def test_practices_and_treaties_are_of_states_with_the_vote(
    real: Store, queries: Library, votes: dict[str, str]
) -> None:
    practices = answer(real, queries["votes-and-practices"])
    treaties = answer(real, queries["votes-and-treaties"])
    assert {votes[row["iso3"]] for row in practices} == {"no"}
    assert {votes[row["iso3"]] for row in treaties} == {"abstained"}
    bound = {
        (row["country"], row["binding_date"])
        for row in read_rows(REFERENCE / "participation-untoc.csv")
        if row["binding_date"] and votes.get(row["country"]) == "abstained"
    }
    of_untoc = [row for row in treaties if row["instrument"].endswith("/untoc")]
    assert {(row["iso3"], row["bound"]) for row in of_untoc} == bound


def test_countries_below_the_minimum_of_inhabitants_are_left_out(
    real: Store, queries: Library
) -> None:
    query = queries["emigration-rates-without-practice"]
    large = answer(real, query)
    all_rows = answer(real, query, minimum="0")
    assert {row["iso3"] for row in large} < {row["iso3"] for row in all_rows}
    assert min(int(row["inhabitants"]) for row in large) >= 1_000_000
    rates = [float(row["emigrantsPer1000"]) for row in large]
    assert rates == sorted(rates, reverse=True)
