"""Stores behind the port, by their contents: statements in memory, a dataset version, a version after a change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import cast

from gcmgraph.model.terms import Quad, Triple
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import ChangedStore, EmbeddedStore
from gcmgraph.store.port import Store


def in_memory(quads: Iterable[Quad] = ()) -> Store:
    """A store of quads that lives as long as this process."""
    return EmbeddedStore.in_memory(quads)


def of_triples(triples: Iterable[Triple]) -> Store:
    """A store in memory of the union of all graphs, given as triples, and no other graph."""
    return EmbeddedStore.of_triples(triples)


def open_index(index: Path) -> Store:
    """The store in the folder of an index, read-only. `StoreError` where it is missing or damaged."""
    return EmbeddedStore.open(index, read_only=True)


def write_index(index: Path, quads: Iterable[Quad], dump: Path | None = None) -> None:
    """Write quads, or those of a dump of canonical N-Quads, to a new index. `StoreError` where it cannot be written."""
    store = EmbeddedStore.open(index)
    if dump is None:
        store.bulk_load(quads)
    else:
        store.load_dump(dump)
    store.close()


def change_index(index: Path, change: Change) -> None:
    """Change an index that nobody reads yet."""
    store = EmbeddedStore.open(index)
    store.change(change)
    store.close()


def after_change(store: Store, change: Change) -> Store:
    """A store as it would be after a change, for reading by patterns; nothing is written."""
    return ChangedStore(cast(EmbeddedStore, store), change)  # there is no other one
