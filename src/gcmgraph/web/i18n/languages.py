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

__all__ = ["LANGUAGES", "SOURCE_LANGUAGE", "best_text", "chosen_language", "direction"]

#: In order of preference where a client takes any (`*`).
_OFFERED = sorted(LANGUAGES, key=lambda tag: tag != SOURCE_LANGUAGE)


def chosen_language(request: Request) -> str:
    """The language a request wants: `?lang=`, else Accept-Language (RFC 9110, 12.5.4), else English."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else _accepted(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)  # a page asks a dozen times, and many people's browsers say the same
def _accepted(header: str) -> str:
    wanted = parse_accept_header(header, LanguageAccept)
    return wanted.best_match(_OFFERED, default=SOURCE_LANGUAGE) or SOURCE_LANGUAGE


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """The direction of a language's script, as HTML's `dir` has it: `ltr` or `rtl`; `auto` where nobody knows."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):  # any tag may stand in the data
        return "auto"


def best_text(texts: Mapping[str, str], language: str) -> Label:
    """The text in a language or the next best by `preference`."""
    tag = min(texts, key=preference(language), default=None)
    return Label("") if tag is None else Label(texts[tag], tag)
