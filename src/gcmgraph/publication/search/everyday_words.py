"""Everyday words of the six languages, and the words of the graph for the same (`everyday_words.csv`).

Who asks for "kids" means the children of the Compact, "rentrer au pays" is its "retour".
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from gcmgraph.platform.text import HAN, fold_words, plain_letters
from gcmgraph.publication.search.words import query_words, tokens


@dataclass(frozen=True)
class EverydayPhrase:
    """A phrase of everyday speech, folded, and the tokens of the word that the graph has for it."""

    folded: str
    tokens: tuple[str, ...]
    #: the words of the phrase, as those of queries, in plain letters
    words: frozenset[str]

    @cached_property
    def separated(self) -> str:
        """The phrase between spaces, as texts have it; Chinese has none."""
        return self.folded if re.match(HAN, self.folded) else f" {self.folded} "


def everyday_phrases(folded: str) -> list[EverydayPhrase]:
    """The phrases of a folded text, the longest first; none is a part of another."""
    text = f" {folded} "
    phrases = []
    for phrase in _phrases():
        if phrase.separated in text:
            phrases.append(phrase)
            text = text.replace(phrase.separated, "  ")
    return phrases


@cache
def _phrases() -> tuple[EverydayPhrase, ...]:
    """All phrases, the longest first."""
    lines = (files(__package__) / "everyday_words.csv").read_text("utf-8").splitlines()
    phrases = []
    for row in csv.DictReader(lines):
        word_tokens = tokens(row["word"], row["language"])
        forms = dict.fromkeys(form for token in word_tokens for form in token)
        for phrase in row["phrases"].split(", "):
            words = frozenset(map(plain_letters, query_words(phrase)))
            phrases.append(EverydayPhrase(fold_words(phrase), tuple(forms), words))
    return tuple(sorted(phrases, key=lambda phrase: -len(phrase.folded)))
