"""A version made from the one before it is the version that a whole build would make."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcmgraph.errors import StoreError, UnwritableError
from gcmgraph.manifests import MANIFEST, files_below, flaw, read_manifest
from gcmgraph.model.terms import IRI, DefaultGraph, Literal, Quad
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.port import Change
from gcmgraph.store.version_files import is_recorded
from gcmgraph.store.versions import DUMP, ChangedVersion, StoreFolder, change_version, version_name

_IRIS = st.sampled_from([IRI(f"https://example.org/{name}") for name in "abc"])
_QUADS = st.builds(Quad, _IRIS, _IRIS, _IRIS | st.builds(Literal, st.text(max_size=2)), _IRIS | st.just(DefaultGraph()))
_DATASETS = st.frozensets(_QUADS, max_size=10)

QUAD = Quad(*[IRI(f"https://example.org/{name}") for name in "abcg"])


def published(folder: Path, quads: frozenset[Quad]) -> StoreFolder:
    dump = serialize_canonical(quads)
    store = StoreFolder(folder)
    store.publish(version_name(sha256(dump)), quads, {DUMP: dump})
    return store


def nothing_beside(made: ChangedVersion) -> None:
    """No further files."""


def towards(after: frozenset[Quad], before: frozenset[Quad]):  # type: ignore[no-untyped-def]
    return lambda store: Change.towards(after, before, store.holds)


@pytest.mark.exhaustive
@settings(max_examples=15)
@given(states=st.lists(_DATASETS, min_size=2, max_size=4))
def test_each_change_gives_what_a_whole_build_gives(
    tmp_path_factory: pytest.TempPathFactory, states: list[frozenset[Quad]]
) -> None:
    folder = published(tmp_path_factory.mktemp("store"), states[0])
    for before, after in pairwise(states):
        held = folder.open_current()
        version, change = change_version(folder, towards(after, before), nothing_beside)
        dump = serialize_canonical(after)
        assert change == Change(before - after, after - before)
        assert (folder.current_folder() / DUMP).read_bytes() == dump
        assert version == folder.current_version() == sha256(dump)[:16]
        now = folder.open_current()
        assert set(now.quads()) == after
        assert set(held.quads()) == before  # readers keep what they opened
        counted = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
        assert int(now.select(counted).rows[0]["n"].value) == len({quad.triple for quad in after})
        graphs = "SELECT DISTINCT ?g WHERE { GRAPH ?g {} FILTER(STRSTARTS(STR(?g), 'https://')) }"
        named = {quad.graph_name for quad in after} - {DefaultGraph()}
        assert {row["g"] for row in now.select(graphs).rows} == named


def test_files_that_never_change_are_shared(tmp_path: Path) -> None:
    folder = published(tmp_path, frozenset([QUAD]))
    tables = {file.name: file.stat().st_ino for file in (folder.current_folder() / "index").glob("*.sst")}
    added = frozenset([Quad(QUAD.object, QUAD.predicate, QUAD.subject)])
    change_version(folder, lambda _: Change(added=added), nothing_beside)
    after = {file.name: file.stat().st_ino for file in (folder.current_folder() / "index").glob("*.sst")}
    assert tables.items() <= after.items()


def test_a_version_takes_over_no_log_of_the_engine(tmp_path: Path) -> None:
    folder = published(tmp_path, frozenset([QUAD]))
    for number in range(5):
        folder.open_current()  # the engine begins a log each time
        added = frozenset([Quad(QUAD.object, QUAD.predicate, IRI(f"https://example.org/{number}"))])
        change_version(folder, lambda _, added=added: Change(added=added), nothing_beside)  # type: ignore[misc]
    logs = [file.name for file in (folder.current_folder() / "index").glob("LOG.old.*")]
    assert logs == []


def test_a_version_records_its_files(tmp_path: Path) -> None:
    folder = published(tmp_path, frozenset([QUAD]))
    added = frozenset([Quad(QUAD.object, QUAD.predicate, QUAD.subject)])
    change_version(folder, lambda _: Change(added=added), nothing_beside)
    for version in (tmp_path / "versions").iterdir():
        entries = read_manifest(version)
        assert entries is not None
        assert set(entries) == {path for path in files_below(version) if is_recorded(path)}
        assert {path for path, states in entries.items() if flaw(version / path, states)} == set()


@pytest.mark.parametrize("damaged", [DUMP, "index/CURRENT", "note"])
def test_the_same_version_again_replaces_what_is_damaged(tmp_path: Path, damaged: str) -> None:
    dump = serialize_canonical([QUAD])
    store = StoreFolder(tmp_path)
    for _ in range(2):
        store.publish(version_name(sha256(dump)), [QUAD], {DUMP: dump, "note": b"a note"})
        version = store.current_folder()
        assert [path for path, states in (read_manifest(version) or {}).items() if flaw(version / path, states)] == []
        assert list(store.open_current().quads()) == [QUAD]
        (version / damaged).write_bytes(b"x")


def test_a_version_without_a_record_is_renewed_and_recorded(tmp_path: Path) -> None:
    folder = published(tmp_path, frozenset([QUAD]))
    (folder.current_folder() / MANIFEST).unlink()
    (folder.current_folder() / DUMP).write_bytes(b"")
    published(tmp_path, frozenset([QUAD]))
    assert DUMP in (read_manifest(folder.current_folder()) or {})
    assert (folder.current_folder() / DUMP).read_bytes() == serialize_canonical([QUAD])


def test_nothing_to_change_leaves_the_version(tmp_path: Path) -> None:
    folder = published(tmp_path, frozenset([QUAD]))
    version, change = change_version(folder, lambda _: Change(), nothing_beside)
    assert (version, bool(change)) == (folder.current_version(), False)


def test_what_fails_beside_leaves_the_old_version(tmp_path: Path) -> None:
    folder = published(tmp_path, frozenset([QUAD]))
    before = folder.current_version()

    def full_disk(*_: object) -> None:
        raise OSError("No space left on device")

    with pytest.raises(UnwritableError, match="No space"):
        change_version(folder, lambda _: Change(removed=frozenset([QUAD])), full_disk)
    assert folder.current_version() == before
    assert [path.name for path in (tmp_path / "versions").iterdir()] == [before]


@pytest.mark.parametrize(
    "dump", [b"", b"\n", b"\xff\x00", b"<https://example.org/a> <https://example.org/b> .\n", None]
)
def test_a_dump_that_does_not_say_what_the_index_says_is_told_with_the_remedy(
    tmp_path: Path, dump: bytes | None
) -> None:
    folder = published(tmp_path, frozenset([QUAD]))
    before, file = folder.current_version(), folder.current_folder() / DUMP
    file.unlink()
    if dump is not None:
        file.write_bytes(dump)
    with pytest.raises(StoreError, match=r"damaged\. Run 'gcmgraph build'"):
        change_version(folder, lambda _: Change(removed=frozenset([QUAD])), nothing_beside)
    assert folder.current_version() == before
    assert [path.name for path in (tmp_path / "versions").iterdir()] == [before]


def test_a_dump_of_another_release_whose_lines_are_spelt_otherwise_is_told_with_the_remedy(tmp_path: Path) -> None:
    folder, before = StoreFolder(tmp_path), b"<urn:x:a> <urn:x:b> <urn:x:c> <urn:x:g> .\n"
    folder.publish(version_name(sha256(before)), [], {DUMP: before})
    with pytest.raises(StoreError, match=r"older release, or its dump is damaged\. Run 'gcmgraph build'"):
        change_version(folder, lambda _: Change(removed=frozenset([QUAD])), nothing_beside)


def test_a_dump_cut_after_a_line_is_not_taken_for_whole_and_a_build_mends_it(tmp_path: Path) -> None:
    quads = frozenset([QUAD, Quad(*QUAD.triple, IRI("urn:x:last"))])
    folder = published(tmp_path, quads)
    file = folder.current_folder() / DUMP
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"\n") + 1])
    added = Change(added=frozenset([Quad(*QUAD.triple, IRI("urn:x:new"))]))
    with pytest.raises(StoreError, match=r"damaged\. Run 'gcmgraph build', which writes it anew"):
        change_version(folder, lambda _: added, nothing_beside)
    published(tmp_path, quads)
    assert file.read_bytes() == whole
    change_version(folder, lambda _: added, nothing_beside)
    assert set(read_quads(folder.current_folder() / DUMP)) == quads | added.added


def test_a_writer_at_work_is_waited_for_and_then_told(tmp_path: Path) -> None:
    folder = published(tmp_path, frozenset([QUAD]))
    with folder.writing(), pytest.raises(StoreError, match="Another process"):
        change_version(StoreFolder(tmp_path), lambda _: Change(), nothing_beside, wait=0.2)


def test_changes_that_undo_each_other_are_none(tmp_path: Path) -> None:
    one, other = Change(added=frozenset([QUAD])), Change(removed=frozenset([QUAD]))
    assert not one.then(other)
    assert not other.then(one)
    assert EmbeddedStore.in_memory([QUAD]).holds(QUAD)
