"""Growth of time and memory with the graph: `python -m bench.growth [--practices 1000 10000 100000]`.

For each size, all is created in a folder for temporary files: the graph, our store, `oxigraph`'s store, then
validation, then requests to a server. One JSON holds all figures, with their growth from size to size.
`bench/README.md` describes the figures.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.growth_server import ask_server
from bench.growth_steps import (
    apart,
    bytes_on_disk,
    complete_ours,
    count_ours,
    load_ours,
    load_oxigraph,
    validate_all,
    validate_one,
)
from bench.published import write_dump
from bench.report import machine, now, write_json
from bench.systems.oxigraph_server import OxigraphServer
from bench.systems.process import NotAvailableError
from gcmgraph import __version__
from gcmgraph.store.versions.incremental import DUMP

#: The exponent of growth up to which a figure is called flat, and about linear. 0 is flat, 1 is in step with the size.
FLAT, LINEAR_FROM, LINEAR_TO = 0.25, 0.75, 1.25


def growth(smaller: float, larger: float, times: float) -> float | None:
    """Exponent k of growth as size**k, when the size grew by the factor `times`; None where it has none."""
    if smaller <= 0 or larger <= 0 or times <= 1:
        return None
    return math.log(larger / smaller) / math.log(times)


def called(exponent: float) -> str:
    """Name of a growth with this exponent."""
    if exponent <= FLAT:
        return "flat"
    if exponent < LINEAR_FROM:
        return "less than linear"
    return "linear" if exponent <= LINEAR_TO else "more than linear"


def figures(of: dict[str, Any], name: str = "") -> dict[str, float]:
    """All figures that are times or bytes, by their names joined with a point; without counts."""
    found: dict[str, float] = {}
    for key, value in of.items():
        path = f"{name}.{key}" if name else key
        if isinstance(value, dict):
            found |= figures(value, path)
        elif isinstance(value, int | float) and key.endswith(("_s", "_ms", "bytes")):
            found[path] = value
    return found


def compared(sizes: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Growth of each figure from each size to the next."""
    told: dict[str, list[dict[str, Any]]] = {}
    for smaller, larger in pairwise(sizes):
        times = larger["practices"] / smaller["practices"]
        before = figures(smaller)
        for name, value in figures(larger).items():
            exponent = growth(before.get(name, 0.0), value, times)
            if exponent is not None:
                ratio = round(value / before[name], 3)
                step = {"to": larger["practices"], "ratio": ratio, "exponent": round(exponent, 3)}
                told.setdefault(name, []).append({**step, "called": called(exponent)})
    return told


def measure(practices: int, folder: Path) -> dict[str, Any]:
    """Measure one size."""
    dump, store, theirs = folder / DUMP, folder / "store", folder / "oxigraph"
    start = time.perf_counter()
    quads = write_dump(practices, dump)
    _say(f"{practices:,} practices: {quads:,} quads written in {time.perf_counter() - start:.1f} s")
    told: dict[str, Any] = {"practices": practices, "quads": quads, "dump_bytes": dump.stat().st_size}
    told["load"] = apart(load_ours, dump, store) | count_ours(store)
    told["oxigraph load"] = apart(load_oxigraph, dump, theirs)
    for name in ("load", "oxigraph load"):
        held = told[name].get("quads", quads)
        if held != quads:
            raise SystemExit(f"{name}: {held:,} quads instead of {quads:,}")
        if "missing" in told[name]:
            told[name] = {"missing": told[name]["missing"]}
    told["index_bytes"] = bytes_on_disk(store) - told["dump_bytes"]
    told["completed"] = apart(complete_ours, store)
    _say(f"  loaded in {told['load']['wall_s']:.1f} s, oxigraph {told['oxigraph load'].get('wall_s', math.nan):.1f} s")
    told["validation, all"] = apart(validate_all, dump)
    told["validation, one practice"] = apart(validate_one, store, practices)
    _say(f"  validated in {told['validation, all']['wall_s']:.1f} s")
    told["server"] = ask_server(store, practices, folder)
    _say(f"  served: {json.dumps(told['server'])}")
    return told


def main() -> None:
    """Measure each size, and write the JSON after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="where the graphs are made (1,000,000 practices: 20 GB)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends, too
    try:
        peer = OxigraphServer().version()
    except NotAvailableError as error:
        peer = str(error)
    run: dict[str, Any] = {"measured": "growth", "date": now(), "versions": [f"gcmgraph {__version__}", peer]}
    run["machine"] = machine()
    sizes: list[dict[str, Any]] = []
    for practices in sorted(options.practices):
        with tempfile.TemporaryDirectory(prefix="gcmgraph-growth-", dir=options.folder) as name:
            try:
                sizes.append(measure(practices, Path(name)))
            except NotAvailableError as error:
                sys.exit(str(error))
        run |= {"sizes": sizes, "growth": compared(sizes)}
        kept = write_json(run, options.out, "growth")
    for name, steps in run["growth"].items():
        line = ", ".join(f"to {step['to']:,} {step['ratio']}x ({step['called']})" for step in steps)
        _say(f"{name}: {line}")
    _say(f"written to {kept}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
