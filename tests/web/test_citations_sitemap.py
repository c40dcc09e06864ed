"""Citing over HTTP, the data for search engines, and the map of the site."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import bibtexparser
import pytest
import rispy
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.descriptions import Describer, Labels
from gcmgraph.publication.metadata.formats import script_text, thing_in_schema_org
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads, read_quads
from gcmgraph.store.port import Store
from gcmgraph.web import operations
from serving import Application

GRAPH = Path(__file__).parent / "graph.trig"
BASE = "https://w3id.org/gcmgraph/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
V = Vocabulary(Addresses())

#: Makes a version of a store folder from a file.
Build = Callable[[Path, str, Path], None]


@pytest.mark.parametrize("path", ["/doc/practice/glo-act.bib", "/doc/source/objective-09.fr.bib", "/dataset.bib"])
def test_citations_in_bibtex(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["Content-Type"] == "application/x-bibtex; charset=utf-8"
    (entry,) = bibtexparser.parse_string(response.text).entries
    stem = path.removesuffix(".bib").replace("/doc/", "id/").lstrip("/")
    assert entry["url"] == BASE + stem
    assert entry["version"] == "v1"


def test_citations_in_ris_and_by_accept(client: FlaskClient) -> None:
    response = client.get("/doc/practice/glo-act", headers={"Accept": "application/x-research-info-systems"})
    (entry,) = rispy.loads(response.text)
    assert entry["title"] == "Action mondiale (GLO.ACT)"
    assert client.get("/doc/practice/glo-act.ris").text == response.text
    browser = client.get("/doc/practice/glo-act", headers={"Accept": "text/html, application/x-bibtex;q=0.1"})
    assert browser.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/doc/practice/nothing.bib", "/doc/practice/.bib", "/dataset.xyz", "/doc/x/y.ris"])
def test_citation_of_unknown_resource_returns_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def describe(curie: str, language: str = "en", store: Store | None = None) -> dict[str, object]:
    store = store or Store.in_memory(read_quads(GRAPH))
    description = Describer(store, Addresses()).describe(V(curie))
    assert description is not None
    data = thing_in_schema_org(description, Labels(store, Addresses()), Addresses(), language)
    assert data is not None
    return data


def test_practice_in_schema_org() -> None:
    data = describe("practice:glo-act")
    assert data["@type"] == "Action"
    assert data["@id"] == V("practice:glo-act").value
    assert data["startTime"] == "2018"
    assert data["agent"] == {
        "@type": "Organization",
        "@id": V("organisation:unodc").value,
        "url": V("organisation:unodc").value,
        "name": "United Nations Office on Drugs and Crime",
    }
    assert [place["name"] for place in data["location"]] == ["Afghanistan", "Iraq"]  # type: ignore[attr-defined]


def test_web_addresses_in_schema_org() -> None:
    assert describe("organisation:unodc")["sameAs"] == "https://www.unodc.org/"
    assert "javascript" not in json.dumps(describe("organisation:unodc"))


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!-- <script>", "a & b", "\u2028", "é 😀"])
def test_escaped_text_of_script_elements(text: str) -> None:
    written = script_text({"name": text})
    assert not set("<>&\u2028") & set(written)
    assert json.loads(written) == {"name": text}


def test_site_map(client: FlaskClient) -> None:
    index = client.get("/sitemap.xml", headers={"Host": "evil.example"})
    assert index.headers["Content-Type"].startswith("application/xml")
    root = ET.fromstring(index.data)  # noqa: S314 - what is parsed is ours
    assert [loc.text for loc in root.iter(f"{SITEMAP}loc")] == [f"{BASE}sitemap-1.xml"]
    part = ET.fromstring(client.get("/sitemap-1.xml").data)  # noqa: S314
    listed = [loc.text or "" for loc in part.iter(f"{SITEMAP}loc")]
    assert f"{BASE}doc/practice/glo-act" in listed
    assert len(listed) == len(set(listed))
    assert all(entry.find(f"{SITEMAP}lastmod") is not None for entry in part)
    for address in listed:
        path = "/" + address.removeprefix(BASE)
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 200, path


def test_large_sitemap_in_parts(store_folder: Path, application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "PART_SIZE", 10)
    client = application(store_folder).test_client()
    parts = [loc.text or "" for loc in ET.fromstring(client.get("/sitemap.xml").data).iter(f"{SITEMAP}loc")]  # noqa: S314
    sizes = [client.get(f"/{part.removeprefix(BASE)}").text.count("<loc>") for part in parts]
    assert len(parts) > 2
    assert set(sizes[:-1]) == {10}
    for number in (0, len(parts) + 1):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_robots(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert f"Sitemap: {BASE}sitemap.xml" in text
    assert "Disallow: /sparql?" in text


def test_concept_in_schema_org() -> None:
    data = describe("sdg:10.7")
    assert (data["@type"], data["termCode"]) == ("DefinedTerm", "10.7")
    assert data["sameAs"] == "http://metadata.un.org/sdg/10.7"
    assert IRI(str(data["@id"])) == V("sdg:10.7")


@pytest.mark.parametrize("curie", ["sdg:10.7", "objective:9", "action:9a", "country:AFG", "practice:glo-act"])
def test_resources_without_licence_and_source_in_schema_org(curie: str) -> None:
    based = f"<{V(curie).value}> <{V('dct:source').value}> <https://example.org/> ."
    store = Store.in_memory([*read_quads(GRAPH), *parse_quads(based.encode(), TURTLE, source="more")])
    assert not {"license", "isBasedOn"} & describe(curie, store=store).keys()


def test_rights_of_source_documents(tmp_path: Path, build: Build, application: Application) -> None:
    rights = f'<{BASE}id/source/objective-09.fr> <{V("dct:rights").value}> "The text is theirs."@en .'
    graph = f"{GRAPH.read_text('utf-8')}\nGRAPH <{BASE}graph/provenance> {{ {rights} }}"
    (tmp_path / "graph.trig").write_text(graph, "utf-8")
    build(tmp_path / "store", "v1", tmp_path / "graph.trig")
    client = application(tmp_path / "store").test_client()
    for path in ("/doc/source/objective-09.fr.bib", "/doc/source/objective-09.fr.ris"):
        text = client.get(path).text
        assert "The text is theirs." in text
        assert "creativecommons" not in text
    assert "creativecommons" in client.get("/doc/practice/glo-act.bib").text
    for path, licensed in (("/doc/source/objective-09.fr", False), ("/doc/practice/glo-act", True)):
        links = ", ".join(client.get(path, headers={"Accept": "text/turtle"}).headers.getlist("Link"))
        assert ('rel="license"' in links) == licensed
