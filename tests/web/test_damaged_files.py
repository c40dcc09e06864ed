"""Damaged files beside a version: no address serves them, and the others answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.lists.file import FILE as LISTS
from gcmgraph.publication.search.file import FILE as SEARCH
from gcmgraph.publication.versions.files import ADDED, version_files, write_indexes
from gcmgraph.publication.versions.history import STATISTICS
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.store.versions import CHANGES, DUMP, StoreFolder, version_name
from serving import Application

A = Addresses()


def publish(store: Path, titles: str) -> Path:
    """A version with a practice for each letter."""
    folder, quads = StoreFolder(store), []
    for letter in titles:
        thing, title = IRI(A.thing("practice", letter)), Literal(f"Practice {letter}", language="en")
        quads += [Quad(thing, IRI(f"{PREFIXES['rdf']}type"), IRI(f"{A.ontology}Practice"))]
        quads += [Quad(thing, IRI(f"{PREFIXES['dct']}title"), title)]
    dump = serialize_canonical(quads)
    version = version_name(sha256(dump))
    folder.publish(version, quads, version_files(folder, version, dump, A), lambda place: write_indexes(place, A))
    return folder.current_folder()


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("damaged") / "store"
    publish(store, "ab")
    return publish(store, "bc")


@pytest.fixture
def client(version: Path, application: Application) -> Iterator[FlaskClient]:
    """A client of an application that was started before the damage; the files are restored afterwards."""
    before = {file: file.read_bytes() for file in version.iterdir() if file.is_file()}
    app = application(version.parents[1], result_cache=0)
    yield app.test_client()
    for file, data in before.items():
        file.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-7]),
    "empty": lambda file: file.write_bytes(b""),
    "changed": lambda file: file.write_bytes(file.read_bytes()[:-9] + b"x" + file.read_bytes()[-8:]),
    "missing": lambda file: file.unlink(),
}


@pytest.mark.parametrize(("name", "damage"), [(ADDED, "changed"), *((DUMP, damage) for damage in DAMAGES)])
def test_damaged_downloads(client: FlaskClient, version: Path, name: str, damage: str) -> None:
    address = f"/dumps/{version.name}/{name}"
    assert client.get(address, buffered=True).status_code == 200
    DAMAGES[damage](version / name)
    refused, page = client.get(address), client.get(address, headers={"Accept": "text/html"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert f"The file {name} of the version {version.name} is damaged" in refused.get_json(force=True)["detail"]
    assert str(version) not in refused.text
    assert (page.status_code, page.mimetype, "is damaged" in page.text) == (503, "text/html", True)
    for other in ("/", "/dataset", "/changes", "/dumps/", f"/dataset/{version.name}", "/health"):
        assert client.get(other).status_code == 200, client.get(other).text


@pytest.mark.parametrize("damage", ["cut", "missing"])
def test_damaged_changes(client: FlaskClient, version: Path, damage: str) -> None:
    DAMAGES[damage](version / CHANGES)
    for address in ("/changes", "/changes.atom", f"/dataset/{version.name}.json"):
        refused = client.get(address)
        assert refused.status_code == 503, address
        assert f"The file {CHANGES} of the version" in refused.get_json(force=True)["detail"]
    (older,) = (folder.name for folder in version.parent.iterdir() if folder != version)
    for other in ("/", "/dataset", "/dataset.ttl", f"/dataset/{older}", "/dumps/"):
        assert client.get(other).status_code == 200, client.get(other).text


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_indexes(client: FlaskClient, version: Path, damage: str) -> None:
    for name in (STATISTICS, SEARCH, LISTS):
        DAMAGES[damage](version / name)
    assert client.get("/health").get_json()["quads"] == 4
    found = client.get("/search?q=practice", headers={"Accept": "application/json"}).get_json()
    assert {hit["iri"] for hit in found["results"]} == {A.thing("practice", letter) for letter in "bc"}
    assert "Practice b" in client.get("/browse/practice").text
