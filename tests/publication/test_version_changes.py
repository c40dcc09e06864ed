"""Changes of a version: counts of resources and statements, patches; an operator's own RDF beside the dataset."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.platform.errors import DataError, StoreError
from gcmgraph.platform.file_states import MANIFEST, flaw, read_manifest
from gcmgraph.publication.loading import load
from gcmgraph.publication.versions.changes import MAX_NAMED, Changes, Comparison, Resources, compare
from gcmgraph.publication.versions.dataset import (
    ADDED,
    REMOVED,
    complete_dumps,
    store_version,
    version_files,
    write_files,
)
from gcmgraph.rdf.canonical import serialize_canonical, sha256
from gcmgraph.rdf.media import N_QUADS, TRIG, TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import MAX_BYTES, parse_quads, read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad, Triple, typed
from gcmgraph.store.changed_versions import change_version
from gcmgraph.store.port import Change
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import CHANGES, DUMP, version_name

ADDRESSES = Addresses()
P = IRI("http://purl.org/dc/terms/title")
INVALIDATED = IRI("http://www.w3.org/ns/prov#wasInvalidatedBy")

#: A subject, an object, a graph: names that sort in other ways as bytes than as strings are among
#: them.
NAMES = st.sampled_from(["a", "b", "b#part", "b-2", "é", "😀", "Z"])


def quad(thing: str, value: str = "x", graph: str = "g", kind: str = "practice") -> Quad:
    return Quad(
        IRI(ADDRESSES.resource(kind, thing)), P, Literal(value), IRI(ADDRESSES.graph(graph))
    )


def gone(thing: str) -> Quad:
    """The remaining statements on a resource whose contribution is withdrawn."""
    end = IRI(ADDRESSES.resource("contribution", "c") + "#end")
    return Quad(
        IRI(ADDRESSES.resource("practice", thing)),
        INVALIDATED,
        end,
        IRI(ADDRESSES.graph("provenance")),
    )


QUADS = st.frozensets(
    st.builds(gone, NAMES)
    | st.builds(quad, NAMES, st.sampled_from(["x", 'y"\n', "\u2028"]), st.sampled_from("gh"))
)


@given(QUADS, QUADS)
def test_differing_lines_equal_the_difference_of_sets(
    old: frozenset[Quad], new: frozenset[Quad]
) -> None:
    result = comparison(old, new)
    assert b"".join(result.removed) == serialize_canonical(old - new)
    assert b"".join(result.added) == serialize_canonical(new - old)
    counts = (result.changes.added, result.changes.removed)
    assert counts == (len(new - old), len(old - new))


def comparison(old: Iterable[Quad], new: Iterable[Quad]) -> Comparison:
    old_lines = serialize_canonical(old).splitlines(keepends=True)
    new_lines = serialize_canonical(new).splitlines(keepends=True)
    description = Changes("v2", "2026-11-24T00:00:00Z", "v1")
    return compare(old_lines, new_lines, description, ADDRESSES)


def compared(old: list[Quad], new: list[Quad]) -> Changes:
    return comparison(old, new).changes


def test_changes_count_new_removed_and_changed_resources() -> None:
    old = [
        quad("stays"),
        quad("goes"),
        quad("goes#part"),
        quad("changes", "old"),
        quad("grows"),
        quad("moves"),
    ]
    new = [
        quad("stays"), quad("comes"), quad("changes", "new"), quad("grows"), quad("grows#part"),
        quad("moves", graph="other"), quad("AFG", kind="country"),
    ]  # fmt: skip
    changes = compared(old, new)
    start = ADDRESSES.base + "id/"
    assert changes.came == {
        "practice": Resources(1, (f"{start}practice/comes",)), "country": Resources(1, (f"{start}country/AFG",)),
    }  # fmt: skip
    assert changes.went == {"practice": Resources(1, (f"{start}practice/goes",))}
    assert changes.changed == {
        "practice": Resources(
            3, tuple(f"{start}practice/{x}" for x in ("changes", "grows", "moves"))
        )
    }
    assert (changes.added, changes.removed) == (5, 4)
    assert changes.graphs == {ADDRESSES.graph("g"): (4, 4), ADDRESSES.graph("other"): (1, 0)}
    assert Changes.from_json(changes.to_json(), "changes.json") == changes
    came = compared([], [quad(f"{number:05}") for number in range(MAX_NAMED + 5)]).came["practice"]
    assert (came.count, len(came.iris)) == (MAX_NAMED + 5, MAX_NAMED)


def test_withdrawn_resources_count_as_removed() -> None:
    one = Resources(1, (ADDRESSES.resource("practice", "a"),))
    taken_back = compared([quad("a")], [gone("a")])
    assert (taken_back.came, taken_back.went, taken_back.changed) == ({}, {"practice": one}, {})
    put_back = compared([gone("a")], [quad("a")])
    assert (put_back.came, put_back.went, put_back.changed) == ({"practice": one}, {}, {})
    never_there = compared([], [gone("a")])
    assert (never_there.came, never_there.went, never_there.changed) == ({}, {}, {})
    text = f"<{ADDRESSES.resource('practice', 'a')}> {INVALIDATED} <"
    assert compared([quad("a")], [quad("a"), quad("a", text)]).changed == {"practice": one}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"version": "v1"}', b"\xff"])
def test_damaged_changes_are_reported_with_their_file(content: bytes) -> None:
    with pytest.raises(DataError, match=r"changes\.json"):
        Changes.from_json(content, "changes.json")


def publish(folder: StoreFolder, quads: list[Quad], version: str = "") -> Path:
    """Publish a version, named by its content unless given."""
    dump = serialize_canonical(quads)
    version = version or version_name(sha256(dump))
    folder.publish(version, quads, version_files(folder, version, dump, ADDRESSES))
    return folder.current_folder()


def dumped(version: Path) -> tuple[set[Quad], set[Quad], set[Triple]]:
    """The compressed dumps in N-Quads, TriG and Turtle, read back."""
    whole, trig, turtle = (
        set(
            parse_quads(
                gzip.decompress((version / f"gcmgraph.{syntax.suffix}.gz").read_bytes()),
                syntax,
                source="dump",
            )
        )
        for syntax in (N_QUADS, TRIG, TURTLE)
    )
    return whole, trig, {quad.triple for quad in turtle}


def test_versions_have_patches_from_one_to_the_next(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    old = [quad("a"), quad("b")]
    new = [quad("b"), quad("c", 'd"'), quad("c", "e", "h")]
    first = publish(folder, old, "v1")
    assert Changes.from_json((first / CHANGES).read_bytes(), "x").previous is None
    assert not (first / ADDED).exists()
    second = publish(folder, new, "v2")
    assert Changes.from_json((second / CHANGES).read_bytes(), "x").previous == "v1"
    parts = {
        name: set(parse_quads(gzip.decompress((second / name).read_bytes()), N_QUADS, source=name))
        for name in (ADDED, REMOVED)
    }
    assert (set(old) - parts[REMOVED]) | parts[ADDED] == set(new)
    assert dumped(second) == (set(new), set(new), {q.triple for q in new})
    change = Change(frozenset([quad("b")]), frozenset([quad("d")]))
    version, _ = change_version(folder, lambda _: change, lambda made: write_files(made, ADDRESSES))
    changes = Changes.from_json((folder.current_folder() / CHANGES).read_bytes(), "x")
    assert (changes.version, changes.previous, changes.added, changes.removed) == (
        version,
        "v2",
        1,
        1,
    )
    assert gzip.decompress((folder.current_folder() / ADDED).read_bytes()) == serialize_canonical(
        [quad("d")]
    )
    complete_dumps(folder.current_folder(), ADDRESSES)
    after = {*new, quad("d")} - {quad("b")}
    assert dumped(folder.current_folder()) == (after, after, {q.triple for q in after})


def test_older_versions_lose_index_and_then_patches(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path, keep=2)
    for number in range(5):
        publish(folder, [quad(str(number))], f"v{number}")
    versions = tmp_path / "versions"
    assert {f.name for f in versions.iterdir() if (f / "index").exists()} == {"v3", "v4"}
    assert {f.name for f in (versions / "v1").iterdir()} == {CHANGES, ADDED, REMOVED, MANIFEST}
    assert {f.name for f in (versions / "v0").iterdir()} == {CHANGES, MANIFEST}
    assert set(read_manifest(versions / "v1") or {}) == {CHANGES, ADDED, REMOVED}
    times = [(versions / f"v{number}").stat().st_mtime_ns for number in range(5)]
    assert times == sorted(times)
    publish(folder, [quad("1")], "v1")  # it comes back whole
    assert folder.current_version() == "v1"
    assert list(folder.open_current().quads()) == [quad("1")]
    assert {f.name for f in versions.iterdir() if (f / "index").exists()} == {"v1", "v4"}


def test_dumps_of_older_versions_are_compressed_and_then_removed(tmp_path: Path) -> None:
    folder, versions = StoreFolder(tmp_path, keep=4), tmp_path / "versions"
    dumps = [serialize_canonical([quad(str(number))]) for number in range(6)]
    names = [version_name(sha256(dump)) for dump in dumps]
    for number in range(len(dumps)):
        publish(folder, [quad(str(number))])
    assert [(versions / name / "index").exists() for name in names] == [False] * 4 + [True] * 2
    packed = [versions / name / "gcmgraph.nq.gz" for name in names]
    assert [file.exists() for file in packed] == [False] * 2 + [True] * 4
    kept = {CHANGES, ADDED, REMOVED, MANIFEST, "gcmgraph.nq.gz"}
    assert {file.name for file in packed[2].parent.iterdir()} == kept
    assert set(read_manifest(packed[2].parent) or {}) == kept - {MANIFEST}
    assert gzip.decompress(packed[2].read_bytes()) == dumps[2]


@pytest.fixture
def two_versions(tmp_path: Path) -> StoreFolder:
    folder = StoreFolder(tmp_path)
    for quads in ([quad("a"), quad("b")], [quad("b"), quad("c")]):
        publish(folder, quads)
    return folder


@pytest.mark.parametrize(
    "damaged", [[CHANGES], [ADDED], [REMOVED], [CHANGES, "gcmgraph.ttl.gz"], ["gcmgraph.nq.gz"]]
)
def test_build_replaces_damaged_files(two_versions: StoreFolder, damaged: list[str]) -> None:
    version = two_versions.current_folder()
    before = {file.name: file.read_bytes() for file in version.iterdir() if file.is_file()}
    for name in damaged:
        (version / name).write_bytes(before[name][:-1])
    publish(two_versions, [quad("b"), quad("c")])
    after = {file.name: file.read_bytes() for file in version.iterdir() if file.is_file()}
    if CHANGES in damaged:  # the time is that of the folder
        known = [Changes.from_json(files.pop(CHANGES), CHANGES) for files in (before, after)]
        assert replace(known[1], published=known[0].published) == known[0]
        assert before.pop(MANIFEST)
        assert after.pop(MANIFEST)
    assert after == before


def test_version_with_damaged_changes_gets_changes_without_a_previous_one(
    two_versions: StoreFolder,
) -> None:
    version = two_versions.current_folder()
    for name in (CHANGES, ADDED):
        (version / name).write_bytes(b"")
    publish(two_versions, [quad("b"), quad("c")])
    assert Changes.from_json((version / CHANGES).read_bytes(), CHANGES).previous is None
    assert not (version / ADDED).exists()
    assert all(
        not flaw(version / path, states) for path, states in (read_manifest(version) or {}).items()
    )


A, B = IRI("https://example.org/a"), IRI("https://example.org/b")

#: Numbers in spellings that the engine does not keep.
SPELT = '<https://example.org/a> <https://example.org/b> 1.0, 02, "3"^^<http://www.w3.org/2001/XMLSchema#byte> .'


def written(folder: Path, text: str) -> Path:
    file = folder / "own.ttl"
    file.write_text(text, "utf-8")
    return file


def test_load_counts_the_statements_that_it_changes(tmp_path: Path) -> None:
    folder, spelt = StoreFolder(tmp_path / "store"), [Quad(A, B, typed("1.0", "decimal"))]
    dump = serialize_canonical(spelt)
    folder.publish(
        version_name(sha256(dump)), spelt, {DUMP: dump}
    )  # by a release that preserved the spelling
    file = written(tmp_path, '<https://example.org/a> <https://example.org/b> "x", "y" .')
    added, version = load(folder, [file], None, ADDRESSES)
    changes = Changes.from_json((folder.current_folder() / CHANGES).read_bytes(), version)
    assert (added, changes.added, changes.removed) == (2, 2, 0)


def test_file_above_the_limit_of_uploads_is_loaded(tmp_path: Path) -> None:
    folder, comments = StoreFolder(tmp_path / "store"), f"# {'x' * 1_000}\n" * (MAX_BYTES // 1_000)
    file = written(tmp_path, comments + SPELT)
    assert file.stat().st_size > MAX_BYTES
    assert load(folder, [file], None, ADDRESSES)[0] == 3
    assert set(read_quads(folder.current_folder() / DUMP)) == set(folder.open_current().quads())
    assert load(folder, [file], None, ADDRESSES)[0] == 0


def test_load_beside_a_damaged_dump_is_refused(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "store")
    version = load(folder, [written(tmp_path, SPELT)], None, ADDRESSES)[1]
    dump = folder.current_folder() / DUMP
    dump.write_bytes(dump.read_bytes()[: dump.read_bytes().index(b"\n") + 1])
    with pytest.raises(StoreError, match=f"The dump of the version {version} is damaged"):
        load(
            folder,
            [written(tmp_path, '<https://example.org/a> <https://example.org/b> "own" .')],
            None,
            ADDRESSES,
        )
    assert folder.current_version() == version


def test_other_writers_wait_for_a_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, accepted = StoreFolder(tmp_path / "store"), Quad(A, B, Literal("accepted"))
    load(folder, [written(tmp_path, SPELT)], None, ADDRESSES)

    def publish() -> None:
        change_version(folder, lambda _: Change(added=frozenset([accepted])), lambda _: None)

    def interrupted(*arguments: Any) -> str:
        with pytest.raises(StoreError, match="Another process is writing"):
            publish()
        return store_version(*arguments)

    monkeypatch.setattr("gcmgraph.publication.build.store_version", interrupted)
    load(
        folder,
        [written(tmp_path, '<https://example.org/a> <https://example.org/b> "own" .')],
        None,
        ADDRESSES,
    )
    publish()
    assert len(set(folder.open_current().quads())) == 5
