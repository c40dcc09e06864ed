"""The tables: ratios are ours/theirs, and a wrong system has no figures."""

from __future__ import annotations

from bench.client import Load
from bench.report import Row, Run, text


def load(answered: int, seconds: float = 2.0) -> Load:
    return Load(answered, seconds, 1.5, 2.5, {"503": 4} if answered == 30 else {})


def cells(table: str, name: str) -> list[str]:
    line = next(line for line in table.splitlines() if line.startswith(f"| {name} "))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_ratios_wrong_answers_and_refusals_are_shown() -> None:
    rows = (
        Row("lookup", "uncached", "gcmgraph", "", load(30)),
        Row("lookup", "uncached", "oxigraph", "", load(10)),
        Row("lookup", "uncached", "virtuoso", "differs from most systems", None),
        Row("count", "uncached", "gcmgraph", "", load(0)),
        Row("count", "uncached", "oxigraph", "", load(10)),
    )
    systems = tuple(_figures(name) for name in ("gcmgraph", "oxigraph", "virtuoso"))
    machine = {"processor": "x", "cores": 2, "memory_bytes": 2**31, "load_average_at_start": 0.25}
    dataset = {"practices": 50, "quads": 1_000, "seed": 1}
    options = {"seconds": 2.0, "connections": 8}
    titles = {"lookup": "a lookup", "count": "a count"}
    table = text(Run("2026-01-01", machine, options, dataset, load(10), systems, {"other": "gone"}, titles, rows))
    assert cells(table, "lookup") == [
        *("lookup", "15", "1.5", "2.5"),
        *("5", "1.5", "2.5", "3.00x"),
        *("wrong", "-", "-", "-"),
    ]
    assert cells(table, "count")[1] == "none"
    assert cells(table, "count")[7] == "-"
    assert "lookup, uncached, gcmgraph: 4 answers with status 503" in table
    assert "lookup, uncached, virtuoso: wrong, not counted: differs from most systems" in table
    assert "Not measured: other: gone" in table


def _figures(name: str) -> object:
    from bench.report import SystemFigures  # noqa: PLC0415

    return SystemFigures(name, "1", None, 0.5, 2**20, 2**19)
