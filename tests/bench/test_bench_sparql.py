"""The whole bench, once over our own server and a very small graph."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.queries import TITLES
from bench.report import MODES

ROOT = Path(__file__).parents[2]


def test_the_bench_measures_every_query_in_every_mode_and_keeps_the_figures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.sparql", "--practices", "20", "--seconds", "0.05", "--systems"]
    done = subprocess.run(
        [*command, "--out", tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    (kept,) = tmp_path.glob("*.json")
    run = json.loads(kept.read_text("utf-8"))
    assert {(row["query"], row["mode"]) for row in run["rows"]} == {(q, mode) for q in TITLES for mode in MODES}
    for row in run["rows"]:
        assert row["wrong"] == "", row
        assert row["load"]["answered"] > 0, row
    assert run["systems"][0]["peak_memory_bytes"] > 1_000_000
    assert run["systems"][0]["memory_bytes"] > 1_000_000
    assert run["ceiling"]["answered"] > 0
    assert all(f"| {query} " in done.stdout for query in TITLES)
