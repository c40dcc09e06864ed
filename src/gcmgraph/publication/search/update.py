"""Writing of the label file and of the text file of a version."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.file import LABELS, change_file, make_file
from gcmgraph.publication.search.labels import labels_of, named_in, stored_labels
from gcmgraph.publication.search.text_file import (
    TEXTS,
    change_text_file,
    described_in,
    make_text_file,
    stored_texts,
    texts_of,
)
from gcmgraph.store.port import Store
from gcmgraph.store.versions.incremental import ChangedVersion
from gcmgraph.store.versions.recorded import require_intact


def write_labels(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the label file of the version in a folder. Raises `StoreError` if it cannot be written."""
    make_file(folder / LABELS, stored_labels(store, addresses), addresses)


def change_labels(made: ChangedVersion, addresses: Addresses) -> None:
    """Write the label file of a changed version; read the whole store if the version before has no valid file.

    Raises `StoreError` if it cannot be written.
    """
    iris = named_in(made.change.removed | made.change.added, addresses)
    was, now = labels_of(made.before, iris, addresses), labels_of(made.after, iris, addresses)
    file = made.folder / LABELS
    try:
        require_intact(made.before_folder, LABELS)
        shutil.copyfile(made.before_folder / LABELS, file)
        change_file(file, was - now, now - was, addresses)
    except (FileNotFoundError, sqlite3.DatabaseError, StoreError):  # missing or damaged
        file.unlink(missing_ok=True)
        write_labels(made.folder, made.after, addresses)


def write_texts(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the text file of the version in a folder. Raises `StoreError` if it cannot be written."""
    make_text_file(folder / TEXTS, stored_texts(store, addresses))


def change_texts(made: ChangedVersion, addresses: Addresses) -> None:
    """Write the text file of a changed version; read the whole store if the version before has no valid file.

    Raises `StoreError` if it cannot be written.
    """
    iris = described_in(made.change.removed | made.change.added, addresses)
    things = sorted(iri.value.removeprefix(f"{addresses.base}id/") for iri in iris)
    file = made.folder / TEXTS
    try:
        require_intact(made.before_folder, TEXTS)
        shutil.copyfile(made.before_folder / TEXTS, file)
        change_text_file(file, things, texts_of(made.after, iris, addresses))
    except (FileNotFoundError, sqlite3.DatabaseError, StoreError):  # missing or damaged
        file.unlink(missing_ok=True)
        write_texts(made.folder, made.after, addresses)
