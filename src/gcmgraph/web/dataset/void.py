"""/.well-known/void: statistics of the dataset (https://www.w3.org/TR/void/#well-known)."""

from __future__ import annotations

from flask import Blueprint, Response

from gcmgraph.model.terms import IRI
from gcmgraph.publication.metadata.link_sets import LinkSets
from gcmgraph.publication.metadata.void import describe_dataset
from gcmgraph.publication.self_description.partitions import PARTITIONS
from gcmgraph.web.dataset.routes import KnownFacts
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import RDF
from gcmgraph.web.http.negotiation import RDF_FOR_ANYONE, negotiate
from gcmgraph.web.responses.documents import cached_document, entity_tag, written
from gcmgraph.web.services import Site

_ANSWER = api.answer("VoID description: counts, classes with their properties, graphs, link sets, downloads.", RDF)


def blueprint(site: Site, known: KnownFacts) -> Blueprint:
    """/.well-known/void."""
    routes = Blueprint("descriptions", __name__)

    @routes.get("/.well-known/void")
    @api.operation("void", _ANSWER, ())
    def void() -> Response:
        """Describe the dataset in VoID."""
        form = negotiate(RDF_FOR_ANYONE, lambda _: "/.well-known/void")
        snapshot = site.dataset.snapshot()

        def body() -> bytes:
            link_sets = list(LinkSets(snapshot.store, site.addresses).in_void())
            dumps = known.of(snapshot).dumps
            partitions = [quad.triple for quad in snapshot.store.quads(graph=IRI(site.addresses.graph(PARTITIONS)))]
            triples = describe_dataset(
                snapshot.figures, site.addresses, snapshot.version, link_sets, dumps, site.sparql_url, partitions
            )
            return written(triples, form, site.addresses)

        tag = entity_tag(snapshot.version, known.files(snapshot), "void", form.content_type)
        return cached_document(snapshot, body, form.content_type, tag=tag)

    return routes
