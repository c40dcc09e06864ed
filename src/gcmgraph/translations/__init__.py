"""Texts by language: languages of the interface and of other texts, and the order in which a text is chosen.

- `messages`: gettext catalogs, `{language}/LC_MESSAGES/{domain}.po`, and messages in all languages at once
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

#: The language of the messages in templates and code.
SOURCE_LANGUAGE = "en"

#: Languages by their own names, in the order of the switch: those of the UN, as the UN orders them. Each has the
#: catalog of the interface.
LANGUAGES = {
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}

#: Domain of the texts outside the interface: checks, reports, templates, titles in the dataset.
DATA_DOMAIN = "data"

#: Domain of the texts of spreadsheets and forms for contributors, which exist in all languages of the interface.
TEMPLATE_DOMAIN = "template"

#: Languages of the texts outside the interface: those with a catalog of them.
DATA_LANGUAGES = tuple(
    tag
    for tag in LANGUAGES
    if tag == SOURCE_LANGUAGE or (files(__package__) / tag / "LC_MESSAGES" / f"{DATA_DOMAIN}.po").is_file()
)

#: Languages after the requested one; then any other, and a text without a tag last.
FALLBACK = (SOURCE_LANGUAGE, "fr", "es")

_SUBTAG = re.compile(r"[^A-Za-z]")


@lru_cache(maxsize=256)
def preference(language: str) -> Callable[[str], tuple[int, str]]:
    """The sort key of language tags (empty for none) for readers of a language, the best first.

    A tag with a region counts as its language: `fr-CA` as `fr`.
    """
    order = {tag: rank for rank, tag in reversed(list(enumerate((language, *FALLBACK))))}
    other = len(order) + 1

    def rank(tag: str) -> tuple[int, str]:
        return order.get(tag.partition("-")[0].lower(), other if tag else other + 1), tag

    return rank


def data_language(tag: str) -> str:
    """The language of texts outside the interface, by a language tag or the name of a locale; else English."""
    language = _SUBTAG.split(tag)[0].lower()
    return language if language in DATA_LANGUAGES else SOURCE_LANGUAGE
