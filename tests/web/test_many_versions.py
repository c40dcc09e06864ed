"""Requests about many versions: pages of /dumps/, and files examined for N and 4 N versions."""

from __future__ import annotations

import builtins
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.versions.files import version_files
from gcmgraph.publication.versions.history import Changes
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.store.versions import CHANGES, StoreFolder, record_files
from serving import Application

BASE = Addresses().base
CURRENT = "current"
FEW, MANY = 60, 240

#: Examinations of files that one more version may cost a request: entries of listings, stat calls, opened files.
MOST = 8

ADDRESSES = [
    "/dumps/", "/dumps/?page=2", f"/dumps/{CURRENT}", f"/dumps/{CURRENT}/gcmgraph.nq", "/changes.html", "/changes.json",
    "/changes.atom", "/changes.ttl", "/changes.html?page=2", f"/dataset/{CURRENT}.html", f"/dataset/{CURRENT}.ttl",
    "/dataset.html", "/dataset.ttl", "/dataset.linkset.json", "/.well-known/void",
]  # fmt: skip


def make_versions(store: Path, count: int) -> None:
    """A store folder of `count` versions with downloads; the last has an index. `n0001` is the oldest."""
    folder = StoreFolder(store)
    quads = [Quad(IRI(f"{BASE}id/practice/x"), IRI("http://purl.org/dc/terms/title"), Literal("X", language="en"))]
    files = version_files(folder, CURRENT, serialize_canonical(quads), Addresses())
    folder.publish(CURRENT, quads, files)
    newest = store / "versions" / CURRENT
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

    def __init__(self) -> None:
        self.count = 0
        self.below: str | None = None

    def note(self, path: object, number: int = 1) -> None:
        """Count examinations of a path."""
        if self.below and isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self.below):
            self.count += number


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> Examined:
    """Count opened files, stat calls and entries of listings."""
    found = Examined()

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any = ".", *args: Any, **options: Any) -> Any:
            found.note(path)
            return function(path, *args, **options)

        return call

    def listing(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any = ".") -> Any:
            found.note(path, len(os_listdir(path)))
            return function(path)

        return call

    os_listdir = os.listdir
    for module, name in ((os, "stat"), (os, "lstat"), (os, "open"), (io, "open"), (builtins, "open")):
        monkeypatch.setattr(module, name, counted(getattr(module, name)))
    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, listing(getattr(os, name)))
    return found


@pytest.mark.parametrize("address", ADDRESSES)
def test_file_examinations_per_version(
    stores: dict[int, Path], examined: Examined, address: str, application: Application
) -> None:
    counts = {}
    for number, store in stores.items():
        client = application(store, result_cache=0).test_client()
        client.get("/health")
        examined.count, examined.below = 0, str(store)
        response = client.get(address, headers={"Accept": "*/*"}, buffered=True)
        examined.below = None
        assert response.status_code == 200
        counts[number] = examined.count
    assert counts[FEW] > 0
    growth = (counts[MANY] - counts[FEW]) / (MANY - FEW)
    assert growth <= MOST, counts


def test_pages_of_versions_newest_first(stores: dict[int, Path], application: Application) -> None:
    client = application(stores[FEW], result_cache=0).test_client()
    first, second = client.get("/dumps/"), client.get("/dumps/?page=2")
    newest = [CURRENT, *(f"n{number:04}" for number in range(FEW - 1, 0, -1))]
    assert set(first.get_json()["versions"]) == set(newest[:50])
    assert set(second.get_json()["versions"]) == set(newest[50:])
    assert len(first.get_json()["versions"][CURRENT]) == 4
    assert '</dumps/?page=2>; rel="next"' in first.headers.getlist("Link")
    assert '</dumps/?page=1>; rel="prev"' in second.headers.getlist("Link")
    changes = [client.get(f"/changes.json?page={number}") for number in (1, 2)]
    assert [[version["version"] for version in page.get_json()["versions"]] for page in changes] == [
        newest[:50],
        newest[50:],
    ]
    assert '</changes.json?page=2>; rel="next"' in changes[0].headers.getlist("Link")
    assert changes[0].headers["ETag"] != changes[1].headers["ETag"]
    assert "/changes?page=2" in client.get("/changes", headers={"Accept": "text/html"}).text
    assert list(client.get(f"/dumps/{newest[-1]}").get_json()["versions"]) == [newest[-1]]
    page = client.get("/dumps/?lang=en", headers={"Accept": "text/html"}).text
    assert "Page 1 of 2" in page
    assert 'rel="next" href="/dumps/?page=2' in page
    assert page.index(f"<code>{CURRENT}</code>") < page.index(f"<code>{newest[1]}</code>")
    assert newest[50] not in page


@pytest.mark.parametrize(("page", "status"), [("2", 200), ("3", 404), ("x", 400), ("0", 400), ("9" * 5000, 400)])
def test_unknown_and_invalid_pages(stores: dict[int, Path], page: str, status: int, application: Application) -> None:
    client = application(stores[FEW], result_cache=0).test_client()
    for path in ("/dumps/", "/changes", "/changes.atom"):
        response = client.get(f"{path}?page={page}&lang=en")
        assert response.status_code == status
        if status == 404:
            assert json.loads(response.data)["detail"] == "There is no page 3: the last one is 2."
        if status == 400:
            assert "must be a whole number from 1" in json.loads(response.data)["detail"]
