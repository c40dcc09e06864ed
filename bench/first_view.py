"""The first view of named queries on a large graph, beside Virtuoso: `python -m bench.first_view [--practices 100000]`.

Ours is asked for a page of 20 rows right after its start, when nothing is cached; Virtuoso is asked for the same query
with its parameters written out and the same limit, several times, and the median counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.answers import RESULTS
from bench.published import publish_dump, write_dump
from bench.report import machine, now
from bench.systems.gcmgraph_server import GcmGraphServer
from bench.systems.process import NotAvailableError, System
from bench.systems.virtuoso import Virtuoso
from gcmgraph import __version__
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository

#: A page ordered by amount and title, and a sum by organisation.
QUERIES = ("practices-by-budget", "budgets-by-organisation")
ROWS = 20
ROUNDS = 5


def timed(system: System, target: str) -> tuple[float, list[dict[str, Any]]]:
    """Milliseconds of one request, and the rows of its answer."""
    begin = time.perf_counter()
    status, body = system.server.get(target, RESULTS)
    took = (time.perf_counter() - begin) * 1000
    if status != 200:
        raise SystemExit(f"{system.name} answered {status}: {body[:300]!r}")
    rows: list[dict[str, Any]] = json.loads(body)["results"]["bindings"]
    return took, rows


def told(rows: list[dict[str, Any]], variables: list[str]) -> list[list[str]]:
    """The addresses in some columns, row by row: what engines write alike."""
    return [[row[name]["value"] for name in variables if row[name]["type"] == "uri"] for row in rows]


def measure(practices: int, folder: Path) -> dict[str, Any]:
    """Both systems on one graph."""
    dump = folder / "synthetic.nq"
    quads = write_dump(practices, dump)
    ours, theirs = GcmGraphServer(cached=True), Virtuoso()
    publish_dump(dump, folder / "store")
    ours.load(dump, folder)
    (folder / "virtuoso").mkdir()
    theirs.load(dump, folder / "virtuoso")
    library, addresses = read_queries(Repository.find(), Addresses()), Addresses()
    found: dict[str, Any] = {"practices": practices, "quads": quads}
    try:
        for name in QUERIES:
            query = library[name]
            written = query.written_out(query.substitutions({}, addresses)) + f"LIMIT {ROWS}\n"
            virtuoso = [timed(theirs, theirs.target(written)) for _ in range(ROUNDS)]
            first, again = [], []
            for _ in range(ROUNDS):
                ours.start()
                try:
                    target = f"/queries/{name}?page_size={ROWS}"
                    first.append(timed(ours, target))
                    again.append(timed(ours, target)[0])
                finally:
                    ours.server.stop()
            same = told(first[0][1], list(query.variables)) == told(virtuoso[0][1], list(query.variables))
            ms = median(took for took, _ in virtuoso)
            found[name] = {
                "first_ms": [round(took, 2) for took, _ in first],
                "again_ms": [round(took, 2) for took in again],
                "virtuoso_ms": [round(took, 2) for took, _ in virtuoso],
                "same_addresses": same,
                "ratio": round(ms / median(took for took, _ in first), 2),
            }
            sys.stdout.write(f"{name}: {json.dumps(found[name])}\n")
    finally:
        theirs.server.stop()
    return found


def main() -> None:
    """Measure, print, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON")
    options = parser.parse_args()
    run: dict[str, Any] = {"measured": "first view", "date": now(), "machine": machine()}
    try:
        run["versions"] = [f"gcmgraph {__version__}", Virtuoso().version()]
        with tempfile.TemporaryDirectory(prefix="gcmgraph-first-view-") as name:
            run |= measure(options.practices, Path(name))
    except NotAvailableError as error:
        sys.exit(str(error))
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / f"{run['date'][:19].replace(':', '')}-first-view.json"
    kept.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(f"kept in {kept}\n")


if __name__ == "__main__":
    main()
