"""Command of a single measurement, on a graph of its own."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.material import Material
from bench.report import machine, now, write_json
from bench.systems.process import NotAvailableError


def measure_alone(name: str, description: str | None, measure: Callable[[Material], dict[str, Any]]) -> None:
    """Read the arguments, measure, write the JSON. Exit with one line where a system is not available."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--practices", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON")
    options = parser.parse_args()
    run: dict[str, Any] = {"measured": name, "date": now(), "machine": machine()}
    try:
        with tempfile.TemporaryDirectory(prefix="gcmgraph-bench-") as folder:
            material = Material(options.practices, Path(folder))
            run |= {"practices": options.practices, "quads": material.dataset["quads"], **measure(material)}
    except NotAvailableError as error:
        sys.exit(str(error))
    sys.stdout.write(f"written to {write_json(run, options.out, name.replace(' ', '-'))}\n")
