"""The picture of when practices were carried out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyroaring import BitMap

from gcmgraph.model.terms import Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.index import Bar, KindIndex, Listings, draw_timeline
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.port import Store

A = Addresses()
V = Vocabulary(A)


@pytest.fixture(scope="module")
def index() -> KindIndex:
    store = Store.in_memory(read_quads(Path(__file__).parent / "practices.trig"))
    return Listings(store, A).of("practice")


@pytest.fixture(scope="module")
def bars(index: KindIndex) -> dict[str, Bar]:
    timeline = draw_timeline(index, index.everything, "en")
    assert timeline is not None
    assert (timeline.first, timeline.end, timeline.dated, timeline.undated) == (2012, 2023, 4, 1)
    assert timeline.years == ()
    return {bar.listed.iri.value.rpartition("/")[2]: bar for bar in timeline.bars}


@pytest.mark.parametrize(
    ("name", "begin", "finish", "firm", "open_ends"),
    [
        ("one", 6, 11, (7, 10), (False, False)),  # 2018 to 2022: at the latest since 2019, at least until 2022 began
        ("two", 8 + 2 / 12, 11, (8 + 3 / 12, 11), (False, True)),  # since March 2020
        ("five", 0, 4, (0, 3), (True, False)),  # until 2015
    ],
)
def test_bar_is_firm_where_its_dates_leave_no_doubt(
    bars: dict[str, Bar],
    name: str,
    begin: float,
    finish: float,
    firm: tuple[float, float],
    open_ends: tuple[bool, bool],
) -> None:
    bar = bars[name]
    assert (bar.begin * 11, bar.finish * 11) == pytest.approx((begin, finish), abs=1e-2)
    assert bar.firm is not None
    assert (bar.firm[0] * 11, bar.firm[1] * 11) == pytest.approx(firm, abs=1e-2)
    assert (bar.open_start, bar.open_end) == open_ends


def test_day_is_a_short_bar_that_is_nowhere_firm(bars: dict[str, Bar]) -> None:
    assert 0 < bars["three"].finish - bars["three"].begin < 0.001
    assert bars["three"].firm is None


def test_many_practices_are_counted_by_year(index: KindIndex) -> None:
    timeline = draw_timeline(index, index.everything, "en", most=3)
    assert timeline is not None
    assert timeline.bars == ()
    assert dict(timeline.years)[2012] == 2
    assert timeline.busiest == 2


def test_marks_are_round_years_within_the_axis(index: KindIndex) -> None:
    timeline = draw_timeline(index, index.everything, "en")
    assert timeline is not None
    years = [year for year, _ in timeline.marks]
    assert years == [2012, 2014, 2016, 2018, 2020, 2022]
    assert all(0 <= place < 1 for _, place in timeline.marks)


def test_practices_without_dates_have_no_timeline(index: KindIndex) -> None:
    undated = index.rows([V("practice:four")])
    assert draw_timeline(index, undated, "en") is None
    assert draw_timeline(index, BitMap(), "en") is None
