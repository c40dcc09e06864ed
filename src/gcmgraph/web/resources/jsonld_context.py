"""/context.jsonld: a JSON-LD context (https://www.w3.org/TR/json-ld11/#the-context).

Generated from the prefixes and from the properties and classes of the ontology, for clients that compact documents or
write JSON-LD; the documents themselves are in expanded form. As in Turtle, `objective`, `country`, `instrument` and
`source` are prefixes of resources; the properties are `gcm:objective`, `gcm:country`, `gcm:instrument` and
`dct:source`. Validation reports a mistake here as `thing-as-term`.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import JSON_LD
from gcmgraph.store.port import Store
from gcmgraph.web.responses.documents import cached_document, entity_tag
from gcmgraph.web.services import Site

_TERM_CLASSES = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")


def blueprint(site: Site) -> Blueprint:
    """/context.jsonld."""
    routes = Blueprint("context", __name__)

    @routes.get("/context.jsonld")
    def context() -> Response:
        snapshot = site.dataset.snapshot()

        def body() -> str:
            return json.dumps({"@context": make_context(snapshot.store, site.addresses)}, indent=1)

        tag = entity_tag(snapshot.version, "context")
        return cached_document(snapshot, body, JSON_LD.media_type, tag=tag, vary=None)

    return routes


def make_context(store: Store, addresses: Addresses) -> dict[str, object]:
    """The context: the prefixes, then the terms of the ontology by local name.

    A term is named by its CURIE where its local name is a prefix (`country`) or the name of an earlier term.
    """
    v = Vocabulary(addresses)
    prefixes = addresses.prefixes
    found = {
        quad.subject.value: curie
        for curie in _TERM_CLASSES
        for quad in store.quads(None, v("rdf:type"), v(curie), IRI(addresses.graph("ontology")))
        if isinstance(quad.subject, IRI)
    }
    context: dict[str, object] = {"id": "@id", "type": "@type", **prefixes}
    # terms of the ontology's own namespace first, for the short names
    for iri in sorted(found, key=lambda iri: (not iri.startswith(addresses.ontology), iri)):
        curie = addresses.compress(iri)
        if curie is None:
            continue
        local = curie.partition(":")[2]
        name = curie if local in context else local
        context[name] = {"@id": iri, "@type": "@id"} if found[iri] == "owl:ObjectProperty" else {"@id": iri}
    return context
