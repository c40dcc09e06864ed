"""Other readings of texts in a table, and what they must not turn a text into."""

from __future__ import annotations

import pytest

from gcmgraph.linking.matching import Reading, readings

SDG, OBJECTIVE, ORGANISATION = ("sdg",), ("objective",), ("organisation",)


@pytest.mark.parametrize(
    ("text", "kinds", "reading"),
    [
        ("SDG 10.7", (), Reading(("10.7",), SDG)),
        ("Target 16.1", SDG, Reading(("16.1",), SDG)),
        ("SDG target 8.a", (), Reading(("8.a",), SDG)),
        ("10,7", SDG, Reading(("10.7",), SDG)),
        ("10,7", (), Reading(("10.7",), SDG)),
        ("goal 5", (), Reading(("5",), SDG)),
        ("ODD n° 10", (), Reading(("10",), SDG)),
        ("Objectif de développement durable 10", (), Reading(("10",), SDG)),
        ("Objective 9", (), Reading(("9",), OBJECTIVE)),
        ("Action 9a", (), Reading(("9a",), ("action",))),
        ("U.N.H.C.R.", (), Reading(("UNHCR",))),
        ("UNODC, Vienna", (), Reading(("UNODC",), ORGANISATION)),
        ("World Health Organization (WHO)", (), Reading(("World Health Organization", "WHO"))),
    ],
)
def test_a_text_has_another_reading(text: str, kinds: tuple[str, ...], reading: Reading) -> None:
    assert list(readings(text, kinds)) == [reading]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("10,7", ("country",)),
        ("SDG 10.7", ("country",)),
        ("Chapter 5", ()),
        ("goal", ()),
        ("Kenya, Uganda", ()),
        ("Vienna, Austria", ()),
        ("UNODC, Vienna", ("country",)),
        ("x" * 1000 + " 5", ()),
        ("(((((((", ()),
    ],
)
def test_other_texts_have_none(text: str, kinds: tuple[str, ...]) -> None:
    assert list(readings(text, kinds)) == []
