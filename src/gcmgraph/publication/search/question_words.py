"""Words of questions and of the library: words by which people ask for the same are one group.

The groups are in `question_words.toml`. `=gap` is the group of words that ask for what is missing.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from gcmgraph.platform.text import plain_letters
from gcmgraph.publication.search.words import (
    FUNCTION_WORDS,
    forms,
    language_of,
    query_words,
    tokens,
    words,
)

#: Group of the words that ask for what is missing.
GAP = "=gap"

#: Groups of words that ask for treaties.
TREATY_GROUPS = frozenset(("=treaty", "=party"))

#: Groups of words that are in most questions, or no names: "fund" is no type of practice there.
GENERAL_GROUPS = frozenset(("=practice", "=fund"))

_TABLE: dict[str, dict[str, str]] = tomllib.loads(
    (files(__package__) / "question_words.toml").read_text("utf-8")
)

#: Words that are in no group, though they have the stem of one that is: French *traite*, not
#: *traité*.
_APART = frozenset(" ".join(_TABLE["apart"].values()).split())

#: Words by language and name of their group.
_WORDS = {language: groups for language, groups in _TABLE.items() if language != "apart"}


@cache
def groups_by_stem(language: str | None) -> dict[str, str]:
    """The names of groups, after `=`, by the stems of their words.

    The words are those of a language, or of all for None.
    """
    groups: dict[str, str] = {}
    for words_language, words_of_group in _WORDS.items():
        if language in (words_language, None):
            for name, group_words in words_of_group.items():
                for stem, _ in tokens(group_words, words_language):
                    groups[stem] = f"={name}"
    return groups


def grouped_stems(text: str, language: str | None) -> frozenset[str]:
    """The stems of the words of a text in a language, or their groups; without function words."""
    groups = groups_by_stem(language)
    stems: set[str] = set()
    stems_apart = {
        stem for word in words(text) if word in _APART for stem, _ in tokens(word, language)
    }
    for stem, word in tokens(text, language):
        if stem in groups and stem not in stems_apart:
            stems.add(groups[stem])
        elif word not in FUNCTION_WORDS:
            stems.add(stem)
    return frozenset(stems)


def question_stems(question: str) -> frozenset[str]:
    """The groups of the words of a question in its language, and the stems of the others.

    The latter are stemmed by the rules of each language.
    """
    language = language_of(question)
    groups = groups_by_stem(language)
    stems: set[str] = set()
    for word in query_words(question):
        word_stems = {stem for stem, _ in tokens(word, language)} if language else {*forms(word)}
        known_stems = set() if word in _APART else word_stems & groups.keys()
        if known_stems:
            stems |= {groups[stem] for stem in known_stems}
        elif plain_letters(word) not in FUNCTION_WORDS:
            stems.update(forms(word))
    return frozenset(stems)
