"""Names similar to one that does not exist."""

from __future__ import annotations

import pytest

from gcmgraph.text import nearest, nearest_value

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


def test_several_names_in_order_of_similarity() -> None:
    assert nearest("Nigerian", COUNTRIES, 3) == ["Nigeria", "Niger"]
    assert nearest("MAX", CODES, 3) == ["MAC", "MAR"]


def test_strict_similarity() -> None:
    assert nearest("data", ("date",)) == ["date"]
    assert nearest("data", ("date",), strict=True) == []
    assert nearest("titel", ("title",), strict=True) == ["title"]
    assert nearest("AFX", CODES, strict=True) == []


def test_names_of_other_objects() -> None:
    assert nearest("titel", [("Title", 1), ("Date", 2)], key=lambda pair: pair[0].lower()) == [("Title", 1)]
    assert nearest_value("titel", {"title": 1, "date": 2}) == 1
    assert nearest_value("zzzzzz", {"title": 1}) is None
