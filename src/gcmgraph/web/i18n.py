"""Language of a request, messages of the interface, names in its language, and formats of values by CLDR (Babel).

Names of kinds, pages, origins, facets and external terms are translated when they are displayed
(`str(name)`), in the language of the request.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal
from babel.support import NullTranslations
from flask import Request, g
from flask_babel import Domain, LazyString, get_locale, gettext, lazy_gettext, lazy_pgettext
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from gcmgraph.model.kinds import DESCRIBED, KINDS
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.lists.facets import BUDGET, FACETS, STATE, Facet, band_of
from gcmgraph.rdf.terms import Literal
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE, compiled_catalog
from gcmgraph.translations.language_preference import preference

#: Domain of the messages of templates and of the code of the web package.
DOMAIN = "interface"

#: Languages in order of preference where a client accepts any (`*`).
_OFFERED = sorted(LANGUAGES, key=lambda language: language != SOURCE_LANGUAGE)

_XSD = "http://www.w3.org/2001/XMLSchema#"

#: Lexical forms of values that are formatted; a value of another form is shown as it is.
_INTEGER = re.compile(r"-?[0-9]{1,300}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_AMOUNT = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,6})?")

#: Numbers in sentences are rounded from here on.
_ROUNDED_FROM = 1_000_000

#: Digits of the longest number without group separators: such numbers are often years.
_UNGROUPED_DIGITS = 4

#: Marks of the direction of texts (https://www.unicode.org/reports/tr9/), at the start of patterns.
_DIRECTION_MARKS = "\u200e\u200f"


#: Kinds of resources, in the plural.
KIND_NAMES: Mapping[str, LazyString] = {
    kind.name: lazy_gettext(kind.plural) for kind in KINDS.values()
}

#: Titles of the forms in which contributors describe a resource of a kind.
FORM_TITLES: Mapping[str, LazyString] = {
    kind: lazy_gettext(KINDS[kind].form_title) for kind in DESCRIBED
}

#: Facets by their parameter.
FACET_NAMES: Mapping[str, LazyString] = {
    facet.name: lazy_pgettext("filter", facet.label)
    for facets in FACETS.values()
    for facet in facets
}


def _read_names() -> dict[str, dict[str, LazyString]]:
    """The rows of `external_names.csv`, by table and key."""
    lines = (files(__package__) / "external_names.csv").read_text("utf-8").splitlines()[1:]
    names: dict[str, dict[str, LazyString]] = {}
    for table, key, context, text in csv.reader(lines):
        name = lazy_pgettext(context, text) if context else lazy_gettext(text)
        names.setdefault(table, {})[key] = name
    return names


#: Names of origins and readers of statements, acts of treaties, states of practices, statuses …
#: (`external_names.csv`). Those of terms are of other vocabularies, which have no labels in the
#: languages of the interface.
NAMES: Mapping[str, Mapping[str, LazyString]] = _read_names()


def chosen_language(request: Request) -> str:
    """The language of a response: `?lang=`, else Accept-Language (RFC 9110, 12.5.4), else English."""
    language = request.args.get("lang", "")
    if language in LANGUAGES:
        return language
    return _accepted_language(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)  # called a dozen times for a page; browsers send few different headers
def _accepted_language(header: str) -> str:
    accepted = parse_accept_header(header, LanguageAccept)
    return accepted.best_match(_OFFERED, default=SOURCE_LANGUAGE) or SOURCE_LANGUAGE


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """The direction of a language's script as a value of HTML's `dir`; `auto` for an unknown language.

    >>> direction("ar"), direction("fr"), direction("x-none")
    ('rtl', 'ltr', 'auto')
    """
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):  # the data may have any tag
        return "auto"


def best_text(texts: Mapping[str, str], language: str) -> Label:
    """The text in a language or the next best by `preference`."""
    best_language = min(texts, key=preference(language), default=None)
    if best_language is None:
        return Label("")
    return Label(texts[best_language], best_language)


def region_of(language: str) -> str:
    """The locale for dates and numbers of a language.

    English is written as the United Nations writes it (29 November 2026).
    """
    return "en_GB" if language == SOURCE_LANGUAGE else language


class CatalogDomain(Domain):  # type: ignore[misc]
    """Messages in the language of the request, for Flask-Babel."""

    def get_translations(self) -> NullTranslations:
        """The translations of this request; English outside of a request."""
        return spoken_catalog()


def spoken_catalog() -> NullTranslations:
    """The catalog of this request, looked up once; English outside of a request."""
    try:
        catalog: NullTranslations = g.catalog
    except AttributeError:  # the first message of a request
        catalog = g.catalog = compiled_catalog(get_locale().language, DOMAIN)
    except RuntimeError:  # no request
        catalog = compiled_catalog(SOURCE_LANGUAGE, DOMAIN)
    return catalog


def plural_forms(singular: str, plural: str) -> dict[str, str]:
    """Texts of a message with a number by plural category, for scripts; `{num}` stands for the number.

    The categories are those of `Intl.PluralRules` in browsers, for whole numbers (CLDR).
    """
    translations = spoken_catalog()
    return {
        name: translations.ungettext(singular, plural, number) % {"num": "{num}"}
        for name, number in _plural_examples(get_locale()).items()
    }


@cache
def _plural_examples(locale: Locale | None) -> dict[str, int]:
    """The plural categories of a language, each with its smallest number."""
    category = locale.plural_form if locale else lambda number: "one" if number == 1 else "other"
    return {category(number): number for number in range(200, -1, -1)}


def readable(value: Literal, language: str) -> str:
    """A value in the form of a language, with its own precision; the lexical form of other datatypes.

    >>> from gcmgraph.rdf.terms import typed
    >>> readable(typed("2018-12-10", "date"), "en"), readable(typed("12345", "integer"), "en")
    ('10 December 2018', '12,345')
    """
    text = value.value
    match value.datatype.value.removeprefix(_XSD):
        case "integer" if _INTEGER.fullmatch(text):
            return number(int(text), language)
        case "date" if _DATE.fullmatch(text):
            day = _parsed(text, date)
            return time_text(day, language) if day else text
        case "gYearMonth" if _MONTH.fullmatch(text):
            first_day = _parsed(f"{text}-01", date)
            locale = region_of(language)
            return format_skeleton("yMMMM", first_day, locale=locale) if first_day else text
        case "dateTime" if text.endswith("Z"):
            moment = _parsed(text, datetime)
            return time_text(moment, language) if moment else text
        case _:
            return text


def time_text(moment: date, language: str) -> str:
    """A day, or a time in UTC, in the form of a language."""
    if isinstance(moment, datetime):
        return format_datetime(moment, "long", tzinfo=UTC, locale=region_of(language))
    return format_date(moment, "long", locale=region_of(language))


def number(value: int | Decimal, language: str) -> str:
    """A number with the separators of a language; groups from five digits on, decimals as they are."""
    is_grouped = len(str(abs(int(value)))) > _UNGROUPED_DIGITS
    if isinstance(value, int) and not is_grouped:
        return str(value)
    return str(
        format_decimal(
            value,
            locale=region_of(language),
            group_separator=is_grouped,
            decimal_quantization=False,
        )
    )


def rounded(value: int, language: str) -> str:
    """A whole number for a sentence: from a million on in millions with one decimal, 1.1 million."""
    if abs(value) < _ROUNDED_FROM:
        return number(value, language)
    locale = Locale.parse(region_of(language))
    if "long" in locale.compact_decimal_formats:
        return format_compact_decimal(value, format_type="long", locale=locale, fraction_digits=1)
    return format_compact_decimal(value, locale=locale, fraction_digits=1)  # Chinese has one form


def money(value: str, currency: str, language: str) -> str:
    r"""An amount of money with the code of its currency, on the side where the language has it.

    >>> money("12000000", "EUR", "en"), money("12000000", "EUR", "es")
    ('EUR\xa012,000,000', '12.000.000\xa0EUR')
    """
    amount = value
    if _AMOUNT.fullmatch(value):
        amount = format_decimal(Decimal(value), locale=region_of(language))
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    if pattern.lstrip(_DIRECTION_MARKS).startswith("¤"):
        return f"{currency}\u00a0{amount}"
    return f"{amount}\u00a0{currency}"


def _parsed(text: str, date_type: type[date]) -> date | None:
    try:
        return date_type.fromisoformat(text)
    except ValueError:  # no valid date, such as 2018-02-30
        return None


def value_name(facet: Facet, key: str, language: str) -> str:
    """The name of a value that is no resource: a state, a band of budgets, or the text itself."""
    if facet.name == STATE:
        return str(NAMES["state"].get(key, key))
    if facet.name == BUDGET:
        return _band_name(key, language)
    return key


def _band_name(key: str, language: str) -> str:
    """A band of budgets in its currency."""
    band = band_of(key)
    if band is None:
        return str(gettext("No budget stated"))
    currency, minimum, limit = band
    if limit is None:
        amount = money(str(minimum), currency, language)
        return str(gettext("%(amount)s or more", amount=amount))
    low = number(minimum, language)
    high = money(str(limit), currency, language)
    return str(gettext("%(low)s to under %(high)s", low=low, high=high))


def table_messages() -> Iterator[tuple[str | None, str]]:
    """The messages of the interface in the tables of kinds and facets, each with its context."""
    yield from ((None, kind.plural) for kind in KINDS.values())
    yield from ((None, KINDS[kind].form_title) for kind in DESCRIBED)
    yield from (("filter", facet.label) for facets in FACETS.values() for facet in facets)
