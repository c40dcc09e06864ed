"""What is made of a version once and stored beside its index, so that every server process only has to open it."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.build import write_lists
from gcmgraph.publication.lists.update import change_lists
from gcmgraph.publication.search.update import change_labels, write_labels
from gcmgraph.publication.versions.statistics import change_figures, write_figures
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.incremental import ChangedVersion


def write_indexes(folder: Path, addresses: Addresses) -> None:
    """Make it for the version in a folder, from the store there."""
    store = EmbeddedStore.open(folder / "index", read_only=True)
    write_lists(folder, store, addresses)
    write_labels(folder, store, addresses)
    write_figures(folder, store, addresses)


def change_indexes(made: ChangedVersion, addresses: Addresses) -> None:
    """Make it for a version that was made by changing another, from that of the other where it has one."""
    change_lists(made, addresses)
    change_labels(made, addresses)
    change_figures(made, addresses)
