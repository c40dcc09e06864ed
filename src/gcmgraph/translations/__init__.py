"""Texts by language: languages of the interface and of other texts, and messages.

Messages outside the interface are those of checks and reports, in templates, and titles in the
dataset. A message is not bound to the language of a request: a report has it in all languages at
once. Catalogs are `{language}/LC_MESSAGES/{domain}.po`, compiled on first use from the files that
translators edit. https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html

`language_preference` chooses a text among those of several languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import ClassVar

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

#: The language of the messages in templates and code.
SOURCE_LANGUAGE = "en"

#: Languages by their own names, in the order of the switch: those of the UN, as the UN orders them.
#: Each has the catalog of the interface.
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

#: Domain of the texts of spreadsheets and forms for contributors, which exist in all languages of
#: the interface.
TEMPLATE_DOMAIN = "template"

#: Languages of the texts outside the interface: those with a catalog of them.
DATA_LANGUAGES = tuple(
    tag
    for tag in LANGUAGES
    if tag == SOURCE_LANGUAGE
    or (files(__package__) / tag / "LC_MESSAGES" / f"{DATA_DOMAIN}.po").is_file()
)

_SUBTAG = re.compile(r"[^A-Za-z]")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def data_language(tag: str) -> str:
    """The language of texts outside the interface, by a language tag or the name of a locale.

    English for a language without such texts.

    >>> data_language("fr_FR.UTF-8"), data_language("de")
    ('fr', 'en')
    """
    language = _SUBTAG.split(tag)[0].lower()
    return language if language in DATA_LANGUAGES else SOURCE_LANGUAGE


@dataclass(frozen=True)
class Message:
    """An English text, with its plural if it has a number.

    `{name}` is replaced by the value of that name.
    """

    text: str
    plural: str = ""

    #: catalogs of the message, and their languages
    domain: ClassVar[str] = DATA_DOMAIN
    tags: ClassVar[tuple[str, ...]] = DATA_LANGUAGES

    def in_language(self, language: str, **values: object) -> str:
        """The message in a language; English if there are no texts in that language."""
        return _filled(self._catalog(language).ugettext(self.text), values)

    def counted(self, count: int, language: str) -> str:
        """The message with a number (`{count}`) in the plural form of a language."""
        return _filled(
            self._catalog(language).ungettext(self.text, self.plural, count), {"count": count}
        )

    def texts(self, **values: object) -> dict[str, str]:
        """The message in every language of its catalogs."""
        return {language: self.in_language(language, **values) for language in self.tags}

    def _catalog(self, language: str) -> NullTranslations:
        return compiled_catalog(language if language in self.tags else SOURCE_LANGUAGE, self.domain)


@dataclass(frozen=True)
class TemplateMessage(Message):
    """A text of spreadsheets and forms for contributors, in all languages of the interface."""

    domain: ClassVar[str] = TEMPLATE_DOMAIN
    tags: ClassVar[tuple[str, ...]] = tuple(LANGUAGES)


def _filled(text: str, values: Mapping[str, object]) -> str:
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)


@cache
def compiled_catalog(language: str, domain: str) -> NullTranslations:
    """The compiled catalog of a language; English requires none."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalog(language, domain))
    compiled.seek(0)
    return Translations(compiled)


def read_catalog(language: str, domain: str) -> Catalog:
    """The catalog of a language, as its translators wrote it."""
    file = files(__package__) / language / "LC_MESSAGES" / f"{domain}.po"
    return read_po(BytesIO(file.read_bytes()), locale=language)
