"""The manifest of the reconciliation service (Reconciliation Service API 0.2, section 3.1).

It is the one answer with addresses of this server as it was asked: clients keep them, and need them whole. IRIs of
the data in it have the base, as everywhere.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from flask import Request

from gcmgraph import __version__
from gcmgraph.namespaces import Addresses
from gcmgraph.web.i18n.languages import LANGUAGES
from gcmgraph.web.reconciliation.requests import MAX_QUERIES, refuse
from gcmgraph.web.reconciliation.responses import Answers, Json

#: Size of a preview, in pixels.
PREVIEW_WIDTH, PREVIEW_HEIGHT = 430, 320

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def server_address(request: Request, addresses: Addresses) -> str:
    """The address under which a client reached this server, without a slash at its end. 400 for a host that is none.

    On the host of the base IRI its scheme is right; behind a proxy that ends TLS, the proxy says it.
    """
    host = request.headers.get("Host", "")
    if not _HOST.fullmatch(host):
        refuse("The Host header is not the name of a host.")
    base = urlsplit(addresses.base)
    told = request.headers.get("X-Forwarded-Proto", "")
    scheme = base.scheme if host == base.netloc else told if told in {"http", "https"} else request.scheme
    return f"{scheme}://{host}{request.script_root}"


def manifest(request: Request, addresses: Addresses, answers: Answers) -> Json:
    """The manifest, for the server and language that were asked for."""
    server = server_address(request, addresses)
    lang = request.args.get("lang", "")
    kept = {"lang": lang} if lang in LANGUAGES else {}

    def at(path: str, template: str = "") -> str:
        """An address here; a template is the end of its query."""
        query = "&".join(part for part in (urlencode(kept), template) if part)
        return f"/reconcile{path}?{query}" if query else f"/reconcile{path}"

    def suggest(what: str) -> Json:
        return {
            "service_url": server,
            "service_path": at(f"/suggest/{what}"),
            "flyout_service_url": server,
            "flyout_service_path": at(f"/flyout/{what}", "id=${id}"),
        }

    return {
        "versions": ["0.1", "0.2"],
        "name": "GCM Graph",
        "identifierSpace": answers.reconciler.entities.space,
        "schemaSpace": addresses.ontology,
        "documentation": f"{server}{at('')}",
        "serviceVersion": __version__,
        "logo": f"{server}/static/apple-touch-icon.png",
        "defaultTypes": [answers.kind(kind) for kind in answers.reconciler.entities.kinds],
        "view": {"url": f"{server}/resolve?uri={addresses.base}id/{{{{id}}}}"},
        "preview": {
            "url": f"{server}{at('/preview', 'id={{id}}')}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {what: suggest(what) for what in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": server, "service_path": at("/properties")},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "At most so many values of each thing; 0 for all.",
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
            ],
        },
        "batchSize": MAX_QUERIES,
    }
