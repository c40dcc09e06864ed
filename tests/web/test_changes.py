"""/changes and /dataset/{version} as pages, RDF and feed; many versions: pages of /dumps/, examined files, mirrors."""

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
from xml.etree import ElementTree as ET

import pytest
from answers import problem, quads, values
from flask.testing import FlaskClient

from gcmgraph.publication.versions.changes import Changes
from gcmgraph.publication.versions.dataset import complete_dumps, version_files
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import CHANGES, DUMP, record_files
from processes import until
from serving import Application

ADDRESSES = Addresses()
BASE = ADDRESSES.base
GRAPH = Path(__file__).parent / "graph.trig"
FIREFOX = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
DCAT, PROV = "http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/prov#"

TITLE = IRI("http://purl.org/dc/terms/title")
CURATED = IRI(f"{BASE}graph/curated")


def title(practice: str, text: str) -> Quad:
    return Quad(IRI(f"{BASE}id/practice/{practice}"), TITLE, Literal(text, language="en"), CURATED)


def publish(folder: StoreFolder, version: str, quads: list[Quad]) -> None:
    dump = serialize_canonical(quads)
    folder.publish(version, quads, version_files(folder, version, dump, ADDRESSES))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, application: Application) -> FlaskClient:
    """A site over four versions, two of them whole."""
    store = tmp_path_factory.mktemp("changes") / "store"
    folder, graph = StoreFolder(store, keep=2), read_quads(GRAPH)
    publish(folder, "v1", graph)
    publish(folder, "v2", [*graph, title("other", "x")])
    publish(folder, "v3", [*graph, title("lost", "Lost")])
    publish(folder, "v4", [*graph, title("new", "New"), title("glo-act", "Another title")])
    return application(store).test_client()


def test_versions_are_listed_in_json_with_their_changes(site: FlaskClient) -> None:
    listed = site.get("/changes", headers={"Accept": "application/json"}).get_json()
    assert listed["current"] == "v4"
    previous = {version["version"]: version["previous"] for version in listed["versions"]}
    assert list(previous.items()) == [("v4", "v3"), ("v3", "v2"), ("v2", "v1"), ("v1", None)]
    last, first = listed["versions"][0], listed["versions"][-1]
    assert last["statements"] == {"added": 2, "removed": 1}
    assert last["things"] == {
        "added": {"practice": 1},
        "removed": {"practice": 1},
        "changed": {"practice": 1},
    }
    assert last["graphs"] == {CURATED.value: {"added": 2, "removed": 1}}
    assert (first["statements"], first["downloads"], first["patches"]) == (None, [], [])
    added = {"count": 1, "iris": [f"{BASE}id/practice/new"], "complete": True}
    assert site.get("/dataset/v4.json").get_json()["things"]["added"]["practice"] == added


def test_versions_are_stated_in_dcat_and_prov(site: FlaskClient) -> None:
    every = quads(site.get("/changes.ttl"))
    assert values(every, f"{BASE}dataset", f"{DCAT}hasVersion") == {
        f"{BASE}dataset/v{n}" for n in range(1, 5)
    }
    for found in (every, quads(site.get("/dataset/v4.ttl"))):
        this = f"{BASE}dataset/v4"
        assert values(found, this, f"{DCAT}previousVersion") == {f"{BASE}dataset/v3"}
        assert values(found, this, f"{PROV}wasRevisionOf") == {f"{BASE}dataset/v3"}
        assert values(found, this, f"{DCAT}isVersionOf") == {f"{BASE}dataset"}
        assert values(found, this, "http://www.w3.org/2002/07/owl#versionInfo") == {"v4"}
        (activity,) = values(found, this, f"{PROV}wasGeneratedBy")
        patch = f"{BASE}dumps/v4/added.nq.gz"
        assert patch in values(found, activity, f"{PROV}generated")
        assert values(found, patch, "http://rdfs.org/ns/void#triples") == {"2"}
        (checksum,) = values(found, patch, "http://spdx.org/rdf/terms#checksum")
        assert values(found, checksum, "http://spdx.org/rdf/terms#checksumValue")


def test_feed_lists_the_versions_newest_first(site: FlaskClient) -> None:
    response = site.get("/changes.atom", headers={"Host": "evil.example"})
    assert response.mimetype == "application/atom+xml"
    atom, root = "{http://www.w3.org/2005/Atom}", ET.fromstring(response.data)  # noqa: S314 - ours
    assert root.findtext(f"{atom}updated") == root.findtext(f"{atom}entry/{atom}updated")
    entries = [entry.findtext(f"{atom}id") for entry in root.iter(f"{atom}entry")]
    assert entries == [f"{BASE}dataset/v{n}" for n in (4, 3, 2, 1)]
    assert b"evil.example" not in response.data


