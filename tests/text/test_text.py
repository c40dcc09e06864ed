"""Characters that are not drawn or change the direction of text, similar names, and dates of any precision."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from gcmgraph.text import CONTROLS, INVISIBLE, Moment, isolated, nearest, without_overrides


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("\u2068a\u2069 \u2067b \u2066c\u2069\u2069", "\u2068a\u2069 \u2067b \u2066c\u2069\u2069"),
        ("a\u2067b", "a[U+2067]b"),
        ("a\u2069b\u2066c\u2069", "a[U+2069]b\u2066c\u2069"),
        ("\u2066\u2067a\u2069", "[U+2066]\u2067a\u2069"),
        ("عربي", "عربي"),
    ],
)
def test_isolates_act_on_nothing_outside(text: str, safe: str) -> None:
    assert isolated(text) == safe


def test_overrides_are_visible_in_pages() -> None:
    page = "a\u202eb\u202c \u202a\u202b\u202d – \u2028 é"
    assert without_overrides(page.encode()).decode() == "a[U+202E]b[U+202C] [U+202A][U+202B][U+202D] – \u2028 é"


#: Format characters that texts require, hieroglyphs apart: joiners, marks of direction, signs of several scripts.
_REQUIRED = (*range(0x200C, 0x2010), 0x61C, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)


def test_format_characters_are_controls_invisible_or_required() -> None:
    formats = {code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"}
    other = {code for code in formats if not CONTROLS.match(chr(code)) and not INVISIBLE.match(chr(code))}
    assert {code for code in other if not 0x13430 <= code <= 0x1345F} == set(_REQUIRED)


COUNTRIES = ("Philippines", "Indonesia", "India", "Niger", "Nigeria")
CODES = ("AFG", "MAC", "MAR", "PHL")


@pytest.mark.parametrize(
    ("text", "candidates", "found"),
    [
        ("Phillipines", COUNTRIES, ["Philippines"]),
        ("Nigera", COUNTRIES, ["Nigeria"]),
        ("Xanadu", ("Canada", *COUNTRIES), []),
        ("", COUNTRIES, []),
        ("India", (), []),
        ("AFX", CODES, ["AFG"]),
        ("AGF", CODES, ["AFG"]),
        ("MAX", CODES, []),
        ("XQZ", CODES, []),
        ("", ("9",), []),
    ],
)
def test_most_similar_name(text: str, candidates: tuple[str, ...], found: list[str]) -> None:
    assert nearest(text, candidates) == found


def test_strict_similarity() -> None:
    assert nearest("data", ("date",)) == ["date"]
    assert nearest("data", ("date",), strict=True) == []
    assert nearest("titel", ("title",), strict=True) == ["title"]
    assert nearest("AFX", CODES, strict=True) == []


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
    ("written", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"), ("2024-02-05", "2024-02-05", "2024-02-05"),
    ],
)  # fmt: skip
def test_days_of_imprecise_dates(written: str, first: str, last: str) -> None:
    parsed = Moment.parse(written)
    assert parsed is not None
    assert [day.isoformat() for day in parsed.days] == [first, last]


@pytest.mark.parametrize(
    "written",
    ["", "soon", "18", "0000", "12018", "-0044", "2018-13", "2018-00", "2018-02-30", "2017-02-29", "2018-1", "2018\n"],
)
def test_invalid_date_parses_to_none(written: str) -> None:
    assert Moment.parse(written) is None


@pytest.mark.parametrize("written", ["2018", "2018-09", "2018-09-15"])
def test_precision_of_written_dates(written: str) -> None:
    assert str(Moment.parse(written)) == written
