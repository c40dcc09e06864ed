"""Measure all parts: `make bench`, or `python -m bench --only load validation` (see `bench/README.md`).

The run is written as JSON after each part, and shown as tables at the end.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from bench import against, contributions, decisions, load, pages, sparql, validation
from bench.client import LoadFailedError
from bench.material import Material, say
from bench.report import RESULTS, Figure, machine, now, publish, tables, write
from bench.systems import PEERS, NotAvailableError

Part = Callable[[Material, argparse.Namespace], Iterator[Figure]]

PARTS: dict[str, Part] = {
    "load": load.measure,
    "sparql": sparql.measure,
    "real graph": pages.measure_real,
    "synthetic graph": pages.measure_synthetic,
    "validation": validation.measure,
    "contributions": contributions.measure,
    "decisions under load": decisions.measure,
}


def measure(material: Material, options: argparse.Namespace) -> None:
    """Measure the selected parts; the record is written after each."""
    versions = [f"{name} {version(name)}" for name in ("gcmgraph", "pyoxigraph", "pyshacl")]
    for name in options.systems:
        try:
            versions.append(PEERS[name]().version())
        except NotAvailableError as error:
            say(f"{name}: not measured: {error}")
    record = {
        "date": now(), "machine": machine(), "versions": versions, "practices": material.practices,
        "quads": material.quads, "seconds": options.seconds, "parts": [], "failed": {},
    }  # fmt: skip
    figures: list[Figure] = []
    for name in options.only:
        try:
            figures_of_part = list(PARTS[name](material, options))
        except (NotAvailableError, LoadFailedError) as error:
            record["failed"][name] = str(error)
            say(f"{name}: not measured: {error}")
        else:
            record["parts"].append(name)
            figures += figures_of_part
        write(record, figures, options.out)


def main() -> None:
    """Read the arguments, measure, print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--practices", type=int, default=10_000, help="size of the graph, about 20 triples each"
    )
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), metavar="PART",
                        help=f"parts to measure: {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="for each query, mode and system of the mix"
    )
    parser.add_argument(
        "--load-seconds", type=float, default=300.0, help="time of the load beside decisions"
    )
    parser.add_argument(
        "--systems", nargs="*", choices=list(PEERS), default=list(PEERS), help="systems beside ours"
    )
    parser.add_argument(
        "--against", metavar="COMMIT", help="measure this checkout beside another commit"
    )
    parser.add_argument(
        "--dump", type=Path, help="N-Quads for --against, in place of a synthetic graph"
    )
    parser.add_argument("--folder", type=Path, help="where graph and stores are made")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the JSON of the run")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    with tempfile.TemporaryDirectory(prefix="gcmgraph-bench-", dir=options.folder) as name:
        material = Material(options.practices, Path(name))
        if options.against:
            try:
                print(against.comparison(material, options))
            except NotAvailableError as error:
                sys.exit(str(error))
            return
        measure(material, options)
    print(tables(json.loads(options.out.read_text("utf-8"))))
    if options.out == RESULTS:
        publish()


if __name__ == "__main__":
    main()
