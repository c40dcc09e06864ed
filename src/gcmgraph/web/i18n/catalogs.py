"""Messages of the interface by language, from gettext catalogs (`translations/{tag}/LC_MESSAGES/messages.po`).

The message itself is the English text. A catalog is compiled in memory when its language is first requested.
https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import g
from flask_babel import Domain, get_locale

from gcmgraph.web.i18n.languages import SOURCE_LANGUAGE


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
        catalog = g.catalog = compiled_catalog(get_locale().language)
    except RuntimeError:  # no request
        catalog = compiled_catalog(SOURCE_LANGUAGE)
    return catalog


@cache
def compiled_catalog(language: str) -> NullTranslations:
    """The compiled catalog of a language; an empty one for English."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    return Translations(compiled)


def read_catalog(language: str) -> Catalog:
    """The parsed `.po` file of a language."""
    file = files("gcmgraph.web") / "translations" / language / "LC_MESSAGES" / "messages.po"
    return read_po(BytesIO(file.read_bytes()), locale=language)


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
