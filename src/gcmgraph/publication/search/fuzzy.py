"""Labels similar to a name that was not found, such as one with a wrong letter."""

from __future__ import annotations

import sqlite3
from collections import Counter
from itertools import combinations
from operator import itemgetter

from gcmgraph.publication.search.file import COLUMNS, WITHIN, Row
from gcmgraph.text.folding import fold_words
from gcmgraph.text.nearest import nearest

#: Letters of the longest word for which grams shorter than `WITHIN` are used, too.
_SHORT = 5

#: Limit on the grams of a name.
_GRAMS = 60

#: Parts of a name, and parts whose grams a label must have; each combination is searched.
_PARTS, _WHOLE = 6, 3

#: Limit on the labels read for each gram or combination, and on the labels compared.
_READ, _COMPARED = 200, 300

_HAVING = "SELECT rowid FROM gram WHERE gram MATCH ? ORDER BY rowid LIMIT ?"
_AT = f"SELECT {COLUMNS} FROM label WHERE place = ?"  # noqa: S608


def near_rows(database: sqlite3.Connection, name: str) -> list[Row]:
    """Labels similar to a name, most similar first, among those that share most grams with it."""
    folded = fold_words(name)
    grams = _grams(folded.replace("_", " "))  # the index has no grams with this sign
    shared: Counter[int] = Counter()
    for required in [[gram] for gram in grams] + _combinations(grams):
        text = " AND ".join(f'"{gram}"' for gram in required)
        shared.update({place: len(required) for (place,) in database.execute(_HAVING, (text, _READ))})
    places = sorted(place for place, _ in shared.most_common(_COMPARED))
    rows = [database.execute(_AT, (place,)).fetchone() for place in places]
    return nearest(f" {folded}", rows, _COMPARED, key=itemgetter(5))


def _grams(folded: str) -> list[str]:
    return list(
        dict.fromkeys(
            word[at : at + size]
            for word in folded.split()
            for size in range(1 if len(word) <= _SHORT else WITHIN, WITHIN + 1)
            for at in range(len(word) - size + 1)
        )
    )[:_GRAMS]


def _combinations(grams: list[str]) -> list[list[str]]:
    """The grams of each combination of `_WHOLE` parts."""
    if len(grams) < _PARTS:
        return []
    parts = [grams[part * len(grams) // _PARTS : (part + 1) * len(grams) // _PARTS] for part in range(_PARTS)]
    return [[gram for part in chosen for gram in part] for chosen in combinations(parts, _WHOLE)]
