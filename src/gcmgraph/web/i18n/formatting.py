"""Numbers and dates in the conventions of a language (CLDR, by Babel)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal

from gcmgraph.model.terms import Literal

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
