"""A build: validated, named by its content, and never half done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gcmgraph.errors import DocumentError, ExtractionError
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.assembly import Assembly, assemble
from gcmgraph.publication.build import build
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import DUMP, SUMMARY, StoreFolder
from gcmgraph.validation.engine import validate_dataset
from gcmgraph.validation.report import Level
from gcmgraph.validation.shapes import load_shapes
from shared import copy_store

ADDRESSES = Addresses()
FRENCH = "objective-09.fr.md"


@pytest.fixture
def copy(repository: Repository, tmp_path: Path) -> Repository:
    """A repository of its own, to spoil."""
    for folder in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(repository.root / folder, tmp_path / "repository" / folder)
    return Repository(tmp_path / "repository")


def edit(repository: Repository, name: str, old: str, new: str) -> None:
    path = repository.root / "data" / "sources" / name
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")


def test_the_same_files_give_the_same_bytes(assembly: Assembly, built_store: Path) -> None:
    again = StoreFolder(built_store).current_folder() / DUMP
    assert again.read_bytes() == serialize_canonical(assembly.quads)


def test_a_build_that_conforms_becomes_current(built_store: Path) -> None:
    folder = StoreFolder(built_store)
    summary = json.loads((folder.current_folder() / SUMMARY).read_bytes())
    assert folder.current_version() == summary["version"]
    assert len(folder.open_current()) == summary["quads"]
    assert dict(summary["classes"])["gcm:Practice"] == 3


def test_the_dump_says_what_the_index_says(built_store: Path) -> None:
    folder = StoreFolder(built_store)
    dump = (folder.current_folder() / DUMP).read_bytes()
    indexed = serialize_canonical(folder.open_current().quads())
    assert set(indexed.splitlines()) == set(dump.splitlines())


def test_a_build_that_does_not_conform_changes_nothing(copy: Repository, built_store: Path, tmp_path: Path) -> None:
    copy_store(built_store, tmp_path / "store")
    folder = StoreFolder(tmp_path / "store")
    before = folder.current_version()
    assert before is not None
    (copy.root / "data" / "curated" / "wrong.ttl").write_text(
        "<https://w3id.org/gcmgraph/id/practice/nothing> a <https://w3id.org/gcmgraph/ontology#Practice> .", "utf-8"
    )
    after = build(copy, ADDRESSES, folder)
    assert after.summary is None
    assert not after.report.conforms
    focus = {result.focus for result in after.report.results}
    assert IRI(ADDRESSES.thing("practice", "nothing")) in focus
    assert folder.current_version() == before
    assert [path.name for path in (tmp_path / "store" / "versions").iterdir()] == [before]


def test_many_documents_of_both_kinds_make_one_dataset(copy: Repository) -> None:
    """Pages that word the same target differently, name the same unknown organisation, and so on."""
    corpus = Path(__file__).parents[1] / "corpus"
    pages = sorted((*corpus.glob("dev/*.md"), *corpus.glob("heldout-a/*.md")), key=lambda page: page.name)
    assert len({page.name for page in pages}) > 12
    for page in pages:
        shutil.copy(page, copy.root / "data" / "sources" / page.name)
    assembly = assemble(copy, ADDRESSES)
    report = validate_dataset(assembly.quads, load_shapes(copy, ADDRESSES))
    assert [result for result in report.results if result.level is Level.VIOLATION] == []
    practices = {quad.subject for quad in assembly.quads if quad.object == IRI(ADDRESSES.term("Practice"))}
    assert len(practices) > 50


def test_another_base_moves_every_address(repository: Repository) -> None:
    other = Addresses("https://data.example.org/gcm/")
    dump = serialize_canonical(assemble(repository, other).quads).decode()
    assert "<https://data.example.org/gcm/id/action/9a>" in dump
    assert "<https://w3id.org/gcmgraph/" not in dump


@pytest.mark.parametrize(
    ("old", "new", "error", "says"),
    [
        ("- b. **Tirer", "- a. **Tirer", DocumentError, "more than one action 'a'"),
        ("■**16.4:**", "■**16.99:**", ExtractionError, "16.99 is no SDG target"),
        ("(2018-2022)", "(2022-2018)", ExtractionError, "before it starts"),
    ],
)
def test_a_fault_in_a_document_stops_the_build_and_names_the_line(
    copy: Repository, tmp_path: Path, old: str, new: str, error: type[Exception], says: str
) -> None:
    edit(copy, FRENCH, old, new)
    folder = StoreFolder(tmp_path / "store")
    with pytest.raises(error) as raised:
        build(copy, ADDRESSES, folder)
    assert says in str(raised.value)
    assert FRENCH in str(raised.value)
    assert folder.current_version() is None
