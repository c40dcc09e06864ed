"""List file of a version: written with each version; read from the store instead where it is missing or damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.file import FILE, Lists, write_lists
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.versions.files import write_files, write_indexes
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.store.port import Change, Store
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
DAMAGES = {
    "missing": lambda file: file.unlink(),
    "short": lambda file: file.write_bytes(file.read_bytes()[:-50]),
    "no document": lambda file: file.write_bytes(b"nothing of the kind" * 100),
    "another base": lambda file: write_lists(file.parent, Store.in_memory(), Addresses("https://example.org/")),
}


def titles(store: Store, folder: Path) -> list[str]:
    """The titles of all practices, in their order."""
    index = Listings(store, A, folder).of("practice")
    items = index.ordered(index.everything, "title", "en", 0, 10)
    return [index.names.of(item.iri, "en").text for item in items]


def published(folder: Path) -> StoreFolder:
    store, dump = StoreFolder(folder), serialize_canonical(POOL)
    store.publish(version_name(sha256(dump)), POOL, {DUMP: dump}, lambda made: write_indexes(made, A))
    return store


def test_lists_of_a_changed_version_and_of_the_one_before(tmp_path: Path) -> None:
    store, empty = published(tmp_path), Store.in_memory()  # only the files have resources
    before = store.current_folder()
    gone = frozenset(quad for quad in POOL if quad.subject == V("practice:p1"))
    change_version(store, lambda _: Change(removed=gone), lambda made: write_files(made, A))
    assert titles(empty, before) == ["Title 1", "Title 2", "Title 3", "Title 4", "Title 5"]
    assert titles(empty, store.current_folder()) == ["Title 1", "Title 2", "Title 3", "Title 5"]


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("damage", DAMAGES)
def test_lists_are_read_from_the_store_without_a_valid_file(tmp_path: Path, damage: str, recorded: bool) -> None:
    folder = published(tmp_path).current_folder()
    if not recorded:
        (folder / "MANIFEST").unlink()
    DAMAGES[damage](folder / FILE)
    files = set(folder.iterdir())
    assert Lists.open(folder, A) is None
    assert len(titles(StoreFolder(tmp_path).open_current(), folder)) == 5
    assert set(folder.iterdir()) == files, "a reader writes nothing beside a version"
