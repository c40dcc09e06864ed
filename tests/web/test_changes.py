"""/changes and /dataset/{version}: pages, RDF, JSON, a feed; patches; typed links."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.versions.files import complete_dumps, version_files
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads, read_quads
from gcmgraph.store.versions import DUMP, StoreFolder
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
def versions(
    tmp_path_factory: pytest.TempPathFactory, application: Application
) -> tuple[FlaskClient, list[list[Quad]]]:
    """Return a site over four versions, two of them kept whole, and what the last two hold."""
    store = tmp_path_factory.mktemp("changes") / "store"
    folder, graph = StoreFolder(store, keep=2), read_quads(GRAPH)
    publish(folder, "v1", graph)
    publish(folder, "v2", [*graph, title("other", "x")])
    publish(folder, "v3", [*graph, title("lost", "Lost")])
    states = [[*graph, title("lost", "Lost")], [*graph, title("new", "New"), title("glo-act", "Another title")]]
    publish(folder, "v4", states[1])
    return application(store).test_client(), states


@pytest.fixture
def site(versions: tuple[FlaskClient, list[list[Quad]]]) -> FlaskClient:
    return versions[0]


def quads_of(client: FlaskClient, path: str) -> list[Quad]:
    response = client.get(path)
    assert response.status_code == 200, path
    syntax = syntax_for_media_type(response.mimetype)
    assert syntax is not None
    return list(parse_quads(response.data, syntax, source=path, base_iri=BASE))


def values(quads: list[Quad], subject: str, predicate: str) -> set[str]:
    return {q.object.value for q in quads if q.subject.value == subject and q.predicate.value == predicate}


def test_versions_in_json(site: FlaskClient) -> None:
    listed = site.get("/changes", headers={"Accept": "application/json"}).get_json()
    assert listed["current"] == "v4"
    previous = {version["version"]: version["previous"] for version in listed["versions"]}
    assert list(previous.items()) == [("v4", "v3"), ("v3", "v2"), ("v2", "v1"), ("v1", None)]
    last, first = listed["versions"][0], listed["versions"][-1]
    assert last["statements"] == {"added": 2, "removed": 1}
    assert last["things"] == {"added": {"practice": 1}, "removed": {"practice": 1}, "changed": {"practice": 1}}
    assert last["graphs"] == {CURATED.value: {"added": 2, "removed": 1}}
    assert (first["statements"], first["downloads"], first["patches"]) == (None, [], [])
    added = {"count": 1, "iris": [f"{BASE}id/practice/new"], "complete": True}
    assert site.get("/dataset/v4.json").get_json()["things"]["added"]["practice"] == added


def test_versions_in_dcat_and_prov(site: FlaskClient) -> None:
    every = quads_of(site, "/changes.ttl")
    assert values(every, f"{BASE}dataset", f"{DCAT}hasVersion") == {f"{BASE}dataset/v{n}" for n in range(1, 5)}
    for quads in (every, quads_of(site, "/dataset/v4.ttl")):
        this = f"{BASE}dataset/v4"
        assert values(quads, this, f"{DCAT}previousVersion") == {f"{BASE}dataset/v3"}
        assert values(quads, this, f"{PROV}wasRevisionOf") == {f"{BASE}dataset/v3"}
        assert values(quads, this, f"{DCAT}isVersionOf") == {f"{BASE}dataset"}
        assert values(quads, this, "http://www.w3.org/2002/07/owl#versionInfo") == {"v4"}
        (activity,) = values(quads, this, f"{PROV}wasGeneratedBy")
        patch = f"{BASE}dumps/v4/added.nq.gz"
        assert patch in values(quads, activity, f"{PROV}generated")
        assert values(quads, patch, "http://rdfs.org/ns/void#triples") == {"2"}
        (checksum,) = values(quads, patch, "http://spdx.org/rdf/terms#checksum")
        assert values(quads, checksum, "http://spdx.org/rdf/terms#checksumValue")


def test_feed(site: FlaskClient) -> None:
    response = site.get("/changes.atom", headers={"Host": "evil.example"})
    assert response.mimetype == "application/atom+xml"
    atom, root = "{http://www.w3.org/2005/Atom}", ET.fromstring(response.data)  # noqa: S314 - ours
    assert root.findtext(f"{atom}updated") == root.findtext(f"{atom}entry/{atom}updated")
    entries = [entry.findtext(f"{atom}id") for entry in root.iter(f"{atom}entry")]
    assert entries == [f"{BASE}dataset/v{n}" for n in (4, 3, 2, 1)]
    assert b"evil.example" not in response.data


def test_pages_and_their_links(site: FlaskClient) -> None:
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
def test_later_downloads_change_the_entity_tags(tmp_path: Path, result_cache: int, application: Application) -> None:
    folder, quads = StoreFolder(tmp_path), [title("x", "X")]
    folder.publish("v1", quads, {DUMP: serialize_canonical(quads)})  # as after a contribution
    client = application(tmp_path, result_cache=result_cache).test_client()
    paths = ("/", "/dataset.ttl", "/dataset.linkset.json", "/dataset/v1.json", "/changes.json", "/.well-known/void")
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
    assert dump >= {'</dataset.html>; rel="collection"; type="text/html"', f'<{BASE}dataset/v4>; rel="cite-as"'}
    neighbours = set(site.get("/dataset/v3").headers.getlist("Link"))
    assert neighbours >= {'</dataset/v2>; rel="predecessor-version"', '</dataset/v4>; rel="successor-version"'}


def test_link_set_of_the_dataset(site: FlaskClient) -> None:
    for path in ("/dataset.linkset.json", "/dataset?linkset"):
        response = site.get(path, headers={"Host": "evil.example"})
        assert response.mimetype == "application/linkset+json"
        contexts = {context.pop("anchor"): context for context in json.loads(response.data)["linkset"]}
        page = contexts[f"{BASE}dataset.html"]
        assert {"cite-as", "describedby", "item", "license", "type", "alternate", "describes"} == set(page)
        dumps = {item["href"] for item in page["item"]}
        assert dumps == {anchor for anchor in contexts if anchor.startswith(f"{BASE}dumps/")}
        assert all(contexts[dump]["collection"][0]["href"] == f"{BASE}dataset.html" for dump in dumps)
