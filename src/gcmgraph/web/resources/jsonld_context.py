"""/context.jsonld, /context/VERSION.jsonld: the JSON-LD context (https://www.w3.org/TR/json-ld11/#the-context).

It has the prefixes and the terms by which documents name classes and properties, for clients that frame or compact
documents or write JSON-LD. As in Turtle, `objective`, `country`, `instrument` and `source` are prefixes of resources;
the properties are `gcm:objective`, `gcm:country`, `gcm:instrument` and `dct:source`. Validation reports a mistake here
as `thing-as-term`.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from gcmgraph.rdfio.json_ld import published_context, versions
from gcmgraph.rdfio.media import JSON_LD
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.responses.documents import cached_document, entity_tag
from gcmgraph.web.services import Site


def blueprint(site: Site) -> Blueprint:
    """/context.jsonld, and the context of each version of the ontology."""
    routes = Blueprint("context", __name__)

    @routes.get("/context.jsonld")
    def newest() -> Response:
        """The context of the newest version of the ontology."""
        return context(versions()[-1])

    @routes.get("/context/<version>.jsonld")
    def context(version: str) -> Response:
        """The context of a version of the ontology."""
        if version not in versions():
            raise not_found(request.path)

        def body() -> str:
            written = published_context(version, site.addresses.prefixes)
            return json.dumps({"@context": written}, indent=1)

        snapshot = site.dataset.snapshot()
        tag = entity_tag(snapshot.version, "context", version)
        return cached_document(snapshot, body, JSON_LD.media_type, tag=tag, vary=None)

    return routes
