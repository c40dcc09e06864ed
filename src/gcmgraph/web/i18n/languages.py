"""Language of a request: texts chosen by it, messages of the interface, numbers and dates by CLDR (Babel)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Request, g
from flask_babel import Domain, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from gcmgraph.model.terms import Literal
from gcmgraph.publication.naming.labels import Label
from gcmgraph.translations.languages import LANGUAGES, SOURCE_LANGUAGE, preference
from gcmgraph.translations.messages import compiled_catalog

#: Tags in order of preference where a client accepts any (`*`).
_OFFERED = sorted(LANGUAGES, key=lambda tag: tag != SOURCE_LANGUAGE)

#: Longest Accept-Language header, in letters, that is cached with its meaning.
_LONGEST_CACHED = 1_024


def chosen_language(request: Request) -> str:
    """The language of a response: `?lang=`, else Accept-Language (RFC 9110, 12.5.4), else English."""
    tag = request.args.get("lang", "")
    header = request.headers.get("Accept-Language", "")
    accepted = _accepted if len(header) <= _LONGEST_CACHED else _accepted.__wrapped__
    return tag if tag in LANGUAGES else accepted(header)


@lru_cache(maxsize=256)  # called a dozen times for a page; browsers send few different headers
def _accepted(header: str) -> str:
    accepted = parse_accept_header(header, LanguageAccept)
    return accepted.best_match(_OFFERED, default=SOURCE_LANGUAGE) or SOURCE_LANGUAGE


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """The direction of a script as a value of HTML's `dir`: `ltr`, `rtl`, or `auto` for an unknown language."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):  # the data may have any tag
        return "auto"


def best_text(texts: Mapping[str, str], language: str) -> Label:
    """The text in a language or the next best by `preference`."""
    tag = min(texts, key=preference(language), default=None)
    return Label("") if tag is None else Label(texts[tag], tag)


#: Domain of the messages of templates and of the code of the web package.
DOMAIN = "interface"


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


_XSD = "http://www.w3.org/2001/XMLSchema#"

#: An amount that is formatted; one of another form is shown as it is.
_AMOUNT = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,6})?")

#: Digits of the longest number without group separators: such numbers are often years.
_UNGROUPED = 4


def readable(value: Literal, language: str) -> str:
    """A value in the form of a language, with its own precision; the lexical form of other datatypes."""
    match value.datatype.value.removeprefix(_XSD):
        case "integer" if re.fullmatch(r"-?[0-9]{1,300}", value.value):
            return number(int(value.value), language)
        case "date" if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.value):
            day = _day(value.value)
            return format_date(day, "long", locale=language) if day else value.value
        case "gYearMonth" if re.fullmatch(r"[0-9]{4}-[0-9]{2}", value.value):
            day = _day(f"{value.value}-01")
            return format_skeleton("yMMMM", day, locale=language) if day else value.value
        case "dateTime" if value.value.endswith("Z"):
            moment = _moment(value.value)
            return format_datetime(moment, "long", tzinfo=UTC, locale=language) if moment else value.value
        case _:
            return value.value


def number(value: int, language: str) -> str:
    """A whole number with the group separators of a language, from five digits on."""
    return format_decimal(value, locale=language) if len(str(abs(value))) > _UNGROUPED else str(value)


def money(value: str, currency: str, language: str) -> str:
    """An amount of money with the code of its currency, on the side where the language has it: EUR 12,000,000."""
    amount = format_decimal(Decimal(value), locale=language) if _AMOUNT.fullmatch(value) else value
    pattern = Locale.parse(language).currency_formats["standard"].pattern.lstrip("\u200e\u200f")
    return f"{currency}\u00a0{amount}" if pattern.startswith("¤") else f"{amount}\u00a0{currency}"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # no valid date and time
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # no valid date, such as 2018-02-30
        return None
