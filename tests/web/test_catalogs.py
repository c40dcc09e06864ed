"""The gettext catalogs; pages in Arabic or Chinese have no English, except names and sources, each marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from answers import HTML, html
from babel.messages.catalog import Message
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import ngettext

from gcmgraph.translations import (
    DATA_DOMAIN,
    DATA_LANGUAGES,
    LANGUAGES,
    SOURCE_LANGUAGE,
    read_catalog,
)
from gcmgraph.web import i18n
from tools.languages import DOMAINS, Domain
from untranslated import untranslated

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


extracted = cache(Domain.extract)


@pytest.mark.parametrize("of", CATALOGS, ids=lambda one: f"{one[0].name}-{one[1]}")
def test_messages_of_a_catalog(of: tuple[Domain, str]) -> None:
    """Those that templates and code have now; complete, with their placeholders and edges."""
    catalog = read_catalog(of[1], of[0].name)
    messages = [message for message in catalog if message.id]
    wanted = {key(message) for message in extracted(of[0]) if message.id}
    assert len(wanted) > 40
    assert {key(message) for message in messages} == wanted, (
        "run `make messages` and translate what is new"
    )
    assert [key(message) for message in messages if message.fuzzy or not all(texts(message))] == []
    assert {len([*texts(m)]) for m in messages if not isinstance(m.id, str)} <= {
        catalog.num_plurals
    }
    for message in messages:
        *before, last = texts(message)
        *_, source = (message.id,) if isinstance(message.id, str) else message.id
        assert placeholders(last) == placeholders(source), last
        for text in before:  # a form for one number only may say it as a word
            assert placeholders(source) - placeholders(text) <= {"%(num)s"}, text
            assert placeholders(text) <= placeholders(source), text
        for text in (*before, last):
            assert text == text.strip() or source != source.strip(), text
            assert re.search(r"[<>]", text) is None, (
                "translations are not escaped: no markup in them"
            )


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
            assert (
                tuple(ngettext("%(num)s row", "%(num)s rows", number) for number in numbers) == says
            )

    forms = {
        "zero": "لا صفوف", "one": "صف واحد", "two": "صفان",
        "few": "{num} صفوف", "many": "{num} صفاً", "other": "{num} صف",
    }  # fmt: skip
    with app.test_request_context("/?lang=ar"):
        assert i18n.plural_forms("%(num)s row", "%(num)s rows") == forms


#: A contribution with a text in the wrong language, an unknown country, an unknown term and no
#: objective.
FAULTY = """@prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://w3id.org/gcmgraph/id/practice/x> a gcm:Practice ; dct:title "A"@en , "Un titre pour les gens dans la rue"@en ;
  gcm:country <https://w3id.org/gcmgraph/id/country/XXX> ; gcm:contry 5 ."""

PATHS = (
    "/", "/about", "/map", "/network", "/matrix", "/queries", "/sparql", "/shapes", "/dataset", "/changes",
    "/contributions", "/contributions/form/practice", "/validate", "/linksets", "/coverage", "/resolve", "/nowhere",
    "/check", "/check?resource=AFG&relation=M49&value=005", "/check?resource=xyzzy&relation=M49&value=005",
    "/search?q=smuggling", "/search?q=xyzzy", "/browse/practice", "/browse/practice?objective=24", "/browse/country",
    "/browse/practice?state=ended&country=AFG&q=xyzzy", "/doc/practice/glo-act", "/doc/country/AFG", "/doc/action/9a",
    "/doc/objective/9", "/doc/organisation/unodc", "/doc/sdg/10.7", "/queries/practices-of-objective?objective=24",
    "/queries/budgets-by-organisation", "/sparql?query=SELECT", "/graph/reference/countries",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "language"),
    [
        pytest.param(
            path, language, marks=pytest.mark.exhaustive if number % 2 == (language == "ar") else []
        )
        for number, path in enumerate(PATHS)
        for language in ("ar", "zh")
    ],
)
def test_unmarked_languages_on_pages(client: FlaskClient, path: str, language: str) -> None:
    """Each path in one of the languages; in both before a release."""
    response = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers=HTML)
    assert response.mimetype == "text/html"
    assert untranslated(response.text, language) == []


@pytest.mark.parametrize(
    ("path", "language"),
    [
        (
            "/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025",
            "ar",
        ),
        ("/doc/organisation/unodc", "zh"),
        ("/doc/action/9a", "ar"),
        ("/browse/practice", "zh"),
        ("/brief/country/USA", "ar"),
    ],
)
def test_unmarked_languages_on_pages_of_the_real_graph(
    real_client: FlaskClient, path: str, language: str
) -> None:
    assert untranslated(html(real_client, f"{path}?lang={language}"), language) == []


@pytest.mark.parametrize(("language", "data"), [("ar", FAULTY), ("zh", "@prefix")])
def test_language_of_a_report(client: FlaskClient, language: str, data: str) -> None:
    page = client.post(
        f"/validate?lang={language}", data=data, content_type="text/turtle", headers=HTML
    )
    assert page.mimetype == "text/html"
    assert untranslated(page.text, language) == []


def test_texts_in_latin_letters() -> None:
    page = (
        '<html lang="ar"><title>Data</title><p title="More">نص curl <b>Some words</b><i lang="en">Name</i>'
        "<code>select</code> UNODC 9a https://example.org/page</p></html>"
    )
    assert untranslated(page, "ar") == ["Data", "More", "Some words"]
