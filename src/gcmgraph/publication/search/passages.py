"""Passages of documents in the search file: writing them, and finding those with some words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from gcmgraph.platform.text import fold_words
from gcmgraph.publication.search.contents import Passage
from gcmgraph.publication.search.words import tokens
from gcmgraph.sources.text_views import MARKUP

#: The rows of a query with its values.
Execute = Callable[..., Iterable[Any]]

#: Minimum share of the words of a query that a passage has.
_MIN_SHARE_OF_WORDS = 2 / 3

#: Limit on the passages that are compared.
_MAX_COMPARED = 50

_SELECT_PASSAGES = """SELECT passage.* FROM passage_word
    JOIN passage ON passage.rowid = passage_word.rowid
    WHERE passage_word MATCH ? ORDER BY bm25(passage_word) LIMIT ?"""

_SELECT_AT = "SELECT rowid, text, language FROM passage WHERE address = ?"
_DELETE_WORDS = "INSERT INTO passage_word (passage_word, rowid, words) VALUES ('delete', ?, ?)"


def write_passages(database: sqlite3.Connection, passages: Iterable[Passage]) -> None:
    """Index passages, without the signs of Markdown."""
    for passage in passages:
        text = MARKUP.sub("", passage.text)
        row = (*passage._replace(text=text), f" {fold_words(text)} ")
        number = database.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?)", row).lastrowid
        words = _words(text, passage.language)
        database.execute("INSERT INTO passage_word (rowid, words) VALUES (?, ?)", (number, words))


def delete_passages(database: sqlite3.Connection, passages: Iterable[Passage]) -> None:
    """Delete passages. An index without contents is given the words to delete."""
    for address in dict.fromkeys(passage.address for passage in passages):
        for number, text, language in database.execute(_SELECT_AT, (address,)).fetchall():
            database.execute(_DELETE_WORDS, (number, _words(text, language)))
        database.execute("DELETE FROM passage WHERE address = ?", (address,))


def _words(text: str, language: str) -> str:
    forms = (form for token in tokens(text, language) for form in token)
    return " ".join(dict.fromkeys(forms))


def find_passages(
    execute: Execute, words: Sequence[Collection[str]], phrases: Iterable[str], limit: int
) -> list[Passage]:
    """The best passages with most of the words, each given as its tokens, and all phrases.

    Of the passages about one resource only the best is returned.
    """
    if not any(words):
        return []
    expression = " OR ".join(f'"{token}"' for forms in words for token in forms)
    passages: dict[str, Passage] = {}
    for *columns, folded in execute(_SELECT_PASSAGES, (expression, _MAX_COMPARED)):
        passage = Passage(*columns)
        count = sum(_has_any(folded, forms) for forms in words)
        has_phrases = all(f" {phrase} " in folded for phrase in phrases)
        if count >= _MIN_SHARE_OF_WORDS * len(words) and has_phrases:
            passages.setdefault(passage.about or passage.address, passage)
    return list(passages.values())[:limit]


def _has_any(folded: str, forms: Iterable[str]) -> bool:
    return any(token in folded for token in forms)
