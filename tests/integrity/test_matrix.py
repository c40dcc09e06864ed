"""Each damage of each kind of file: no address serves it, and a build repairs it or stops with its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from stored import DAMAGES, Stored
from test_verify import damaged, run

from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.tokens import Tokens
from gcmgraph.files.manifest import MANIFEST
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app

#: Kinds of files whose damage stops a build.
STOPPING = [
    "ledger/box/ID/MANIFEST", "ledger/box/ID/submission.json", "ledger/box/ID/statements.nq",
    "ledger/box/ID/events/N.json", "imports/MANIFEST", "imports/sdg/import.json", "imports/sdg/DIGEST.ttl",
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", STOPPING)
def test_a_build_stops_at_what_it_cannot_make_again(
    stored: Stored, small_repository: Repository, kind: str, damage: str
) -> None:
    before = stored.store.current_version()
    kinds = stored.files()
    file = accepted(stored) / kind.removeprefix("ledger/box/ID/") if "/ID/" in kind else stored.folder / kind
    file = file if file.exists() else kinds[kind]
    if file.name == "N.json":
        file = file.with_name("0001.json")
    DAMAGES[damage](file)
    result = run(stored, "build", root=small_repository.root)
    assert result.exit_code == 1, result.output
    assert file.name in result.stderr or file.stem.lstrip("0") in result.stderr, result.stderr
    assert stored.store.current_version() == before


def accepted(stored: Stored) -> Path:
    """The folder of the contribution that was accepted."""
    events = (stored.folder / "ledger" / "box").glob("*/events/0001.json")
    return next(event.parents[1] for event in events if b'"accept"' in event.read_bytes())


@pytest.mark.exhaustive
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_build_makes_the_files_of_the_current_version_again(
    stored: Stored, small_repository: Repository, damage: str
) -> None:
    version = stored.store.current_folder()
    for kind, file in stored.files().items():
        if kind.startswith("store/versions/current/") and file.name not in {MANIFEST, "added.nq.gz", "removed.nq.gz"}:
            DAMAGES[damage](file)
    assert damaged(stored)
    (stored.folder / "imports").rename(stored.folder / "elsewhere")
    result = run(stored, "build", root=small_repository.root)
    assert result.exit_code == 0, result.output
    assert stored.store.current_folder() == version
    assert damaged(stored) == set()


class Doors:
    """The addresses that serve stored files, and their answers."""

    def __init__(self, stored: Stored) -> None:
        settings = Settings(
            store=str(stored.folder / "store"), contributions=str(stored.folder / "ledger"), result_cache=0
        )
        self.app = create_app(settings)
        self._client: FlaskClient = self.app.test_client(use_cookies=False)
        self._stored = stored

    def answers(self, token: str) -> Iterator[tuple[str, int, bytes]]:
        """Each address with status and body."""
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        for address in self._addresses():
            with self._client.get(address, headers=headers) as answer:
                yield address, answer.status_code, answer.data

    def _addresses(self) -> Iterator[str]:
        for version in sorted((self._stored.folder / "store" / "versions").iterdir()):
            for name in ("gcmgraph.nq", "gcmgraph.nq.gz", "gcmgraph.trig.gz", "gcmgraph.ttl.gz", "added.nq.gz"):
                yield f"/dumps/{version.name}/{name}"
            yield f"/dataset/{version.name}.json"
        yield "/changes.json"
        yield "/search?q=practice&format=json"
        yield "/doc/practice/one.nt"
        yield "/browse/practice.json"
        for contribution in sorted((self._stored.folder / "ledger" / "box").iterdir()):
            yield f"/contributions/{contribution.name}"
            yield f"/contributions/{contribution.name}/content"


def kinds() -> list[str]:
    """The kinds of files, as far as they are known before anything is stored."""
    version = ["MANIFEST", "added.nq.gz", "changes.json", "figures-1.json", "gcmgraph.nq", "gcmgraph.nq.gz"]
    version += ["gcmgraph.trig.gz", "gcmgraph.ttl.gz", "labels-3.sqlite", "lists-4.sqlite", "removed.nq.gz"]
    version += ["summary.json", "index/CURRENT", "index/IDENTITY", "index/N.sst", "index/N.log"]
    older = [name for name in version if name not in {"added.nq.gz", "removed.nq.gz"}]
    box = ["MANIFEST", "report.json", "statements.nq", "submission.json", "events/N.json"]
    return [
        *(f"store/versions/current/{name}" for name in version),
        *(f"store/versions/older/{name}" for name in older),
        *(f"ledger/box/ID/{name}" for name in (*box, "content/one.ttl")),
        *("ledger/MANIFEST", "ledger/tokens/ID.json", "ledger/tokens/ID.revoked", "ledger/keys/DIGEST"),
        *("imports/MANIFEST", "imports/sdg/import.json", "imports/sdg/DIGEST.ttl", "store/MANIFEST"),
    ]


@pytest.mark.exhaustive
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", kinds())
def test_no_address_serves_a_damaged_file(stored: Stored, kind: str, damage: str) -> None:
    tokens = Tokens(stored.folder / "ledger" / "tokens")
    token = tokens.create(Role.CURATOR, "Reader", "https://example.org/reader")[1]
    answers = []
    file = stored.files()[kind]
    if file.parent.name == "tokens":  # not that of the reader
        token_id = token.split("_")[1]
        file = next(f for f in sorted(file.parent.glob(f"*{file.suffix}")) if token_id not in f.name)
    for damaging in (False, True):
        if damaging:
            DAMAGES[damage](file)
            assert file in damaged(stored), "verify names it"
        doors = Doors(stored)
        try:
            answers.append(list(doors.answers(token)))
        finally:
            doors.app.extensions["gcmgraph"].workers.close()
    sound, now = answers
    assert all(status == 200 or (status == 404 and "added" in address) for address, status, _ in sound)
    for before, (address, status, body) in zip(sound, now, strict=True):
        assert (address, status, body) == before or status == 503, (address, status, body[:300])
