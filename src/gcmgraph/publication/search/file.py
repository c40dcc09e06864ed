"""The label file of a dataset version: an SQLite database with an FTS5 index of grams.

The row number of a label (column `place`) grows with its order (`SearchLabel.order`), so that results of the index need
no sorting.

The grams of a label are: one, two and three letters of its words, beginnings of words up to `LONGEST` letters, joints
between words, its own beginnings up to `LONGEST_START`, its language and its kind. They find every label that fits;
false hits are left to the caller. The FTS5 table is contentless (https://www.sqlite.org/fts5.html), since `label` has
the texts.

Reconciliation (`publication.reconciliation`) matches names with the same labels: by the keys of their forms, and by the
grams of `near_grams`, rare ones first according to `frequency`.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.naming.name_keys import form_keys
from gcmgraph.publication.search.database import writing
from gcmgraph.publication.search.labels import SearchLabel, base_language, stored_labels
from gcmgraph.store.port import Store
from gcmgraph.text.folding import has_han

#: File beside the index of a version. The number is that of the format.
LABELS = "labels-3.sqlite"

#: Marks of the beginning of a word, the beginning of a label, a language, a kind. None is a letter of a word.
BEGINNING, START, LANGUAGE, KIND = ".", "^", "=", "#"

#: Letters of the longest beginning of a word, and of the longest gram within one.
LONGEST, WITHIN = 6, 3

#: Letters of the longest beginning of a label.
LONGEST_START = 12

#: Bytes of grams that are buffered before they are written.
_BUFFERED = 64 * 1024 * 1024

_SCHEMA = f"""
    CREATE TABLE label (
        place INTEGER PRIMARY KEY, thing TEXT NOT NULL, text TEXT NOT NULL, language TEXT,
        code INTEGER NOT NULL, standing INTEGER NOT NULL, folded TEXT NOT NULL
    );
    CREATE INDEX folded ON label (folded);
    CREATE INDEX thing ON label (thing);
    CREATE TABLE form (key INTEGER, place INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
    CREATE TABLE frequency (gram TEXT PRIMARY KEY, labels INTEGER NOT NULL) WITHOUT ROWID;
    CREATE VIRTUAL TABLE gram USING fts5 (
        grams, content = '', columnsize = 0, detail = none,
        tokenize = "ascii tokenchars '{BEGINNING}{START}{LANGUAGE}{KIND}'"
    );
"""

COLUMNS = "thing, text, language, code, standing, folded"
_INSERT = "INSERT INTO label VALUES (?, ?, ?, ?, ?, ?, ?)"

#: address after `{base}id/`, text, language, code, rank, folded
Row = tuple[str, str, str | None, int, int, str]


def write_labels(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the label file of the version in a folder. Raises `StoreError` if it cannot be written."""
    make_file(folder / LABELS, stored_labels(store, addresses), addresses)


def make_file(path: Path, labels: Iterable[SearchLabel], addresses: Addresses) -> None:
    """Write a label file. Raises `StoreError` if it cannot be written."""
    with writing(path) as database:
        database.executescript(_SCHEMA)
        database.execute("INSERT INTO gram (gram, rank) VALUES ('hashsize', ?)", (_BUFFERED,))
        database.execute("BEGIN")
        rows = (_row(label, addresses) for label in sorted(labels, key=lambda label: label.order))
        frequency: Counter[str] = Counter()
        for place, row in enumerate(rows, start=1):
            _put(database, place, row)
            frequency.update(near_grams(row[5]))
        database.executemany("INSERT INTO frequency VALUES (?, ?)", sorted(frequency.items()))
        database.execute("COMMIT")
        database.execute("INSERT INTO gram (gram) VALUES ('optimize')")


def _row(label: SearchLabel, addresses: Addresses) -> Row:
    thing = label.iri.value.removeprefix(f"{addresses.base}id/")
    return thing, label.text, label.language, int(label.code), label.rank, label.folded


def _put(database: sqlite3.Connection, place: int, row: Row) -> None:
    database.execute(_INSERT, (place, *row))
    database.execute("INSERT INTO gram (rowid, grams) VALUES (?, ?)", (place, _grams(row)))
    database.executemany(
        "INSERT INTO form VALUES (?, ?)", ((key, place) for key in form_keys(row[1], is_code=bool(row[3])))
    )


def near_grams(folded: str) -> list[str]:
    """Grams by which similar labels are found: three letters (of Chinese names two), beginnings of words, joints.

    A shorter word has only its joints: its letters occur within too many words.
    """
    words = folded.split()
    return list(dict.fromkeys([*_joints(words), *(gram for word in words for gram in _near_grams_of_word(word))]))


def _joints(words: list[str]) -> Iterator[str]:
    """The end of each word with the beginning of the next. Few labels share a joint."""
    return (f"{word[-2:]}{BEGINNING}{after[:2]}" for word, after in pairwise(words))


@lru_cache(100_000)
def _near_grams_of_word(word: str) -> tuple[str, ...]:
    size = 2 if has_han(word) else WITHIN  # a Chinese name is one word
    if len(word) < size:
        return ()
    return (BEGINNING + word[:size], *(word[at : at + size] for at in range(len(word) - size + 1)))


def _grams(row: Row) -> str:
    thing, _, language, _, _, folded = row
    words = folded.split()
    grams = map(_grams_of_word, words)
    starts = (start_gram(folded, size) for size in range(1, min(LONGEST_START, len(folded) - 1) + 1))
    return " ".join(
        [*grams, *_joints(words), *starts, f"{LANGUAGE}{base_language(language)}", f"{KIND}{thing.partition('/')[0]}"]
    )


def start_gram(folded: str, size: int = LONGEST_START) -> str:
    """The gram of the beginning of a folded label, without spaces."""
    return START + folded[1 : size + 1].replace(" ", BEGINNING)


@lru_cache(100_000)
def _grams_of_word(word: str) -> str:
    grams = {word[at : at + size] for size in range(1, WITHIN + 1) for at in range(len(word) - size + 1)}
    grams |= {BEGINNING + word[:size] for size in range(1, min(LONGEST, len(word)) + 1)}
    return " ".join(sorted(grams))
