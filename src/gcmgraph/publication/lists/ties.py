"""Ties of organisations in a list file.

Two organisations are tied by the practices in which both take part; the weight of a tie is their number. A practice
counts once where it or any of its parts ties them.

    partners  organisations with ties: number, IRI, sum of the weights of the ties
    ties      numbers of two organisations, in both directions, and the weight
    crowded   places of practices that tie nobody, since they have more than `MAX_ORGANISATIONS` organisations
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain, combinations

from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.publication.lists.facets import TAKING_PART
from gcmgraph.publication.lists.file import ListFile

#: A practice of more organisations ties none: it says little about collaboration, and it has too many pairs.
MAX_ORGANISATIONS = 150


def taking_part(file: ListFile) -> dict[IRI, BitMap]:
    """Organisations, each with the places of its practices."""
    together: dict[IRI, BitMap] = {}
    for path in TAKING_PART:
        for value, places in file.reached("practice", path).items():
            if isinstance(value, IRI):
                together[value] = together[value] | places if value in together else places
    return together


def write_ties(file: ListFile) -> None:
    """Write the ties that follow from the organisations and the parts of practices in a list file."""
    wholes = file.wholes()
    ties_of: dict[int, set[tuple[str, str]]] = {}
    crowded: list[tuple[int]] = []
    for place, organisations in _by_practice(taking_part(file)).items():
        if len(organisations) > MAX_ORGANISATIONS:
            crowded.append((place,))
            continue
        for counted in wholes.get(place, (place,)):
            ties_of.setdefault(counted, set()).update(combinations(organisations, 2))
    weights = Counter(chain.from_iterable(ties_of.values()))
    shared: Counter[str] = Counter()
    for pair, weight in weights.items():
        for end in pair:
            shared[end] += weight
    number = {iri: row for row, iri in enumerate(sorted(shared), start=1)}
    both = ((number[a], number[b], weight) for pair, weight in weights.items() for a, b in (pair, pair[::-1]))
    for table, columns, rows in (
        ("partners", "?, ?, ?", ((number[iri], iri, weight) for iri, weight in shared.items())),
        ("ties", "?, ?, ?", sorted(both)),
        ("crowded", "?", crowded),
    ):
        file.connection.executemany(f"INSERT INTO {table} VALUES ({columns})", rows)  # noqa: S608


def _by_practice(organisations: Mapping[IRI, BitMap]) -> dict[int, list[str]]:
    """The organisations of each practice, by place."""
    found: dict[int, list[str]] = {}
    for iri in sorted(organisations, key=lambda iri: iri.value):
        for place in organisations[iri]:
            found.setdefault(place, []).append(iri.value)
    return found
