"""Messages of the interface in the language of the request."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.support import NullTranslations
from flask import g
from flask_babel import Domain, get_locale

from gcmgraph.translations.catalogs import compiled_catalog
from gcmgraph.translations.languages import SOURCE_LANGUAGE

#: Domain of the messages of templates and of the code of the web package.
DOMAIN = "interface"


class CatalogDomain(Domain):  # type: ignore[misc]
    """The messages of the language that a request wants, for Flask-Babel."""

    def get_translations(self) -> NullTranslations:
        """The translations of this request; none outside of one."""
        return spoken_catalog()


def spoken_catalog() -> NullTranslations:
    """The catalog of the language of this request, which is looked up once; that of English outside of one."""
    try:
        catalog: NullTranslations = g.catalog
    except AttributeError:  # the first message of a request
        catalog = g.catalog = compiled_catalog(get_locale().language, DOMAIN)
    except RuntimeError:  # no request
        catalog = compiled_catalog(SOURCE_LANGUAGE, DOMAIN)
    return catalog


def plural_forms(singular: str, plural: str) -> dict[str, str]:
    """A message with a number, for scripts: plural category to text, where `{num}` stands for the number.

    The categories are those that a browser's `Intl.PluralRules` answers with for whole numbers (CLDR).
    """
    translations = spoken_catalog()
    return {
        name: translations.ungettext(singular, plural, number) % {"num": "{num}"}
        for name, number in _plural_examples(get_locale()).items()
    }


@cache
def _plural_examples(locale: Locale | None) -> dict[str, int]:
    """The plural categories of a language, each with its least number."""
    category = locale.plural_form if locale else lambda number: "one" if number == 1 else "other"
    return {category(number): number for number in range(200, -1, -1)}
