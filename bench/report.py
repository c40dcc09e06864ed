"""Run of the mix: one value, written as JSON and shown as tables."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.client import Load
from bench.tables import number, table

OURS = "gcmgraph"

#: The two ways to run the mix, in the order of the tables.
MODES = {
    "uncached": "No query text comes twice; our result cache is off",
    "repeated": "The same four texts of each query again and again; our result cache is on",
}


@dataclass(frozen=True)
class Row:
    """One query on one system in one mode. `load` is None where an answer is wrong: then there are no figures."""

    query: str
    mode: str
    system: str
    #: fault, such as answers that differ from most systems; else empty
    wrong: str
    load: Load | None

    @property
    def per_second(self) -> float | None:
        """Requests answered in a second; None where there was none."""
        return self.load.per_second if self.load is not None and self.load.answered else None


@dataclass(frozen=True)
class SystemFigures:
    """Figures of a system that do not depend on the query."""

    system: str
    version: str
    #: None where it reads the data when it starts
    load_seconds: float | None
    start_seconds: float
    peak_memory_bytes: int
    #: maximum memory of all its processes together, measured after each query
    memory_bytes: int
    #: size of its store; None where it has none on disk
    disk_bytes: int | None = None


@dataclass(frozen=True)
class Run:
    """One run over all systems."""

    date: str
    machine: dict[str, Any]
    options: dict[str, Any]
    dataset: dict[str, Any]
    ceiling: Load
    systems: tuple[SystemFigures, ...]
    #: systems that could not be measured, and why
    missing: dict[str, str]
    titles: dict[str, str]
    rows: tuple[Row, ...] = field(default=())

    def row(self, query: str, mode: str, system: str) -> Row | None:
        """Figures of one cell."""
        found = (row for row in self.rows if (row.query, row.mode, row.system) == (query, mode, system))
        return next(found, None)


def machine() -> dict[str, Any]:
    """Machine of the run."""
    lines = _lines("/proc/cpuinfo")
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    memory = next((int(line.split()[1]) * 1024 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_bytes": memory,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_average_at_start": os.getloadavg()[0],
    }


def now() -> str:
    """Time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def run_of(told: dict[str, Any]) -> Run:
    """A run read back from its JSON."""
    rows = tuple(
        Row(**{f.name: row[f.name] for f in fields(Row)} | {"load": Load(**row["load"]) if row["load"] else None})
        for row in told["rows"]
    )
    systems = tuple(SystemFigures(**system) for system in told["systems"])
    return Run(
        told["date"], told["machine"], told["options"], told["dataset"], Load(**told["ceiling"]), systems,
        told["missing"], told["titles"], rows,
    )  # fmt: skip


def record(run: Run) -> dict[str, Any]:
    """A run as JSON, with the requests per second of each row."""
    told = asdict(run)
    for row, kept in zip(run.rows, told["rows"], strict=True):
        kept["requests_per_second"] = None if row.per_second is None else round(row.per_second, 2)
    return told


def write_json(told: dict[str, Any], folder: Path, name: str) -> Path:
    """Write a run as `{folder}/{date}-{name}.json`. Returns the path."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{told['date'][:19].replace(':', '')}-{name}.json"
    kept.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return kept


def text(run: Run) -> str:
    """All tables in Markdown, fit to be read on a terminal."""
    parts = [_head(run), systems_table(run)]
    parts += [f"{mode.capitalize()}. {meaning}.\n\n{mix_table(run, mode)}" for mode, meaning in MODES.items()]
    parts += [f"Not measured: {system}: {why}" for system, why in run.missing.items()]
    notes = [f"- {row.query}, {row.mode}, {row.system}: {note}" for row in run.rows if (note := _note(row))]
    if notes:
        parts.append("Notes\n" + "\n".join(notes))
    return "\n\n".join(parts)


def head(told: dict[str, Any]) -> str:
    """Date, machine and graph of a run, from its JSON."""
    of, graph = told["machine"], told["dataset"]
    return (
        f"{told['date']}, {of['processor']}, {of['cores']} cores, {of['memory_bytes'] / 2**30:.0f} GB, "
        f"load average at the start {of['load_average_at_start']:.1f}.\n"
        f"{graph['practices']:,} practices, {graph['quads']:,} quads, seed {graph['seed']}"
    )


def _head(run: Run) -> str:
    return (
        f"{head({'date': run.date, 'machine': run.machine, 'dataset': run.dataset})}; "
        f"{run.options['connections']} connections, {run.options['seconds']:g} s a query. "
        f"The client's own ceiling: {run.ceiling.per_second:,.0f} requests/s."
    )


def systems_table(run: Run) -> str:
    """A line a system: loading, start, memory and disk."""
    rows = [
        (
            figures.system,
            figures.version,
            "at the start" if figures.load_seconds is None else f"{figures.load_seconds:.1f}",
            f"{figures.start_seconds:.1f}",
            f"{figures.memory_bytes / 1e6:,.0f}",
            f"{figures.peak_memory_bytes / 1e6:,.0f}",
            "-" if figures.disk_bytes is None else f"{figures.disk_bytes / 1e6:,.0f}",
        )
        for figures in run.systems
    ]
    header = ("system", "version", "load s", "start s", "memory MB", "peak MB", "disk MB")
    return table(header, rows, left=(0, 1))


def mix_table(run: Run, mode: str) -> str:
    """A line a query: ours, then each measured peer with ours/theirs."""
    systems = [figures.system for figures in run.systems if figures.system != OURS]
    peers = [peer for peer in systems if any(run.row(query, mode, peer) for query in run.titles)]
    header = ["query", f"{OURS}/s", "p50 ms", "p99 ms"]
    for peer in peers:
        header += [f"{peer}/s", "p50 ms", "p99 ms", "ours/theirs"]
    rows = []
    for query in run.titles:
        ours = run.row(query, mode, OURS)
        line = [query, *_cells(ours)]
        for peer in peers:
            theirs = run.row(query, mode, peer)
            line += [*_cells(theirs), _ratio(ours, theirs)]
        rows.append(line)
    return table(header, rows)


def _cells(row: Row | None) -> tuple[str, str, str]:
    if row is None:
        return "-", "-", "-"
    if row.load is None:
        return "wrong", "-", "-"
    if row.per_second is None:
        return "none", "-", "-"
    return number(row.per_second), number(row.load.p50_ms or 0), number(row.load.p99_ms or 0)


def _ratio(ours: Row | None, theirs: Row | None) -> str:
    if ours is None or theirs is None or ours.per_second is None or theirs.per_second is None:
        return "-"
    return f"{ours.per_second / theirs.per_second:.2f}x"


def _note(row: Row) -> str:
    """Remarks on a row beside its figures."""
    if row.wrong:
        return f"wrong, not counted: {row.wrong}"
    load = row.load
    if load is None:
        return ""
    notes = [f"{count} answers with status {status}" for status, count in sorted(load.refused.items())]
    notes += [f"{load.broken} connections broke"] if load.broken else []
    notes += [f"{load.unfinished} requests had no answer in time"] if load.unfinished else []
    return ", ".join(notes)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return []
