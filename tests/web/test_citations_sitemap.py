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

from gcmgraph.model.terms import Vocabulary
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


@pytest.mark.parametrize("path", ["/doc/practice/glo-act", "/doc/source/objective-09.fr", "/dataset"])
def test_citations_in_bibtex(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}.bib")
    assert response.headers["Content-Type"] == "application/x-bibtex; charset=utf-8"
    (entry,) = bibtexparser.parse_string(response.text).entries
    assert (entry["url"], entry["version"]) == (BASE + path.replace("/doc/", "id/").lstrip("/"), "v1")


def test_citations_in_ris_and_by_accept(client: FlaskClient) -> None:
    response = client.get("/doc/practice/glo-act", headers={"Accept": "application/x-research-info-systems"})
    (entry,) = rispy.loads(response.text)
    assert entry["title"] == "Action mondiale (GLO.ACT)"
    assert client.get("/doc/practice/glo-act.ris").text == response.text


def test_citation_of_unknown_resource_returns_404(client: FlaskClient) -> None:
    for path in ("/doc/practice/nothing.bib", "/doc/practice/.bib", "/dataset.xyz", "/doc/x/y.ris"):
        assert client.get(path).status_code == 404


def describe(curie: str, language: str = "en", store: Store | None = None) -> dict[str, object]:
    store = store or Store.in_memory(read_quads(GRAPH))
    description = Describer(store, Addresses()).describe(V(curie))
    assert description is not None
    data = thing_in_schema_org(description, Labels(store, Addresses()), Addresses(), language)
    assert data is not None
    return data


def test_resources_in_schema_org() -> None:
    data, agent, target = (describe(curie) for curie in ("practice:glo-act", "organisation:unodc", "sdg:10.7"))
    assert (data["@type"], data["@id"]) == ("Action", V("practice:glo-act").value)
    assert data["startTime"] == "2018"
    unodc = V("organisation:unodc").value
    named = {"name": "United Nations Office on Drugs and Crime"}
    assert data["agent"] == {"@type": "Organization", "@id": unodc, "url": unodc, **named}
    assert [place["name"] for place in data["location"]] == ["Afghanistan", "Iraq"]  # type: ignore[attr-defined]
    assert agent["sameAs"] == "https://www.unodc.org/"
    assert "javascript" not in json.dumps(agent)
    assert (target["@type"], target["termCode"], target["@id"]) == ("DefinedTerm", "10.7", V("sdg:10.7").value)
    assert target["sameAs"] == "http://metadata.un.org/sdg/10.7"


def test_escaped_text_of_script_elements() -> None:
    for text in ("</script><script>alert(1)</script>", "<!-- <script>", "a & b", "\u2028", "é 😀"):
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
    for address in listed[::9]:
        path = "/" + address.removeprefix(BASE)
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 200, path
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {BASE}sitemap.xml" in robots
    assert "Disallow: /sparql?" in robots


def test_large_sitemap_in_parts(store_folder: Path, application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "PART_SIZE", 10)
    client = application(store_folder).test_client()
    parts = [loc.text or "" for loc in ET.fromstring(client.get("/sitemap.xml").data).iter(f"{SITEMAP}loc")]  # noqa: S314
    sizes = [client.get(f"/{part.removeprefix(BASE)}").text.count("<loc>") for part in parts]
    assert len(parts) > 2
    assert set(sizes[:-1]) == {10}
    for number in (0, len(parts) + 1):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


@pytest.mark.parametrize("curie", ["sdg:10.7", "action:9a", "practice:glo-act"])
def test_resources_without_licence_and_source_in_schema_org(curie: str) -> None:
    based = f"<{V(curie).value}> <{V('dct:source').value}> <https://example.org/> ."
    store = Store.in_memory([*read_quads(GRAPH), *parse_quads(based.encode(), TURTLE, source="more")])
    assert not {"license", "isBasedOn"} & describe(curie, store=store).keys()


def test_rights_of_source_documents(client_over: Callable[..., FlaskClient]) -> None:
    rights = f'<{BASE}id/source/objective-09.fr> <{V("dct:rights").value}> "The text is theirs."@en .'
    client = client_over(f"{GRAPH.read_text('utf-8')}\nGRAPH <{BASE}graph/provenance> {{ {rights} }}")
    for path, ours in (("/doc/source/objective-09.fr", False), ("/doc/practice/glo-act", True)):
        for text in (client.get(f"{path}.bib").text, client.get(f"{path}.ris").text):
            assert ("creativecommons" in text, "The text is theirs." in text) == (ours, not ours)
        assert ('rel="license"' in ", ".join(client.get(f"{path}.ttl").headers.getlist("Link"))) == ours
