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
BEGIN, END = "<!-- tables of bench/results.json -->", "<!-- end of the tables -->"


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
        reached = (
            (self.ratio or 0) >= self.at_least
            if self.at_least is not None
            else self.ours < (self.below or 0)
        )
        return "reached" if reached else "missed"


def machine() -> dict[str, Any]:
    """Processor, cores, memory in bytes, Python, and the load average at the start."""
    processor = next(
        (line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ": unknown"
    )
    memory = next(
        (line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "MemTotal: 0"
    )
    return {
        "processor": processor.split(":", 1)[1].strip(),
        "cores": os.cpu_count(),
        "memory_bytes": int(memory.split()[1]) * 1024,
        "python": platform.python_version(),
        "load_average": os.getloadavg()[0],
    }


def now() -> str:
    """Time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write(record: dict[str, Any], figures: Iterable[Figure], out: Path) -> None:
    """Write a run as JSON, the options and versions of `record` before its figures."""
    out.write_text(
        json.dumps({**record, "figures": [asdict(f) for f in figures]}, indent=1) + "\n", "utf-8"
    )


def publish(results: Path = RESULTS, page: Path = PAGE) -> None:
    """Write the tables of a result into the page of docs."""
    before, rest = page.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(
        f"{before}{BEGIN}\n\n{tables(json.loads(results.read_text('utf-8')))}\n\n{END}{after}",
        "utf-8",
    )


def tables(told: dict[str, Any]) -> str:
    """Head of a run and one table for each of its parts, from its JSON."""
    of = told["machine"]
    head = (
        f"{told['date'][:10]}, {told['practices']:,} practices ({told['quads']:,} quads), {of['processor']}, "
        f"{of['cores']} cores, {of['memory_bytes'] / 2**30:.0f} GB, load average at the start "
        f"{of['load_average']:.1f}; {', '.join(told['versions'])}."
    )
    figures = [Figure(**figure) for figure in told["figures"]]
    parts = [
        f"### {part}\n\n{_table(f for f in figures if f.part == part)}" for part in told["parts"]
    ]
    failed = [f"Not measured: {part}: {why}" for part, why in told["failed"].items()]
    return "\n\n".join([head, *parts, *failed])


def _table(figures: Iterable[Figure]) -> str:
    rows = [
        (
            f.work,
            _amount(f.ours, f.unit),
            f.peer or "–",
            _amount(f.theirs, f.unit),
            "–" if f.ratio is None else f"{f.ratio:.2f}",
            f.goal or "–",
            f"{f.verdict or '–'}{f' ({f.note})' if f.note else ''}",
        )
        for f in figures
    ]
    return table(
        ("work", "ours", "beside", "theirs", "ratio", "goal", "verdict"), rows, left=(0, 2, 5, 6)
    )


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, left: Collection[int] = (0,)
) -> str:
    """Format rows below a header; columns of these numbers are left-aligned, others right-aligned."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    written = [
        " | ".join(
            c.ljust(w) if n in left else c.rjust(w)
            for n, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    ruled = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([f"| {written[0]} |", f"|{ruled}|", *(f"| {line} |" for line in written[1:])])


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{shown}{unit}" if unit == "/s" else f"{shown} {unit}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return []
