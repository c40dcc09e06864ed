"""Words of each language: articles, adjectives of countries, and words of each objective of the Compact.

Suggestions and the reader of documents use them. One file a language, `en.toml` and its like beside
this one. A language is readable when its file is there; nothing else lists them (`CONTRIBUTING.md`
says how one is added).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

_FILE = ".toml"


class Lexicon:
    """The wordings of one language: regular expressions by section and name, compiled on first use."""

    #: a regular expression made of wordings, compiled once: `re` forgets, there are more than its
    #: cache holds
    compiled: ClassVar[Callable[..., re.Pattern[str]]] = staticmethod(cache(re.compile))

    def __init__(self, language: str, table: dict[str, dict[str, Any]]) -> None:
        self.language = language
        self._table = table
        #: a wording, by section and name, as the source of a regular expression; a list becomes
        #: alternatives
        self.fragment = cache(lambda section, name: _source(table[section][name]))

    def table(self, section: str) -> dict[str, str]:
        """A whole section, in its order."""
        return {name: self.fragment(section, name) for name in self._table[section]}

    def pairs(self, section: str, name: str) -> list[tuple[str, str]]:
        """A list of pairs, such as `["from ", " to "]`."""
        return [(first, second) for first, second in self._table[section][name]]

    def pattern(self, section: str, name: str, flags: int = 0) -> re.Pattern[str]:
        """A wording, compiled."""
        return self.compiled(self.fragment(section, name), flags)


def _source(wording: str | list[str]) -> str:
    return f"(?:{'|'.join(wording)})" if isinstance(wording, list) else str(wording)


def readable_tags() -> list[str]:
    """The tags of the languages that have a lexicon: `en`, `es`."""
    return sorted(
        file.name[: -len(_FILE)]
        for file in files(__package__).iterdir()
        if file.name.endswith(_FILE)
    )


@cache
def readable_languages() -> dict[str, str]:
    """The languages that have a lexicon, by tag, with their English names."""
    return {tag: lexicon_for(tag).fragment("language", "name") for tag in readable_tags()}


@cache
def lexicon_for(language: str) -> Lexicon:
    """The lexicon of a language that is readable."""
    return Lexicon(language, read_wordings(str(__package__), language))


def read_wordings(package: str, language: str) -> dict[str, dict[str, Any]]:
    """The wordings of a language in a package, by section and name."""
    return tomllib.loads(files(package).joinpath(f"{language}{_FILE}").read_text("utf-8"))


def in_all_languages(section: str, name: str) -> str:
    """A wording in every readable language, as the source of a regular expression."""
    return "|".join(
        f"(?:{lexicon_for(language).fragment(section, name)})" for language in readable_languages()
    )


def any_of(names: Iterable[str]) -> str:
    """Any of some names, the longest first, as the source of a regular expression.

    Grouped by their first letters: at most places in a text none goes on, and few are tried.
    """
    by_letter: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        by_letter.setdefault(name[:1], []).append(re.escape(name[1:]))
    return "|".join(
        f"{re.escape(letter)}(?:{'|'.join(rests)})" for letter, rests in by_letter.items()
    )
