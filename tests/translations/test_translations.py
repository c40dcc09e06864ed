"""The order of languages, which is one everywhere, and messages outside the interface."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.model.terms import Literal, text
from gcmgraph.publication.descriptions import choose
from gcmgraph.shapes import Texts
from gcmgraph.translations import DATA_LANGUAGES, LANGUAGES, Message, preference
from gcmgraph.web.i18n import best_text

TAGS = ["", "ar", "de", "en", "en-gb", "es", "fr", "fr-ca", "ru", "zh"]


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("en", ["en", "en-gb", "fr", "fr-ca", "es", "ar", "de", "ru", "zh", ""]),
        ("ru", ["ru", "en", "en-gb", "fr", "fr-ca", "es", "ar", "de", "zh", ""]),
        ("pt", ["en", "en-gb", "fr", "fr-ca", "es", "ar", "de", "ru", "zh", ""]),
    ],
)
def test_languages_have_one_order(language: str, order: list[str]) -> None:
    assert sorted(TAGS, key=preference(language)) == order


@given(st.sets(st.sampled_from(TAGS), min_size=1), st.sampled_from(sorted(LANGUAGES)))
def test_pages_reports_and_labels_choose_the_same_text(tags: set[str], language: str) -> None:
    texts = {tag: f"text {tag}" for tag in tags}
    label = choose([text(words, tag) if tag else Literal(words) for tag, words in texts.items()], language)
    assert label is not None
    assert label.value == best_text(texts, language).text == Texts.of(texts.items()).best(language)


def test_without_texts_there_is_no_text() -> None:
    assert choose([], "en") is None
    assert Texts().best("en") is None
    assert best_text({}, "en").text == ""


def test_the_languages_with_a_catalog_have_data_texts() -> None:
    assert set(DATA_LANGUAGES) == set(LANGUAGES)


def test_a_message_has_a_text_in_each_language() -> None:
    assert Message("Did you mean {value}?").texts(value="PHL") == {
        "ar": "هل تقصد PHL؟",
        "zh": "您是否指 PHL？",
        "en": "Did you mean PHL?",
        "fr": "Vouliez-vous dire PHL ?",
        "ru": "Возможно, вы имели в виду PHL?",
        "es": "¿Quiso decir PHL?",
    }
    assert Message("yes").in_language("eo") == "yes", "there is no catalog of Esperanto"


def test_braces_of_a_value_and_braces_without_a_value_remain() -> None:
    message = Message("“{value}” and {other}, such as GRAPH { … } or {}")
    assert message.in_language("en", value="{other}") == "“{other}” and {other}, such as GRAPH { … } or {}"


@pytest.mark.parametrize(
    ("language", "count", "written"),
    [("en", 0, "0 warnings"), ("en", 1, "1 warning"), ("fr", 0, "0 avertissement"), ("fr", 2, "2 avertissements")],
)
def test_a_number_takes_the_plural_of_its_language(language: str, count: int, written: str) -> None:
    assert Message("{count} warning", "{count} warnings").counted(count, language) == written
