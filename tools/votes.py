"""Derive `data/reference/votes.csv` from the files of the package unvotes: `python -m tools.votes FOLDER`.

FOLDER has the files of the register whose names begin with `unvotes-` (`gcmgraph fetch
'unvotes-*'`). The events are the rows of `vote-events.csv`, each with the number of its roll call
in the package. The table has the rows of the package: a State without a row has none here.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from tools.figures import ROOT, Row, read_package_file

REFERENCE = ROOT / "data/reference"

#: The votes of the package, and our words for them.
CHOICES = {"yes": "yes", "no": "no", "abstain": "abstained"}

#: Codes of the package that are not those of `countries.csv`: Serbia is under the number that the
#: Correlates of War project gave to Yugoslavia.
CODES = {"YU": "RS"}


@dataclass(frozen=True)
class Vote:
    """A row of `votes.csv`: the vote of a State in an event, and the row of the package."""

    event: str
    country: str
    choice: str
    source_row: str
    name_in_source: str


def read_reference(name: str) -> list[Row]:
    """The rows of a reference table."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def votes_of(
    rows: Iterable[Row], events: Mapping[str, str], countries: Mapping[str, str]
) -> Iterator[Vote]:
    """The votes of roll calls of the package.

    `events` are slugs by number of the roll call, `countries` alpha-3 codes by alpha-2 code. Raises
    `SystemExit` for a State that is not known, a word that is no vote, and a State with two votes.
    """
    voters: set[tuple[str, str]] = set()
    for row in rows:
        event = events.get(row["rcid"])
        if event is None:
            continue
        code = row["country_code"]
        place = f"Roll call {row['rcid']}, {row['country']}"
        country = countries.get(CODES.get(code, code))
        choice = CHOICES.get(row["vote"])
        if country is None:
            raise SystemExit(f"{place}: No row of countries.csv has the code '{code}'.")
        if choice is None:
            words = ", ".join(CHOICES)
            raise SystemExit(f"{place}: '{row['vote']}' is no vote. Votes are {words}.")
        if (event, country) in voters:
            raise SystemExit(f"{place}: The State {country} has a second vote.")
        voters.add((event, country))
        yield Vote(event, country, choice, f"{row['rcid']} {code}", row["country"])


def main(arguments: list[str]) -> None:
    """Write the table of votes."""
    if len(arguments) != 1:
        raise SystemExit("Usage: python -m tools.votes FOLDER")
    rows = read_package_file(Path(arguments[0]), "un_votes", package="unvotes")
    events = {event["roll_call"]: event["slug"] for event in read_reference("vote-events")}
    countries = {country["iso2"]: country["iso3"] for country in read_reference("countries")}
    votes = sorted(votes_of(rows, events, countries), key=lambda vote: (vote.event, vote.country))
    with (REFERENCE / "votes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(Vote))
        writer.writerows(map(astuple, votes))


if __name__ == "__main__":
    main(sys.argv[1:])
