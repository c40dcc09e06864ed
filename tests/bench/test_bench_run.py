"""The whole bench over our own server and a very small graph; the published page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.report import BEGIN, END, PAGE, RESULTS, Figure, tables

ROOT = Path(__file__).parents[2]


@pytest.mark.exhaustive
def test_run_of_all_parts_without_other_systems(tmp_path: Path) -> None:
    parts = ("load", "sparql", "synthetic graph", "validation", "contributions")
    command = [sys.executable, "-m", "bench", "--practices", "20", "--seconds", "0.05", "--systems"]
    out = tmp_path / "run.json"
    done = subprocess.run(
        [*command, "--only", *parts, "--out", out], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    run = json.loads(out.read_text("utf-8"))
    assert run["parts"] == [*parts]
    assert run["failed"] == {}
    for figure in run["figures"]:
        assert figure["ours"] > 0, figure
        assert figure["fault"] == "", figure
        assert f"| {figure['work']} " in done.stdout
    assert "left out by --systems" in done.stdout
    assert PAGE.read_text("utf-8").count(BEGIN) == 1


def test_published_tables_are_those_of_the_result() -> None:
    shown = PAGE.read_text("utf-8").split(BEGIN)[1].split(END)[0].strip()
    assert shown == tables(json.loads(RESULTS.read_text("utf-8")))


@pytest.mark.parametrize(
    ("figure", "ratio", "verdict"),
    [
        (Figure("p", "w", "/s", 30.0, "peer", 10.0, at_least=2), 3.0, "reached"),
        (Figure("p", "w", "/s", 10.0, "peer", 10.0, at_least=2), 1.0, "missed"),
        (Figure("p", "w", "s", 2.0, "peer", 10.0, at_least=2), 5.0, "reached"),
        (Figure("p", "w", "s", 2.0, below=1), None, "missed"),
        (Figure("p", "w", "s", 0.5, below=1), None, "reached"),
        (Figure("p", "w", "s", 0.5), None, ""),
        (Figure("p", "w", "/s", 30.0, "peer", None, at_least=2), None, "not measured"),
        (Figure("p", "w", "/s", 30.0, "peer", 10.0, at_least=2, fault="other rows"), 3.0, "wrong: other rows"),
        (Figure("p", "w", "/s", 30.0, "peer", at_least=2, missing="absent"), None, "not measured: absent"),
    ],
)
def test_verdicts(figure: Figure, ratio: float | None, verdict: str) -> None:
    assert (figure.ratio, figure.verdict) == (ratio, verdict)
