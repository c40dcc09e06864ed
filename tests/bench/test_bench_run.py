"""The whole bench, once over our own server, what is installed, and a very small graph."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import lines_of, measure
from bench.charts import summary_charts
from bench.goals import GOALS
from bench.material import Material
from bench.parts import PARTS as ALL
from bench.parts import Part
from bench.queries import TITLES
from bench.report import MODES
from bench.systems.process import NotAvailableError

ROOT = Path(__file__).parents[2]

#: Without what builds the real dataset, starts many servers, or waits for peers.
PARTS = ("load", "sparql", "validation", "one-practice")


@pytest.mark.exhaustive
def test_the_bench_measures_every_part_that_is_wanted_and_keeps_the_figures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--practices", "20", "--seconds", "0.05", "--systems"]
    done = subprocess.run(
        [*command, "--only", *PARTS, "--out", tmp_path],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (kept,) = tmp_path.glob("*.json")
    run = json.loads(kept.read_text("utf-8"))
    assert {(row["query"], row["mode"]) for row in run["rows"]} == {(q, mode) for q in TITLES for mode in MODES}
    for row in run["rows"]:
        assert row["wrong"] == "", row
        assert row["load"]["answered"] > 0, row
    assert run["systems"][0]["peak_memory_bytes"] > 1_000_000
    assert run["systems"][0]["memory_bytes"] > 1_000_000
    assert run["systems"][0]["disk_bytes"] > 100_000
    assert run["ceiling"]["answered"] > 0
    assert run["load"]["gcmgraph"]["quads"] == run["dataset"]["quads"]
    assert run["validation"]["same_results"]
    assert run["one_practice"]["same_results"]
    assert run["one_practice"]["results"] > 0
    assert list(run["took_s"]) == list(PARTS)
    assert all(f"| {query} " in done.stdout for query in TITLES)

    verdicts = {(line["work"], line["peer"]): (line["verdict"], line["why"]) for line in run["summary"]}
    assert verdicts["full validation, CPU", "pyshacl"][0] == "not at this size"
    assert verdicts["describe, uncached", "oxigraph"] == ("not measured", "oxigraph: left out by --systems")
    assert verdicts["one practice as HTML", "trifid"] == ("not measured", "left out by --only")
    told = done.stdout.splitlines()
    for goal in GOALS:
        shown = any(line.startswith(f"| {goal.work} ") and f" {goal} " in line for line in told)
        assert shown == (goal.part in PARTS), goal
    assert told[-1] == "Not measured, left out by --only: start, documents, first-view, reconciliation"
    assert "not measured" in summary_charts(run, kept.name)["goals-20.svg"]


def test_a_part_that_fails_leaves_the_others_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> dict[str, Any]:
        raise NotAvailableError("it did not start")

    started = {"start": {"server_s": [0.5], "help_s": [0.1]}, "versions": ["gcmgraph 1"]}
    monkeypatch.setitem(ALL, "load", Part(fail, ALL["load"].figures))
    monkeypatch.setitem(ALL, "start", Part(lambda *_: started, ALL["start"].figures))
    options = argparse.Namespace(only=["start", "load"], seconds=1.0, connections=8, systems=[], out=tmp_path)
    run = measure(Material(5, tmp_path), options)
    verdicts = {line.work: (line.verdict, line.why) for line in lines_of(run)}
    assert verdicts["bulk load"] == ("not measured", "it did not start")
    assert verdicts["server start-up"] == ("reached", "")
    (kept,) = tmp_path.glob("*.json")
    assert json.loads(kept.read_text("utf-8"))["failed"] == {"load": "it did not start"}
