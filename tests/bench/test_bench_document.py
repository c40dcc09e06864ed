"""docs/performance.md and its charts are what `python -m bench.document` makes of bench/results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import newest
from bench.document import BY_HAND, DOCS, charts, document

REMEDY = "run: .venv/bin/python -m bench.document"


def soak(date: str, practices: int = 1_000) -> dict[str, Any]:
    return {"measured": "soak", "date": date, "options": {"practices": practices}}


def test_the_page_is_what_the_generator_makes_of_the_results() -> None:
    assert (DOCS / "performance.md").read_text("utf-8") == document(newest.read()), REMEDY


def test_the_charts_are_what_the_generator_draws() -> None:
    committed = {chart.name: chart.read_text("utf-8") for chart in (DOCS / "charts").glob("*.svg")}
    assert committed == charts(newest.read()), REMEDY


def test_each_result_is_the_newest_of_its_kind() -> None:
    assert not newest.unused(), f"remove these from bench/results, or {REMEDY}"


def test_the_newest_run_of_a_size_counts(tmp_path: Path) -> None:
    runs = {"a": soak("2026-01-02"), "b": soak("2026-01-01"), "c": soak("2026-01-01", 50), "d": {"measured": "dreams"}}
    for name, run in runs.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(run), "utf-8")
    found = {subject: result.file for subject, result in newest.read(tmp_path).items()}
    assert found == {("soak", 1_000): "a.json", ("soak", 50): "c.json"}
    assert newest.unused(tmp_path) == {"b.json", "d.json"}


def test_a_part_that_was_measured_again_replaces_that_part_alone(tmp_path: Path) -> None:
    for name, date, parts in (("a", "2026-01-01", ["load", "start"]), ("b", "2026-01-02", ["load"])):
        run = {"measured": "bench", "date": date, "dataset": {"practices": 50}, "took_s": dict.fromkeys(parts, 1.0)}
        (tmp_path / f"{name}.json").write_text(json.dumps(run), "utf-8")
    found = {subject: result.file for subject, result in newest.read(tmp_path).items()}
    assert found == {("load", 50): "b.json", ("start", 50): "a.json"}


def test_a_table_by_hand_that_the_page_does_not_show_is_an_error(tmp_path: Path) -> None:
    extra = '[[table]]\nsection = "forgotten"\ndate = 2026-01-01\nheader = ["a"]\nrows = [["1"]]\n'
    file = tmp_path / "by-hand.toml"
    file.write_text(f"{BY_HAND.read_text('utf-8')}\n{extra}", "utf-8")
    with pytest.raises(ValueError, match="forgotten"):
        document(newest.read(), file)
