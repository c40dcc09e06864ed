"""Dates with the precision of their source."""

from __future__ import annotations

import pytest

from gcmgraph.text import Moment


@pytest.mark.parametrize(
    ("written", "moment", "begin", "finish"),
    [
        ("2018", Moment(2018), 2018.0, 2019.0),
        ("2018-01", Moment(2018, 1), 2018.0, 2018 + 1 / 12),
        ("2018-12Z", Moment(2018, 12), 2018 + 11 / 12, 2019.0),
        ("2016-02-29", Moment(2016, 2, 29), 2016 + (1 + 28 / 29) / 12, 2016 + 2 / 12),
        ("2018-07-01+02:00", Moment(2018, 7, 1), 2018.5, 2018 + (6 + 1 / 31) / 12),
    ],
)
def test_length_of_imprecise_dates(written: str, moment: Moment, begin: float, finish: float) -> None:
    parsed = Moment.parse(written)
    assert parsed == moment
    assert parsed.begin == pytest.approx(begin)
    assert parsed.finish == pytest.approx(finish)


@pytest.mark.parametrize(
    "written",
    ["", "soon", "18", "0000", "12018", "-0044", "2018-13", "2018-00", "2018-02-30", "2017-02-29", "2018-1", "2018\n"],
)
def test_invalid_date_parses_to_none(written: str) -> None:
    assert Moment.parse(written) is None


@pytest.mark.parametrize("written", ["2018", "2018-09", "2018-09-15"])
def test_precision_of_written_dates(written: str) -> None:
    assert str(Moment.parse(written)) == written
