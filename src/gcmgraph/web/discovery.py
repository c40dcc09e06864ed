"""Discovery by programs: /llms.txt, /.well-known/ai-catalog.json, /mcp/server-card and /server.json.

- https://llmstxt.org: what each address returns, from the operations of /openapi.json
- AI Catalog with the card of the MCP server (https://github.com/modelcontextprotocol/experimental-ext-server-card)
- `server.json` of the MCP registry (https://github.com/modelcontextprotocol/registry, schema 2025-12-11)

Addresses are below the public address of the server, whatever the Host header says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, render_template

from gcmgraph import __version__
from gcmgraph.publication.metadata.void import TITLE
from gcmgraph.settings import Settings
from gcmgraph.web.guides import GUIDES
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import JSON
from gcmgraph.web.mcp.messages import STATELESS
from gcmgraph.web.openapi import operations
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.services import Site

_CATALOG_TYPE = "application/ai-catalog+json"
_CARD_TYPE = "application/mcp-server-card+json"
_SCHEMAS = "https://static.modelcontextprotocol.io/schemas"

#: At most 100 characters, by both schemas.
DESCRIPTION = (
    "The UN Global Compact for Migration: actions, practices, countries; "
    "each statement with its source."
)

_OBJECT = {"type": "object"}


class DiscoveryPages:
    """Views of the four addresses."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self._site = site
        self._base = settings.public_base

    @api.operation("llms", api.answer("Addresses of this server, as Markdown.", "text/plain"), ())
    def llms(self) -> Response:
        """List what this server offers, for assistants."""
        return self._document(_addresses, "text/plain; charset=utf-8")

    @api.operation("aiCatalog", api.answer("AI Catalog.", {_CATALOG_TYPE: _OBJECT}), ())
    def catalog(self) -> Response:
        """List the MCP server of this site."""
        return self._document(lambda: _json(_catalog(self._base)), _CATALOG_TYPE)

    @api.operation("serverCard", api.answer("Server card.", {_CARD_TYPE: _OBJECT}), ())
    def card(self) -> Response:
        """Describe the MCP server: name, version, address, protocol."""
        return self._document(lambda: _json(server_card(self._base)), _CARD_TYPE)

    @api.operation(
        "serverJson", api.answer("Entry of the MCP registry.", {JSON.media_type: _OBJECT}), ()
    )
    def registry(self) -> Response:
        """Describe the MCP server for the MCP registry."""
        return self._document(lambda: _json(registry_entry(self._base)), JSON.media_type)

    def _document(self, make_body: Callable[[], str], media_type: str) -> Response:
        snapshot = self._site.dataset.snapshot()
        return cached_document(snapshot, make_body, media_type, self._base, vary=None)


def add_routes(app: Flask, site: Site, settings: Settings) -> None:
    """The four addresses."""
    pages = DiscoveryPages(site, settings)
    app.add_url_rule("/llms.txt", "llms", pages.llms)
    app.add_url_rule("/.well-known/ai-catalog.json", "catalog", pages.catalog)
    app.add_url_rule("/mcp/server-card", "card", pages.card)
    app.add_url_rule("/server.json", "registry", pages.registry)


def _addresses() -> str:
    """The addresses of this server with their operations, as Markdown."""
    return render_template(
        "llms.md.jinja",
        operations=operations(current_app),
        title=TITLE,
        description=DESCRIPTION,
        guides=GUIDES,
    )


def _json(document: api.Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def _host(base: str) -> str:
    return urlsplit(base).hostname or "localhost"


def _catalog(base: str) -> api.Json:
    entry = {
        "identifier": f"urn:air:{_host(base)}:mcp:gcmgraph",
        "type": _CARD_TYPE,
        "url": f"{base}mcp/server-card",
    }
    return {"specVersion": "1.0", "entries": [entry]}


def server_card(base: str) -> api.Json:
    """The card of the MCP server (schema `v1`)."""
    return _server(base, "v1/server-card", supportedProtocolVersions=[*STATELESS])


def registry_entry(base: str) -> api.Json:
    """The entry of the MCP server in the registry."""
    return _server(base, "2025-12-11/server")


def _server(base: str, schema: str, **about: object) -> api.Json:
    name = ".".join(reversed(_host(base).split(".")))
    return {
        "$schema": f"{_SCHEMAS}/{schema}.schema.json",
        "name": f"{name}/gcmgraph",
        "title": TITLE,
        "description": DESCRIPTION,
        "version": __version__,
        "websiteUrl": base,
        "remotes": [{"type": "streamable-http", "url": f"{base}mcp", **about}],
    }
