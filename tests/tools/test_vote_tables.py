"""Table of votes derived from the files of the package unvotes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tools.votes import Vote, votes_of

EVENTS = {"6140": "a-res-73-195"}
COUNTRIES = {"PH": "PHL", "RS": "SRB"}


def rows(*votes: tuple[str, str]) -> list[Mapping[str, str]]:
    """Rows of the roll call 6140, of States by code."""
    return [
        {"rcid": "6140", "country": code, "country_code": code, "vote": vote}
        for code, vote in votes
    ]


def test_votes_of_other_roll_calls_are_left_out() -> None:
    other = {"rcid": "1", "country": "Philippines", "country_code": "PH", "vote": "yes"}
    assert list(votes_of([other], EVENTS, COUNTRIES)) == []


def test_vote_under_the_code_of_yugoslavia_is_that_of_serbia() -> None:
    (vote,) = votes_of(rows(("YU", "abstain")), EVENTS, COUNTRIES)
    assert vote == Vote("a-res-73-195", "SRB", "abstained", "6140 YU", "YU")


@pytest.mark.parametrize(
    ("votes", "problem"),
    [
        ([("PH", "maybe")], "'maybe' is no vote. Votes are yes, no, abstain."),
        ([("XX", "yes")], "No row of countries.csv has the code 'XX'."),
        ([("RS", "yes"), ("YU", "no")], "The State SRB has a second vote."),
    ],
)
def test_row_that_is_no_vote_is_refused(votes: list[tuple[str, str]], problem: str) -> None:
    with pytest.raises(SystemExit, match=problem):
        list(votes_of(rows(*votes), EVENTS, COUNTRIES))
