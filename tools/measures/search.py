"""Measure the search: the share of queries with a right page first, and among the first five.

    python -m tools.measures.search [--store var/store] [--misses]

`searches.csv` has the queries: language, intent, text, and the right pages as `kind/identifier` or
a pattern of them, judged from the graph before any search ran. Half of them are held apart: no rule
and no weight was chosen by them, and `--misses` never lists them. A query of the intent `nonsense`
must find nothing.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from flask.testing import FlaskClient

from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app

FILE = Path(__file__).parents[2] / "tests" / "web" / "searches.csv"
HALVES = TUNED, HELD_APART = "tuned", "held"
LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")

#: Results in which a right page counts as found.
FIRST = 5


@dataclass(frozen=True)
class Search:
    """A query, and the patterns of the pages that answer it; none for nonsense."""

    half: str
    language: str
    intent: str
    query: str
    right: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """The first pages found for a query, and the seconds that it took."""

    search: Search
    found: list[str]
    seconds: float

    def right_within(self, count: int) -> bool:
        """Whether a right page is among the first pages; for nonsense, whether nothing was found."""
        if not self.search.right:
            return not self.found
        return any(
            fnmatchcase(page, right) for page in self.found[:count] for right in self.search.right
        )


def read_searches() -> list[Search]:
    """All queries of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Search(**row | {"right": tuple(row["right"].split())}) for row in csv.DictReader(file)
        ]


def outcomes(client: FlaskClient, searches: Iterable[Search]) -> list[Outcome]:
    """Ask for each query, in the interface of its language."""
    return [_outcome(client, search) for search in searches]


def _outcome(client: FlaskClient, search: Search) -> Outcome:
    begin = time.perf_counter()
    parameters = {"q": search.query, "lang": search.language, "format": "json", "limit": str(FIRST)}
    found = _pages(client, parameters)
    return Outcome(search, found[:FIRST], time.perf_counter() - begin)


def _pages(client: FlaskClient, parameters: dict[str, str]) -> list[str]:
    response = client.get("/search", query_string=parameters)
    assert response.status_code == 200, response.text
    return [result["iri"].partition("/id/")[2] for result in response.get_json()["results"]]


def share(outcomes: Iterable[Outcome], count: int) -> float:
    """The share of the queries, nonsense left out, that have a right page among the first `count`."""
    known = [outcome.right_within(count) for outcome in outcomes if outcome.search.right]
    return statistics.fmean(known)


def table(found: list[Outcome]) -> str:
    """Shares by language, of both halves, as a Markdown table."""
    lines = [
        "| queries | number | first | first five | held apart: number | first | first five |",
        "|---" * 7 + "|",
    ]
    for language in (*LANGUAGES, "all"):
        cells = [language]
        for half in HALVES:
            some = [
                one
                for one in found
                if one.search.half == half
                and language in {one.search.language, "all"}
                and one.search.right
            ]
            cells += [str(len(some)), f"{share(some, 1):.2f}", f"{share(some, FIRST):.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", default="var/store")
    parser.add_argument(
        "--misses",
        action="store_true",
        help="list what was found for the others, of the tuned half",
    )
    options = parser.parse_args()
    app = create_app(Settings(store=options.store))
    try:
        client = app.test_client(use_cookies=False)
        outcomes(client, read_searches()[:5])  # open the index
        found = outcomes(client, read_searches())
    finally:
        app.extensions["gcmgraph"].workers.close()
    sys.stdout.write(f"{table(found)}\n")
    sys.stdout.write(f"nonsense: {[one.found for one in found if not one.search.right]}\n")
    milliseconds = sorted(1000 * one.seconds for one in found)
    sys.stdout.write(
        f"median {statistics.median(milliseconds):.1f} ms, worst {milliseconds[-1]:.1f} ms\n"
    )
    for one in found:
        if options.misses and one.search.half == TUNED and not one.right_within(1):
            sys.stdout.write(
                f"{one.right_within(FIRST):d} {one.search.language} {one.search.query}: {one.found}\n"
            )


if __name__ == "__main__":
    main()
