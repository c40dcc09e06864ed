"""The gettext catalogs: complete, true to the templates and code, and the same placeholders in each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask
from flask_babel import ngettext

from gcmgraph.translations import DATA_DOMAIN, DATA_LANGUAGES, LANGUAGES, SOURCE_LANGUAGE, read_catalog
from gcmgraph.web import i18n
from tools.languages import DOMAINS, Domain

Key = tuple[str | None, str]


def key(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> Iterator[str]:
    yield from (message.string,) if isinstance(message.string, str) else message.string


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|%.|\{\w+\}", text))


#: Domain and language of each catalog.
CATALOGS = [
    (domain, language)
    for domain in DOMAINS
    for language in (DATA_LANGUAGES if domain.name == DATA_DOMAIN else LANGUAGES)
    if language != SOURCE_LANGUAGE
]


@pytest.fixture(scope="module", params=CATALOGS, ids=lambda one: f"{one[0].name}-{one[1]}")
def one(request: pytest.FixtureRequest) -> tuple[Domain, str]:
    return request.param


@pytest.fixture(scope="module")
def catalog(one: tuple[Domain, str]) -> Catalog:
    domain, language = one
    return read_catalog(language, domain.name)


@pytest.fixture(scope="module")
def written(one: tuple[Domain, str]) -> Catalog:
    """All messages that templates and code have now."""
    return extracted(one[0])


extracted = cache(Domain.extract)


def test_messages_of_a_catalog(catalog: Catalog, written: Catalog) -> None:
    there = {key(message) for message in catalog if message.id}
    wanted = {key(message) for message in written if message.id}
    assert len(wanted) > 40
    assert there == wanted, "run `make messages` and translate what is new"


def test_complete_translations(catalog: Catalog) -> None:
    assert [key(message) for message in catalog if message.id and (message.fuzzy or not all(texts(message)))] == []
    plural = [list(texts(message)) for message in catalog if not isinstance(message.id, str)]
    assert {len(forms) for forms in plural} <= {catalog.num_plurals}


def test_placeholders_and_edges_of_translations(catalog: Catalog) -> None:
    for message in catalog:
        if not message.id:
            continue
        *before, last = texts(message)
        *_, source = (message.id,) if isinstance(message.id, str) else message.id
        assert placeholders(last) == placeholders(source), last
        for text in before:  # a form for one number only may say it as a word
            assert placeholders(source) - placeholders(text) <= {"%(num)s"}, text
            assert placeholders(text) <= placeholders(source), text
        for text in (*before, last):
            if source == source.strip():
                assert text == text.strip(), text
            assert re.search(r"[<>]", text) is None, "translations are not escaped: no markup in them"


def test_typography_of_arabic_and_french() -> None:
    """Names in other scripts keep their order (https://www.w3.org/TR/string-meta/#bidi); no line begins with `:`."""
    for message in read_catalog("ar", i18n.DOMAIN):
        for text in texts(message) if message.id else ():
            isolated = re.findall(r"\u2068(%\(\w+\)s)\u2069", text)
            assert [p for p in re.findall(r"%\(\w+\)s", text) if p != "%(num)s"] == isolated, text
    for message in read_catalog("fr", i18n.DOMAIN):
        for text in texts(message) if message.id else ():
            assert re.search(r" [:;?!»]|« ", text) is None, text


def test_plural_form_by_number(app: Flask) -> None:
    for language, numbers, says in (
        ("en", (0, 1), ("0 rows", "1 row")),
        ("fr", (0, 2), ("0 ligne", "2 lignes")),
        ("zh", (1, 3), ("1 行", "3 行")),
        ("ru", (21, 3, 11), ("21 строка", "3 строки", "11 строк")),
        ("ar", (0, 1, 2, 7, 11, 100), ("لا صفوف", "صف واحد", "صفان", "7 صفوف", "11 صفاً", "100 صف")),
    ):
        with app.test_request_context(f"/?lang={language}"):
            assert tuple(ngettext("%(num)s row", "%(num)s rows", number) for number in numbers) == says


def test_plural_forms_for_scripts(app: Flask) -> None:
    """By plural category (CLDR)."""
    forms = {
        "zero": "لا صفوف", "one": "صف واحد", "two": "صفان",
        "few": "{num} صفوف", "many": "{num} صفاً", "other": "{num} صف",
    }  # fmt: skip
    with app.test_request_context("/?lang=ar"):
        assert i18n.plural_forms("%(num)s row", "%(num)s rows") == forms
