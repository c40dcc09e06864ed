"""Forms of names in which they can be compared."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gcmgraph.linking.matching import forms, says_nothing
from gcmgraph.text import fold_name, has_han


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Côte d’Ivoire", "cote d ivoire"),
        ("  AFGHANISTAN\n", "afghanistan"),
        ("Cœur", "coeur"),
        ("Straße", "strasse"),
        ("U.S.A.", "usa"),
        ("Ёлка", "елка"),
        ("إيران", "ايران"),
        ("جمهـــورية", "جمهوريه"),
        ("ＡＦＧ", "afg"),
        ("a_b", "a b"),
        ("٩", "٩"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold_name(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Iran (Islamic Republic of)", "the Islamic Republic of Iran"),
        ("Iran (République islamique d’)", "la République islamique d'Iran"),
        ("Congo, Dem. Rep.", "Democratic Republic of the Congo"),
        ("St. Lucia", "Saint Lucia"),
        ("Bosnia & Herzegovina", "Bosnia and Herzegovina"),
        ("كونغو", "الكونغو"),
        ("República de Corea", "Corea, República de"),
    ],
)
def test_names_that_differ_in_order_and_small_words_have_one_bag(one: str, other: str) -> None:
    assert forms(one).bag == forms(other).bag


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Republic of Korea", "Democratic People's Republic of Korea"),
        ("Dominica", "Dominicana"),
        ("Niger", "Nigeria"),
        ("ألمانيا", "مانيا"),
        ("Guinea", "Guinea-Bissau"),
    ],
)
def test_names_of_other_things_have_other_bags(one: str, other: str) -> None:
    assert forms(one).bag != forms(other).bag


def test_spaces_are_not_compared_in_the_compact_form() -> None:
    assert forms("Sri Lanka").compact == forms("SriLanka").compact
    assert forms("The And").bag == "and the"


def test_missing_values_and_chinese() -> None:
    assert says_nothing(" N/A ")
    assert not says_nothing("Namibia")
    assert has_han("中国")
    assert not has_han("Китай")


@given(st.text(max_size=60))
@example("Ǣ ǿ")
def test_folding_again_changes_nothing_and_never_fails(text: str) -> None:
    folded = fold_name(text)
    assert fold_name(folded) == folded
    assert "  " not in folded
    assert forms(text).folded == folded
