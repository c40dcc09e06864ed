"""Charts: well-formed, told in words, and true to the figures."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from bench.chart_bars import Bar, BarChart
from bench.chart_svg import Chart, Line
from bench.charts import summary_charts

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg())  # noqa: S314 - ours


def test_a_chart_says_in_words_what_it_shows() -> None:
    picture = drawn(
        Chart("A <title>", "practices", "seconds", (Line("ours", ((10, 1.0), (100, 20.0))),), "", logs=True)
    )
    title, words = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert title is not None
    assert words is not None
    assert title.text == "A <title>"
    assert words.text == "seconds by practices. ours: 1 at 10, 20 at 100."
    assert picture.attrib["aria-labelledby"] == f"{title.attrib['id']} {words.attrib['id']}"


def test_points_stand_where_their_figures_are() -> None:
    line = Line("ours", ((10, 1.0), (100, 10.0), (1000, 100.0)))
    picture = drawn(Chart("t", "x", "y", (line,), "", logs=True))
    spots = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in picture.iter(f"{SVG}circle")]
    (x1, y1), (x2, y2), (x3, y3) = spots
    assert x2 - x1 == pytest.approx(x3 - x2, abs=0.2)
    assert y1 - y2 == pytest.approx(y2 - y3, abs=0.2)
    assert y1 > y2 > y3


def test_names_of_lines_that_end_alike_do_not_cover_each_other() -> None:
    lines = tuple(Line(f"line {n}", ((1, 5.0), (10, 5.0))) for n in range(5))
    picture = drawn(Chart("t", "x", "y", lines, ""))
    at = sorted(float(t.attrib["y"]) for t in picture.iter(f"{SVG}text") if (t.text or "").startswith("line "))
    assert all(later - earlier >= 12 for earlier, later in pairwise(at))


def bars(*wanted: Bar) -> ElementTree.Element:
    return ElementTree.fromstring(BarChart("Goals & ratios", "ratio", wanted, "").svg())  # noqa: S314 - ours


def test_a_bar_begins_at_one_and_ends_at_its_ratio_with_its_goal_marked() -> None:
    picture = bars(Bar("ahead", 100.0, 10.0, "reached"), Bar("behind", 0.1, 1.2, "missed"))
    _, ahead, behind = picture.iter(f"{SVG}rect")
    one = float(ahead.attrib["x"])
    assert float(ahead.attrib["width"]) == pytest.approx(2 * float(behind.attrib["width"]), abs=0.2)
    assert float(behind.attrib["x"]) + float(behind.attrib["width"]) == pytest.approx(one, abs=0.2)
    goals = [path.attrib["d"] for path in picture.iter(f"{SVG}path") if path.attrib["stroke"] == "#000000"]
    assert len(goals) == 2
    assert float(goals[0][1:].split()[0]) == pytest.approx(one + float(ahead.attrib["width"]) / 2, abs=0.2)


def test_what_has_no_ratio_is_told_without_a_bar() -> None:
    picture = bars(Bar("a peer that is not there", None, 2.0, "not measured"))
    assert len(list(picture.iter(f"{SVG}rect"))) == 1
    words = picture.find(f"{SVG}desc")
    assert words is not None
    assert words.text == "a peer that is not there: not measured; the goal is 2x."


def test_the_chart_of_a_run_has_a_bar_for_each_goal() -> None:
    run = {
        "date": "2026-01-01T00:00:00",
        "machine": {"processor": "x", "cores": 2, "load_average_at_start": 0.5},
        "versions": ["gcmgraph 1"],
        "dataset": {"practices": 50},
        "options": {"only": ["load", "start"]},
        "summary": [
            {"part": "load", "work": "load", "peer": "oxigraph", "goal": ">= 0.9x", "at_least": 0.9, "below": None,
             "ours": 2.0, "ratio": 0.5, "verdict": "missed"},
            {"part": "start", "work": "start", "peer": "", "goal": "< 1 s", "at_least": None, "below": 1.0,
             "ours": 0.5, "ratio": None, "verdict": "reached"},
            {"part": "load", "work": "disk", "peer": "oxigraph", "goal": "", "at_least": None, "below": None,
             "ours": 5.0, "ratio": 3.0, "verdict": "-"},
            {"part": "documents", "work": "a page", "peer": "trifid", "goal": ">= 30x", "at_least": 30, "below": None,
             "ours": None, "ratio": None, "verdict": "not measured"},
        ],
    }  # fmt: skip
    ((name, svg),) = summary_charts(run, "run.json").items()
    assert name == "goals-50.svg"
    assert "load : oxigraph: 0.5x, missed; the goal is 0.9x. start &lt; 1 s: 2x, reached; the goal is 1x." in svg
    assert "disk" not in svg
    assert "a page" not in svg