def test_pages_of_versions_link_to_what_exists(site: FlaskClient) -> None:
    page = site.get("/changes?lang=en", headers=FIREFOX).text
    assert "This is the first version that is known" in page
    assert 'href="/dataset/v4?lang=en"' in page
    one = site.get("/dataset/v4?lang=en", headers=FIREFOX).text
    assert 'href="/doc/practice/new?lang=en"' in one  # it is there
    assert f"<code>{BASE}id/practice/lost</code>" in one  # it is not
    for link in ("/dataset/v3?lang=en", "/dumps/v4/added.nq.gz", "/dataset/v4.jsonld"):
        assert f'href="{link}"' in one
        assert site.get(link, buffered=True).status_code == 200
    assert "no longer stored as a whole" in site.get("/dataset/v2?lang=en", headers=FIREFOX).text
    assert 'rel="next"' in site.get("/dataset/v2?lang=en", headers=FIREFOX).text


def test_unknown_version_returns_404(site: FlaskClient) -> None:
    for path in ("/dataset/v9", "/dataset/..", "/dataset/v4.xyz", "/changes.xyz", "/dataset/v4%00"):
        assert site.get(path).status_code == 404
    assert site.get("/dumps/v2/gcmgraph.nq").status_code == 404
    assert site.get("/dumps/v2/added.nq.gz", buffered=True).status_code == 200


def test_unavailable_format_returns_406_with_alternatives(site: FlaskClient) -> None:
    for path in ("/changes", "/dataset/v4", "/dataset", "/doc/practice/glo-act"):
        response = site.get(path, headers={"Accept": "image/png"})
        assert response.status_code == 406
        for other in json.loads(response.data)["alternatives"]:
            found = site.get(other["href"])
            assert (found.status_code, found.mimetype) == (200, other["type"])


def test_withdrawn_resource_is_counted_as_removed(tmp_path: Path, application: Application) -> None:
    folder, lost = StoreFolder(tmp_path), IRI(f"{BASE}id/practice/lost")
    end, graph = IRI(f"{BASE}id/contribution/c#end"), IRI(f"{BASE}graph/provenance")
    publish(folder, "v1", [title("lost", "Lost")])
    publish(folder, "v2", [Quad(lost, IRI(f"{PROV}wasInvalidatedBy"), end, graph)])
    client = application(tmp_path).test_client()
    things = client.get("/changes.json").get_json()["versions"][0]["things"]
    assert things == {"added": {}, "removed": {"practice": 1}, "changed": {}}
    assert f"<code>{lost.value}</code>" in client.get("/dataset/v2?lang=en", headers=FIREFOX).text


@pytest.mark.parametrize("result_cache", [0, 1])
def test_later_downloads_change_the_entity_tags(
    tmp_path: Path, result_cache: int, application: Application
) -> None:
    folder, quads = StoreFolder(tmp_path), [title("x", "X")]
    folder.publish("v1", quads, {DUMP: serialize_canonical(quads)})  # as after a contribution
    client = application(tmp_path, result_cache=result_cache).test_client()
    paths = (
        "/",
        "/dataset.ttl",
        "/dataset.linkset.json",
        "/dataset/v1.json",
        "/changes.json",
        "/.well-known/void",
    )
    before = {path: client.get(path) for path in paths}
    complete_dumps(folder.current_folder(), ADDRESSES)
    for path in paths:
        after = client.get(path, headers={"If-None-Match": before[path].headers["ETag"]})
        assert (after.status_code, "gcmgraph.ttl.gz" in before[path].text) == (200, False), path
        assert "gcmgraph.ttl.gz" in after.text, path
        assert client.get(path, headers={"If-None-Match": after.headers["ETag"]}).status_code == 304
    for path in ("/dataset.ttl", "/dataset/v1"):
        assert "/dumps/v1/gcmgraph.ttl.gz" in " ".join(client.get(path).headers.getlist("Link"))


def test_typed_links_of_fair_signposting(site: FlaskClient) -> None:
    links = set(site.get("/dataset.html").headers.getlist("Link"))
    assert links >= {
        f'<{BASE}dataset>; rel="cite-as"',
        '<https://schema.org/Dataset>; rel="type"',
        '<https://schema.org/AboutPage>; rel="type"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        '</dataset.ttl>; rel="describedby"; type="text/turtle"',
        '</dumps/v4/gcmgraph.nq>; rel="item"; type="application/n-quads"',
    }
    for local in (link[1:].partition(">")[0] for link in links if link.startswith("</")):
        assert site.get(local, buffered=True).status_code == 200, local
    dump = set(site.get("/dumps/v4/gcmgraph.nq", buffered=True).headers.getlist("Link"))
    assert dump >= {
        '</dataset.html>; rel="collection"; type="text/html"',
        f'<{BASE}dataset/v4>; rel="cite-as"',
    }
    neighbours = set(site.get("/dataset/v3").headers.getlist("Link"))
    assert neighbours >= {
        '</dataset/v2>; rel="predecessor-version"',
        '</dataset/v4>; rel="successor-version"',
    }


CURRENT = "current"
FEW, MANY = 60, 180

