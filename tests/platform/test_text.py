"""Characters, similar names, dates of any precision; order of languages, messages outside the interface."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.platform.controls import DIRECTION_CONTROLS, INVISIBLE, isolated, without_overrides
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.similarity import nearest
from gcmgraph.publication.descriptions import choose
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.terms import Literal, text
from gcmgraph.translations import LANGUAGES, Message
from gcmgraph.translations.language_preference import preference
from gcmgraph.web.i18n import best_text


def test_isolates_act_on_nothing_outside() -> None:
    nested = "\u2068a\u2069 \u2067b \u2066c\u2069\u2069"
    for written, safe in (
        ("plain", "plain"), (nested, nested), ("a\u2067b", "a[U+2067]b"), ("عربي", "عربي"),
        ("a\u2069b\u2066c\u2069", "a[U+2069]b\u2066c\u2069"), ("\u2066\u2067a\u2069", "[U+2066]\u2067a\u2069"),
    ):  # fmt: skip
        assert isolated(written) == safe


def test_overrides_are_visible_in_pages() -> None:
    page = "a\u202eb\u202c \u202a\u202b\u202d – \u2028 é"
    assert (
        without_overrides(page.encode()).decode()
        == "a[U+202E]b[U+202C] [U+202A][U+202B][U+202D] – \u2028 é"
    )


#: Format characters that texts require, hieroglyphs apart: joiners, marks of direction, signs of
#: several scripts.
_REQUIRED = (
    *range(0x200C, 0x2010),
    0x61C,
    *range(0x600, 0x606),
    0x6DD,
    0x70F,
    0x890,
    0x891,
    0x8E2,
    0x110BD,
    0x110CD,
)


def test_format_characters_are_controls_invisible_or_required() -> None:
    formats = {
        code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"
    }
    other = {
        code
        for code in formats
        if not DIRECTION_CONTROLS.match(chr(code)) and not INVISIBLE.match(chr(code))
    }
    assert {code for code in other if not 0x13430 <= code <= 0x1345F} == set(_REQUIRED)


COUNTRIES = ("Philippines", "Indonesia", "India", "Niger", "Nigeria")
CODES = ("AFG", "MAC", "MAR", "PHL")


def test_most_similar_name_is_found_or_none() -> None:
    for typed, candidates, found in (
        ("Phillipines", COUNTRIES, "Philippines"), ("Nigera", COUNTRIES, "Nigeria"), ("", COUNTRIES, ""),
        ("Xanadu", ("Canada", *COUNTRIES), ""), ("India", (), ""), ("AFX", CODES, "AFG"), ("AGF", CODES, "AFG"),
        ("MAX", CODES, ""), ("XQZ", CODES, ""),
    ):  # fmt: skip
        assert nearest(typed, candidates) == found.split()
    for typed, known, strictly in (
        ("data", "date", []),
        ("titel", "title", ["title"]),
        ("AFX", "AFG", []),
    ):
        assert nearest(typed, (known,)) == [known]
        assert nearest(typed, (known,), strict=True) == strictly


def test_imprecise_date_has_first_and_last_day() -> None:
    for written, moment, begin, finish, days in (
        ("2018", Moment(2018), 2018.0, 2019.0, "2018-01-01 2018-12-31"),
        ("2018-12Z", Moment(2018, 12), 2018 + 11 / 12, 2019.0, "2018-12-01 2018-12-31"),
        ("2024-02", Moment(2024, 2), 2024 + 1 / 12, 2024 + 2 / 12, "2024-02-01 2024-02-29"),
        (
            "2016-02-29",
            Moment(2016, 2, 29),
            2016 + (1 + 28 / 29) / 12,
            2016 + 2 / 12,
            "2016-02-29 2016-02-29",
        ),
        (
            "2018-07-01+02:00",
            Moment(2018, 7, 1),
            2018.5,
            2018 + (6 + 1 / 31) / 12,
            "2018-07-01 2018-07-01",
        ),
    ):
        parsed = Moment.parse(written)
        assert parsed == moment
        assert (parsed.begin, parsed.finish) == (pytest.approx(begin), pytest.approx(finish))
        assert [day.isoformat() for day in parsed.days] == days.split()


def test_date_of_any_precision_is_read_and_others_refused() -> None:
    for written in ("2018", "2018-09", "2018-09-15"):
        assert str(Moment.parse(written)) == written
    for invalid in (
        "",
        "soon",
        "18",
        "0000",
        "12018",
        "-0044",
        "2018-13",
        "2018-00",
        "2018-1",
        "2018\n",
    ):
        assert Moment.parse(invalid) is None
    assert (Moment.parse("2018-02-30"), Moment.parse("2017-02-29")) == (None, None)


TAGS = ["", "ar", "de", "en", "en-gb", "es", "fr", "fr-ca", "ru", "zh"]


def test_languages_have_one_order() -> None:
    for language, order in (
        ("en", "en en-gb fr fr-ca es ar de ru zh"), ("ru", "ru en en-gb fr fr-ca es ar de zh"),
        ("fr", "fr fr-ca en en-gb es ar de ru zh"),
        ("pt", "en en-gb fr fr-ca es ar de ru zh"),
    ):  # fmt: skip
        assert sorted(TAGS, key=preference(language)) == [*order.split(), ""]


@given(st.sets(st.sampled_from(TAGS), min_size=1), st.sampled_from(sorted(LANGUAGES)))
def test_pages_reports_and_labels_choose_the_same_text(tags: set[str], language: str) -> None:
    texts = {tag: f"text {tag}" for tag in tags}
    label = choose(
        [text(words, tag) if tag else Literal(words) for tag, words in texts.items()], language
    )
    assert label.value == best_text(texts, language).text == Texts.of(texts.items()).best(language)


def test_without_texts_there_is_no_text() -> None:
    assert choose([], "en") is None
    assert Texts().best("en") is None
    assert best_text({}, "en").text == ""


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
    assert (
        message.in_language("en", value="{other}")
        == "“{other}” and {other}, such as GRAPH { … } or {}"
    )


@pytest.mark.parametrize(
    ("language", "count", "written"),
    [
        ("en", 0, "0 warnings"),
        ("en", 1, "1 warning"),
        ("fr", 0, "0 avertissement"),
        ("fr", 2, "2 avertissements"),
    ],
)
def test_a_number_takes_the_plural_of_its_language(language: str, count: int, written: str) -> None:
    assert Message("{count} warning", "{count} warnings").counted(count, language) == written
