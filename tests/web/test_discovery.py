"""What programs find first: /llms.txt, catalogue and card of the MCP server, Markdown, other media types."""

from __future__ import annotations

from html import escape

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from pyoxigraph import RdfFormat, parse

from gcmgraph import __version__
from gcmgraph.publication.tables import markdown_text
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.openapi import operations

BASE = "https://w3id.org/gcmgraph/"

#: The required members and the bounds of both schemas of the MCP server.
SERVER = {
    "type": "object",
    "required": ["$schema", "name", "description", "version", "remotes"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", "maxLength": 200},
        "title": {"type": "string", "maxLength": 100},
        "description": {"type": "string", "minLength": 1, "maxLength": 100},
        "version": {"const": __version__},
        "websiteUrl": {"type": "string", "format": "uri"},
        "remotes": {
            "items": {
                "required": ["type", "url"],
                "additionalProperties": False,
                "properties": {
                    "type": {"const": "streamable-http"},
                    "url": {"const": f"{BASE}mcp"},
                    "supportedProtocolVersions": {"items": {"type": "string"}},
                },
            }
        },
        "$schema": {"type": "string", "pattern": "^https://static\\.modelcontextprotocol\\.io/schemas/"},
    },
    "additionalProperties": False,
}


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
def test_validity_of_the_descriptions_of_the_mcp_server(client: FlaskClient, path: str) -> None:
    Draft202012Validator(SERVER).validate(client.get(path).get_json(force=True))


@pytest.mark.parametrize(
    ("media_type", "syntax"),
    [
        ("application/trig", RdfFormat.TRIG),
        ("application/n-quads", RdfFormat.N_QUADS),
        ("text/n3", RdfFormat.N3),
        ("application/json", RdfFormat.JSON_LD),
    ],
)
def test_document_parsed_under_its_media_type(client: FlaskClient, media_type: str, syntax: RdfFormat) -> None:
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


@pytest.mark.parametrize(
    "text", ["*a* _b_ [c](d) `e` <f> #g |h| ~i~ &amp;", "1. not a list", "- nor this", "+ nor this", "# no heading"]
)
def test_escaped_texts_in_markdown(text: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(markdown_text(text))
    assert html == f"<p>{escape(text, quote=False)}</p>\n"


def test_pages_link_their_languages(client: FlaskClient) -> None:
    page = client.get("/dataset.html").text
    assert {f'hreflang="{tag}"' for tag in LANGUAGES} <= {
        word for line in page.splitlines() if line.startswith('<link rel="alternate"') for word in line.split()
    }


def test_preflight_allows_headers_of_partial_and_conditional_requests(client: FlaskClient) -> None:
    allowed = client.options("/doc/country/AFG").headers["Access-Control-Allow-Headers"].split(", ")
    assert {"Range", "If-Range", "If-Modified-Since", "If-None-Match"} <= set(allowed)
