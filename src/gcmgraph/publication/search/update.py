"""Writes the file of labels of a version, anew or from that of the version before."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.file import LABELS, change_file, make_file
from gcmgraph.publication.search.labels import labels_of, named_in, stored_labels
from gcmgraph.store.port import Store
from gcmgraph.store.versions.incremental import ChangedVersion


def write_labels(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the file of the version in a folder. Raises `StoreError` where it cannot be written."""
    make_file(folder / LABELS, stored_labels(store, addresses), addresses)


def change_labels(made: ChangedVersion, addresses: Addresses) -> None:
    """Write the file of a changed version; anew where the version before has none that can be read.

    Raises `StoreError` where it cannot be written.
    """
    things = named_in(made.change.removed | made.change.added, addresses)
    was, now = labels_of(made.before, things, addresses), labels_of(made.after, things, addresses)
    file = made.folder / LABELS
    try:
        shutil.copyfile(made.before_folder / LABELS, file)
        change_file(file, was - now, now - was, addresses)
    except (FileNotFoundError, sqlite3.DatabaseError, StoreError):  # none, or a damaged one
        file.unlink(missing_ok=True)
        write_labels(made.folder, made.after, addresses)
