"""A store folder: versions beside each other, one of them current, made anew or from the one before; one writer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcmgraph.platform.errors import StoreError, UnwritableError
from gcmgraph.platform.file_states import MANIFEST, files_below, flaw, read_manifest
from gcmgraph.publication.versions.history import History
from gcmgraph.rdf.canonical import digest, serialize_canonical, sha256
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Literal, Quad
from gcmgraph.store.changed_versions import change_version
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.stores import read_dump, write_index
from gcmgraph.store.version_files import DUMP, is_recorded, version_name

_IRIS = st.sampled_from([IRI(f"https://example.org/{name}") for name in "abc"])
_QUADS = st.builds(
    Quad,
    _IRIS,
    _IRIS,
    _IRIS | st.builds(Literal, st.text(max_size=2)),
    _IRIS | st.just(DefaultGraph()),
)
_DATASETS = st.frozensets(_QUADS, max_size=10)

QUAD = Quad(*[IRI(f"https://example.org/{name}") for name in "abcg"])
OTHER = Quad(QUAD.object, QUAD.predicate, QUAD.subject)
REMOVAL, ADDITION = Change(removed=frozenset([QUAD])), Change(added=frozenset([OTHER]))

#: A writer that stops in the middle and says so.
HALF_A_BUILD = """
import sys
from pathlib import Path
from gcmgraph.store.store_folder import StoreFolder
folder = StoreFolder(Path(sys.argv[1]))
with folder.writing(), folder.draft("second") as place:
    (place / "gcmgraph.nq").write_text("half")
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def published(
    folder: Path, quads: frozenset[Quad] = frozenset([QUAD]), **files: bytes
) -> StoreFolder:
    dump = serialize_canonical(quads)
    store = StoreFolder(folder)
    store.publish(version_name(sha256(dump)), quads, {DUMP: dump, **files})
    return store


def changed(
    folder: StoreFolder, change: Change | Callable[[Store], Change], wait: float = 0.0
) -> tuple[str, Change]:
    make = change if callable(change) else lambda _: change
    return change_version(folder, make, lambda _: None, wait=wait)


def towards(after: frozenset[Quad], before: frozenset[Quad]) -> Callable[[Store], Change]:
    return lambda store: Change.towards(after, before, store.holds)


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "versions").iterdir())


def damaged_files(version: Path) -> list[str]:
    return [
        path
        for path, states in (read_manifest(version) or {}).items()
        if flaw(version / path, states)
    ]


