"""Each damage of each kind of file: no address serves it, and a build repairs it or stops with its name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stored import DAMAGES, Stored
from test_verify import damaged, run

from gcmgraph.files import MANIFEST, same_time
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.versions import DUMP
from gcmgraph.web.app import create_app

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
