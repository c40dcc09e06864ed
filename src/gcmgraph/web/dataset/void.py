"""/.well-known/void: what the dataset holds (https://www.w3.org/TR/void/#well-known)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gcmgraph.publication.metadata.link_sets import LinkSets
from gcmgraph.publication.metadata.void import describe_dataset
from gcmgraph.web.dataset.routes import KnownFacts
from gcmgraph.web.http.negotiation import RDF, best_media_type
from gcmgraph.web.http.problems import not_acceptable
from gcmgraph.web.responses.documents import entity_tag, last_modified, rdf_document, written
from gcmgraph.web.services import Site


def blueprint(site: Site, known: KnownFacts) -> Blueprint:
    """/.well-known/void."""
    routes = Blueprint("descriptions", __name__)

    @routes.get("/.well-known/void")
    def void() -> Response:
        # a browser shows Turtle as well as anything
        media_type = best_media_type(request.accept_mimetypes, [*(r.media_type for r in RDF), "text/html"])
        if media_type is None:
            raise not_acceptable([{"type": r.media_type, "href": "/.well-known/void"} for r in RDF])
        representation = next((r for r in RDF if r.media_type == media_type), RDF[0])
        snapshot = site.dataset.snapshot()

        def body() -> bytes:
            link_sets = list(LinkSets(snapshot.store, site.addresses).in_void())
            dumps = known.of(snapshot).dumps
            triples = describe_dataset(snapshot.figures, site.addresses, snapshot.version, link_sets, dumps)
            return written(triples, representation, site.addresses)

        tag = entity_tag(snapshot.version, known.files(snapshot), "void", representation.suffix)
        modified = last_modified(snapshot)
        return rdf_document(request, snapshot.bodies, body, representation, tag=tag, modified=modified)

    return routes
