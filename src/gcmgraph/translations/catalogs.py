"""Gettext catalogs: `{language}/LC_MESSAGES/{domain}.po`. The message is the English text.

Catalogs are compiled on first use, from the files that translators edit: there is no compiled file to build or ship.
https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from gcmgraph.translations.languages import SOURCE_LANGUAGE


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
