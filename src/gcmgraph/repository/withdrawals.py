"""Withdrawn resources.

An IRI is never reused or deleted: `data/withdrawn.csv` lists a withdrawn resource with its
successor (may be empty), the date (ISO 8601) and the reason, and its address answers 410. Withdrawn
contributions are in `graph/provenance`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.repository.table_rows import read_rows
from gcmgraph.store.port import Store

#: Predicate from a withdrawn resource to the activity that ended it; its address answers 410.
INVALIDATED_BY = IRI(PREFIXES["prov"] + "wasInvalidatedBy")


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawn resource, its successor if it has one, the date and the reason."""

    iri: str
    successor: str | None
    date: date
    reason: str


def read_withdrawn(file: Path, addresses: Addresses) -> dict[str, Withdrawal]:
    """The withdrawals in a file by IRI, under the base of `addresses`; none if there is no file.

    Raises `DataError` for an invalid row.
    """
    if not file.is_file():
        return {}
    withdrawals: dict[str, Withdrawal] = {}
    for place, cells in read_rows(file, addresses):
        iri = addresses.rebase(cells["iri"] or "")
        successor = addresses.rebase(cells["successor"] or "")
        if successor == iri:
            raise DataError(
                f"<{iri}> is its own successor.",
                place=place,
                hint="Leave the successor empty if there is none.",
            )
        day = date.fromisoformat(cells["date"] or "")
        withdrawals[iri] = Withdrawal(iri, successor or None, day, cells["reason"] or "")
    return withdrawals


def invalidations(store: Store, addresses: Addresses) -> Iterator[Quad]:
    """The statements of a dataset that a resource was ended by an activity.

    Only those of the project, in `graph/provenance`, count.
    """
    return store.quads(None, INVALIDATED_BY, graph=IRI(addresses.graph("provenance")))


def is_invalidation(quad: Quad, addresses: Addresses) -> bool:
    """Whether a quad is one of those statements."""
    provenance = IRI(addresses.graph("provenance"))
    return quad.predicate == INVALIDATED_BY and quad.graph_name == provenance
