"""Goals are judged by what was measured, and what was not measured is never reached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.goals import BEST, GOALS, LARGE, OXIGRAPH, Goal
from bench.parts import PARTS
from bench.queries import TITLES
from bench.summary import Figure, Verdict, judge, summary, text

RATIO = Goal("load", "bulk load", OXIGRAPH, 0.9)
BOUND = Goal("start", "server start-up", below=1, unit="s")
SIZED = Goal("validation", "full validation, CPU", "pyshacl", 40, practices=LARGE)


@pytest.mark.parametrize(
    ("goal", "figure", "verdict"),
    [
        (RATIO, Figure("bulk load", "s", 10.0, OXIGRAPH, 9.0), "reached"),
        (RATIO, Figure("bulk load", "s", 10.0, OXIGRAPH, 8.9), "missed"),
        (RATIO, Figure("bulk load", "/s", 9.0, OXIGRAPH, 10.0), "reached"),
        (RATIO, Figure("bulk load", "/s", 10.0, OXIGRAPH, 12.0), "missed"),
        (RATIO, Figure("bulk load", "s", 1.0, OXIGRAPH, missing="not installed"), "not measured"),
        (RATIO, Figure("bulk load", "s", 1.0, OXIGRAPH), "not measured"),
        (RATIO, Figure("bulk load", "s", None, OXIGRAPH, 9.0), "not measured"),
        (RATIO, Figure("bulk load", "s", 1.0, OXIGRAPH, 9.0, fault="other quads"), "wrong"),
        # one of two peers is missing: more than the other is no proof, less than the other is one
        (RATIO, Figure("bulk load", "s", 1.0, OXIGRAPH, 9.0, missing="not installed"), "not measured"),
        (RATIO, Figure("bulk load", "s", 9.0, OXIGRAPH, 1.0, missing="not installed"), "missed"),
        (BOUND, Figure("server start-up", "s", 0.99), "reached"),
        (BOUND, Figure("server start-up", "s", 1.0), "missed"),
        (BOUND, Figure("server start-up", "s", None), "not measured"),
        (SIZED, Figure("full validation, CPU", "s", 1.0, "pyshacl", 100.0), "not at this size"),
        (SIZED, Figure("full validation, CPU", "s", 1.0, "pyshacl", 100.0, fault="differs"), "wrong"),
    ],
)
def test_verdicts(goal: Goal, figure: Figure, verdict: str) -> None:
    assert judge(goal, figure, 10_000)[0] == verdict


def test_a_goal_of_a_size_is_judged_at_that_size() -> None:
    figure = Figure("full validation, CPU", "s", 1.0, "pyshacl", 100.0)
    assert judge(SIZED, figure, LARGE) == (Verdict.REACHED, "")
    assert judge(SIZED, figure, 10 * LARGE)[0] == Verdict.OTHER_SIZE


def test_where_nothing_was_measured_every_goal_has_a_line_that_says_why() -> None:
    lines = summary({}, dict.fromkeys(PARTS, "left out"), LARGE)
    assert [(line.work, line.peer, line.verdict, line.why) for line in lines] == [
        (goal.work, goal.peer, Verdict.NOT_MEASURED, "left out") for goal in GOALS
    ]


def test_figures_without_a_goal_come_last_and_have_no_verdict() -> None:
    figure = Figure("store on disk", "MB", 20.0, OXIGRAPH, 10.0)
    line = summary({"load": [figure]}, {}, LARGE)[-1]
    assert (line.work, line.ratio, line.goal, line.verdict) == ("store on disk", 0.5, "", Verdict.NO_GOAL)
    line = summary({"load": [Figure("store on disk", "MB", 20.0, OXIGRAPH, missing="not installed")]}, {}, LARGE)[-1]
    assert (line.verdict, line.why) == (Verdict.NOT_MEASURED, "not installed")


def test_the_table_has_figures_with_units_goal_and_verdict() -> None:
    figures = [Figure("bulk load", "s", 10.0, OXIGRAPH, 9.5)]
    row = next(row for row in text(summary({"load": figures}, {}, 10)).splitlines() if row.startswith("| bulk load "))
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        *("bulk load", "oxigraph", "10 s", "9.5 s", "0.95x", ">= 0.9x", "reached")
    ]


def rows(rate: dict[str, float | None], wrong: dict[str, str] | None = None) -> list[dict[str, Any]]:
    faults = wrong or {}
    return [
        {"query": query, "mode": mode, "system": name, "wrong": faults.get(name, ""), "requests_per_second": value}
        for query in TITLES
        for mode in ("uncached", "repeated")
        for name, value in rate.items()
    ]


def mix(rate: dict[str, float | None], wrong: dict[str, str] | None = None, **missing: str) -> dict[str, Any]:
    systems = [
        {"system": name, "memory_bytes": 1, "disk_bytes": 1, "load_seconds": 1.0}
        for name in rate
        if name not in missing
    ]
    return {"rows": rows(rate, wrong), "titles": TITLES, "missing": missing, "systems": systems}


def figure(record: dict[str, Any], part: str, work: str, peer: str) -> Figure:
    return next(one for one in PARTS[part].figures(record) if (one.work, one.peer) == (work, peer))


def test_repeated_queries_are_held_against_the_faster_peer() -> None:
    found = figure(mix({"gcmgraph": 10.0, "oxigraph": 2.0, "virtuoso": 5.0}), "sparql", "describe, repeated", BEST)
    assert (found.theirs, found.ratio, found.missing) == (5.0, 2.0, "")


def test_a_peer_with_wrong_answers_is_not_the_faster_one() -> None:
    record = mix({"gcmgraph": 10.0, "oxigraph": 2.0, "virtuoso": None}, {"virtuoso": "differs"})
    found = figure(record, "sparql", "describe, repeated", BEST)
    assert (found.theirs, found.missing) == (2.0, "")


def test_where_all_peers_are_wrong_nothing_is_compared() -> None:
    record = mix({"gcmgraph": 10.0, "oxigraph": None}, {"oxigraph": "differs"})
    found = figure(record, "sparql", "describe, uncached", OXIGRAPH)
    assert (found.theirs, found.missing) == (None, "oxigraph: differs")


def test_a_missing_peer_is_named() -> None:
    record = mix({"gcmgraph": 10.0, "oxigraph": 2.0}, virtuoso="not installed")
    assert figure(record, "sparql", "describe, repeated", BEST).missing == "virtuoso: not installed"
    assert figure(record, "sparql", "describe, uncached", OXIGRAPH).missing == ""


def test_ours_with_wrong_answers_is_wrong() -> None:
    record = mix({"gcmgraph": None, "oxigraph": 2.0}, {"gcmgraph": "differs"})
    assert figure(record, "sparql", "describe, uncached", OXIGRAPH).fault == "differs"


LOADED = {"wall_s": 1.0, "peak_bytes": 1e6, "index_bytes": 1e6, "quads": 7}


def test_a_store_that_lacks_quads_is_wrong() -> None:
    theirs = {"load": {"quads": 7, "gcmgraph": LOADED, OXIGRAPH: LOADED | {"quads": 6}}}
    found = figure(theirs, "load", "bulk load", OXIGRAPH)
    assert (found.theirs, found.missing) == (None, "oxigraph is wrong: its store has 6 of 7 quads")
    ours = {"load": {"quads": 7, "gcmgraph": LOADED | {"quads": 6}, OXIGRAPH: LOADED}}
    assert figure(ours, "load", "bulk load", OXIGRAPH).fault == "our store has 6 of 7 quads"


def test_a_missing_command_is_named() -> None:
    record = {"load": {"quads": 7, "gcmgraph": LOADED, "missing": {OXIGRAPH: "not installed"}}}
    found = figure(record, "load", "bulk load", OXIGRAPH)
    assert (found.theirs, found.missing) == (None, "not installed")


def documents(wrong: str = "", missing: dict[str, str] | None = None) -> dict[str, Any]:
    rates = {"gcmgraph": 60.0, "gcmgraph, result cache off": 6.0} | ({} if wrong or missing else {"trifid": 2.0})
    faults = {"gcmgraph": "", "gcmgraph, result cache off": "", "trifid": wrong}
    forms = ("Turtle", "HTML")
    told = {"requests_per_second": dict.fromkeys(forms, rates), "wrong": dict.fromkeys(forms, faults)}
    return {"documents": {**told, "missing": missing or {}}}


@pytest.mark.parametrize(
    ("record", "ratio", "missing"),
    [
        (documents(), 30.0, ""),
        (documents("1 of 2 triples are not in it"), None, "trifid is wrong: 1 of 2 triples are not in it"),
        (documents(missing={"trifid": "no Node.js"}), None, "trifid: no Node.js"),
    ],
)
def test_documents(record: dict[str, Any], ratio: float | None, missing: str) -> None:
    found = figure(record, "documents", "one practice as Turtle", "trifid")
    assert (found.ratio, found.missing) == (ratio, missing)


def test_other_rows_and_other_results_are_wrong() -> None:
    both = {"first_ms": [1.0], "virtuoso_ms": [2.0], "same_addresses": False}
    views = {"first_view": {"practices-by-budget": both, "missing": {"virtuoso": "not installed"}}}
    assert figure(views, "first-view", "first view, practices-by-budget", "virtuoso").fault
    missing = figure(views, "first-view", "first view, budgets-by-organisation", "virtuoso").missing
    assert missing == "virtuoso: not installed"
    record = {"validation": {"ours": {"cpu_s": 1.0, "peak_bytes": 1}, "pyshacl": {"cpu_s": 90.0, "peak_bytes": 1},
                             "same_results": False}}  # fmt: skip
    assert figure(record, "validation", "full validation, CPU", "pyshacl").fault


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_documented(part: str) -> None:
    assert f"| `{part}` |" in (Path(__file__).parents[2] / "bench" / "README.md").read_text("utf-8")


def test_every_goal_has_a_figure() -> None:
    both = {"first_ms": [1.0], "virtuoso_ms": [2.0], "same_addresses": True}
    used = {"cpu_s": 1.0, "peak_bytes": 1}
    record = {
        **mix({"gcmgraph": 9.0, "oxigraph": 1.0, "virtuoso": 1.0, "rdflib-endpoint": 1.0}),
        **documents(),
        "load": {"quads": 7, "gcmgraph": LOADED, OXIGRAPH: LOADED},
        "start": {"server_s": [0.5], "help_s": [0.1]},
        "validation": {"ours": used, "pyshacl": used, "same_results": True},
        "one_practice": {"ours": {"p50_cpu_ms": 1.0}, "pyshacl": {"cpu_ms": 60.0}, "same_results": True},
        "first_view": {"practices-by-budget": both, "budgets-by-organisation": both},
    }
    parts = {name: list(part.figures(record)) for name, part in PARTS.items() if name != "reconciliation"}
    verdicts = {line.verdict for line in summary(parts, {}, LARGE) if line.goal}
    assert verdicts <= {Verdict.REACHED, Verdict.MISSED}