def test_current_version(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    with pytest.raises(StoreError, match="gcmgraph build"):
        folder.open_current()
    folder.publish("first", [QUAD], {"note.txt": b"x"})
    opened = folder.open_current()
    assert folder.current_version() == "first"
    assert (folder.current_folder() / "note.txt").read_bytes() == b"x"
    folder.publish("first", [QUAD], {})
    assert versions(tmp_path) == ["first"]
    assert list(opened.quads()) == [QUAD]


def test_killed_writer(tmp_path: Path) -> None:
    """The old state remains, and the next writer removes the draft."""
    folder = StoreFolder(tmp_path)
    folder.publish("first", [QUAD], {})
    writer = subprocess.Popen(
        [sys.executable, "-c", HALF_A_BUILD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout.readline() == "in the middle\n"
    with pytest.raises(StoreError, match="Another process"):
        folder.publish("third", [QUAD], {})
    writer.kill()
    writer.communicate()
    assert len(versions(tmp_path)) == 2
    assert folder.current_version() == "first"
    assert list(folder.open_current().quads()) == [QUAD]
    folder.publish("third", [QUAD], {})
    assert folder.current_version() == "third"
    assert versions(tmp_path) == ["first", "third"]


@pytest.mark.exhaustive
@settings(max_examples=15)
@given(states=st.lists(_DATASETS, min_size=2, max_size=4))
def test_changed_version_equals_a_whole_build(
    tmp_path_factory: pytest.TempPathFactory, states: list[frozenset[Quad]]
) -> None:
    folder = published(tmp_path_factory.mktemp("store"), states[0])
    for before, after in pairwise(states):
        opened = folder.open_current()
        version, change = changed(
            folder,
            lambda store, after=after, before=before: Change.towards(after, before, store.holds),
        )  # type: ignore[misc]
        dump = serialize_canonical(after)
        assert change == Change(before - after, after - before)
        assert (folder.current_folder() / DUMP).read_bytes() == dump
        assert version == folder.current_version() == sha256(dump)[:16]
        now = folder.open_current()
        assert set(now.quads()) == after
        assert set(opened.quads()) == before  # readers go on with what they opened
        counted = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
        assert int(now.select(counted).rows[0]["n"].value) == len({quad.triple for quad in after})
        graphs = "SELECT DISTINCT ?g WHERE { GRAPH ?g {} FILTER(STRSTARTS(STR(?g), 'https://')) }"
        named = {quad.graph_name for quad in after} - {DefaultGraph()}
        assert {row["g"] for row in now.select(graphs).rows} == named


def test_files_of_a_changed_version(tmp_path: Path) -> None:
    """Tables are shared, logs of the engine are not taken over, and the manifest lists every other file."""
    folder = published(tmp_path)

    def tables() -> set[tuple[str, int]]:
        return {
            (file.name, file.stat().st_ino)
            for file in (folder.current_folder() / "index").glob("*.sst")
        }

    before = tables()
    changed(folder, ADDITION)
    assert before <= tables()
    for number in range(4):
        folder.open_current()  # the engine begins a log each time
        added = frozenset([Quad(*QUAD.triple, IRI(f"https://example.org/{number}"))])
        changed(folder, Change(added=added))
    assert list((folder.current_folder() / "index").glob("LOG.old.*")) == []
    for name in versions(tmp_path)[-2:]:
        version = tmp_path / "versions" / name
        if (version / "index").exists():
            assert set(read_manifest(version) or {}) == {
                path for path in files_below(version) if is_recorded(path)
            }
            assert damaged_files(version) == []


def test_empty_change_keeps_the_version_and_a_second_writer_is_refused(tmp_path: Path) -> None:
    folder = published(tmp_path)
    version, change = changed(folder, Change())
    assert (version, bool(change)) == (folder.current_version(), False)
    assert not Change(added=frozenset([QUAD])).then(REMOVAL)
    assert not REMOVAL.then(Change(added=frozenset([QUAD])))
    with folder.writing(), pytest.raises(StoreError, match="Another process"):
        changed(StoreFolder(tmp_path), Change(), wait=0.2)


def test_damaged_and_missing_files_of_the_same_version_are_replaced(tmp_path: Path) -> None:
    for damaged in (DUMP, "index/CURRENT", "note", MANIFEST):
        version = published(tmp_path, note=b"a note").current_folder()
        assert damaged_files(version) == []
        assert (version / DUMP).read_bytes() == serialize_canonical([QUAD])
        assert list(StoreFolder(tmp_path).open_current().quads()) == [QUAD]
        if damaged == MANIFEST:
            (version / damaged).unlink()
            (version / DUMP).write_bytes(b"")
        else:
            (version / damaged).write_bytes(b"x")

    def complete(place: Path) -> None:
        (place / "parts").mkdir()
        (place / "parts" / "one").write_text("new")
        (place / "note").write_text("new")

    folder, dump = StoreFolder(tmp_path), serialize_canonical([QUAD])
    folder.publish(version_name(sha256(dump)), [QUAD], {DUMP: dump}, complete)
    assert DUMP in (read_manifest(folder.current_folder()) or {})
    assert (folder.current_folder() / DUMP).read_bytes() == dump
    assert (folder.current_folder() / "parts" / "one").read_text() == "new"


def test_damaged_dump_cannot_be_changed(tmp_path: Path) -> None:
    folder = published(tmp_path)
    before, file = folder.current_version(), folder.current_folder() / DUMP
    for dump in (b"", b"\xff\x00", b"<https://example.org/a> <https://example.org/b> .\n", None):
        file.unlink()
        if dump is not None:
            file.write_bytes(dump)
        with pytest.raises(StoreError, match=r"damaged\. Run 'gcmgraph build'"):
            changed(folder, REMOVAL)
        assert folder.current_version() == before
        assert versions(tmp_path) == [before]
    spelt = b"<urn:x:a> <urn:x:b> <urn:x:c> <urn:x:g> .\n"
    folder.publish(version_name(sha256(spelt)), [], {DUMP: spelt})
    with pytest.raises(
        StoreError, match=r"older release, or its dump is damaged\. Run 'gcmgraph build'"
    ):
        changed(folder, REMOVAL)


def test_dump_cut_after_a_line_is_replaced_by_a_build(tmp_path: Path) -> None:
    quads = frozenset([QUAD, Quad(*QUAD.triple, IRI("urn:x:last"))])
    folder = published(tmp_path, quads)
    file = folder.current_folder() / DUMP
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"\n") + 1])
    with pytest.raises(StoreError, match=r"damaged\. Run 'gcmgraph build', which writes it anew"):
        changed(folder, ADDITION)
    published(tmp_path, quads)
    assert file.read_bytes() == whole
    changed(folder, ADDITION)
    assert set(read_quads(folder.current_folder() / DUMP)) == quads | ADDITION.added


