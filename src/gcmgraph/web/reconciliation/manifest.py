"""The service manifest (Reconciliation Service API 0.2, section 3.1).

It has absolute addresses of this server as in the request, because clients store them. IRIs of resources have the base
as everywhere.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from flask import Request

from gcmgraph import __version__
from gcmgraph.namespaces import Addresses
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.reconciliation.requests import MAX_QUERIES, refuse
from gcmgraph.web.reconciliation.responses import Json, ResponseWriter

#: Version 1.0, whose paths are below this address and below /reconcile/v1.
DRAFT = "1.0-draft"

#: Size of a preview, in pixels.
PREVIEW_WIDTH, PREVIEW_HEIGHT = 430, 320

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def server_address(request: Request, addresses: Addresses) -> str:
    """The address of this server in a request, without a final slash. 400 for an invalid host.

    The scheme is that of the base IRI on the same host, else the one that a proxy reports.
    """
    host = request.headers.get("Host", "")
    if not _HOST.fullmatch(host):
        refuse("The Host header is not the name of a host.")
    base = urlsplit(addresses.base)
    forwarded = request.headers.get("X-Forwarded-Proto", "")
    reported = forwarded if forwarded in {"http", "https"} else request.scheme
    scheme = base.scheme if host == base.netloc else reported
    return f"{scheme}://{host}{request.script_root}"


def manifest(request: Request, addresses: Addresses, writer: ResponseWriter) -> Json:
    """The manifest for the server and language of a request."""
    server = server_address(request, addresses)
    lang = request.args.get("lang", "")
    language = {"lang": lang} if lang in LANGUAGES else {}

    def at(path: str, template: str = "") -> str:
        """A path of the service; `template` is added to its query."""
        query = "&".join(part for part in (urlencode(language), template) if part)
        return f"/reconcile{path}?{query}" if query else f"/reconcile{path}"

    def suggest(what: str) -> Json:
        return {
            "service_url": server,
            "service_path": at(f"/suggest/{what}"),
            "flyout_service_url": server,
            "flyout_service_path": at(f"/flyout/{what}", "id=${id}"),
        }

    return {
        "versions": ["0.1", "0.2", DRAFT],
        "name": "GCM Graph",
        "identifierSpace": writer.reconciler.entities.space,
        "schemaSpace": addresses.ontology,
        "documentation": f"{server}{at('')}",
        "serviceVersion": __version__,
        "logo": f"{server}/static/apple-touch-icon.png",
        "defaultTypes": writer.types(),
        "view": {"url": f"{server}/resolve?uri={addresses.base}id/{{{{id}}}}"},
        "preview": {
            "url": f"{server}{at('/preview', 'id={{id}}')}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {what: suggest(what) for what in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": server, "service_path": at("/properties")},
            "property_settings": _property_settings(),
        },
        "batchSize": MAX_QUERIES,
    }


def draft_manifest(request: Request, addresses: Addresses, writer: ResponseWriter) -> Json:
    """The manifest of version 0.2 in the form of the draft."""
    server, first = server_address(request, addresses), manifest(request, addresses, writer)
    shared = ("name", "serviceVersion", "logo", "defaultTypes", "batchSize")
    settings = (
        {"id": one["name"], "name": one["label"], "helpText": one["help_text"]}
        | {name: one[name] for name in ("type", "default", "choices") if name in one}
        for one in _property_settings()
    )
    return {name: first[name] for name in shared} | {
        "versions": [DRAFT],
        "lang": writer.page.language,
        "documentation": f"{server}/reconcile",
        "view": {"url": f"{server}/resolve?uri={addresses.base}id/{{id}}"},
        "preview": {"width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": list(settings)},
        "standardizedScore": True,
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
