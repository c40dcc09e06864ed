"""All rows of a pattern from a server that limits the rows of an answer.

Rows without order have no pages: by LIMIT and OFFSET, one may come twice and another never, and Virtuoso sorts 10,000
at most. So a hash of their terms divides them into parts below the limit. The number of rows is read before, so that a
change of the store meanwhile is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, Literal
from gcmgraph.store.port import Row, Solutions
from gcmgraph.store.remote.prefetch import End
from gcmgraph.store.remote.union import UNION_GRAPH

#: Hexadecimal digits of a hash: 4,096 parts at most.
_DIGITS = 3

#: Keys of the hash, in the order tried: the subject, and where one subject has too many rows, the object, too.
_KEYS = ("STR(?s)", 'CONCAT(STR(?s), " ", SUBSTR(STR(?o), 1, 100))')

_DEALT = f'BIND(COALESCE(SUBSTR(MD5(KEY), 1, {_DIGITS}), "") AS ?part)'
_IN_GRAPHS = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {UNION_GRAPH})"
_ROWS = f"SELECT * WHERE {{ {_IN_GRAPHS} }}"
_SIZES = f"SELECT ?part (COUNT(*) AS ?n) WHERE {{ {_IN_GRAPHS} {_DEALT} }} GROUP BY ?part"
_PART = f'SELECT * WHERE {{ {_IN_GRAPHS} {_DEALT} FILTER(?part >= "FIRST" && ?part <= "LAST") }}'

#: Attempts to read, while the store is written meanwhile.
_ATTEMPTS = 3

_OF_RESOURCES = f"SELECT * WHERE {{ VALUES ?END {{ RESOURCES }} {_IN_GRAPHS} }}"

Ask = Callable[[str], Solutions]


def rows_in_graphs(ask: Ask, most: int | None, *, many: bool) -> Iterator[Row]:
    """A row for each triple in a named graph, with ?s ?p ?o ?g; the server returns `most` at once, None for all.

    `ask` may put terms in place of these variables. Where `many` rows are expected, parts are read at once; else one
    answer is tried first. Raises `StoreError` where triples keep changing.
    """
    if most is None or not many:
        rows = ask(_ROWS if most is None else f"{_ROWS} LIMIT {most + 1}").rows
        if most is None or len(rows) <= most:
            yield from rows
            return
    for _ in range(_ATTEMPTS):
        key, parts = _parts(ask, most)
        found = [row for first, last, _ in parts for row in _part(ask, key, first, last)]
        if len(found) == sum(size for _, _, size in parts):
            yield from found
            return
    raise StoreError("The SPARQL server's data changed while they were read.", hint="Try again when they are loaded.")


def query_of_resources(end: End, things: Iterable[IRI], most: int | None) -> str:
    """The query for the rows with one of these resources at an end, limited to one more than `most`."""
    query = _OF_RESOURCES.replace("END", end[0]).replace("RESOURCES", " ".join(map(str, things)))
    return query if most is None else f"{query} LIMIT {most + 1}"


def _parts(ask: Ask, most: int) -> tuple[str, list[tuple[str, str, int]]]:
    """A key, and its parts: first hash, last hash, rows; none larger than `most` unless no key suffices."""
    key, sizes = "", []
    for key in _KEYS:
        rows = ask(_SIZES.replace("KEY", key)).rows
        sizes = sorted((row["part"].value, int(row["n"].value)) for row in rows if isinstance(row["n"], Literal))
        if all(size <= most for _, size in sizes):
            break
    parts: list[tuple[str, str, int]] = []
    for part, size in sizes:
        if parts and parts[-1][2] + size <= most:
            first, _, before = parts[-1]
            parts[-1] = (first, part, before + size)
        else:
            parts.append((part, part, size))
    return key, parts


def _part(ask: Ask, key: str, first: str, last: str) -> tuple[Row, ...]:
    return ask(_PART.replace("KEY", key).replace("FIRST", first).replace("LAST", last)).rows
