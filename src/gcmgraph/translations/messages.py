"""Messages outside the interface: of checks and reports, in templates, and titles in the dataset.

Their translations are in the catalogs of `DATA_DOMAIN`. A message is not bound to the language of a request: a report
has it in all languages at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel.support import NullTranslations

from gcmgraph.translations.catalogs import compiled_catalog
from gcmgraph.translations.languages import DATA_DOMAIN, DATA_LANGUAGES, SOURCE_LANGUAGE

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Message:
    """An English text, with its plural if it has a number. `{name}` is replaced by the value of that name."""

    text: str
    plural: str = ""

    def in_language(self, language: str, **values: object) -> str:
        """The message in a language; English if there are no texts in that language."""
        return _filled(_catalog(language).ugettext(self.text), values)

    def counted(self, count: int, language: str) -> str:
        """The message with a number (`{count}`) in the plural form of a language."""
        return _filled(_catalog(language).ungettext(self.text, self.plural, count), {"count": count})

    @staticmethod
    def languages() -> tuple[str, ...]:
        """The languages of messages."""
        return DATA_LANGUAGES

    def texts(self, **values: object) -> dict[str, str]:
        """The message in every language of the texts outside the interface."""
        return {language: self.in_language(language, **values) for language in DATA_LANGUAGES}


def _catalog(language: str) -> NullTranslations:
    return compiled_catalog(language if language in DATA_LANGUAGES else SOURCE_LANGUAGE, DATA_DOMAIN)


def _filled(text: str, values: Mapping[str, object]) -> str:
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)
