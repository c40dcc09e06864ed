"""One practice of the real dataset as Turtle and as a page (`bench.pages`)."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import Any

from bench import pages
from bench.goals import TRIFID
from bench.material import Material, say
from bench.summary import Figure
from bench.systems import trifid

#: Seconds of one measurement at most, and how often it is made.
SECONDS, ROUNDS = 2.0, 3


def measure(material: Material, options: argparse.Namespace) -> dict[str, Any]:
    """Requests a second, over a build of this repository's files; the table is printed."""
    load_average = os.getloadavg()[0]
    say("building the real dataset, one practice as Turtle and as a page")
    with material.scratch() as folder:
        told = pages.measure(folder, min(SECONDS, options.seconds), ROUNDS)
    print(pages.text(told, load_average), end="\n\n")
    versions = [] if pages.TRIFID in told["missing"] else [f"trifid {trifid.VERSION}"]
    return {"documents": told, "versions": versions}


def figures(record: dict[str, Any]) -> Iterator[Figure]:
    """Ours as it is, which has a goal, and with its result cache off."""
    told = record["documents"]
    for form, rates in told["requests_per_second"].items():
        wrong = told["wrong"][form]
        fault = wrong.get(pages.TRIFID, "")
        gone = told["missing"].get(pages.TRIFID, "")
        missing = f"{TRIFID}: {gone}" if gone else f"{TRIFID} is wrong: {fault}" if fault else ""
        for name, work in ((pages.OURS, ""), (pages.UNCACHED, ", result cache off")):
            yield Figure(
                f"one practice as {form}{work}", "/s", rates.get(name), TRIFID, rates.get(pages.TRIFID),
                missing, wrong[name],
            )  # fmt: skip
