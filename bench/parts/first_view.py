"""First view of named queries, beside Virtuoso (`bench.first_view`)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench import first_view
from bench.goals import VIRTUOSO
from bench.material import Material, say
from bench.summary import Figure
from bench.systems.process import NotAvailableError
from bench.systems.virtuoso import Virtuoso


def measure(material: Material, _: argparse.Namespace) -> dict[str, Any]:
    """Measure both in milliseconds; empty where Virtuoso is not installed."""
    try:
        Virtuoso().version()
    except NotAvailableError as error:
        return {"first_view": {"missing": {VIRTUOSO: str(error)}}}
    say("first views")
    told = first_view.measure(material)
    return {"versions": told.pop("versions"), "first_view": told}


def figures(record: dict[str, Any]) -> Iterator[Figure]:
    """Medians, query by query."""
    told = record["first_view"]
    for query in first_view.QUERIES:
        work = f"first view, {query}"
        if query not in told:
            yield Figure(work, "ms", None, VIRTUOSO, missing=f"{VIRTUOSO}: {told['missing'][VIRTUOSO]}")
            continue
        of = told[query]
        fault = "" if of["same_addresses"] else "its rows are not those of virtuoso"
        yield Figure(work, "ms", median(of["first_ms"]), VIRTUOSO, median(of["virtuoso_ms"]), fault=fault)
