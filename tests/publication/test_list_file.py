"""List file of a version: written with each version; read from the store instead where it is missing or damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from gcmgraph.errors import StoreError
from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.file import BY_ADDRESS, FILE, FORM, ListFile, make_lists
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.versions.files import write_files, write_indexes
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.port import Change
from gcmgraph.store.versions import DUMP, StoreFolder, change_version, version_name

A = Addresses()
V = Vocabulary(A)
G = IRI(A.graph("contribution/one"))
POOL = [
    quad
    for number in range(5)
    for quad in (
        Quad(V(f"practice:p{number}"), V("rdf:type"), V("gcm:Practice"), G),
        Quad(V(f"practice:p{number}"), V("dct:title"), text(f"Title {5 - number}", "en"), G),
    )
]


def titles(file: ListFile) -> list[str]:
    """The titles of all practices, in their order."""
    assert all(len(file.order(kind, BY_ADDRESS)) == len(file.of_kind(kind)) for kind in KINDS)
    order = file.order("practice", "en")
    named = {thing.place: thing.named.texts[0].value for thing in file.things(order)}
    return [named[place] for place in order]


def published(folder: Path) -> StoreFolder:
    store, dump = StoreFolder(folder), serialize_canonical(POOL)
    store.publish(version_name(sha256(dump)), POOL, {DUMP: dump}, lambda made: write_indexes(made, A))
    return store


def lists_of(store: StoreFolder) -> ListFile:
    file = ListFile.open(store.current_folder() / FILE, A)
    assert file is not None
    return file


def test_lists_of_a_changed_version_and_of_the_one_before(tmp_path: Path) -> None:
    store = published(tmp_path)
    before = lists_of(store)
    gone = frozenset(quad for quad in POOL if quad.subject == V("practice:p1"))
    change_version(store, lambda _: Change(removed=gone), lambda made: write_files(made, A))
    assert titles(before) == ["Title 1", "Title 2", "Title 3", "Title 4", "Title 5"]
    assert titles(lists_of(store)) == ["Title 1", "Title 2", "Title 3", "Title 5"]


@pytest.mark.parametrize("damage", ["missing", "short", "no database", "another base", "another form"])
def test_lists_are_read_from_the_store_where_the_file_cannot_be(tmp_path: Path, damage: str) -> None:
    store = published(tmp_path)
    spoil(store.current_folder(), damage)
    files = set(store.current_folder().iterdir())
    index = Listings(store.open_current(), A, store.current_folder()).of("practice")
    assert len(index.ordered(index.everything, "title", "en", 0, 10)) == 5
    assert set(store.current_folder().iterdir()) == files, "a reader writes nothing beside a version"


def test_damaged_page_of_the_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    store = published(tmp_path)
    spoil(store.current_folder(), "a page of zeros")
    with pytest.raises(StoreError, match=FILE):
        titles(lists_of(store))


def spoil(folder: Path, damage: str) -> None:
    file = folder / FILE
    match damage:
        case "missing":
            file.unlink()
        case "short":
            file.write_bytes(file.read_bytes()[:-5000])
        case "no database":
            file.write_bytes(b"nothing of the kind" * 100)
        case "another base":
            file.unlink()
            make_lists(EmbeddedStore.in_memory(), Addresses("https://example.org/"), file).close()
        case "another form":
            with sqlite3.connect(file) as connection:
                connection.execute(f"PRAGMA user_version = {FORM - 1}")
            connection.close()
        case _:
            content = bytearray(file.read_bytes())
            with sqlite3.connect(file) as connection:
                find = "SELECT rootpage FROM sqlite_schema WHERE name = 'orders'"
                ((page,),) = connection.execute(find)
            connection.close()
            content[(page - 1) * 4096 : page * 4096] = bytes(4096)
            file.write_bytes(content)
