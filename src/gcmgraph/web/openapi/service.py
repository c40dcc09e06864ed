"""The route `/openapi.json`. The document is composed at the first request."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, request

from gcmgraph.queries.library import NamedQuery
from gcmgraph.web.responses.documents import entity_tag, fixed_document
from gcmgraph.web.services import Site

#: JSON, which every tool reads; OpenAPI documents have no registered media type.
MEDIA_TYPE = "application/json"

PATH = "/openapi.json"


def service_link(root: str) -> str:
    """Link header for the service description (RFC 8631) of an application mounted at `root`."""
    return f'<{root}{PATH}>; rel="service-desc"; type="{MEDIA_TYPE}"'


def blueprint(site: Site, library: Mapping[str, NamedQuery]) -> Blueprint:
    """Blueprint of `/openapi.json`."""
    routes = Blueprint("openapi", __name__)
    texts = [query.text for query in library.values()]

    @routes.get(PATH)
    def openapi() -> Response:
        """Return the service description for the root of the request."""
        snapshot = site.dataset.snapshot()
        root, contributing = request.script_root, "validate" in current_app.blueprints

        def body() -> str:
            from gcmgraph.web.openapi.document import written  # noqa: PLC0415 - rarely requested

            return written(library, site.endpoints, root, contributing=contributing)

        parts = (root, str(contributing), *site.endpoints, *texts)
        tag = entity_tag(snapshot.version, "openapi", *parts)
        return fixed_document(request, snapshot, body, MEDIA_TYPE, tag=tag)

    return routes
