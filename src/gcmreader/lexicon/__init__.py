"""Wordings by which documents of a language are read: headings of parts, statements of facts.

One file a language, `en.toml` and its like beside this one. Words that suggestions use, too, such
as articles and adjectives of countries, are in `gcmgraph.lexicon`; `lexicon_for` joins both. The
most frequent small words recognise the language of a text, and abbreviations mark stops within its
sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from gcmgraph.lexicon.words import Lexicon, any_of, read_wordings, readable_languages, readable_tags

__all__ = [
    "Lexicon",
    "any_of",
    "detect_language",
    "in_all_languages",
    "lexicon_for",
    "readable_languages",
    "readable_tags",
    "sentence_bounds",
]


#: Small words of languages that cannot be read, so that a page in one of them is recognised as such
#: and not taken for another. Those of a readable language are in its lexicon.
_UNREADABLE = {
    "pt": "os das dos em para uma é por com que se ao como são mais foi não pelo pela também",
    "it": "il gli della di che e per una è con nel alla dei delle sono più come anche dal",
    "de": "der die und das in den von zu mit für ist im dem des auf ein eine nicht wird sind",
}

#: Least share of the words of a text that are small words of its language, and largest share of
#: another language of that number.
_MIN_SHARE = 0.05
_MAX_SHARE_OF_SECOND = 0.8

_STOP = re.compile(r"[.!?…][\"'»”)\]]*(?=\s+[\"'«“(\[]?\s?[A-ZÀ-ÝŒ0-9])")
_LAST_WORD = re.compile(r"[\w.]*$")


@cache
def lexicon_for(language: str) -> Lexicon:
    """All wordings of a language that is readable."""
    return Lexicon(
        language, read_wordings("gcmgraph.lexicon", language) | read_wordings(__name__, language)
    )


def in_all_languages(section: str, name: str) -> str:
    """A wording in every readable language, as the source of a regular expression."""
    return "|".join(
        f"(?:{lexicon_for(language).fragment(section, name)})" for language in readable_languages()
    )


def detect_language(text: str) -> str | None:
    """The language tag (`en`, `fr`, `es`, `pt`, `it`, `de`) of a text; None where it is unclear.

    Clear means: at least 5 % of the words are small words of that language, and the share of any
    other language is at most four fifths of that.
    """
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    counts = []
    for language, small_words in _small_words().items():
        count = sum(words[word] for word in small_words)
        counts.append((count, language))
    (highest, language), (second_highest, _), *_ = sorted(counts, reverse=True)
    is_frequent = highest > 0 and highest >= _MIN_SHARE * words.total()
    is_clear = second_highest <= _MAX_SHARE_OF_SECOND * highest
    return language if is_frequent and is_clear else None


@cache
def _small_words() -> dict[str, frozenset[str]]:
    """The small words of each language, by its tag."""
    texts = dict(_UNREADABLE)
    for language in readable_languages():
        texts[language] = lexicon_for(language).fragment("language", "small_words")
    return {language: frozenset(words.split()) for language, words in texts.items()}


@cache
def _abbreviations() -> frozenset[str]:
    """Words that end in a full stop inside a sentence, without the stop, in all readable languages."""
    abbreviations: set[str] = set()
    for language in readable_languages():
        words = lexicon_for(language).fragment("language", "abbreviations")
        abbreviations.update(words.split())
    return frozenset(abbreviations)


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """The ranges of the sentences of a text, white space between them left out.

    >>> sentence_bounds("It began. It ended.")
    [(0, 9), (10, 19)]
    """
    bounds = []
    start = 0
    for stop in _STOP.finditer(text):
        if text[stop.start()] == "." and _is_abbreviation(text[start : stop.start()]):
            continue
        bounds.append((start, stop.end()))
        start = len(text) - len(text[stop.end() :].lstrip())
    if start < len(text):
        bounds.append((start, len(text)))
    return bounds


def _is_abbreviation(text: str) -> bool:
    """Whether a text ends with an abbreviation or an initial, before its full stop."""
    last_word = _LAST_WORD.search(text)
    word = last_word[0] if last_word else ""
    return word in _abbreviations() or (len(word) == 1 and word.isupper())
