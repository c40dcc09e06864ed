"""Table of withdrawn resources, `data/withdrawn.csv`.

An IRI is never reused or deleted: a withdrawn resource is listed with its successor (may be empty), the date (ISO 8601)
and the reason, and its address answers 410. Withdrawn contributions are in `graph/provenance`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.repository.tables import read_rows
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
    """The withdrawals in a file by IRI, under the base of `addresses`; none where there is no file.

    Raises `DataError` for an invalid row.
    """
    found: dict[str, Withdrawal] = {}
    for place, cells in read_rows(file, addresses) if file.is_file() else ():
        iri, successor = (addresses.rebase(cells[name] or "") for name in ("iri", "successor"))
        if successor == iri:
            message = f"<{iri}> is its own successor."
            raise DataError(message, place=place, hint="Leave the successor empty if there is none.")
        day, reason = date.fromisoformat(cells["date"] or ""), cells["reason"] or ""
        found[iri] = Withdrawal(iri, successor or None, day, reason)
    return found


def invalidations(store: Store, addresses: Addresses, thing: IRI | None = None) -> Iterator[Quad]:
    """The statements of a dataset that a resource, or any resource, was ended by an activity.

    Only those of the project, in `graph/provenance`, count.
    """
    return store.quads(thing, INVALIDATED_BY, graph=IRI(addresses.graph("provenance")))


def is_invalidation(quad: Quad, addresses: Addresses) -> bool:
    """Whether a quad is one of those statements."""
    return quad.predicate == INVALIDATED_BY and quad.graph_name == IRI(addresses.graph("provenance"))
