"""The picture of when practices were carried out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyroaring import BitMap

from gcmgraph.model.terms import Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.index import KindIndex, Listings
from gcmgraph.publication.lists.timeline import Bar, draw_timeline
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.embedded.store import EmbeddedStore

A = Addresses()
V = Vocabulary(A)


@pytest.fixture(scope="module")
def index() -> KindIndex:
    store = EmbeddedStore.in_memory(read_quads(Path(__file__).parent / "practices.trig"))
    return Listings(store, A).of("practice")


@pytest.fixture(scope="module")
def bars(index: KindIndex) -> dict[str, Bar]:
    timeline = draw_timeline(index, index.everything, "en")
    assert timeline is not None
    assert (timeline.first, timeline.end, timeline.dated, timeline.undated) == (2012, 2023, 4, 1)
    assert timeline.years == ()
    return {bar.listed.iri.value.rpartition("/")[2]: bar for bar in timeline.bars}


def test_a_bar_is_firm_only_where_its_dates_leave_no_doubt(bars: dict[str, Bar]) -> None:
    bar = bars["one"]  # 2018 to 2022: at the latest since 2019, at least until 2022 began
    assert (bar.begin, bar.finish) == pytest.approx((6 / 11, 1.0), abs=1e-3)
    assert bar.firm == pytest.approx((7 / 11, 10 / 11), abs=1e-3)
    assert not bar.open_start
    assert not bar.open_end


def test_without_an_end_a_bar_is_open(bars: dict[str, Bar]) -> None:
    bar = bars["two"]  # since March 2020
    assert bar.open_end
    assert bar.begin == pytest.approx((8 + 2 / 12) / 11, abs=1e-3)
    assert bar.firm == pytest.approx(((8 + 3 / 12) / 11, 1.0), abs=1e-3)


def test_without_a_start_a_bar_is_open(bars: dict[str, Bar]) -> None:
    bar = bars["five"]  # until 2015
    assert bar.open_start
    assert (bar.begin, bar.finish) == pytest.approx((0.0, 4 / 11), abs=1e-3)
    assert bar.firm == pytest.approx((0.0, 3 / 11), abs=1e-3)


def test_a_day_is_a_short_bar_that_is_nowhere_firm(bars: dict[str, Bar]) -> None:
    bar = bars["three"]
    assert 0 < bar.finish - bar.begin < 0.001
    assert bar.firm is None


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


def test_what_has_no_date_has_no_timeline(index: KindIndex) -> None:
    undated = index.places([V("practice:four")])
    assert draw_timeline(index, undated, "en") is None
    assert draw_timeline(index, BitMap(), "en") is None
