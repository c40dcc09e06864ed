"""Tables of docs/performance.md, each from the newest runs of its kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import median
from typing import Any

from bench import report
from bench.charts import at
from bench.newest import Result, Subject
from bench.reconciliation import BATCH
from bench.summary import Line, Verdict, text
from bench.tables import number, table

_MB = 1e-6

#: Rows of the table of growth: name, path in the JSON, factor.
_GROWTH = (
    ("quads", "quads", 1),
    ("load, s", "load.wall_s", 1),
    ("`oxigraph load`, s", "oxigraph load.wall_s", 1),
    ("load, peak MB", "load.peak_bytes", _MB),
    ("`oxigraph load`, peak MB", "oxigraph load.peak_bytes", _MB),
    ("lists, labels and answers, CPU s", "completed.cpu_s", 1),
    ("full validation, CPU s", "validation, all.cpu_s", 1),
    ("full validation, peak MB", "validation, all.peak_bytes", _MB),
    ("one-practice validation, CPU ms", "validation, one practice.p50_cpu_ms", 1),
    ("start to first answer, s", "server.start_s", 1),
    ("lists and search ready, s", "server.lists_ready_s", 1),
    ("Turtle, ms", "server.turtle.p50_ms", 1),
    ("HTML, ms", "server.html.p50_ms", 1),
    ("point lookup, ms", "server.point lookup.p50_ms", 1),
    ("DESCRIBE, ms", "server.describe.p50_ms", 1),
    ("query `country-names`, ms", "server.query country-names.p50_ms", 1),
    ("query `practices-by-country`, ms", "server.query practices-by-country.p50_ms", 1),
    ("suggestions, ms", "server.suggest.p50_ms", 1),
    ("search, ms", "server.search.p50_ms", 1),
    ("filtered list, ms", "server.list, filtered.p50_ms", 1),
    ("accepted to first seen, s", "server.seen_s", 1),
    ("server memory, MB", "server.memory_bytes", _MB),
    ("server memory after accepting, MB", "server.memory_after_accepting_bytes", _MB),
    ("index on disk, MB", "index_bytes", _MB),
    ("`oxigraph` on disk, MB", "oxigraph load.index_bytes", _MB),
)

Results = Mapping[Subject, Result]


def judged(part: str, result: Result) -> Iterator[Line]:
    """Lines of the summary that judge a goal of this part."""
    for told in result.run["summary"]:
        if told["part"] == part and told["goal"] and told["verdict"] not in {Verdict.NOT_MEASURED, Verdict.OTHER_SIZE}:
            yield Line(**told)


def goals(results: Results) -> str:
    """Goals that were judged, by size and part."""
    tables: dict[int, list[Line]] = {}
    for (part, _), result in results.items():
        tables.setdefault(result.run["dataset"]["practices"], []).extend(judged(part, result))
    return "\n\n".join(f"**{size:,} practices**\n\n{text(lines)}" for size, lines in sorted(tables.items()))


def systems(results: Results) -> str:
    """Version, loading, start, memory and disk of each server of the mix."""
    return _by_size(results, lambda run: report.systems_table(report.run_of(run)))


def uncached(results: Results) -> str:
    """The mix with the result cache off."""
    return _by_size(results, lambda run: report.mix_table(report.run_of(run), "uncached"))


def repeated(results: Results) -> str:
    """The mix with the result cache on."""
    return _by_size(results, lambda run: report.mix_table(report.run_of(run), "repeated"))


def loading(results: Results) -> str:
    """Bulk load of both systems."""
    rows = []
    for (_, practices), result in results.items():
        told = result.run["load"]
        for system in ("gcmgraph", "oxigraph"):
            of = told[system]
            ratio = "" if system == "gcmgraph" else f"{of['wall_s'] / told['gcmgraph']['wall_s']:.2f}x"
            figures = (of["wall_s"], of["cpu_s"], of["peak_bytes"] * _MB, of["index_bytes"] * _MB)
            rows.append((f"{practices:,}", f"{system} load", *map(number, figures), ratio))
    return table(("practices", "command", "s", "CPU s", "peak MB", "store MB", "ours/theirs"), rows, left=(0, 1))


def start(results: Results) -> str:
    """Medians of the starts of server and command."""
    rows = [
        (f"{practices:,}", *(number(median(result.run["start"][name])) for name in ("server_s", "help_s")))
        for (_, practices), result in results.items()
    ]
    return table(("practices", "server, s", "gcmgraph --help, s"), rows)


def validation(results: Results) -> str:
    """Full validation and that of one practice, beside pyshacl."""
    rows = []
    for (kind, practices), result in results.items():
        full = kind == "validation"
        told = result.run["validation" if full else "one_practice"]
        ours, theirs = told["ours"], told["pyshacl"]
        cpu = [f"{number(of['cpu_s'])} s" for of in (ours, theirs)] if full else _milliseconds(ours, theirs)
        memory = [number(of["peak_bytes"] * _MB) for of in (ours, theirs)]
        same = "yes" if told["same_results"] else "no"
        name = "whole graph" if full else "one practice"
        rows.append((name, f"{practices:,}", *cpu, f"{told['ratio_cpu']:.1f}x", *memory, same))
    header = ("validated", "practices", "ours, CPU", "pyshacl, CPU", "ratio", "ours, MB", "pyshacl, MB", "same results")
    return table(header, sorted(rows, key=lambda row: row[0]), left=(0, 7))


def documents(results: Results) -> str:
    """Requests a second for one practice, by system and format."""
    ((_, result),) = results.items()
    rates = result.run["documents"]["requests_per_second"]
    rows = [(system, *(number(of[system]) for of in rates.values())) for system in next(iter(rates.values()))]
    return table(("system", *(f"{form}, requests/s" for form in rates)), rows)


def first_view(results: Results) -> str:
    """Medians of the first view of each query, beside Virtuoso."""
    rows = []
    for (_, practices), result in results.items():
        for query, of in result.run["first_view"].items():
            ours, theirs = median(of["first_ms"]), median(of["virtuoso_ms"])
            rows.append((f"`{query}`", f"{practices:,}", number(ours), number(theirs), f"{theirs / ours:.2f}x"))
    return table(("query", "practices", "ours, ms", "Virtuoso, ms", "ours/theirs"), sorted(rows))


def after_contribution(results: Results) -> str:
    """First views on a built version, after a contribution, and once answers were prepared."""
    states = {
        "built": "version of a build",
        "just_accepted": "contribution accepted a moment ago",
        "prepared": "its answers prepared",
    }
    rows = []
    for (_, practices), result in results.items():
        for state, name in states.items():
            of = result.run[state]
            after = number(result.run["prepared_after_s"]) if state == "prepared" else ""
            rows.append(
                (f"{practices:,}", name, number(of["p50_ms"]), number(of["most_ms"]), str(of["refused"]), after)
            )
    return table(("practices", "version", "median ms", "most ms", "refused", "ready after s"), rows, left=(0, 1))


def reconciliation(results: Results) -> str:
    """Names of countries reconciled, by set of names."""
    ((_, result),) = results.items()
    told = result.run["reconciliation"]
    rows = [
        (name, f"{of['names']:,}", *(_percent(of[key]) for key in ("first_recall", "match_recall", "match_precision")))
        for name, of in told["sets"].items()
    ]
    rows.append(("names of no country", f"{told['of_no_country']['names']:,}", "", "", ""))
    header = ("names", "count", "right country first", "matched", "of matches, right")
    batch, many = told["batch"], told["many"]
    return (
        f"{table(header, rows)}\n\n"
        f"Matched of the names of no country: {len(told['of_no_country']['matched'])}. "
        f"{BATCH:,} names of all sets take {number(batch['cpu_s'])} s of CPU time. "
        f"In a file of {many['names']:,} names ({number(many['file_mb'])} MB), {BATCH:,} names with a letter left out "
        f"take {number(many['cpu_s'])} s, and the right name comes first for {_percent(many['first_recall'])}."
    )


def growth(results: Results) -> str:
    """Figures by size of the graph."""
    sizes = [
        next(size for size in result.run["sizes"] if size["practices"] == practices)
        for (_, practices), result in results.items()
    ]
    steps = {
        name: f"{of[-1]['called']} to {of[-1]['to']:,}"
        for result in results.values()
        for name, of in result.run.get("growth", {}).items()
    }
    rows = []
    for name, path, factor in _GROWTH:
        found = [at(size, path) for size in sizes]
        figures = ("-" if value is None else number(value * factor) for value in found)
        rows.append((name, *figures, steps.get(path, "")))
    header = ("practices", *(f"{size['practices']:,}" for size in sizes), "growth")
    return table(header, rows, left=(0, len(header) - 1))


def soak(results: Results) -> str:
    """Load, latency, memory and the verdict of each soak."""
    columns: list[list[str]] = []
    for (_, practices), result in results.items():
        run = result.run
        intervals, verdict, seen = run["intervals"], run["verdict"], run["seen_after_seconds"]
        rates = [sum(each["requests"].values()) / each["seconds"] for each in intervals]
        last = intervals[len(intervals) // 3 :]
        columns.append([
            f"{practices:,}",
            number(run["options"]["minutes"]),
            number(verdict["failures"]),
            _range(rates),
            _range([each["p50_ms"] for each in intervals]),
            _range([each["p99_ms"] for each in intervals]),
            f"{verdict['p99_ratio']:.2f}",
            str(sum(each["accepted"] for each in intervals)),
            f"{seen['median']:.1f}, at most {seen['most']:.1f}",
            _range([each["least_memory_mb"] for each in last]),
            f"{verdict['memory_slope']:+.1f}",
            number(max(each["most_memory_mb"] for each in intervals)),
            str(verdict["left_behind"]),
            "good" if verdict["good"] else "not good",
        ])  # fmt: skip
    names = (
        "practices", "minutes", "failures", "requests/s", "p50, ms", "p99, ms", "p99, last third to the one before",
        "contributions accepted", "seconds until a contribution is seen",
        "least memory of a minute, last two thirds, MB",
        "its slope, MB a minute", "most memory, MB", "processes left behind", "verdict",
    )  # fmt: skip
    rows = [tuple(row) for row in zip(names, *columns, strict=True)]
    return table(rows[0], rows[1:])


def _by_size(results: Results, write: Callable[[dict[str, Any]], str]) -> str:
    return "\n\n".join(
        f"**{practices:,} practices**\n\n{write(result.run)}" for (_, practices), result in results.items()
    )


def _milliseconds(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    return [f"{number(value)} ms" for value in (ours["p50_cpu_ms"], theirs["cpu_ms"])]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _range(values: Iterable[float]) -> str:
    found = sorted(values)
    return f"{number(found[0])} to {number(found[-1])}"


#: Tables by the name that the template uses.
TABLES: dict[str, Callable[[Results], str]] = {
    of.__name__: of
    for of in (
        goals, systems, uncached, repeated, loading, start, validation, documents, first_view, after_contribution,
        reconciliation, growth, soak,
    )
}  # fmt: skip
