"""Ties of organisations in a list file, updated for the practices that changed.

Two organisations are tied by the practices in which both take part; the weight of a tie is their number.

    partners  organisations with ties: number, IRI, sum of the weights of the ties
    ties      numbers of two organisations, in both directions, and the weight
    crowded   places of practices that tie nobody, since they have more than `MAX_ORGANISATIONS` organisations
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations

from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.lists.file import ListFile

#: A practice of more organisations ties none: it says little about collaboration, and it has too many pairs.
MAX_ORGANISATIONS = 150

_ADD_PARTNER = """INSERT INTO partners (iri, shared) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET shared = shared + excluded.shared"""
_ADD_TIE = "INSERT INTO ties VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET practices = practices + excluded.practices"

_NUMBERS = "SELECT iri, number FROM partners WHERE iri IN (SELECT value FROM json_each(?))"


def taking_part(found: Iterable[Mapping[IRI | Literal, BitMap]]) -> dict[IRI, BitMap]:
    """Organisations, each with the places of its practices, from the values of several paths."""
    together: dict[IRI, BitMap] = {}
    for reached in found:
        for value, places in reached.items():
            if isinstance(value, IRI):
                together[value] = together[value] | places if value in together else places
    return together


def change_ties(file: ListFile, before: Mapping[IRI, BitMap], now: Mapping[IRI, BitMap]) -> None:
    """Update the ties: `before` and `now` are the organisations of the changed practices, with their places."""
    old, new = _by_practice(before), _by_practice(now)
    weights: Counter[tuple[str, str]] = Counter()
    for sign, practices in ((-1, old), (1, new)):
        for place, organisations in practices.items():
            if old.get(place) != new.get(place) and len(organisations) <= MAX_ORGANISATIONS:
                for pair in combinations(organisations, 2):
                    weights[pair] += sign
    for statement, side in (("DELETE FROM crowded WHERE place = ?", old), ("INSERT INTO crowded VALUES (?)", new)):
        crowded = [(place,) for place, organisations in side.items() if len(organisations) > MAX_ORGANISATIONS]
        file.connection.executemany(statement, crowded)
    _add(file, {pair: weight for pair, weight in weights.items() if weight})


def _add(file: ListFile, weights: Mapping[tuple[str, str], int]) -> None:
    shared: Counter[str] = Counter()
    for pair, weight in weights.items():
        for end in pair:
            shared[end] += weight
    file.connection.executemany(_ADD_PARTNER, sorted(shared.items()))
    number: dict[str, int] = dict(file.connection.execute(_NUMBERS, (json.dumps(list(shared)),)).fetchall())
    ties = ((number[one], number[other], weight) for (one, other), weight in weights.items())
    file.connection.executemany(
        _ADD_TIE, sorted(way for a, b, weight in ties for way in ((a, b, weight), (b, a, weight)))
    )
    if any(weight < 0 for weight in weights.values()):
        numbers = [(number[iri],) for iri in shared]
        file.connection.executemany("DELETE FROM ties WHERE one = ? AND practices = 0", numbers)
        file.connection.executemany("DELETE FROM partners WHERE number = ? AND shared = 0", numbers)


def _by_practice(organisations: Mapping[IRI, BitMap]) -> dict[int, list[str]]:
    """The organisations of each practice, by place."""
    found: dict[int, list[str]] = {}
    for iri in sorted(organisations, key=lambda iri: iri.value):
        for place in organisations[iri]:
            found.setdefault(place, []).append(iri.value)
    return found
