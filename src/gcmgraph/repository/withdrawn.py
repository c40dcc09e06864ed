"""Table of withdrawn resources, `data/withdrawn.csv`.

An IRI is never reused or deleted: a withdrawn resource is listed with its successor (may be empty), the date (ISO 8601)
and the reason, and its address answers 410. Withdrawn contributions are in `graph/provenance`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.store.port import Store

COLUMNS = ("iri", "successor", "date", "reason")

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
    if not file.is_file():
        return {}
    try:
        rows = list(csv.reader(file.read_text("utf-8-sig").splitlines(), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"The file is not CSV in UTF-8: {error}.", place=Place(str(file))) from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise DataError(f"The first line must be '{','.join(COLUMNS)}'.", place=Place(str(file), 1))
    found: dict[str, Withdrawal] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        withdrawal = _withdrawal(row, Place(str(file), line), addresses)
        if withdrawal.iri in found:
            raise DataError(f"<{withdrawal.iri}> is withdrawn twice.", place=Place(str(file), line))
        found[withdrawal.iri] = withdrawal
    return found


def invalidations(store: Store, addresses: Addresses, thing: IRI | None = None) -> Iterator[Quad]:
    """The statements of a dataset that a resource, or any resource, was ended by an activity.

    Only those of the project, in `graph/provenance`, count.
    """
    return store.quads(thing, INVALIDATED_BY, graph=IRI(addresses.graph("provenance")))


def is_invalidation(quad: Quad, addresses: Addresses) -> bool:
    """Whether a quad is one of those statements."""
    return quad.predicate == INVALIDATED_BY and quad.graph_name == IRI(addresses.graph("provenance"))


def _withdrawal(row: list[str], place: Place, addresses: Addresses) -> Withdrawal:
    if len(row) != len(COLUMNS):
        raise DataError(f"There are {len(row)} cells instead of {len(COLUMNS)}.", place=place)
    iri, successor, day, reason = (cell.strip() for cell in row)
    iri, successor = _checked(addresses.rebase(iri), place), _checked(addresses.rebase(successor), place)
    if not iri.startswith(f"{addresses.base}id/"):
        raise DataError(
            f"'{iri}' is no address of a thing of ours.", place=place, hint=f"Such as {addresses.base}id/…."
        )
    if successor == iri:
        raise DataError(
            f"<{iri}> is its own successor.", place=place, hint="Leave the successor empty if there is none."
        )
    if not reason:
        raise DataError(f"<{iri}> is withdrawn without a reason.", place=place)
    try:
        return Withdrawal(iri, successor or None, date.fromisoformat(day), reason)
    except ValueError as error:
        raise DataError(f"'{day}' is not a date.", place=place, hint="Such as 2026-11-24.") from error


def _checked(iri: str, place: Place) -> str:
    try:
        return IRI(iri).value if iri else ""
    except ValueError as error:
        raise DataError(f"'{iri}' is not an IRI.", place=place) from error
