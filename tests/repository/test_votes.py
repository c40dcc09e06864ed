"""Votes of States: the roll calls, what follows for members without a row, and tables that are refused."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from collected import UN, needs_un, read_rows
from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.repository.tables import read_table
from vote_graph import REFERENCE, vote_quads

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
CHOICES = {
    "yes": "yes",
    "no": "no",
    "abstain": "abstained",
    "not-voting": "no-vote-recorded",
}


def values(curie: str) -> dict[str, list[str]]:
    """The last parts of the values of a property, by the last part of the subject."""
    found: dict[str, list[str]] = {}
    for quad in vote_quads():
        if quad.predicate == V(curie) and isinstance(quad.object, IRI):
            subject = quad.subject.value.rpartition("/")[2]
            found.setdefault(subject, []).append(quad.object.value.rpartition("/")[2])
    return found


@pytest.mark.parametrize(
    ("event", "totals"),
    [
        ("a-res-73-195", {"yes": 152, "no": 5, "abstained": 12, "no-vote-recorded": 24}),
        ("a-res-73-241", {"yes": 182, "no": 3, "abstained": 2, "no-vote-recorded": 6}),
    ],
)
def test_each_member_has_one_vote_in_each_roll_call(event: str, totals: dict[str, int]) -> None:
    choices = values("gcm:choice")
    votes = {vote: choice for vote, choice in choices.items() if vote.startswith(f"{event}#")}
    members = {row["country"] for row in read_rows(REFERENCE / "un-members.csv")}
    assert {vote.partition("#")[2] for vote in votes} == members
    assert all(len(choice) == 1 for choice in votes.values())
    assert Counter(choice for (choice,) in votes.values()) == totals


def test_votes_without_a_row_name_the_lists_from_which_they_are_derived() -> None:
    stated = {f"{row['event']}#{row['country']}" for row in read_rows(REFERENCE / "votes.csv")}
    derived = values("prov:wasDerivedFrom")
    assert set(values("gcm:choice")) - set(derived) == stated
    assert {tuple(sorted(lists)) for lists in derived.values()} == {("un-members", "votes")}


def test_vote_on_the_compact_is_that_of_the_resolution_by_which_it_was_adopted() -> None:
    on_compact = values("gcm:voteOnCompact")
    in_event = {
        vote.partition("#")[2]: choice
        for vote, choice in values("gcm:choice").items()
        if vote.startswith("a-res-73-195#")
    }
    assert on_compact == in_event
    assert [code for code, choice in sorted(on_compact.items()) if choice == ["no"]] == [
        "CZE",
        "HUN",
        "ISR",
        "POL",
        "USA",
    ]
    assert sorted(values("gcm:abstainedOn")["ITA"]) == ["a-res-73-241", "gcm"]


@needs_un
@pytest.mark.parametrize("event", ["a-res-73-195", "a-res-73-241"])
def test_votes_equal_the_collected_ones(event: str) -> None:
    choices = values("gcm:choice")
    names = {
        (row["event"], row["country"]): row["name_in_source"]
        for row in read_rows(REFERENCE / "votes.csv")
    }
    for row in read_rows(UN / "votes" / f"{event}.csv"):
        assert choices[f"{event}#{row['iso3']}"] == [CHOICES[row["vote"]]], row
        assert names.get((event, row["iso3"]), "") == row["country"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a-res-73-195,PHL,no,6140 PH,Philippines", "The key a-res-73-195, PHL occurs here"),
        (
            "a-res-73-195,AFG,maybe,6140 AF,Afghanistan",
            "'maybe' is not of the form yes|no|abstained",
        ),
        ("a-res-73-195,VAT,yes,6140 VA,Holy See", "no row of un-members.csv has country 'VAT'"),
        ("a-res-1-1,AFG,yes,1 AF,Afghanistan", "no row of vote-events.csv has slug 'a-res-1-1'"),
    ],
)
def test_row_that_is_no_vote_of_a_member_is_refused(tmp_path: Path, row: str, problem: str) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE, folder)
    table = folder / "votes.csv"
    table.write_text(f"{table.read_text('utf-8')}{row}\n", "utf-8")
    with pytest.raises(DataError, match=":358: ") as refused:
        read_table(table, ADDRESSES)
    assert problem in str(refused.value)
