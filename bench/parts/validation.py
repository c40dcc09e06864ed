"""Full validation beside pyshacl, from the same dump (`bench.validation`)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from bench.goals import PYSHACL
from bench.material import Material, say
from bench.summary import Figure
from bench.validation import in_full


def measure(material: Material, _: argparse.Namespace) -> dict[str, Any]:
    """Seconds and memory of both."""
    say("validating in full")
    return {"validation": in_full(material, reference=True)}


def figures(record: dict[str, Any]) -> Iterator[Figure]:
    """CPU seconds beside pyshacl's, and peak memory: of ours alone, which has a bound, and beside pyshacl's."""
    told = record["validation"]
    ours, theirs = told["ours"], told["pyshacl"]
    fault = "" if told["same_results"] else "its results are not those of pyshacl"
    yield Figure("full validation, CPU", "s", ours["cpu_s"], PYSHACL, theirs["cpu_s"], fault=fault)
    yield Figure("full validation, peak memory", "MB", ours["peak_bytes"] / 1e6, fault=fault)
    yield Figure(
        "full validation, peak memory", "MB", ours["peak_bytes"] / 1e6, PYSHACL, theirs["peak_bytes"] / 1e6, fault=fault
    )
