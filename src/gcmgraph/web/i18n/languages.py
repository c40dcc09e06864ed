"""Language of a request, and texts chosen by it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from flask import Request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from gcmgraph.publication.naming.labels import Label
from gcmgraph.translations.languages import LANGUAGES, SOURCE_LANGUAGE, preference

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
