"""The route `/openapi.json`. The document is composed at the first request."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, request

from gcmgraph.queries.library import NamedQuery
from gcmgraph.web.responses.documents import cached_document, entity_tag
from gcmgraph.web.responses.signposting import SERVICE_DESCRIPTION, SERVICE_DESCRIPTION_TYPE
from gcmgraph.web.services import Site


def blueprint(site: Site, library: Mapping[str, NamedQuery]) -> Blueprint:
    """Blueprint of `/openapi.json`."""
    routes = Blueprint("openapi", __name__)
    texts = [query.text for query in library.values()]

    @routes.get(SERVICE_DESCRIPTION)
    def openapi() -> Response:
        """Return the service description for the root of the request."""
        snapshot = site.dataset.snapshot()
        root, contributing = request.script_root, "validate" in current_app.blueprints

        def body() -> str:
            from gcmgraph.web.openapi.document import written  # noqa: PLC0415 - rarely requested

            return written(library, site.endpoints, root, contributing=contributing)

        parts = (root, str(contributing), *site.endpoints, *texts)
        tag = entity_tag(snapshot.version, "openapi", *parts)
        return cached_document(snapshot, body, SERVICE_DESCRIPTION_TYPE, tag=tag, vary=None)

    return routes