#: Examinations of files that one more version may cost a request: entries of listings, stat calls,
#: opened files.
MOST = 8

PATHS = [
    "/dumps/", "/dumps/?page=2", f"/dumps/{CURRENT}", f"/dumps/{CURRENT}/gcmgraph.nq", "/changes.html", "/changes.ttl",
    f"/dataset/{CURRENT}.html", "/dataset.ttl", "/.well-known/void",
]  # fmt: skip


def make_versions(store: Path, count: int) -> None:
    """A store folder of `count` versions with downloads; the last has an index.

    `n0001` is the oldest.
    """
    folder, newest = StoreFolder(store), store / "versions" / CURRENT
    quads = [
        Quad(
            IRI(f"{BASE}id/practice/x"),
            IRI("http://purl.org/dc/terms/title"),
            Literal("X", language="en"),
        )
    ]
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


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count opened files, stat calls and entries of listings below each folder that is a key."""
    found, listdir = dict[str, int](), os.listdir

    def counted(function: Callable[..., Any], entries: Callable[[Any], int]) -> Callable[..., Any]:
        def call(path: Any = ".", *args: Any, **options: Any) -> Any:
            for below in found:
                if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(below):
                    found[below] += entries(path)
            return function(path, *args, **options)

        return call

    for module, name in (
        (os, "stat"),
        (os, "lstat"),
        (os, "open"),
        (io, "open"),
        (builtins, "open"),
    ):
        monkeypatch.setattr(module, name, counted(getattr(module, name), lambda _: 1))
    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, counted(getattr(os, name), lambda path: len(listdir(path))))
    return found


def test_lists_of_versions_examine_few_files(
    stores: dict[int, Path], examined: dict[str, int], application: Application
) -> None:
    counts: dict[str, list[int]] = {address: [] for address in PATHS}
    for store in stores.values():
        client = application(store, result_cache=0).test_client()
        client.get("/health")
        for address in PATHS:
            examined[str(store)] = 0
            assert client.get(address, buffered=True).status_code == 200
            counts[address].append(examined.pop(str(store)))
    assert all(few > 0 for few, _ in counts.values())
    assert {
        address: more for address, (few, more) in counts.items() if more - few > MOST * (MANY - FEW)
    } == {}


def test_versions_are_in_pages_newest_first(
    stores: dict[int, Path], application: Application
) -> None:
    client = application(stores[FEW], result_cache=0).test_client()
    newest = [CURRENT, *(f"n{number:04}" for number in range(FEW - 1, 0, -1))]
    first, second = client.get("/dumps/"), client.get("/dumps/?page=2")
    assert [set(page.get_json()["versions"]) for page in (first, second)] == [
        set(newest[:50]),
        set(newest[50:]),
    ]
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


def test_unknown_and_invalid_pages_of_versions_are_refused(
    stores: dict[int, Path], application: Application
) -> None:
    client = application(stores[FEW], result_cache=0).test_client()
    for path in ("/dumps/", "/changes", "/changes.atom"):
        assert client.get(f"{path}?page=2").status_code == 200
        unknown = client.get(f"{path}?page=3&lang=en")
        assert problem(unknown, 404)["detail"] == "There is no page 3: the last one is 2."
        for page in ("x", "0", "9" * 5000):
            refused = client.get(f"{path}?page={page}&lang=en")
            assert "must be a whole number from 1" in str(problem(refused)["detail"])


_GRAPH = "<https://w3id.org/gcmgraph/graph/reference/all> {{ <urn:x> <urn:in> '{}' . }}"


@pytest.mark.skipif(
    shutil.which("rsync") is None, reason="rsync is not installed (apt-get install rsync)"
)
def test_two_mirrors_follow_a_site(
    tmp_path: Path,
    build: Callable[[Path, str, Path], None],
    repository: Repository,
    application: Application,
) -> None:
    guide = (repository.root / "docs" / "install.md").read_text("utf-8")
    commands = [line.strip() for line in guide.splitlines() if line.strip().startswith("rsync ")]
    assert len(commands) == 2

    def publish(version: str) -> None:
        graph = tmp_path / f"{version}.trig"
        graph.write_text(_GRAPH.format(version), "utf-8")
        build(tmp_path / "store", version, graph)
        for mirror in mirrors:
            for command in commands:
                here = re.sub("mirror:/var/lib/gcmgraph/store", str(mirror), command)
                subprocess.run(
                    here.replace("var/store", str(tmp_path / "store")).split(), check=True
                )

    mirrors = [tmp_path / "one", tmp_path / "two"]
    publish("v1")
    clients = [application(mirror).test_client() for mirror in mirrors]
    assert [_answer(client) for client in clients] == ["v1", "v1"]
    publish("v2")
    until(lambda: [_answer(client) for client in clients] == ["v2", "v2"])


def _answer(client: FlaskClient) -> str:
    query = "/sparql?query=SELECT%20?o%20%7B?s%20%3Curn:in%3E%20?o%7D&format=csv"
    return client.get(query).text.split()[1]
