"""The version that is served: what is done whenever another one is opened; damaged files beside it are not served."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.platform.errors import StoreError
from gcmgraph.publication.lists.file import FILE as LISTS
from gcmgraph.publication.search.file import FILE as SEARCH
from gcmgraph.publication.versions.dataset import ADDED, version_files, write_indexes
from gcmgraph.publication.versions.statistics import STATISTICS
from gcmgraph.rdf.canonical import serialize_canonical, sha256
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import CHANGES, DUMP, version_name
from gcmgraph.web.services import ServedDataset, Snapshot
from serving import Application

GRAPH, OTHER = (
    Path(__file__).parent / "graph.trig",
    Path(__file__).parents[1] / "publication" / "practices.trig",
)

#: Pages that keep something of each version.
PAGES = (
    "/", "/browse/practice?q=a&format=json", "/search?q=a", "/resolve?uri=https://w3id.org/gcmgraph/id/objective/9",
    "/reconcile", "/changes", "/sitemap.xml", "/linksets",
)  # fmt: skip


@pytest.mark.exhaustive
def test_older_versions_are_released_when_a_newer_one_is_served(
    tmp_path: Path, build: Callable[[Path, str, Path], None], application: Application
) -> None:
    build(tmp_path / "store", "v0", GRAPH)
    app = application(tmp_path / "store", contributions=str(tmp_path / "contributions"))
    client, site = app.test_client(), app.extensions["gcmgraph"]
    snapshots: list[weakref.ref[Snapshot]] = []
    files: list[int] = []
    for number in range(1, len(PAGES) + 1):
        for page in PAGES[number - 1 :]:  # each is asked for last at another version
            assert client.get(page).status_code in {200, 303}, page
        snapshots.append(weakref.ref(site.dataset.snapshot()))
        build(tmp_path / "store", f"v{number}", OTHER if number % 2 else GRAPH)
        site.dataset.snapshot()
        gc.collect()
        assert [old() for old in snapshots] == [None] * number
        files.append(_files_below(tmp_path / "store"))
    site.workers.close()
    assert max(files[2:]) <= files[1]  # the graphs take turns, so every second version is alike
    assert _files_below(tmp_path / "store" / "versions" / "v1") == 0


def test_check_of_the_endpoint_leaves_no_file_open(
    tmp_path: Path, build: Callable[[Path, str, Path], None]
) -> None:
    served = ServedDataset(StoreFolder(tmp_path / "store"), Addresses())
    with pytest.raises(StoreError, match="no graph"):
        served.stated_endpoint()
    build(tmp_path / "store", "v1", GRAPH)
    served.stated_endpoint()
    assert _files_below(tmp_path / "store") == 0


def _files_below(folder: Path) -> int:
    """How many open files of this process lie below a folder, deleted ones included."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one that lists the others is closed by now
            found += str(descriptor.readlink()).startswith(f"{folder}/")
    return found


A = Addresses()


def publish(store: Path, titles: str) -> Path:
    """A version with a practice for each letter."""
    folder, quads = StoreFolder(store), []
    for letter in titles:
        thing, title = (
            IRI(A.resource("practice", letter)),
            Literal(f"Practice {letter}", language="en"),
        )
        quads += [Quad(thing, IRI(f"{PREFIXES['rdf']}type"), IRI(f"{A.ontology}Practice"))]
        quads += [Quad(thing, IRI(f"{PREFIXES['dct']}title"), title)]
    dump = serialize_canonical(quads)
    version = version_name(sha256(dump))
    folder.publish(
        version,
        quads,
        version_files(folder, version, dump, A),
        lambda place: write_indexes(place, A),
    )
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
    "changed": lambda file: file.write_bytes(
        file.read_bytes()[:-9] + b"x" + file.read_bytes()[-8:]
    ),
    "missing": lambda file: file.unlink(),
}


@pytest.mark.parametrize(
    ("name", "damage"), [(ADDED, "changed"), *((DUMP, damage) for damage in DAMAGES)]
)
def test_damaged_download_is_refused_with_503(
    client: FlaskClient, version: Path, name: str, damage: str
) -> None:
    address = f"/dumps/{version.name}/{name}"
    assert client.get(address, buffered=True).status_code == 200
    DAMAGES[damage](version / name)
    refused, page = client.get(address), client.get(address, headers={"Accept": "text/html"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert (
        f"The file {name} of the version {version.name} is damaged"
        in refused.get_json(force=True)["detail"]
    )
    assert str(version) not in refused.text
    assert (page.status_code, page.mimetype, "is damaged" in page.text) == (503, "text/html", True)
    for other in ("/", "/dataset", "/changes", "/dumps/", f"/dataset/{version.name}", "/health"):
        assert client.get(other).status_code == 200, client.get(other).text


@pytest.mark.parametrize("damage", ["cut", "missing"])
def test_damaged_changes_are_refused_and_other_pages_served(
    client: FlaskClient, version: Path, damage: str
) -> None:
    DAMAGES[damage](version / CHANGES)
    for address in ("/changes", "/changes.atom", f"/dataset/{version.name}.json"):
        refused = client.get(address)
        assert refused.status_code == 503, address
        assert f"The file {CHANGES} of the version" in refused.get_json(force=True)["detail"]
    (older,) = (folder.name for folder in version.parent.iterdir() if folder != version)
    for other in ("/", "/dataset", "/dataset.ttl", f"/dataset/{older}", "/dumps/"):
        assert client.get(other).status_code == 200, client.get(other).text


@pytest.mark.parametrize("damage", DAMAGES)
def test_dataset_is_served_without_its_damaged_indexes(
    client: FlaskClient, version: Path, damage: str
) -> None:
    for name in (STATISTICS, SEARCH, LISTS):
        DAMAGES[damage](version / name)
    assert client.get("/health").get_json()["quads"] == 4
    found = client.get("/search?q=practice", headers={"Accept": "application/json"}).get_json()
    assert {hit["iri"] for hit in found["results"]} == {
        A.resource("practice", letter) for letter in "bc"
    }
    assert "Practice b" in client.get("/browse/practice").text
