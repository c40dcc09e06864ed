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
