"""Draw a run as charts: `python -m bench.charts bench/results/FILE.json…` writes SVG into docs/charts/.

A run of `make bench` gives the ratios of its summary beside their goals; a run of `bench.growth` times and memory by
size of the graph, on logarithmic axes; a run of `bench.soak` memory and latency by minute. Each chart is drawn from
that file alone and names it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from bench.chart_bars import Bar, BarChart
from bench.chart_svg import Chart, Line

_ROOT = Path(__file__).parents[1]

#: Charts of growth: file, title, unit, lines as name and path in the JSON, and a factor.
_GROWTH: tuple[tuple[str, str, str, tuple[tuple[str, str], ...], float], ...] = (
    (
        "growth-bulk",
        "Loading and full validation",
        "CPU seconds",
        (
            ("gcmgraph load", "load.cpu_s"),
            ("oxigraph load", "oxigraph load.cpu_s"),
            ("full validation", "validation, all.cpu_s"),
        ),
        1,
    ),
    (
        "growth-requests",
        "One request, median",
        "milliseconds",
        (
            ("Turtle", "server.turtle.p50_ms"),
            ("HTML", "server.html.p50_ms"),
            ("point lookup", "server.point lookup.p50_ms"),
            ("named query", "server.query country-names.p50_ms"),
            ("search", "server.search.p50_ms"),
            ("filtered list", "server.list, filtered.p50_ms"),
            ("one-practice validation", "validation, one practice.p50_ms"),
        ),
        1,
    ),
    (
        "growth-waiting",
        "Start-up and accepting a contribution",
        "seconds",
        (
            ("start to first answer", "server.start_s"),
            ("first list and search", "server.lists_ready_s"),
            ("accept to answer", "server.accept_s"),
            ("accept to first sight", "server.seen_s"),
        ),
        1,
    ),
    (
        "growth-memory",
        "Memory and disk",
        "MB",
        (
            ("server, after reading", "server.memory_bytes"),
            ("loading, peak", "load.peak_bytes"),
            ("full validation, peak", "validation, all.peak_bytes"),
            ("index on disk", "index_bytes"),
        ),
        1 / 2**20,
    ),
)


def at(record: dict[str, Any], path: str) -> float | None:
    """Figure at a path of names joined with points; None where it was not measured."""
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, int | float) else None


def caption(run: dict[str, Any], file: str) -> str:
    """Date, machine and versions of a run."""
    of = run["machine"]
    versions = ", ".join(run.get("versions") or [f"gcmgraph {run['version']}"])
    return (
        f"{run['date'][:10]}, {of['processor']}, {of['cores']} cores, load average at the start "
        f"{of['load_average_at_start']:.1f}; {versions}; {file}"
    )


def growth_charts(run: dict[str, Any], file: str) -> dict[str, str]:
    """Charts of a run of `bench.growth`: file name to SVG."""
    charts = {}
    for name, title, unit, wanted, factor in _GROWTH:
        lines = []
        for label, path in wanted:
            points = [(size["practices"], value) for size in run["sizes"] if (value := at(size, path)) is not None]
            if points:
                lines.append(Line(label, tuple((float(x), value * factor) for x, value in points)))
        chart = Chart(f"{title} by size of the graph", "practices", unit, tuple(lines), caption(run, file), logs=True)
        charts[f"{name}.svg"] = chart.svg()
    return charts


def soak_charts(run: dict[str, Any], file: str) -> dict[str, str]:
    """Charts of a run of `bench.soak`: file name to SVG."""
    ends, passed = [], 0.0
    for interval in run["intervals"]:
        passed += interval["seconds"] / 60
        ends.append(passed)

    def line(label: str, name: str) -> Line:
        return Line(label, tuple((x, i[name]) for x, i in zip(ends, run["intervals"], strict=True) if i[name]))

    note = caption(run, file)
    least, middle, most = (
        line(n, m) for n, m in (("least", "least_memory_mb"), ("median", "memory_mb"), ("most", "most_memory_mb"))
    )
    memory = Chart("Memory of all server processes under mixed load", "minutes", "MB", (least, middle, most), note)
    times = (line("median", "p50_ms"), line("99th percentile", "p99_ms"))
    return {
        "soak-memory.svg": memory.svg(),
        "soak-latency.svg": Chart("Small requests under mixed load", "minutes", "milliseconds", times, note).svg(),
    }


def summary_charts(run: dict[str, Any], file: str) -> dict[str, str]:
    """Chart of a run of `make bench`: one bar for each goal of the selected parts.

    Where a goal is a bound and no ratio, the bar is the bound divided by ours, and the goal is 1.
    """
    bars = []
    for line in run["summary"]:
        if not line["goal"] or line["part"] not in run["options"]["only"]:
            continue
        bounded = line["below"] is not None
        name = f"{line['work']} {line['goal']}" if bounded else f"{line['work']} : {line['peer']}"
        ratio = line["ratio"]
        if bounded:
            ratio = line["below"] / line["ours"] if line["ours"] else None
        bars.append(Bar(name, ratio, 1.0 if bounded else line["at_least"], line["verdict"]))
    practices = run["dataset"]["practices"]
    title = f"How many times as good as the other system, at {practices:,} practices"
    chart = BarChart(title, "ratio; for a bound, the bound by ours", tuple(bars), caption(run, file))
    return {f"goals-{practices}.svg": chart.svg()}


#: Functions that draw a run, by its kind.
DRAW = {"bench": summary_charts, "growth": growth_charts, "soak": soak_charts}


def main() -> None:
    """Draw each named file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "charts")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for file in options.files:
        run = json.loads(file.read_text("utf-8"))
        draw = DRAW.get(run.get("measured", ""))
        if draw is None:
            parser.error(f"{file} is no run of make bench, bench.growth or bench.soak")
        for name, svg in draw(run, file.name).items():
            (options.out / name).write_text(svg, "utf-8")
            print(options.out / name)


if __name__ == "__main__":
    main()
