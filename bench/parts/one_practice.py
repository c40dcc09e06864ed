"""One new practice beside the published graph, and by pyshacl with it as focus node (`bench.validation`)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from bench.goals import FOCUS
from bench.material import Material, say
from bench.summary import Figure
from bench.validation import of_one


def measure(material: Material, _: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds of both."""
    say("validating one practice")
    return {"one_practice": of_one(material)}


def figures(record: dict[str, Any]) -> Iterator[Figure]:
    """CPU time."""
    told = record["one_practice"]
    fault = "" if told["same_results"] else "its results are not those of pyshacl"
    ours, theirs = told["ours"]["p50_cpu_ms"], told["pyshacl"]["cpu_ms"]
    yield Figure("one-practice validation, CPU", "ms", ours, FOCUS, theirs, fault=fault)
