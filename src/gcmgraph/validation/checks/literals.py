"""Checks of literals: codes of languages and currencies, texts in place of addresses, languages of texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, partial

from babel import Locale
from babel.core import get_global
from babel.numbers import list_currencies

from gcmgraph.platform.text import is_language
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.checks.words import WORDS
from gcmgraph.validation.contribution_effect import ContributionEffect
from gcmgraph.validation.report import Result

#: Properties with the code of a language as value.
_LANGUAGES = frozenset((IRI(PREFIXES["dct"] + "language"), IRI(PREFIXES["schema"] + "inLanguage")))
_CURRENCY = IRI(PREFIXES["schema"] + "currency")
#: Codes of ISO 4217 that name no currency.
_NO_CURRENCY = {"XXX", "XTS"}

#: Properties whose values are resources.
_OF_RESOURCES = frozenset(
    IRI(PREFIXES[prefix] + name)
    for prefix, names in WORDS["of-resources"].items()
    for name in names.split()
)

#: Function words by language, and beginnings of the names of characters by language of their
#: script.
FUNCTION_WORDS = {tag: frozenset(words.split()) for tag, words in WORDS["words"].items()}
_SCRIPTS: dict[str, str] = WORDS["scripts"]

#: Words of a text, or letters of its script, below which its language is not judged.
_MIN_WORDS = 4
#: Function words that show a language.
_MIN_FUNCTION_WORDS = 2
#: Characters of a text by which its language is judged.
_MAX_CHARACTERS = 5_000
WORD = re.compile(r"[^\W\d_]+")


def language_tags(effect: ContributionEffect) -> Iterator[Result]:
    """Language tags, and codes of languages as values, that name no language."""
    for subject, predicate, value in effect.new_literals:
        tag = value.value if predicate in _LANGUAGES else value.language
        if tag is not None and not is_language(tag):
            code = language_meant(tag)
            words = {"value": tag[:40], "right": code}
            hint = "hint" if code is None else "hint-right"
            yield effect.result("language-tag", subject, predicate, value, hint=hint, words=words)


@cache
def language_meant(tag: str) -> str | None:
    """The code of the language that a wrong tag means by a longer code or by its name; None if that is unknown.

    >>> language_meant("fra"), language_meant("français"), language_meant("xx")
    ('fr', 'fr', None)
    """
    longer_code = tag.strip().partition("-")[0].lower()
    code = get_global("language_aliases").get(longer_code)
    if code is not None:
        return str(code)
    folded_name = tag.strip().casefold()
    for language in LANGUAGES:
        for code, name in Locale(language).languages.items():
            if name.casefold() == folded_name:
                return str(code)
    return None


def currencies(effect: ContributionEffect) -> Iterator[Result]:
    """Codes of currencies outside ISO 4217; what has another form is left to the shapes."""
    for subject, predicate, value in effect.new_literals:
        if predicate != _CURRENCY or not re.fullmatch("[A-Z]{3}", value.value):
            continue
        if value.value not in list_currencies() or value.value in _NO_CURRENCY:
            yield effect.result("currency-code", subject, predicate, value)


def texts_for_addresses(effect: ContributionEffect) -> Iterator[Result]:
    """Texts as values of properties between resources."""
    for subject, predicate, value in effect.new_literals:
        if predicate in _OF_RESOURCES:
            yield effect.result("text-for-address", subject, predicate, value)


def other_languages(effect: ContributionEffect) -> Iterator[Result]:
    """Texts whose words are of another language than they are marked with."""
    for subject, predicate, value in effect.new_literals:
        marked = (value.language or "").partition("-")[0].lower()
        seen = language_of(value.value[:_MAX_CHARACTERS])
        if seen is not None and seen != marked and marked in {*FUNCTION_WORDS, *_SCRIPTS}:
            words = partial(_names_of_languages, marked, seen)
            yield effect.result("other-language", subject, predicate, value, words=words)


@cache
def _names_of_languages(marked: str, seen: str, language: str) -> dict[str, str]:
    names = Locale(language).languages
    return {"marked": names[marked], "seen": names[seen], "tag": seen}


def language_of(text: str) -> str | None:
    """The language of the United Nations that most words of a text show; None where too few do.

    >>> language_of("Support for the victims of trafficking in the region"), language_of("GLO.ACT")
    ('en', None)
    """
    return _language_of_script(text) or _language_of_words(text)


def _language_of_script(text: str) -> str | None:
    letters = [char for char in text if char.isalpha()]
    if len(letters) <= _MIN_WORDS:
        return None
    names = [unicodedata.name(letter, "") for letter in letters]
    for language, script in _SCRIPTS.items():
        letters_of_script = sum(name.startswith(script) for name in names)
        if 2 * letters_of_script > len(letters):
            return language
    return None


def _language_of_words(text: str) -> str | None:
    words = [word.lower() for word in WORD.findall(text)]
    if len(words) < _MIN_WORDS:
        return None
    counts = []
    for language, function_words in FUNCTION_WORDS.items():
        counts.append((sum(word in function_words for word in words), language))
    (highest_count, language), (second_count, _), *_ = sorted(counts, reverse=True)
    is_clear = highest_count >= _MIN_FUNCTION_WORDS and highest_count > 2 * second_count
    return language if is_clear else None
