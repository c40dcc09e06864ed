"""Manifest of the service (Reconciliation Service API 0.2, section 3.1), and its address."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from flask import Request, request

from gcmgraph import __version__
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.http.hosts import AcceptedHosts
from gcmgraph.web.reconciliation_api.requests import MAX_QUERIES
from gcmgraph.web.reconciliation_api.responses import ResponseWriter
from gcmgraph.web.services import Site

Json = dict[str, Any]

#: Size of a preview, in pixels.
PREVIEW_WIDTH = 430
PREVIEW_HEIGHT = 320

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def server_address(request: Request, site: Site, local_hosts: AcceptedHosts) -> str:
    """The address of this server for a client, without a final slash.

    It is that of the setting `public_url`. Where that is unset, the address is the requested one if
    its host is local (`localhost`, an IP address), else the base IRI: a client may write any name
    into Host.
    """
    host = request.headers.get("Host", "")
    has_public_address = site.public_base != site.addresses.base
    if has_public_address or not _HOST.fullmatch(host) or not local_hosts.accepts_host(host):
        return site.public_base.rstrip("/")
    forwarded = request.headers.get("X-Forwarded-Proto", "")
    scheme = forwarded if forwarded in {"http", "https"} else request.scheme
    return f"{scheme}://{host}{request.script_root}"


def manifest(server: str, addresses: Addresses, writer: ResponseWriter) -> Json:
    """The manifest of the server at an address, for the language of a request."""
    language = request.args.get("lang", "")
    language_query = urlencode({"lang": language}) if language in LANGUAGES else ""

    def path_of(part: str, template: str = "") -> str:
        """A path of the service; `template` is added to its query."""
        query = "&".join(filter(None, (language_query, template)))
        return f"/reconcile{part}?{query}" if query else f"/reconcile{part}"

    def suggestions_of(subject: str) -> Json:
        return {
            "service_url": server,
            "service_path": path_of(f"/suggest/{subject}"),
            "flyout_service_url": server,
            "flyout_service_path": path_of(f"/flyout/{subject}", "id=${id}"),
        }

    return {
        "versions": ["0.1", "0.2"],
        "name": "GCM Graph",
        "identifierSpace": writer.reconciler.entities.space,
        "schemaSpace": addresses.ontology,
        "documentation": f"{server}{path_of('')}",
        "serviceVersion": __version__,
        "logo": f"{server}/static/apple-touch-icon.png",
        "defaultTypes": writer.types(),
        "view": {"url": f"{server}/resolve?uri={addresses.base}id/{{{{id}}}}"},
        "preview": {
            "url": f"{server}{path_of('/preview', 'id={{id}}')}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {subject: suggestions_of(subject) for subject in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": server, "service_path": path_of("/properties")},
            "property_settings": _property_settings(),
        },
        "batchSize": MAX_QUERIES,
    }


def _property_settings() -> list[Json]:
    """Settings of the properties of a data extension."""
    return [
        {
            "name": "limit",
            "label": "Limit",
            "type": "number",
            "default": 0,
            "help_text": "Maximum number of values of a resource; 0 for all.",
        },
        {
            "name": "language",
            "label": "Language",
            "type": "select",
            "default": "any",
            "help_text": "Texts in one language.",
            "choices": [
                {"value": "any", "name": "any"},
                *({"value": tag, "name": name} for tag, name in LANGUAGES.items()),
            ],
        },
    ]
