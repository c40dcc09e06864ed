"""Names of countries reconciled: speed and share of right matches (`bench.reconciliation`). There is no peer."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from bench.growth_steps import apart
from bench.material import Material, say
from bench.reconciliation import BATCH, run
from bench.summary import Figure

#: Names in the large index.
MANY = 100_000


def measure(material: Material, _: argparse.Namespace) -> dict[str, Any]:
    """All figures, over the graph of this repository's files."""
    say("reconciling names of countries")
    return {"reconciliation": apart(run, material.repository, MANY)}


def figures(record: dict[str, Any]) -> Iterator[Figure]:
    """Names a second; of all names, how many have the right country first; of matches, how many are right."""
    told = record["reconciliation"]
    yield Figure("names reconciled, one process", "/s", BATCH / told["batch"]["wall_s"])
    sets = told["sets"].values()
    names = sum(of["names"] for of in sets)
    yield Figure("right country first", "%", 100 * sum(of["names"] * of["first_recall"] for of in sets) / names)
    precise = all(of["match_precision"] in {None, 1.0} for of in sets)
    wrong = told["of_no_country"]["matched"]
    fault = "" if precise and not wrong else "a name was matched with a country that it does not name"
    least = min(of["match_precision"] for of in sets if of["match_precision"] is not None)
    yield Figure("matched rightly, of what is matched", "%", 100 * least, fault=fault)
