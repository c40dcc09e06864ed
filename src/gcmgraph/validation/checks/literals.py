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
from gcmgraph.validation.effect import ContributionEffect
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

#: Words of a text below which its language is not judged, and function words that show a language.
_SHORTEST, _ENOUGH = 4, 2
WORD = re.compile(r"[^\W\d_]+")


def language_tags(effect: ContributionEffect) -> Iterator[Result]:
    """Language tags, and codes of languages as values, that name no language."""
    for subject, predicate, value in effect.new_literals:
        tag = value.value if predicate in _LANGUAGES else value.language
        if tag is not None and not is_language(tag):
            right = language_meant(tag)
            words = {"value": tag[:40], "right": right}
            hint = "hint" if right is None else "hint-right"
            yield effect.result("language-tag", subject, predicate, value, hint=hint, words=words)


@cache
def language_meant(tag: str) -> str | None:
    """The code of the language that a wrong tag means by a longer code or by its name; None if that is unknown."""
    code = tag.strip().partition("-")[0].lower()
    if (right := get_global("language_aliases").get(code)) is not None:
        return str(right)
    names = ((name, key) for at in LANGUAGES for key, name in Locale(at).languages.items())
    return next((key for name, key in names if name.casefold() == tag.strip().casefold()), None)


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
        seen = language_of(value.value[:5_000])
        if seen is not None and seen != marked and marked in {*FUNCTION_WORDS, *_SCRIPTS}:
            yield effect.result(
                "other-language", subject, predicate, value, words=partial(_named, marked, seen)
            )


@cache
def _named(marked: str, seen: str, language: str) -> dict[str, str]:
    names = Locale(language).languages
    return {"marked": names[marked], "seen": names[seen], "tag": seen}


def language_of(text: str) -> str | None:
    """The language of the United Nations that most words of a text show; None where too few do."""
    words = [word.lower() for word in WORD.findall(text)]
    letters = [char for char in text if char.isalpha()]
    for language, script in _SCRIPTS.items():
        of_script = [char for char in letters if unicodedata.name(char, "").startswith(script)]
        if len(letters) > _SHORTEST and 2 * len(of_script) > len(letters):
            return language
    if len(words) < _SHORTEST:
        return None
    counts = sorted(
        ((sum(word in own for word in words), tag) for tag, own in FUNCTION_WORDS.items()),
        reverse=True,
    )
    (most, language), (second, _), *_ = counts
    return language if most >= _ENOUGH and most > 2 * second else None
