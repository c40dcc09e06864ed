"""Discovery by programs: /llms.txt, /.well-known/…, /mcp/server-card and /server.json.

- https://llmstxt.org: what each address returns, from the operations of /openapi.json
- /.well-known/security.txt: the operator's contact for vulnerabilities (RFC 9116)
- AI Catalog with the card of the MCP server (https://github.com/modelcontextprotocol/experimental-ext-server-card)
- `server.json` of the MCP registry (https://github.com/modelcontextprotocol/registry, schema 2025-12-11)

Addresses are below the public address of the server, whatever the Host header says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, render_template, request

from gcmgraph import __version__
from gcmgraph.publication.metadata.void import TITLE
from gcmgraph.settings import Settings
from gcmgraph.web.guides import GUIDES
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import JSON
from gcmgraph.web.http.problems import not_found
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

#: Addresses that return a document with one of several parameters, or with a setting, only.
_CONDITIONAL = frozenset({"/check", "/graph-store", "/.well-known/security.txt"})

_OBJECT = {"type": "object"}

#: Time after the publication of the dataset version until /.well-known/security.txt expires: below
#: a year (RFC 9116, 2.5.5). Nothing renews the date but a new version.
SECURITY_CONTACT_PERIOD = timedelta(days=364)


class DiscoveryPages:
    """Views of the five addresses."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self._site = site
        self._base = settings.public_base

    @api.operation("llms", api.answer("Addresses of this server, as Markdown.", "text/plain"), ())
    def llms(self) -> Response:
        """List what this server offers, for assistants."""
        return self._document(partial(_addresses, self._site), "text/plain; charset=utf-8")

    @api.operation("securityTxt", api.answer("Contact of the operator.", "text/plain"), (), (404,))
    def security(self) -> Response:
        """State the contact for vulnerabilities, and until when it is valid.

        404 for a site without a contact by mail or HTTPS.
        """
        contact = self._site.operator.contact_link or ""
        if not contact.startswith(("mailto:", "https://")):
            raise not_found(request.path)

        def body() -> str:
            expires = self._site.dataset.snapshot().day + SECURITY_CONTACT_PERIOD
            lines = [f"Contact: {contact}", f"Expires: {expires.isoformat()}T00:00:00Z"]
            if self._base.startswith("https://"):
                lines.append(f"Canonical: {self._base}.well-known/security.txt")
            return "\n".join([*lines, ""])

        return self._document(body, "text/plain; charset=utf-8")

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
    """The five addresses."""
    pages = DiscoveryPages(site, settings)
    app.add_url_rule("/llms.txt", "llms", pages.llms)
    app.add_url_rule("/.well-known/security.txt", "security", pages.security)
    app.add_url_rule("/.well-known/ai-catalog.json", "catalog", pages.catalog)
    app.add_url_rule("/mcp/server-card", "card", pages.card)
    app.add_url_rule("/server.json", "registry", pages.registry)


def _addresses(site: Site) -> str:
    """The addresses of this server with their operations, as Markdown."""
    return render_template(
        "llms.md.jinja",
        operations=operations(current_app),
        is_link=partial(_is_link, site),
        title=TITLE,
        description=DESCRIPTION,
        guides=GUIDES,
    )


def _is_link(site: Site, path: str, method: str, operation: api.Operation) -> bool:
    """Whether an address returns a document as it is: by GET, without variables and parameters."""
    query = site.library.get(path.removeprefix("/queries/"))
    asks_other_endpoint = query is not None and query.endpoint is not None
    requires_parameters = any(parameter.required for parameter in operation.parameters)
    if asks_other_endpoint or requires_parameters or path in _CONDITIONAL:
        return False
    return method == "GET" and "{" not in path


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
