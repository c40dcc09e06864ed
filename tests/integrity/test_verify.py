"""Each damage is named, with what restores it; no address serves it, and a build repairs it or stops."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stored import ADDRESSES, DAMAGES, Stored

from gcmgraph.cli.group import main
from gcmgraph.files import MANIFEST, same_time
from gcmgraph.integrity import read_status, verify
from gcmgraph.linking.imports import import_files
from gcmgraph.linking.un_files import ReferenceIndex
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.versions import DUMP
from gcmgraph.web.app import create_app


def run(stored: Stored, command: str, *options: str, root: Path | None = None) -> Result:
    folders = [f"--store={stored.folder / 'store'}", f"--contributions={stored.folder / 'ledger'}"]
    folders += [f"--imports={stored.folder / 'imports'}", f"--root={root or Repository.find().root}"]
    if command == "build":
        folders += [f"--sources={stored.folder / 'nothing'}", "--quiet"]
    return CliRunner().invoke(main, [command, *options, *folders])


def damaged(stored: Stored) -> set[Path]:
    return {damage.file for damage in verify(stored.folders, ADDRESSES).damages}


def test_intact_store(stored: Stored) -> None:
    result = run(stored, "verify")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("all in order.\n")
    assert len(result.stdout.splitlines()) == 1
    status = read_status(stored.folder / "store")
    assert status is not None
    assert (status.damaged, status.whole) == (0, True)
    assert status.files > 40


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files(stored: Stored, damage: str) -> None:
    files = {file for kind, file in stored.files().items() if not kind.endswith(MANIFEST)}
    assert len(files) > 25
    imported = stored.files()["imports/sdg/DIGEST.ttl"]
    for file in files:
        DAMAGES[damage](file)
    assert damaged(stored) == files - ({imported} if damage == "removed" else set())  # only its record names it


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_manifests(stored: Stored, damage: str) -> None:
    files = {file for kind, file in stored.files().items() if kind.endswith(MANIFEST)}
    assert len(files) == 2
    for file in files:
        DAMAGES[damage](file)
    assert damaged(stored) == files


def test_remedies(stored: Stored) -> None:
    imported, statistics = stored.files()["imports/sdg/DIGEST.ttl"], stored.store.current_folder() / "figures-1.json"
    for file in (imported, statistics):
        DAMAGES["emptied"](file)
    result = run(stored, "verify", "--json")
    assert result.exit_code == 1
    remedies = {one["file"]: one["restore"] for one in json.loads(result.stdout)["damaged"]}
    assert remedies.keys() == {str(imported), str(statistics)}
    assert "import the same files again" in remedies[str(imported)]
    assert "Run 'gcmgraph build'" in remedies[str(statistics)]
    assert run(stored, "verify").stdout.splitlines()[-1].endswith(" MB: 2 damaged.")


def test_damaged_record_of_an_import_is_written_anew_by_an_import(stored: Stored, small_repository: Repository) -> None:
    DAMAGES["changed"](stored.folder / "imports" / "sdg" / "import.json")
    goals = stored.files()["imports/sdg/DIGEST.ttl"]
    known = ReferenceIndex.of(small_repository, ADDRESSES)
    import_files(stored.folder / "imports", "sdg", [goals], "2026-11-24", known)
    assert damaged(stored) == set()


def test_dump_of_an_older_release_is_compared_with_the_name_of_its_version(stored: Stored) -> None:
    version = stored.store.current_folder()
    (version / MANIFEST).unlink()
    DAMAGES["changed"](version / DUMP)
    assert damaged(stored) == {version / MANIFEST, version / DUMP}


def test_unpublished_decision(stored: Stored, whole: Stored) -> None:
    link = stored.folder / "store" / "current"
    (older,) = [f for f in (stored.folder / "store" / "versions").iterdir() if f.name != stored.store.current_version()]
    link.unlink()
    link.symlink_to(f"versions/{older.name}")
    (missing,) = damaged(stored)
    assert missing.parent.name == "contributions.sqlite"
    assert damaged(whole) == set()


def test_link_without_a_version(stored: Stored, small_repository: Repository) -> None:
    link, current = stored.folder / "store" / "current", stored.store.current_version()
    (stored.folder / "imports").rename(stored.folder / "elsewhere")
    link.unlink()
    assert damaged(stored) == {link}
    assert run(stored, "build", root=small_repository.root).exit_code == 0
    assert stored.store.current_version() == current


#: Kinds of files whose damage stops a build.
STOPPING = ["imports/sdg/import.json", "imports/sdg/DIGEST.ttl"]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", STOPPING)
def test_damaged_imports_stop_a_build(stored: Stored, small_repository: Repository, kind: str, damage: str) -> None:
    before = stored.store.current_version()
    file = stored.files()[kind]
    DAMAGES[damage](file)
    result = run(stored, "build", root=small_repository.root)
    assert result.exit_code == 1, result.output
    assert file.name in result.stderr or file.stem.lstrip("0") in result.stderr, result.stderr
    assert stored.store.current_version() == before


#: Files on which others depend: each is damaged alone.
APART = (MANIFEST, DUMP, "added.nq.gz")


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("damage", "names"), [*((damage, ()) for damage in DAMAGES), *(("changed", (name,)) for name in APART)]
)
def test_build_repairs_the_current_version(
    stored: Stored, small_repository: Repository, damage: str, names: tuple[str, ...]
) -> None:
    version = stored.store.current_folder()
    files = [file for kind, file in stored.files().items() if kind.startswith("store/versions/current/")]
    (stored.folder / "imports").rename(stored.folder / "elsewhere")
    together = [version / name for name in names] or [file for file in files if file.name not in APART]
    for file in together:
        DAMAGES[damage](file)
    assert damaged(stored) >= set(together)
    result = run(stored, "build", root=small_repository.root)
    assert result.exit_code == 0, result.output
    assert stored.store.current_folder() == version
    assert damaged(stored) == set()


#: Address, status and body.
Answer = tuple[str, int, bytes]


def answers(stored: Stored) -> list[Answer]:
    """What each address that serves stored files answers to a curator."""
    settings = Settings(store=str(stored.folder / "store"), contributions=str(stored.folder / "ledger"), result_cache=0)
    app = create_app(settings)
    client, found = app.test_client(use_cookies=False), []
    headers = {"Authorization": f"Bearer {stored.reader}", "Accept": "application/json"}
    try:
        for address in addresses(stored):
            with client.get(address, headers=headers) as answer:
                found.append((address, answer.status_code, answer.data))
    finally:
        app.extensions["gcmgraph"].workers.close()
    return found


def addresses(stored: Stored) -> Iterator[str]:
    """The addresses that serve stored files."""
    for version in sorted((stored.folder / "store" / "versions").iterdir()):
        for name in ("gcmgraph.nq", "gcmgraph.nq.gz", "gcmgraph.trig.gz", "gcmgraph.ttl.gz", "added.nq.gz"):
            yield f"/dumps/{version.name}/{name}"
        yield f"/dataset/{version.name}.json"
    yield from ("/changes.json", "/search?q=practice&format=json", "/doc/practice/one.nt", "/browse/practice")


@pytest.fixture(scope="module")
def sound(whole: Stored, tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    found = answers(whole.copied(tmp_path_factory.mktemp("sound") / "stored"))
    assert [address for address, status, _ in found if status != 200 and "added" not in address] == []
    return found


def part_of(kind: str) -> str:
    """Files that are damaged together: an index or a manifest that is damaged hides what else is."""
    return next((part for part in ("index/", MANIFEST) if part in kind), "others")


@pytest.mark.exhaustive
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", ["index/", MANIFEST, "others"])
def test_no_address_serves_a_damaged_file(stored: Stored, sound: list[Answer], part: str, damage: str) -> None:
    files = [file for kind, file in stored.files().items() if part_of(kind) == part]
    for file in files:
        with same_time(file.parent):  # which orders the versions
            DAMAGES[damage](file)
    assert damaged(stored) >= {file for file in files if "imports" not in file.parts}
    names = {file.name.encode() for file in files}
    for before, (address, status, body) in zip(sound, answers(stored), strict=True):
        left_out = status == 200 and any(body.count(name) < before[2].count(name) for name in names)
        assert (address, status, body) == before or status == 503 or left_out, (address, status, body[:300])
