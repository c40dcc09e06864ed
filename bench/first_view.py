"""First view of named queries on a large graph, beside Virtuoso: `python -m bench.first_view [--practices 100000]`.

Ours: a page of 20 rows, requested for the first time from an idle server after its start. Virtuoso: the same query with
its parameters written out and the same limit, several times. Medians count.
"""

from __future__ import annotations

import json
import time
from statistics import median
from typing import Any

from bench.alone import measure_alone
from bench.answers import RESULTS
from bench.material import Material, say
from bench.systems.gcmgraph_server import GcmGraphServer
from bench.systems.process import NotAvailableError, System
from bench.systems.rest import come_to_rest
from bench.systems.virtuoso import Virtuoso
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository

#: A page ordered by amount and title, and a sum by organisation.
QUERIES = ("practices-by-budget", "budgets-by-organisation")
ROWS = 20
ROUNDS = 5


def timed(system: System, target: str) -> tuple[float, list[dict[str, Any]]]:
    """Time one request in milliseconds. Returns the rows of its answer, too."""
    begin = time.perf_counter()
    status, body = system.server.get(target, RESULTS)
    took = (time.perf_counter() - begin) * 1000
    if status != 200:
        raise NotAvailableError(f"{system.name} answered {status}: {body[:300]!r}")
    rows: list[dict[str, Any]] = json.loads(body)["results"]["bindings"]
    return took, rows


def told(rows: list[dict[str, Any]], variables: list[str]) -> list[list[str]]:
    """Addresses in some columns, row by row: engines write these alike."""
    return [[row[name]["value"] for name in variables if row[name]["type"] == "uri"] for row in rows]


def measure(material: Material) -> dict[str, Any]:
    """Measure both systems on one graph. Raises `NotAvailableError`, also for an error response."""
    with material.scratch() as folder:
        ours, theirs = GcmGraphServer(cached=True), Virtuoso()
        found: dict[str, Any] = {"versions": [ours.version(), theirs.version()]}
        ours.load(material.dump, material.store.parent)
        say("virtuoso: loading")
        theirs.load(material.dump, folder)
        try:
            for name in QUERIES:
                found[name] = _measured(name, ours, theirs)
                say(f"{name}: {json.dumps(found[name])}")
        finally:
            theirs.server.stop()
    return found


def _measured(name: str, ours: GcmGraphServer, theirs: Virtuoso) -> dict[str, Any]:
    """One query on both."""
    addresses = Addresses()
    query = read_queries(Repository.find(), addresses)[name]
    written = query.written_out(query.substitutions({}, addresses)) + f"LIMIT {ROWS}\n"
    virtuoso = [timed(theirs, theirs.target(written)) for _ in range(ROUNDS)]
    first, again = [], []
    for _ in range(ROUNDS):
        ours.start()
        try:
            come_to_rest(ours.server)
            target = f"/queries/{name}?page_size={ROWS}"
            first.append(timed(ours, target))
            again.append(timed(ours, target)[0])
        finally:
            ours.server.stop()
    same = told(first[0][1], list(query.variables)) == told(virtuoso[0][1], list(query.variables))
    ms = median(took for took, _ in virtuoso)
    return {
        "first_ms": [round(took, 2) for took, _ in first],
        "again_ms": [round(took, 2) for took in again],
        "virtuoso_ms": [round(took, 2) for took, _ in virtuoso],
        "same_addresses": same,
        "ratio": round(ms / median(took for took, _ in first), 2),
    }


def main() -> None:
    """Measure, write the JSON."""
    measure_alone("first view", __doc__, measure)


if __name__ == "__main__":
    main()
