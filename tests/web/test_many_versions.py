"""Many versions: pages of /dumps/, and files examined for N and 3 N versions; mirrors of a site, which follow it."""

from __future__ import annotations

import builtins
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.versions.files import version_files
from gcmgraph.publication.versions.history import Changes
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import CHANGES, StoreFolder, record_files
from processes import until
from serving import Application

BASE = Addresses().base
CURRENT = "current"
FEW, MANY = 60, 180

#: Examinations of files that one more version may cost a request: entries of listings, stat calls, opened files.
MOST = 8

ADDRESSES = [
    "/dumps/", "/dumps/?page=2", f"/dumps/{CURRENT}", f"/dumps/{CURRENT}/gcmgraph.nq", "/changes.html", "/changes.ttl",
    f"/dataset/{CURRENT}.html", "/dataset.ttl", "/.well-known/void",
]  # fmt: skip


def make_versions(store: Path, count: int) -> None:
    """A store folder of `count` versions with downloads; the last has an index. `n0001` is the oldest."""
    folder, newest = StoreFolder(store), store / "versions" / CURRENT
    quads = [Quad(IRI(f"{BASE}id/practice/x"), IRI("http://purl.org/dc/terms/title"), Literal("X", language="en"))]
    files = version_files(folder, CURRENT, serialize_canonical(quads), Addresses())
    folder.publish(CURRENT, quads, files)
    for number in range(1, count):
        older = newest.with_name(f"n{number:04}")
        older.mkdir()
        for name in files:
            (older / name).hardlink_to(newest / name)
        _set_changes(older, f"n{number - 1:04}" if number > 1 else None)
        os.utime(older, (number, number))
    _set_changes(newest, f"n{count - 1:04}")
    record_files(newest, [CHANGES])


def _set_changes(folder: Path, previous: str | None) -> None:
    (folder / CHANGES).unlink(missing_ok=True)
    (folder / CHANGES).write_bytes(Changes(folder.name, "2026-11-01T00:00:00Z", previous).to_json())


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folders = {count: tmp_path_factory.mktemp("versions") / "store" for count in (FEW, MANY)}
    for count, folder in folders.items():
        make_versions(folder, count)
    return folders


class Examined:
    """Counter of examinations of files below the folder that is observed."""

    count, below = 0, ""

    def note(self, path: object, number: Callable[[Any], int]) -> None:
        """Count examinations of a path."""
        if self.below and isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self.below):
            self.count += number(path)


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> Examined:
    """Count opened files, stat calls and entries of listings."""
    found, listdir = Examined(), os.listdir

    def counted(function: Callable[..., Any], entries: Callable[[Any], int]) -> Callable[..., Any]:
        def call(path: Any = ".", *args: Any, **options: Any) -> Any:
            found.note(path, entries)
            return function(path, *args, **options)

        return call

    for module, name in ((os, "stat"), (os, "lstat"), (os, "open"), (io, "open"), (builtins, "open")):
        monkeypatch.setattr(module, name, counted(getattr(module, name), lambda _: 1))
    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, counted(getattr(os, name), lambda path: len(listdir(path))))
    return found


def test_file_examinations_per_version(stores: dict[int, Path], examined: Examined, application: Application) -> None:
    counts: dict[str, list[int]] = {address: [] for address in ADDRESSES}
    for store in stores.values():
        client = application(store, result_cache=0).test_client()
        client.get("/health")
        for address in ADDRESSES:
            examined.count, examined.below = 0, str(store)
            response = client.get(address, headers={"Accept": "*/*"}, buffered=True)
            examined.below = ""
            assert response.status_code == 200
            counts[address].append(examined.count)
    assert all(few > 0 for few, _ in counts.values())
    assert {address: more for address, (few, more) in counts.items() if more - few > MOST * (MANY - FEW)} == {}


def test_pages_of_versions_newest_first(stores: dict[int, Path], application: Application) -> None:
    client = application(stores[FEW], result_cache=0).test_client()
    newest = [CURRENT, *(f"n{number:04}" for number in range(FEW - 1, 0, -1))]
    first, second = client.get("/dumps/"), client.get("/dumps/?page=2")
    assert [set(page.get_json()["versions"]) for page in (first, second)] == [set(newest[:50]), set(newest[50:])]
    assert len(first.get_json()["versions"][CURRENT]) == 4
    assert '</dumps/?page=2>; rel="next"' in first.headers.getlist("Link")
    assert '</dumps/?page=1>; rel="prev"' in second.headers.getlist("Link")
    changes = [client.get(f"/changes.json?page={number}") for number in (1, 2)]
    told = [[version["version"] for version in page.get_json()["versions"]] for page in changes]
    assert told == [newest[:50], newest[50:]]
    assert changes[0].headers["ETag"] != changes[1].headers["ETag"]
    assert "/changes?page=2" in client.get("/changes", headers={"Accept": "text/html"}).text
    assert list(client.get(f"/dumps/{newest[-1]}").get_json()["versions"]) == [newest[-1]]
    page = client.get("/dumps/?lang=en", headers={"Accept": "text/html"}).text
    assert "Page 1 of 2" in page
    assert 'rel="next" href="/dumps/?page=2' in page
    assert page.index(f"<code>{CURRENT}</code>") < page.index(f"<code>{newest[1]}</code>")
    assert newest[50] not in page


def test_unknown_and_invalid_pages(stores: dict[int, Path], application: Application) -> None:
    client = application(stores[FEW], result_cache=0).test_client()
    for path in ("/dumps/", "/changes", "/changes.atom"):
        assert client.get(f"{path}?page=2").status_code == 200
        unknown = client.get(f"{path}?page=3&lang=en")
        assert (unknown.status_code, json.loads(unknown.data)["detail"]) == (
            404,
            "There is no page 3: the last one is 2.",
        )
        for page in ("x", "0", "9" * 5000):
            refused = client.get(f"{path}?page={page}&lang=en")
            assert refused.status_code == 400
            assert "must be a whole number from 1" in json.loads(refused.data)["detail"]


_GRAPH = "<https://w3id.org/gcmgraph/graph/reference/all> {{ <urn:x> <urn:in> '{}' . }}"


@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed (apt-get install rsync)")
def test_two_mirrors_follow_a_site(
    tmp_path: Path, build: Callable[[Path, str, Path], None], repository: Repository, application: Application
) -> None:
    guide = (repository.root / "docs" / "operations.md").read_text("utf-8")
    commands = [line.strip() for line in guide.splitlines() if line.strip().startswith("rsync ")]
    assert len(commands) == 2

    def publish(version: str) -> None:
        graph = tmp_path / f"{version}.trig"
        graph.write_text(_GRAPH.format(version), "utf-8")
        build(tmp_path / "store", version, graph)
        for mirror in mirrors:
            for command in commands:
                here = re.sub("mirror:/var/lib/gcmgraph/store", str(mirror), command)
                subprocess.run(here.replace("var/store", str(tmp_path / "store")).split(), check=True)

    mirrors = [tmp_path / "one", tmp_path / "two"]
    publish("v1")
    clients = [application(mirror).test_client() for mirror in mirrors]
    assert [_answer(client) for client in clients] == ["v1", "v1"]
    publish("v2")
    until(lambda: [_answer(client) for client in clients] == ["v2", "v2"])


def _answer(client: FlaskClient) -> str:
    query = "/sparql?query=SELECT%20?o%20%7B?s%20%3Curn:in%3E%20?o%7D&format=csv"
    return client.get(query).text.split()[1]
