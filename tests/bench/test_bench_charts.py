"""Charts: well-formed, told in words, and true to the figures."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.chart_svg import Chart, Line
from bench.charts import growth_charts, soak_charts

RESULTS = Path(__file__).parents[2] / "bench" / "results"
CHARTS = Path(__file__).parents[2] / "docs" / "charts"
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


def test_committed_charts_are_drawn_from_committed_runs() -> None:
    expected: dict[str, set[str]] = {}
    for file in sorted(RESULTS.glob("*.json")):
        run = json.loads(file.read_text("utf-8"))
        draw = {"growth": growth_charts, "soak": soak_charts}.get(run.get("measured", ""))
        for name, svg in draw(run, file.name).items() if draw else ():
            expected.setdefault(name, set()).add(svg)
    committed = {chart.name: chart.read_text("utf-8") for chart in CHARTS.glob("*.svg")}
    assert committed
    assert all(svg in expected.get(name, ()) for name, svg in committed.items())
