"""Figures of a run: compared with goals, written as JSON and as tables in Markdown."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: The result that `docs/performance.md` shows.
RESULTS = Path(__file__).with_name("results.json")

#: The page and the lines between which the tables are.
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN = "<!-- tables of bench/results.json -->"
END = "<!-- end of the tables -->"

#: Columns of the tables, and the numbers of those that are left-aligned.
_HEADER = ("work", "ours", "beside", "theirs", "ratio", "goal", "verdict")
_LEFT_ALIGNED = (0, 2, 5, 6)


@dataclass(frozen=True)
class Figure:
    """One measurement of ours, beside that of another system where there is one."""

    part: str
    work: str
    #: `/s` where more is better; for `s`, `ms` and `MB` less is
    unit: str
    ours: float | None
    #: empty without another system
    peer: str = ""
    theirs: float | None = None
    #: lowest acceptable ratio, above 1 where ours is better
    at_least: float | None = None
    #: upper bound of ours, in `unit`
    below: float | None = None
    #: what is wrong with our answer; a figure with a fault has no verdict but this
    fault: str = ""
    #: why the other system has no figure
    missing: str = ""
    #: requests that were not answered as expected
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours beside theirs, above 1 where ours is better."""
        if not self.ours or not self.theirs:
            return None
        return self.ours / self.theirs if self.unit == "/s" else self.theirs / self.ours

    @property
    def goal(self) -> str:
        """Goal in short form; empty without one."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.below is None else f"below {self.below:g} {self.unit}"

    @property
    def verdict(self) -> str:
        """`reached`, `missed`, or why there is no verdict; empty without a goal."""
        if self.fault:
            return f"wrong: {self.fault}"
        if self.missing:
            return f"not measured: {self.missing}"
        if not self.goal:
            return ""
        if self.ours is None or (self.at_least is not None and self.ratio is None):
            return "not measured"
        is_below_limit = self.ours < (self.below or 0)
        has_ratio = self.at_least is not None and (self.ratio or 0) >= self.at_least
        is_reached = is_below_limit if self.at_least is None else has_ratio
        return "reached" if is_reached else "missed"


def machine() -> dict[str, Any]:
    """Processor, cores, memory in bytes, Python, and the load average at the start."""
    return {
        "processor": _value_of("/proc/cpuinfo", "model name", "unknown"),
        "cores": os.cpu_count(),
        "memory_bytes": int(_value_of("/proc/meminfo", "MemTotal", "0 kB").split()[0]) * 1024,
        "python": platform.python_version(),
        "load_average": os.getloadavg()[0],
    }


def now() -> str:
    """Time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write(record: dict[str, Any], figures: Iterable[Figure], out: Path) -> None:
    """Write a run as JSON, the options and versions of `record` before its figures."""
    run = {**record, "figures": [asdict(figure) for figure in figures]}
    out.write_text(json.dumps(run, indent=1) + "\n", "utf-8")


def publish(results: Path = RESULTS, page: Path = PAGE) -> None:
    """Write the tables of a result into the page of docs."""
    run = json.loads(results.read_text("utf-8"))
    before, old_tables = page.read_text("utf-8").split(BEGIN)
    after = old_tables.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{tables(run)}\n\n{END}{after}", "utf-8")


def tables(run: dict[str, Any]) -> str:
    """Head of a run and one table for each of its parts, from its JSON."""
    machine_of_run = run["machine"]
    head = (
        f"{run['date'][:10]}, {run['practices']:,} practices ({run['quads']:,} quads), "
        f"{machine_of_run['processor']}, {machine_of_run['cores']} cores, "
        f"{machine_of_run['memory_bytes'] / 2**30:.0f} GB, load average at the start "
        f"{machine_of_run['load_average']:.1f}; {', '.join(run['versions'])}."
    )
    figures = [Figure(**figure) for figure in run["figures"]]
    parts = []
    for part in run["parts"]:
        of_part = [figure for figure in figures if figure.part == part]
        parts.append(f"### {part}\n\n{table_of(of_part)}")
    failed = [f"Not measured: {part}: {reason}" for part, reason in run["failed"].items()]
    return "\n\n".join([head, *parts, *failed])


def table_of(figures: Iterable[Figure]) -> str:
    """Table of figures."""
    return table(_HEADER, map(_row, figures), left=_LEFT_ALIGNED)


def _row(figure: Figure) -> tuple[str, ...]:
    """The cells of a figure, in the order of `_HEADER`."""
    note = f" ({figure.note})" if figure.note else ""
    return (
        figure.work,
        _amount(figure.ours, figure.unit),
        figure.peer or "–",
        _amount(figure.theirs, figure.unit),
        "–" if figure.ratio is None else f"{figure.ratio:.2f}",
        figure.goal or "–",
        f"{figure.verdict or '–'}{note}",
    )


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, left: Collection[int] = (0,)
) -> str:
    """Format rows below a header; columns of the numbers `left` are left-aligned, others right."""
    rows = [header, *rows]
    columns = []
    for number, cells in enumerate(zip(*rows, strict=True)):
        width = max(map(len, cells))
        align = str.ljust if number in left else str.rjust
        columns.append([align(cell, width) for cell in cells])
    lines = [f"| {' | '.join(cells)} |" for cells in zip(*columns, strict=True)]
    rule = "|".join("-" * (len(cells[0]) + 2) for cells in columns)
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{number}{unit}" if unit == "/s" else f"{number} {unit}"


def _value_of(path: str, key: str, default: str) -> str:
    """The value of the first line of a file `key: value`; the default without file or line."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return default
    for line in lines:
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return default
