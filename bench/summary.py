"""Verdicts on the goals: figures of all parts compared with `goals.GOALS`, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bench.goals import GOALS, Goal
from bench.tables import number, table


class Verdict(StrEnum):
    """Verdict on a goal."""

    REACHED = "reached"
    MISSED = "missed"
    #: our answer was wrong
    WRONG = "wrong"
    NOT_MEASURED = "not measured"
    OTHER_SIZE = "not at this size"
    NO_GOAL = "-"


@dataclass(frozen=True)
class Figure:
    """Figures of ours and of one peer."""

    work: str
    unit: str
    ours: float | None
    #: empty without a peer
    peer: str = ""
    theirs: float | None = None
    #: reason for the absence of a comparable figure of the peer
    missing: str = ""
    #: fault in ours
    fault: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours compared with the peer, above 1 where ours is better: higher rates, less time and memory."""
        if not self.ours or not self.theirs:
            return None
        return self.ours / self.theirs if self.unit == "/s" else self.theirs / self.ours


@dataclass(frozen=True)
class Line:
    """A line of the summary, as in the JSON. `at_least` and `below` are those of its goal."""

    part: str
    work: str
    unit: str
    ours: float | None
    peer: str
    theirs: float | None
    ratio: float | None
    goal: str
    at_least: float | None
    below: float | None
    verdict: Verdict
    why: str


def summary(parts: Mapping[str, Iterable[Figure]], skipped: Mapping[str, str], practices: int) -> tuple[Line, ...]:
    """Summary: a line for each goal, then one for each figure without a goal.

    `parts` has the figures by part; `skipped` has the reason where a part has none.
    """
    found = {(part, figure.work, figure.peer): figure for part, figures in parts.items() for figure in figures}
    lines = []
    for goal in GOALS:
        figure = found.pop((goal.part, goal.work, goal.peer), None)
        if figure is None:
            why = skipped.get(goal.part, "it has no figure")
            figure = Figure(goal.work, goal.unit, None, goal.peer, missing=why)
        lines.append(_line(goal.part, figure, goal, *judge(goal, figure, practices)))
    lines += [_line(part, figure, None, *_without_goal(figure)) for (part, _, _), figure in found.items()]
    return tuple(lines)


def judge(goal: Goal, figure: Figure, practices: int) -> tuple[Verdict, str]:
    """Verdict on a goal in a run of a size, and the reason where it is neither reached nor missed."""
    if figure.fault:
        return Verdict.WRONG, figure.fault
    if figure.missing and not (figure.ratio and goal.at_least and figure.ratio < goal.at_least):
        return Verdict.NOT_MEASURED, figure.missing
    if goal.practices not in (None, practices):
        return Verdict.OTHER_SIZE, f"the goal is for {goal.practices:,} practices"
    if goal.below is not None:
        if figure.ours is None:
            return Verdict.NOT_MEASURED, "it has no figure"
        return (Verdict.REACHED if figure.ours < goal.below else Verdict.MISSED), ""
    if figure.ratio is None or goal.at_least is None:
        return Verdict.NOT_MEASURED, "it has no figure"
    return (Verdict.REACHED if figure.ratio >= goal.at_least else Verdict.MISSED), ""


def _without_goal(figure: Figure) -> tuple[Verdict, str]:
    if figure.fault:
        return Verdict.WRONG, figure.fault
    return (Verdict.NOT_MEASURED if figure.missing else Verdict.NO_GOAL), figure.missing


def text(lines: Iterable[Line]) -> str:
    """The summary as a table."""
    rows = [
        (
            line.work,
            line.peer or "-",
            _with_unit(line.ours, line.unit),
            _with_unit(line.theirs, line.unit),
            "-" if line.ratio is None else f"{line.ratio:.2f}x",
            line.goal or "-",
            f"{line.verdict} ({line.why})" if line.why else str(line.verdict),
        )
        for line in lines
    ]
    return table(("work", "peer", "ours", "theirs", "ratio", "goal", "verdict"), rows, left=(0, 1, 6))


def _line(part: str, figure: Figure, goal: Goal | None, verdict: Verdict, why: str) -> Line:
    of = goal or Goal("", "")
    told = "" if goal is None else str(goal)
    return Line(
        part, figure.work, figure.unit, figure.ours, figure.peer, figure.theirs, figure.ratio,
        told, of.at_least, of.below, verdict, why,
    )  # fmt: skip


def _with_unit(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{number(value)}{unit}" if unit in {"/s", "%"} else f"{number(value)} {unit}"
