"""Numbers of practices by two facets, such as countries by objectives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.publication.lists.index import Filters, KindIndex


@dataclass(frozen=True)
class Matrix:
    """Numbers of resources by pairs of values. Rows and columns are keys of facets (`KindIndex.postings`)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    #: by row and column, without zeros
    counts: Mapping[tuple[str, str], int]
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    #: number of the resources that have a value of both facets
    total: int


def matrix(index: KindIndex, filters: Filters, rows: str, columns: str, every_column: Iterable[str] = ()) -> Matrix:
    """Cross the values of two facets, among the resources that pass the filters.

    A resource counts once in a cell and in a total, whatever number of values it has. Parts of counted resources are
    not counted (`KindIndex.count`). Rows without resources are left out; columns are those of `every_column` and those
    with resources.
    """
    among = index.select(filters)
    across = _having(index.postings(rows), among)
    along = _having(index.postings(columns), among)
    crossed = {(row, column): places & those for row, places in across.items() for column, those in along.items()}
    of_rows = BitMap.union(BitMap(), *along.values())
    of_columns = BitMap.union(BitMap(), *across.values())
    row_totals = {row: index.count(places & of_rows) for row, places in across.items() if places & of_rows}
    totals = {column: index.count(places & of_columns) for column, places in along.items() if places & of_columns}
    return Matrix(
        tuple(row_totals),
        tuple(dict.fromkeys((*every_column, *totals))),
        {cell: index.count(places) for cell, places in crossed.items() if places},
        row_totals,
        totals,
        index.count(of_rows & of_columns),
    )


def _having(postings: Mapping[str, BitMap], among: BitMap) -> dict[str, BitMap]:
    return {key: found for key, places in postings.items() if (found := places & among)}
