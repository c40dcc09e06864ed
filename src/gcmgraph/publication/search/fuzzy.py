"""Labels like a name that was not found, such as one with a letter wrong."""

from __future__ import annotations

import sqlite3
from collections import Counter
from itertools import combinations

from rapidfuzz import fuzz

from gcmgraph.publication.search.file import COLUMNS, WITHIN, Row
from gcmgraph.text.folding import fold_words

#: How alike a label must be to a name, of 100.
_NEAR = 70

#: Words of so many letters are found by fewer letters than `WITHIN`, too.
_SHORT = 5

#: Grams of a name that are looked at.
_GRAMS = 60

#: A name is cut into so many parts; labels that have all grams of some of them are looked for, whichever these are.
_PARTS, _WHOLE = 6, 3

#: Labels that are looked at for each gram or each choice of parts: the first in their order. And all that are compared.
_LOOKED_AT, _COMPARED = 200, 300

_HAVING = "SELECT rowid FROM gram WHERE gram MATCH ? ORDER BY rowid LIMIT ?"
_AT = f"SELECT {COLUMNS} FROM label WHERE place = ?"  # noqa: S608


def near_rows(database: sqlite3.Connection, name: str) -> list[Row]:
    """The labels that are like a name, most alike first, among those that share most with it."""
    folded = fold_words(name)
    grams = _grams(folded)
    shared: Counter[int] = Counter()
    for asked in [[gram] for gram in grams] + _choices(grams):
        text = " AND ".join(f'"{gram}"' for gram in asked)
        shared.update({place: len(asked) for (place,) in database.execute(_HAVING, (text, _LOOKED_AT))})
    places = sorted(place for place, _ in shared.most_common(_COMPARED))
    rows = [database.execute(_AT, (place,)).fetchone() for place in places]
    alike = [(fuzz.ratio(f" {folded}", row[5], score_cutoff=_NEAR), row) for row in rows]
    return [row for score, row in sorted(alike, key=lambda one: -one[0]) if score]


def _grams(folded: str) -> list[str]:
    return list(
        dict.fromkeys(
            word[at : at + size]
            for word in folded.split()
            for size in range(1 if len(word) <= _SHORT else WITHIN, WITHIN + 1)
            for at in range(len(word) - size + 1)
        )
    )[:_GRAMS]


def _choices(grams: list[str]) -> list[list[str]]:
    """The grams of each choice of `_WHOLE` parts."""
    if len(grams) < _PARTS:
        return []
    parts = [grams[part * len(grams) // _PARTS : (part + 1) * len(grams) // _PARTS] for part in range(_PARTS)]
    return [[gram for part in chosen for gram in part] for chosen in combinations(parts, _WHOLE)]