def test_versions_follow_each_other_where_the_clock_is_wrong(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path, keep=3)
    for version, time in (("a", 3_000_000_000), ("b", 1_000), ("c", 2_000_000_000)):
        store.publish(version, [QUAD], {})
        os.utime(tmp_path / "versions" / version, (time, time))
    history = History(tmp_path / "versions")
    assert history.names() == ["c", "b", "a"]
    store.publish("d", [QUAD], {})  # of a and b, the index is removed
    assert history.names() == ["d", "c", "b", "a"]
    assert [(tmp_path / "versions" / name / "index").exists() for name in "abcd"] == [
        False,
        False,
        True,
        True,
    ]
    store.publish("b", [QUAD], {})  # the same content again
    assert history.names() == ["d", "c", "b", "a"]


def test_versions_of_an_older_store_are_ordered_by_time(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    for version, time in (("new", 2_000), ("old", 1_000), ("newest", 500)):
        store.publish(version, [QUAD], {})
        os.utime(tmp_path / "versions" / version, (time, time))
        if version == "old":
            (tmp_path / "order").unlink()
            assert History(tmp_path / "versions").names() == ["new", "old"]
    assert History(tmp_path / "versions").names() == ["newest", "new", "old"]
    assert (tmp_path / "order").read_text() == "old\nnew\nnewest\n"


def test_failure_beside_a_changed_version_leaves_the_current_one(tmp_path: Path) -> None:
    folder = published(tmp_path)
    before = folder.current_version()

    def full_disk(*_: object) -> None:
        raise OSError("No space left on device")

    with pytest.raises(UnwritableError, match="No space"):
        change_version(folder, lambda _: REMOVAL, full_disk)
    assert folder.current_version() == before
    assert versions(tmp_path) == [before]


A, B, G = (IRI(f"https://example.org/{name}") for name in ("a", "b", "g"))
_NAMED = st.sampled_from([A, B, G, IRI("https://example.org/é")])
_NODES = _NAMED | st.sampled_from([BlankNode("x"), BlankNode("y")])
_TEXTS = st.sampled_from(
    ["", "_:x", "a <b", "> .", f"{B} {G} .", 'a "quoted" \\ line\r\nand another', "é𝄞"]
) | st.text(max_size=4)
_LITERALS = (
    st.builds(Literal, _TEXTS)
    | st.builds(Literal, _TEXTS, language=st.sampled_from(["en", "fr-CH"]))
    | st.builds(Literal, _TEXTS, datatype=_NAMED)
)
_GRAPHS = _NODES | st.just(DefaultGraph())
_QUAD_SETS = st.sets(st.builds(Quad, _NODES, _NAMED, _NODES | _LITERALS, _GRAPHS), max_size=12)


def loaded(folder: Path, dump: bytes) -> Store:
    (folder / "dump.nq").write_bytes(dump)
    write_index(folder / "index", read_dump(folder / "dump.nq"))
    return Store.open(folder / "index")


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(quads=_QUAD_SETS)
def test_loaded_dump_has_its_quads_and_their_union(
    tmp_path_factory: pytest.TempPathFactory, quads: set[Quad]
) -> None:
    store = loaded(tmp_path_factory.mktemp("store"), serialize_canonical(quads))
    held = list(store.quads())
    assert len(held) == len(quads)
    assert digest(held) == digest(quads)
    triples = list(store.triples())
    assert len(triples) == len({quad.triple for quad in quads})
    assert digest(Quad(*triple) for triple in triples) == digest(
        Quad(*quad.triple) for quad in quads
    )
