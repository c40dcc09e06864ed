"""Timelines: bars as precise as the dates of practices, counts by year for many."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyroaring import BitMap

from gcmgraph.publication.lists.index import KindIndex, Listings
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.web.visualisation.timeline import Timeline, draw_timeline

A = Addresses()
V = Vocabulary(A)
PRACTICES = Path(__file__).parents[1] / "publication" / "practices.trig"


@pytest.fixture(scope="module")
def index() -> KindIndex:
    return Listings(Store.in_memory(read_quads(PRACTICES)), A).of("practice")


@pytest.fixture(scope="module")
def timeline(index: KindIndex) -> Timeline:
    timeline = draw_timeline(index, index.everything, "en")
    assert timeline is not None
    return timeline


def test_axis_of_a_timeline_spans_all_dates(timeline: Timeline) -> None:
    assert (timeline.first, timeline.end, timeline.dated, timeline.undated) == (2012, 2023, 4, 1)
    assert timeline.years == ()
    assert [mark.year for mark in timeline.marks] == [2012, 2014, 2016, 2018, 2020, 2022]
    assert all(0 <= mark.position < 1 for mark in timeline.marks)


@pytest.mark.parametrize(
    ("name", "begin", "finish", "firm", "open_ends"),
    [
        # 2018 to 2022: at the latest since 2019, at least until 2022 began
        ("one", 6, 11, (7, 10), (False, False)),
        ("two", 8 + 2 / 12, 11, (8 + 3 / 12, 11), (False, True)),  # since March 2020
        ("five", 0, 4, (0, 3), (True, False)),  # until 2015
    ],
)
def test_bar_is_firm_where_a_practice_was_certainly_under_way(
    timeline: Timeline,
    name: str,
    begin: float,
    finish: float,
    firm: tuple[float, float],
    open_ends: tuple[bool, bool],
) -> None:
    years = timeline.end - timeline.first
    (bar,) = (bar for bar in timeline.bars if bar.listed.iri == V(f"practice:{name}"))
    assert bar.firm is not None
    assert (bar.begin * years, bar.finish * years) == pytest.approx((begin, finish), abs=1e-2)
    assert [position * years for position in bar.firm] == pytest.approx(firm, abs=1e-2)
    assert (bar.open_start, bar.open_end) == open_ends


def test_bar_of_one_day_is_nowhere_firm(timeline: Timeline) -> None:
    (bar,) = (bar for bar in timeline.bars if bar.listed.iri == V("practice:three"))
    assert 0 < bar.finish - bar.begin < 0.001
    assert bar.firm is None


def test_many_practices_are_counted_by_year(index: KindIndex) -> None:
    timeline = draw_timeline(index, index.everything, "en", max_bars=3)
    assert timeline is not None
    assert timeline.bars == ()
    assert dict(timeline.years)[2012] == timeline.busiest == 2


def test_practices_without_dates_have_no_timeline(index: KindIndex) -> None:
    assert draw_timeline(index, index.rows([V("practice:four")]), "en") is None
    assert draw_timeline(index, BitMap(), "en") is None
