"""The wordings by which documents of a language are read: how parts announce themselves, how a text states facts.

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


#: Small words of languages that cannot be read, so that a page in one of them is recognised as such
#: and not taken for another. Those of a readable language are in its lexicon.
_UNREADABLE = {
    "pt": "os das dos em para uma é por com que se ao como são mais foi não pelo pela também",
    "it": "il gli della di che e per una è con nel alla dei delle sono più come anche dal",
    "de": "der die und das in den von zu mit für ist im dem des auf ein eine nicht wird sind",
}


def detect_language(text: str) -> str | None:
    """The language tag (`en`, `fr`, `es`, `pt`, `it`, `de`) of a text, or None where nothing speaks clearly.

    Clear means: at least 5 % of the words are small words of that language, and no other language
    comes within a fifth of it.
    """
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    readable = {
        tag: lexicon_for(tag).fragment("language", "small_words") for tag in readable_languages()
    }
    small = {tag: set(written.split()) for tag, written in (_UNREADABLE | readable).items()}
    scores = ((sum(words[word] for word in of_language), tag) for tag, of_language in small.items())
    (best, language), (second, _), *_ = sorted(scores, reverse=True)
    return language if best >= 0.05 * words.total() and best > 0 and second <= 0.8 * best else None


#: Words that end in a full stop inside a sentence, in every readable language, without the stop.
_ABBREVIATIONS = frozenset(
    word
    for language in readable_languages()
    for word in lexicon_for(language).fragment("language", "abbreviations").split()
)
_STOP = re.compile(r"[.!?…][\"'»”)\]]*(?=\s+[\"'«“(\[]?\s?[A-ZÀ-ÝŒ0-9])")
_LAST_WORD = re.compile(r"[\w.]*$")


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """The ranges of the sentences of a text, white space between them left out."""
    bounds, start = [], 0
    for match in _STOP.finditer(text):
        word = _LAST_WORD.search(text[start : match.start()])
        before = word[0] if word else ""
        if text[match.start()] == "." and (
            before in _ABBREVIATIONS or (len(before) == 1 and before.isupper())
        ):
            continue
        bounds.append((start, match.end()))
        start = len(text) - len(text[match.end() :].lstrip())
    return [*bounds, (start, len(text))] if start < len(text) else bounds
