"""Check of the language of texts: a French text that is marked as English, by its function words or its script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from babel import Locale

from gcmgraph.model.terms import Literal
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.translations.languages import DATA_LANGUAGES
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.report import ExtraConstraint, Result

OTHER_LANGUAGE = ExtraConstraint(
    "other-language",
    Message("The text is marked as {marked}, and its words are {seen}."),
    Message("Mark it as {seen} ({tag}), or in a spreadsheet move it to the column of that language."),
    WARNING,
)

#: Function words by language, each of one language only.
_WORDS = {
    "en": frozenset("the of and to in for with by is are that from this which at was have has their or its".split()),
    "fr": frozenset(
        "le les des du et dans pour avec sur par est au aux qui une ou ce cette leur leurs ses à ont été".split()
    ),
    "es": frozenset("el los las del y en una para con por que se al su sus o este esta como más han".split()),
}
#: Beginnings of the names of characters by language of their script.
_SCRIPTS = {"ar": "ARABIC", "zh": "CJK", "ru": "CYRILLIC"}

#: Words of a text below which its language is not judged, and function words that show a language.
_SHORTEST, _ENOUGH = 4, 2
_WORD = re.compile(r"[^\W\d_]+")


def other_languages(checked: CheckedContribution) -> Iterator[Result]:
    """Texts whose words are of another language than they are marked with."""
    for subject, predicate, value in checked.new:
        if not isinstance(value, Literal) or not value.language:
            continue
        marked = value.language.partition("-")[0].lower()
        seen = language_of(value.value[:5_000])
        if seen is not None and seen != marked and marked in {*_WORDS, *_SCRIPTS}:
            result = OTHER_LANGUAGE.result(checked.addresses, subject, predicate, value)
            texts = {tag: _named(marked, seen, tag) for tag in DATA_LANGUAGES}
            yield replace(
                result,
                messages=_texts(OTHER_LANGUAGE.message, texts),
                hints=_texts(OTHER_LANGUAGE.hint, texts),
            )


def _texts(message: Message, words: Mapping[str, Mapping[str, str]]) -> Texts:
    return Texts.of((tag, message.in_language(tag, **named)) for tag, named in words.items())


@cache
def _named(marked: str, seen: str, language: str) -> dict[str, str]:
    names = Locale(language).languages
    return {"marked": names[marked], "seen": names[seen], "tag": seen}


def language_of(text: str) -> str | None:
    """The language of the United Nations that most words of a text show; None where too few do."""
    words = [word.lower() for word in _WORD.findall(text)]
    letters = [char for char in text if char.isalpha()]
    for language, script in _SCRIPTS.items():
        if len(letters) > _SHORTEST and 2 * sum(_in_script(char, script) for char in letters) > len(letters):
            return language
    if len(words) < _SHORTEST:
        return None
    counts = sorted(((sum(word in own for word in words), tag) for tag, own in _WORDS.items()), reverse=True)
    (most, language), (second, _), *_ = counts
    return language if most >= _ENOUGH and most > 2 * second else None


def _in_script(char: str, script: str) -> bool:
    return unicodedata.name(char, "").startswith(script)


CHECKS = (other_languages,)
