"""/.well-known/sparql-examples: the queries that can be run as they are, as RDF."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response

from gcmgraph.queries.executables import describe_examples
from gcmgraph.queries.library import NamedQuery
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import RDF
from gcmgraph.web.http.negotiation import RDF_FOR_ANYONE, negotiate
from gcmgraph.web.responses.documents import cached_document, entity_tag, written
from gcmgraph.web.services import Site

_ANSWER = api.answer(
    "Queries that can be run as they are, with texts in six languages, and the prefixes of the dataset.", RDF
)


def blueprint(site: Site, library: Mapping[str, NamedQuery]) -> Blueprint:
    """/.well-known/sparql-examples, with the same statements as `graph/examples` of a version built for this URL."""
    routes = Blueprint("examples", __name__)

    @routes.get("/.well-known/sparql-examples")
    @api.operation("sparql_examples", _ANSWER, ())
    def examples() -> Response:
        """Describe example queries, for SPARQL editors and assistants."""
        form = negotiate(RDF_FOR_ANYONE, lambda _: "/.well-known/sparql-examples")
        snapshot = site.dataset.snapshot()

        def body() -> bytes:
            return written(describe_examples(library.values(), site.addresses, site.sparql_url), form, site.addresses)

        tag = entity_tag(snapshot.version, "examples", form.suffix)
        return cached_document(snapshot, body, form.content_type, tag=tag)

    return routes
