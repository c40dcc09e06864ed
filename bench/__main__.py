"""Measure all parts: `make bench`, or `python -m bench --only load validation` (see `bench/README.md`).

One graph and one JSON, which is written after each part; at the end, one summary of the goals.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import report
from bench.client import LoadFailedError
from bench.material import Material, say
from bench.parts import PARTS
from bench.sparql import PEERS
from bench.summary import Line, summary, text
from bench.systems.process import NotAvailableError
from gcmgraph import __version__

_LEFT_OUT = "left out by --only"


def measure(material: Material, options: argparse.Namespace) -> dict[str, Any]:
    """Measure the selected parts. Each is printed at its end, and the record written."""
    began = os.getloadavg()[0]
    record: dict[str, Any] = {"measured": "bench", "date": report.now(), "machine": report.machine()}
    record["options"] = {name: getattr(options, name) for name in ("seconds", "connections", "systems", "only")}
    record["dataset"] = material.dataset
    record["machine"]["load_average_at_start"] = began
    versions = [f"gcmgraph {__version__}", *(f"{name} {version(name)}" for name in ("pyoxigraph", "pyshacl", "rdflib"))]
    record["took_s"] = {}
    record["failed"] = {}
    for name in (name for name in PARTS if name in options.only):
        start = time.perf_counter()
        try:
            told = PARTS[name].measure(material, options)
        except (NotAvailableError, LoadFailedError) as error:
            record["failed"][name] = str(error)
            say(f"{name}: not measured: {error}")
            continue
        versions += told.pop("versions", [])
        record |= told
        record["took_s"][name] = round(time.perf_counter() - start, 1)
        record["versions"] = list(dict.fromkeys(versions))
        record["summary"] = [asdict(line) for line in lines_of(record)]
        report.write_json(record, options.out, str(material.practices))
    return record


def lines_of(record: dict[str, Any]) -> tuple[Line, ...]:
    """Summary of a record."""
    done = [name for name in PARTS if name in record["took_s"]]
    skipped = {name: record["failed"].get(name, _LEFT_OUT) for name in PARTS if name not in done}
    return summary({name: PARTS[name].figures(record) for name in done}, skipped, record["dataset"]["practices"])


def main() -> None:
    """Read the arguments, measure, print the summary, write the JSON."""
    peers = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, default=10_000, help="size of the graph, about 20 triples each")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), metavar="PART",
                        help=f"parts to measure: {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument("--seconds", type=float, default=3.0, help="for each query, mode and system of the mix")
    parser.add_argument("--connections", type=int, default=8, help="that ask the mix at once")
    parser.add_argument("--systems", nargs="*", choices=peers, default=peers, help="peers beside ours in the mix")
    parser.add_argument("--folder", type=Path, help="where graph and stores are made (1,000,000 practices: 40 GB)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    with tempfile.TemporaryDirectory(prefix="gcmgraph-bench-", dir=options.folder) as name:
        record = measure(Material(options.practices, Path(name)), options)
    lines = lines_of(record)
    record["summary"] = [asdict(line) for line in lines]
    kept = report.write_json(record, options.out, str(options.practices))
    print(f"{report.head(record)}\n\n{text(line for line in lines if line.part in options.only)}")
    if left_out := [name for name in PARTS if name not in options.only]:
        print(f"\nNot measured, {_LEFT_OUT}: {', '.join(left_out)}")
    say(f"\nwritten to {kept}")


if __name__ == "__main__":
    main()
