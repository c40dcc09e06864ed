"""Passages of documents in the search file, of those whose text the store has; found by the words of a query.

They have an index of their own, so that the order of resources does not depend on the documents that are present.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from gcmgraph.documents import MARKUP
from gcmgraph.publication.search.words import tokens
from gcmgraph.text import fold_words

#: Tables of the search file. In `passage_word`, stems stand for the words, beside words whose stems are others.
TABLES = """
    CREATE TABLE passage (address TEXT, text TEXT, language TEXT, page TEXT, about TEXT, folded TEXT);
    CREATE VIRTUAL TABLE passage_word USING fts5 (words, content = '', tokenize = "ascii tokenchars './-'");
"""

#: Kinds of passages that are searched; the others are parts of these, or headings.
KINDS = frozenset(
    f"concept/passage-kind/{kind}" for kind in ("action", "commitment", "note", "paragraph", "practice-title")
)

#: Least share of the words of a query that a passage has; number of passages that are compared.
_LEAST, _COMPARED = 2 / 3, 50

_FIND = """SELECT passage.* FROM passage_word JOIN passage ON passage.rowid = passage_word.rowid
    WHERE passage_word MATCH ? ORDER BY bm25(passage_word) LIMIT ?"""


class Passage(NamedTuple):
    """A passage of a document."""

    #: address after `{base}id/`: source/objective-05.en/117-505
    address: str
    text: str
    language: str
    #: number of the page on which it begins; empty for a text without pages
    page: str
    #: address of the resource that it is about, after `{base}id/`; empty if none is stated
    about: str


def write_passages(database: sqlite3.Connection, passages: Iterable[Passage]) -> None:
    """Index passages, without the signs of Markdown."""
    for passage in passages:
        text = MARKUP.sub("", passage.text)
        row = (*passage._replace(text=text), f" {fold_words(text)} ")
        number = database.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?)", row).lastrowid
        words = " ".join(dict.fromkeys(form for token in tokens(text, passage.language) for form in token))
        database.execute("INSERT INTO passage_word (rowid, words) VALUES (?, ?)", (number, words))


def find_passages(
    database: sqlite3.Connection, words: Sequence[Collection[str]], phrases: Iterable[str], limit: int
) -> list[Passage]:
    """The best passages with most of the words, each given as its tokens, and all phrases; one a subject."""
    expression = " OR ".join(f'"{token}"' for forms in words for token in forms)
    found: dict[str, Passage] = {}
    for *row, folded in database.execute(_FIND, (expression, _COMPARED)) if expression else ():
        passage = Passage(*row)
        count = sum(any(token in folded for token in forms) for forms in words)
        if count >= _LEAST * len(words) and all(f" {phrase} " in folded for phrase in phrases):
            found.setdefault(passage.about or passage.address, passage)
    return list(found.values())[:limit]
