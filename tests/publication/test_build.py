"""A build: validated, named by its content, and never half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.platform.errors import DataError
from gcmgraph.publication.assembly import Assembly, assemble, read_figures
from gcmgraph.publication.build import build
from gcmgraph.publication.metadata.partitions import describe_version
from gcmgraph.publication.rates import rates_of
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP
from shared import copy_repository, copy_store

ADDRESSES = Addresses()


@pytest.fixture
def copy(tmp_path: Path) -> Repository:
    """A small repository of its own, to spoil: it has ten practices."""
    return copy_repository(tmp_path / "repository", small=True)


def edit(repository: Repository, name: str, old: str, new: str) -> str:
    """Edit the reading of a name or pattern, and return its name."""
    (path,) = (repository.root / "data" / "readings").glob(name)
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")
    return path.name


def test_equal_files_give_equal_bytes(
    small_assembly: Assembly, small_store: Path, small_repository: Repository
) -> None:
    again = StoreFolder(small_store).current_folder() / DUMP
    figures, _ = read_figures(small_repository, ADDRESSES)
    rates, _ = rates_of(small_repository, ADDRESSES, figures)
    quads = [*small_assembly.quads, *figures, *rates]
    description = describe_version(
        quads, read_queries(small_repository, ADDRESSES).values(), ADDRESSES
    )
    assert again.read_bytes() == serialize_canonical([*quads, *description])


@pytest.mark.parametrize(
    ("store", "practices"),
    [("small_store", 10), pytest.param("built_store", 116, marks=pytest.mark.exhaustive)],
)
def test_conforming_build_becomes_current(
    request: pytest.FixtureRequest, store: str, practices: int
) -> None:
    folder = StoreFolder(request.getfixturevalue(store))
    statistics = Statistics.read(folder.current_folder())
    assert len(folder.open_current()) == statistics.quads
    assert statistics.classes[ADDRESSES.expand("gcm:Practice")] == practices
    indexed = serialize_canonical(folder.open_current().quads())
    assert set(indexed.splitlines()) == set(
        (folder.current_folder() / DUMP).read_bytes().splitlines()
    )


def test_violating_build_changes_no_version(
    copy: Repository, small_store: Path, tmp_path: Path
) -> None:
    copy_store(small_store, tmp_path / "store")
    folder = StoreFolder(tmp_path / "store")
    before = folder.current_version()
    assert before is not None
    (copy.root / "data" / "curated" / "wrong.ttl").write_text(
        "<https://w3id.org/gcmgraph/id/practice/nothing> a <https://w3id.org/gcmgraph/ontology#Practice> .",
        "utf-8",
    )
    after = build(copy, ADDRESSES, folder)
    assert after.summary is None
    assert not after.report.conforms
    focus = {result.focus for result in after.report.results}
    assert IRI(ADDRESSES.resource("practice", "nothing")) in focus
    assert folder.current_version() == before
    assert [path.name for path in (tmp_path / "store" / "versions").iterdir()] == [before]


def test_build_with_a_shape_that_is_not_supported_is_refused_in_one_sentence(
    copy: Repository, tmp_path: Path
) -> None:
    (copy.root / "shapes" / "own.ttl").write_text(
        "<http://example.org/Own> <http://www.w3.org/ns/shacl#closed> true .", "utf-8"
    )
    with pytest.raises(
        DataError,
        match=r"The shape <http://example.org/Own> uses sh:closed, which .* not support\.",
    ):
        build(copy, ADDRESSES, StoreFolder(tmp_path / "store"))


def test_all_addresses_are_below_another_base(small_repository: Repository) -> None:
    other = Addresses("https://data.example.org/gcm/")
    dump = serialize_canonical(assemble(small_repository, other).quads).decode()
    assert "<https://data.example.org/gcm/id/action/9a>" in dump
    assert "<https://w3id.org/gcmgraph/" not in dump


#: Mistakes in readings of practices: the file, what stands there, what takes its place, and what is
#: said of it.
WRONG = [
    (
        "*/colombia-s-special-*",
        "start: 2017",
        "start: 2019\n    en: p4 1-2 0123456789abcdef\n  - end: 2018",
        "end",
    ),
    (
        "*/global-skill-*",
        "action: 5b",
        "action: 5z",
        "There is no such action in the Global Compact",
    ),
    (
        "*/plan-de-travail-*",
        "lead: rcm",
        "lead: rcm-of-1996",
        "There is no organisation 'rcm-of-1996'",
    ),
    (
        "*/action-mondiale-*",
        "country: AFG",
        "country: Afghanistan",
        "'Afghanistan' is not an ISO 3166 alpha-3 code",
    ),
]


def test_invalid_readings_are_held_back_and_a_changed_text_is_warned(
    copy: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcmgraph.publication.versions.dataset.write_indexes", lambda *_: None)
    files = [edit(copy, *mistake) for *mistake, _ in WRONG]
    path = copy.root / "data" / "sources" / "objective-09.fr.md"
    path.write_text(path.read_text("utf-8").replace("Brésil", "Bresil"), "utf-8")
    folder = StoreFolder(tmp_path / "store")
    built = build(copy, ADDRESSES, folder)
    assert built.summary is not None
    assert len(built.held_back) == len(WRONG)
    notes = {
        quad.object
        for quad in folder.open_current().quads(predicate=IRI(ADDRESSES.term("heldBack")))
    }
    for file, (*_, says) in zip(files, WRONG, strict=True):
        (held,) = (one for one in built.held_back if one.file.endswith(file))
        assert says in " ".join(held.reasons)
        assert any(
            isinstance(note, Literal) and file in note.value.partition(":")[0] for note in notes
        )
    assert f" {10 - len(WRONG)}  gcm:Practice\n" in built.counts
    (warning,) = built.warnings
    assert "objective-09.fr" in warning


def test_strict_build_with_an_invalid_page_stores_nothing(copy: Repository, tmp_path: Path) -> None:
    edit(copy, "objective-05/page.yaml", "objective: 5", "objective: fifth")
    folder = StoreFolder(tmp_path / "store")
    built = build(copy, ADDRESSES, folder, strict=True)
    assert (built.summary, [held.file.rpartition("/")[2] for held in built.held_back]) == (
        None,
        ["page.yaml"],
    )
    assert folder.current_version() is None
