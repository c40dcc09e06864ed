"""What programs find first: /llms.txt, catalogue and card of the MCP server, Markdown, other media types."""

from __future__ import annotations

import re
from html import escape

import pytest
from flask.testing import FlaskClient
from markdown_it import MarkdownIt
from pyoxigraph import RdfFormat, parse

from gcmgraph import __version__
from gcmgraph.publication.tables import markdown_text
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.openapi import operations

BASE = "https://w3id.org/gcmgraph/"


def test_llms_txt_lists_public_operations(client: FlaskClient) -> None:
    response = client.get("/llms.txt")
    lines = response.text.splitlines()
    assert lines[0] == "# GCM Graph"
    assert next(line for line in lines[1:] if line).startswith("> ")
    described = {f"{method} {path}" for path, method, one in operations(client.application) if one.token is None}
    assert {line.partition("](")[0].removeprefix("- [") for line in lines if line.startswith("- [")} >= described
    assert "GET /sparql" in described
    assert MarkdownIt("commonmark").render(response.text).count("<h2>") == 2
    assert client.get("/llms.txt", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


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
    for media_type, syntax in {
        "application/trig": RdfFormat.TRIG,
        "application/n-quads": RdfFormat.N_QUADS,
        "text/n3": RdfFormat.N3,
        "application/json": RdfFormat.JSON_LD,
    }.items():
        body = client.get("/doc/country/AFG?profile=expanded", headers={"Accept": media_type}).data
        assert f"{BASE}id/country/AFG" in {getattr(quad.subject, "value", "") for quad in parse(body, format=syntax)}


def test_markdown_of_a_resource(client: FlaskClient) -> None:
    response = client.get("/doc/practice/glo-act.md?lang=fr")
    html = MarkdownIt("commonmark", {"html": True}).render(response.text)
    assert "<h1>Action mondiale (GLO.ACT)</h1>" in html
    passage, source = f"{BASE}id/source/objective-09.fr/11-22", "Objectif 9 : page d'orientation"
    assert f'<li><a href="{BASE}id/country/AFG">Afghanistan</a> (<a href="{passage}">{source}</a>)</li>' in html
    assert "<script>" not in html
    assert "alert" in html
    english = client.get("/doc/practice/glo-act.md?lang=en")
    assert "United Nations Office on Drugs and Crime" in english.text
    assert english.headers["ETag"] != response.headers["ETag"]
    same = client.get("/doc/practice/glo-act.md?lang=en", headers={"If-None-Match": english.headers["ETag"]})
    assert same.status_code == 304


def test_escaped_texts_in_markdown() -> None:
    for text in (
        "*a* _b_ [c](d) `e` <f> #g |h| ~i~ &amp;",
        "1. not a list",
        "- nor this",
        "+ nor this",
        "# no heading",
    ):
        html = MarkdownIt("commonmark", {"html": True}).render(markdown_text(text))
        assert html == f"<p>{escape(text, quote=False)}</p>\n"


def test_pages_link_their_languages(client: FlaskClient) -> None:
    page = client.get("/dataset.html").text
    alternates = " ".join(line for line in page.splitlines() if line.startswith('<link rel="alternate"'))
    assert set(LANGUAGES) <= set(re.findall(r'hreflang="([\w-]+)"', alternates))
