"""The facts that a reading may state of a practice: the form of each value, and the further fields it may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gcmgraph.kinds import SLUG
from gcmgraph.readings.yaml_nodes import YamlMap, YamlText, YamlValue

#: Languages that texts of the editors (labels, summaries, rationales) are written in.
EDITORS_LANGUAGES = ("en", "fr", "es")

_MOMENT = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_MONEY = re.compile(r"\d+(?:\.\d+)? [A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{3}")
#: `AUT-TUR` connects two countries; `VEN>COL` leads from the first to the second.
_CORRIDOR = re.compile(r"([A-Z]{3})(?:>|-(?!\1))[A-Z]{3}")
_BOUNDS = ("exact", "at-least", "about", "at-most")

#: Returns a sentence about what is wrong with a value; None where nothing is.
Check = Callable[[YamlValue], str | None]


def _pattern(pattern: str | re.Pattern[str], form: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: YamlValue) -> str | None:
        if isinstance(value, YamlText) and compiled.fullmatch(value):
            return None
        return f"'{value}' is not {form}."

    return check


def texts(value: YamlValue) -> str | None:
    """Checks a text in each language of the editors."""
    if not isinstance(value, YamlMap) or set(value) != set(EDITORS_LANGUAGES):
        return f"A text in each of {', '.join(EDITORS_LANGUAGES)} is required."
    if any(not isinstance(text, YamlText) or not text.strip() for text in value.values()):
        return "A text is empty."
    return None


def _result(value: YamlValue) -> str | None:
    if not isinstance(value, YamlMap) or set(value) - {"bound"} != {"value", "unit"}:
        return "A result has value and unit, and bound where the page states one."
    if "bound" in value and value["bound"] not in _BOUNDS:
        return f"'{value['bound']}' is none of {', '.join(_BOUNDS)}."
    if not isinstance(value["value"], YamlText) or not re.fullmatch(r"\d+(?:\.\d+)?", value["value"]):
        return f"'{value['value']}' is not a number."
    return texts(value["unit"])


def _event(value: YamlValue) -> str | None:
    if not isinstance(value, YamlMap) or "title" not in value:
        return "An event has a title."
    unknown = set(value) - {"title", "start", "end", "organiser", "participant"}
    return f"An event has no '{min(unknown)}'." if unknown else texts(value["title"])


def _text(value: YamlValue) -> str | None:
    return None if isinstance(value, YamlText) and value.strip() else "A text is required."


_slug = _pattern(SLUG, "a slug (lower-case letters, digits and hyphens)")
_country = _pattern(_COUNTRY, "an ISO 3166 alpha-3 code")
_moment = _pattern(_MOMENT, "a year, a month or a day (YYYY, YYYY-MM, YYYY-MM-DD) from 1900 on")
_corridor = _pattern(_CORRIDOR, "two countries, such as AUT-TUR, or VEN>COL where the page states the direction")
_money = _pattern(_MONEY, "an amount with a currency, such as 12000000 EUR")


@dataclass(frozen=True)
class FactKind:
    """The form of a fact's value, and the checks of its optional fields."""

    check: Check
    fields: Mapping[str, Check] = field(default_factory=dict)


FACT_KINDS: Mapping[str, FactKind] = {
    "type": FactKind(_slug),
    "lead": FactKind(_slug),
    "partner": FactKind(_slug),
    "involved": FactKind(_slug),
    "funder": FactKind(_slug, {"amount": _money}),
    "country": FactKind(_country),
    "origin": FactKind(_country),
    "destination": FactKind(_country),
    "donor": FactKind(_country),
    "corridor": FactKind(_corridor),
    "place": FactKind(_slug),
    "region": FactKind(_pattern(r"\d{3}", "a code of M49 such as 011")),
    "start": FactKind(_moment),
    "end": FactKind(_moment),
    "amount": FactKind(_money),
    "cost": FactKind(_money, {"what": texts}),
    "result": FactKind(_result),
    "planned": FactKind(_result),
    "outcome": FactKind(texts),
    "instrument": FactKind(_slug, {"role": _pattern("legal-basis", "'legal-basis', the only role")}),
    "audience": FactKind(_slug),
    "area": FactKind(_slug),
    "target": FactKind(_pattern(r"\d{1,2}\.[0-9a-z]{1,2}", "an SDG target")),
    "principle": FactKind(_pattern("[a-j]", "the letter of a guiding principle")),
    "predecessor": FactKind(texts, {"start": _moment, "end": _moment}),
    "event": FactKind(_event),
    "binding": FactKind(_pattern("true|false", "true or false")),
    "citation": FactKind(_text, {"text": lambda _: None, "creator": _slug, "year": _pattern(r"\d{4}", "a year")}),
}
