"""What programs find first: /llms.txt, MCP catalogue, Markdown, citations, data for search engines, site map."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

import bibtexparser
import pytest
import rispy
from flask.testing import FlaskClient
from markdown_it import MarkdownIt
from pyoxigraph import RdfFormat, parse

from gcmgraph import __version__
from gcmgraph.publication.descriptions import Describer, Labels
from gcmgraph.publication.markdown import markdown_text
from gcmgraph.publication.metadata.schema_org import resource_in_schema_org, script_text
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads, read_quads
from gcmgraph.rdf.terms import Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES
from gcmgraph.web import sitemap as site_map
from gcmgraph.web.openapi import operations
from serving import Application

BASE = "https://w3id.org/gcmgraph/"


def test_llms_txt_lists_public_operations(client: FlaskClient) -> None:
    response = client.get("/llms.txt")
    lines = response.text.splitlines()
    assert lines[0] == "# GCM Graph"
    assert next(line for line in lines[1:] if line).startswith("> ")
    described = {
        f"{method} {path}"
        for path, method, one in operations(client.application)
        if one.token is None
    }
    assert {
        re.split("]\\(|`:", line)[0].removeprefix("- [").removeprefix("- `")
        for line in lines
        if line.startswith("- ")
    } >= described
    assert "GET /sparql" in described
    assert MarkdownIt("commonmark").render(response.text).count("<h2>") == 2
    assert (
        client.get("/llms.txt", headers={"If-None-Match": response.headers["ETag"]}).status_code
        == 304
    )


def test_each_link_of_llms_txt_leads_to_a_document(client: FlaskClient) -> None:
    links = re.findall(r"\]\(([^)]+)\)", client.get("/llms.txt").text)
    assert len(links) > 30
    statuses = {link: client.get(f"/{link.removeprefix(BASE)}").status_code for link in links}
    failed = {link: status for link, status in statuses.items() if status != 200}
    assert not failed, "\n".join(failed)


SECURITY_TXT = "/.well-known/security.txt"


@pytest.mark.parametrize(
    ("contact", "link"),
    [("a@example.org", "mailto:a@example.org"), ("https://a.example/", "https://a.example/")],
)
def test_security_contact_expires_a_year_after_the_version(
    store_folder: Path, application: Application, contact: str, link: str
) -> None:
    app = application(store_folder, contact=contact, public_url="https://gcm.example/")
    response = app.test_client().get(SECURITY_TXT)
    assert response.content_type == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert (fields["Contact"], fields["Canonical"]) == (link, f"https://gcm.example{SECURITY_TXT}")
    published = app.extensions["gcmgraph"].dataset.snapshot().day
    assert datetime.fromisoformat(fields["Expires"]).date() == published + timedelta(days=364)


def test_site_without_secure_contact_has_no_security_txt(
    client: FlaskClient, store_folder: Path, application: Application
) -> None:
    assert client.get(SECURITY_TXT).status_code == 404
    insecure = application(store_folder, contact="http://a.example/").test_client()
    assert insecure.get(SECURITY_TXT).status_code == 404


def test_link_of_the_catalog_to_the_server_card(client: FlaskClient) -> None:
    response = client.get("/.well-known/ai-catalog.json")
    assert response.content_type == "application/ai-catalog+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    catalog = response.get_json(force=True)
    (entry,) = catalog["entries"]
    assert (catalog["specVersion"], entry["type"]) == ("1.0", "application/mcp-server-card+json")
    assert entry["identifier"] == "urn:air:w3id.org:mcp:gcmgraph"
    card = client.get(entry["url"].removeprefix(BASE.rstrip("/")))
    assert card.content_type == entry["type"]


@pytest.mark.parametrize("path", ["/mcp/server-card", "/server.json"])
def test_descriptions_of_the_mcp_server(client: FlaskClient, path: str) -> None:
    """Required members and bounds of both schemas."""
    server = client.get(path).get_json(force=True)
    members = {"$schema", "name", "description", "version", "remotes"}
    assert members <= server.keys() <= members | {"title", "websiteUrl"}
    assert re.fullmatch("[a-zA-Z0-9.-]{1,99}/[a-zA-Z0-9._-]{1,100}", server["name"])
    assert 0 < len(server["description"]) <= 100 >= len(server.get("title", ""))
    assert server["version"] == __version__
    assert server["$schema"].startswith("https://static.modelcontextprotocol.io/schemas/")
    (remote,) = server["remotes"]
    assert (remote["type"], remote["url"]) == ("streamable-http", f"{BASE}mcp")
    assert remote.keys() <= {"type", "url", "supportedProtocolVersions"}


def test_document_parsed_under_its_media_type(client: FlaskClient) -> None:
    syntaxes = (RdfFormat.TRIG, RdfFormat.N_QUADS, RdfFormat.N3, RdfFormat.JSON_LD)
    for syntax in syntaxes:
        accept = "application/json" if syntax is RdfFormat.JSON_LD else syntax.media_type
        body = client.get("/doc/country/AFG?profile=expanded", headers={"Accept": accept}).data
        assert f"{BASE}id/country/AFG" in {
            getattr(quad.subject, "value", "") for quad in parse(body, format=syntax)
        }


def test_markdown_of_a_resource(client: FlaskClient) -> None:
    response = client.get("/doc/practice/glo-act.md?lang=fr")
    html = MarkdownIt("commonmark", {"html": True}).render(response.text)
    assert "<h1>Action mondiale (GLO.ACT)</h1>" in html
    passage, source = f"{BASE}id/source/objective-09.fr/11-22", "Objectif 9 : page d'orientation"
    assert (
        f'<li><a href="{BASE}id/country/AFG">Afghanistan</a> (<a href="{passage}">{source}</a>)</li>'
        in html
    )
    assert "<script>" not in html
    assert "alert" in html
    english = client.get("/doc/practice/glo-act.md?lang=en")
    assert "United Nations Office on Drugs and Crime" in english.text
    assert english.headers["ETag"] != response.headers["ETag"]
    same = client.get(
        "/doc/practice/glo-act.md?lang=en", headers={"If-None-Match": english.headers["ETag"]}
    )
    assert same.status_code == 304


def test_escaped_texts_in_markdown() -> None:
    signs = "*a* _b_ [c](d) `e` <f> #g |h| ~i~ &amp;"
    for text in (signs, "1. not a list", "- nor this", "+ nor this", "# no heading"):
        html = MarkdownIt("commonmark", {"html": True}).render(markdown_text(text))
        assert html == f"<p>{escape(text, quote=False)}</p>\n"


def test_pages_link_their_languages(client: FlaskClient) -> None:
    page = client.get("/dataset.html").text
    alternates = " ".join(
        line for line in page.splitlines() if line.startswith('<link rel="alternate"')
    )
    assert set(LANGUAGES) <= set(re.findall(r'hreflang="([\w-]+)"', alternates))


GRAPH = Path(__file__).parent / "graph.trig"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
V = Vocabulary(Addresses())


@pytest.mark.parametrize(
    "path", ["/doc/practice/glo-act", "/doc/source/objective-09.fr", "/dataset"]
)
def test_citations_in_bibtex(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}.bib")
    assert response.headers["Content-Type"] == "application/x-bibtex; charset=utf-8"
    (entry,) = bibtexparser.parse_string(response.text).entries
    assert (entry["url"], entry["version"]) == (
        BASE + path.replace("/doc/", "id/").lstrip("/"),
        "v1",
    )


def test_citations_in_ris_and_by_accept(client: FlaskClient) -> None:
    response = client.get(
        "/doc/practice/glo-act", headers={"Accept": "application/x-research-info-systems"}
    )
    (entry,) = rispy.loads(response.text)
    assert entry["title"] == "Action mondiale (GLO.ACT)"
    assert client.get("/doc/practice/glo-act.ris").text == response.text


def test_citation_of_unknown_resource_returns_404(client: FlaskClient) -> None:
    for path in ("/doc/practice/nothing.bib", "/doc/practice/.bib", "/dataset.xyz", "/doc/x/y.ris"):
        assert client.get(path).status_code == 404


def describe(curie: str, language: str = "en", store: Store | None = None) -> dict[str, object]:
    store = store or Store.in_memory(read_quads(GRAPH))
    description = Describer(store, Addresses()).describe(V(curie))
    data = resource_in_schema_org(description, Labels(store, Addresses()), Addresses(), language)
    assert data is not None
    return data


def test_resources_in_schema_org() -> None:
    data, agent, target = (
        describe(curie) for curie in ("practice:glo-act", "organisation:unodc", "sdg:10.7")
    )
    assert (data["@type"], data["@id"]) == ("Action", V("practice:glo-act").value)
    assert data["startTime"] == "2018"
    unodc = V("organisation:unodc").value
    named = {"name": "United Nations Office on Drugs and Crime"}
    assert data["agent"] == {"@type": "Organization", "@id": unodc, "url": unodc, **named}
    assert [place["name"] for place in data["location"]] == ["Afghanistan", "Iraq"]  # type: ignore[attr-defined]
    assert agent["sameAs"] == "https://www.unodc.org/"
    assert "javascript" not in json.dumps(agent)
    assert (target["@type"], target["termCode"], target["@id"]) == (
        "DefinedTerm",
        "10.7",
        V("sdg:10.7").value,
    )
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


def test_large_sitemap_in_parts(
    store_folder: Path, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_map, "PART_SIZE", 10)
    client = application(store_folder).test_client()
    parts = [
        loc.text or ""
        for loc in ET.fromstring(client.get("/sitemap.xml").data).iter(f"{SITEMAP}loc")  # noqa: S314
    ]
    sizes = [client.get(f"/{part.removeprefix(BASE)}").text.count("<loc>") for part in parts]
    assert len(parts) > 2
    assert set(sizes[:-1]) == {10}
    for number in (0, len(parts) + 1):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


@pytest.mark.parametrize("curie", ["sdg:10.7", "action:9a", "practice:glo-act"])
def test_resources_without_licence_and_source_in_schema_org(curie: str) -> None:
    based = f"<{V(curie).value}> <{V('dct:source').value}> <https://example.org/> ."
    store = Store.in_memory(
        [*read_quads(GRAPH), *parse_quads(based.encode(), TURTLE, source="more")]
    )
    assert not {"license", "isBasedOn"} & describe(curie, store=store).keys()


def test_rights_of_source_documents(client_over: Callable[..., FlaskClient]) -> None:
    rights = (
        f'<{BASE}id/source/objective-09.fr> <{V("dct:rights").value}> "The text is theirs."@en .'
    )
    client = client_over(
        f"{GRAPH.read_text('utf-8')}\nGRAPH <{BASE}graph/provenance> {{ {rights} }}"
    )
    for path, ours in (("/doc/source/objective-09.fr", False), ("/doc/practice/glo-act", True)):
        for text in (client.get(f"{path}.bib").text, client.get(f"{path}.ris").text):
            assert ("creativecommons" in text, "The text is theirs." in text) == (ours, not ours)
        assert (
            'rel="license"' in ", ".join(client.get(f"{path}.ttl").headers.getlist("Link"))
        ) == ours
