"""/id, /doc, /graph and /context: resources, documents about them, named graphs (https://www.w3.org/TR/cooluris/)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, render_template, request

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.markdown import resource_markdown
from gcmgraph.publication.tables import resource_csv
from gcmgraph.rdf.json_ld import published_context, versions
from gcmgraph.rdf.media import JSON_LD
from gcmgraph.rdf.terms import IRI, DefaultGraph, Quad, Triple, Vocabulary, typed
from gcmgraph.web.http import api, formats
from gcmgraph.web.http.caching import cached
from gcmgraph.web.http.formats import (
    CITATIONS,
    DESCRIPTIONS,
    DOCUMENTS,
    HTML,
    Format,
    FormatKind,
    suffixes_in_words,
)
from gcmgraph.web.http.links import candidate_iris, local_path, query_along, redirection
from gcmgraph.web.http.negotiation import (
    DESCRIPTION_OFFER,
    RDF12_ANNOTATIONS,
    Offer,
    negotiate,
    variant,
)
from gcmgraph.web.http.problems import ProblemError, not_found
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.facts import EvidencePage
from gcmgraph.web.resources.page import resource_page
from gcmgraph.web.resources.source_document import picture_of
from gcmgraph.web.resources.withdrawn_resources import Withdrawals, refuse_withdrawn
from gcmgraph.web.responses.citations import citation_file
from gcmgraph.web.responses.negotiated import MakeBody, cached_document, negotiated_document
from gcmgraph.web.responses.suggestions import suggest
from gcmgraph.web.responses.typed_links import (
    LINKSET_JSON,
    LINKSET_SUFFIX,
    document_links,
    document_linkset,
)
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.static_files import file_response
from gcmgraph.web.templating import Page

#: The formats of the document about a resource, and citations.
_DOCUMENT_OFFER = Offer.of((*DOCUMENTS, *CITATIONS))

_DOCUMENT_SUFFIXES = frozenset(form.suffix for form in DOCUMENTS)

#: Writers of descriptions in the language of the reader.
_TEXT_WRITERS = {"csv": resource_csv, "md": resource_markdown}


_DOCUMENT_FORMATS = (
    f"{suffixes_in_words((*DOCUMENTS, *CITATIONS))}; `{LINKSET_SUFFIX}` for typed links."
)
_GRAPH_FORMATS = f"{suffixes_in_words(DESCRIPTIONS)}."
_REDIRECT = api.answer("Redirect to the document.")
_DOCUMENT = api.answer(
    "Description of the resource.", DOCUMENTS, CITATIONS, LINKSET_JSON, headers=("Link",)
)
_GRAPH = api.answer("Description of the graph.", DESCRIPTIONS, headers=("Link",))
_CONTEXT = api.answer("JSON-LD context.", JSON_LD.media_type)
_VERSION = api.Parameter(
    "version", "Version of the ontology.", api.one_of(versions()), versions()[-1]
)
_KIND = api.Parameter("kind", "Kind of the resource.", api.one_of(KINDS), "country")
_LOCAL = api.Parameter(
    "local",
    "Local name of the resource within its kind. It may contain slashes, percent-encoded or not.",
    api.text(),
    "AFG",
)
_NAME = api.Parameter(
    "name", "Name of the graph; it may contain slashes.", api.text(), "reference/countries"
)
_DOCUMENT_PARAMETERS = (
    _KIND,
    _LOCAL,
    api.Parameter("statement", "For sources: local name of the evidence to highlight."),
    api.Parameter(
        "passage",
        "For sources: passage to highlight, as start and end offsets in characters.",
        api.text(),
        "0-40",
    ),
    api.Parameter("part", "For long sources: number of the part, from 1.", api.whole(1)),
    api.Parameter("linkset", "Selects the typed links of the document; the value is ignored."),
    api.Parameter(
        "profile",
        "Form of JSON-LD.",
        api.one_of((formats.COMPACTED, formats.EXPANDED), formats.COMPACTED),
    ),
    api.Parameter(
        "annotations",
        "Evidence as reifiers of RDF 1.2; not in JSON-LD.",
        api.one_of((RDF12_ANNOTATIONS,)),
    ),
    api.LANG,
)
_PNG = "image/png"
_DOCUMENT_NAME = api.Parameter("document", "Name of the document.", api.text(), "objective-09.fr")
_PAGE_NUMBER = api.Parameter("page", "Number of the page.", api.whole(1), 1)


class ResourcePages:
    """Views of resources and of the documents about them."""

    def __init__(self, site: Site, withdrawals: Withdrawals) -> None:
        self._site = site
        self._withdrawals = withdrawals

    @api.operation("identify", {303: _REDIRECT}, (_KIND, _LOCAL), (410,), cached=False)
    def resource(self, kind: str, local: str) -> Response:
        """Redirect from a resource to the document about it."""
        refuse_withdrawn(self._withdrawals, self._site, kind, local)
        snapshot = self._site.dataset.snapshot()
        iri = existing_resource(self._site, snapshot, f"id/{kind}/{local}")
        if iri is None:
            raise self._missing(snapshot, kind, local)
        path = local_path(self._site.addresses, iri.value) or ""
        location = f"{request.script_root}{path}{query_along(request)}"
        return cached(redirection(location), None, vary="Accept")

    @api.operation(
        "describe", _DOCUMENT, _DOCUMENT_PARAMETERS, (410,), description=_DOCUMENT_FORMATS
    )
    def description(self, kind: str, local: str) -> Response:
        """Return the document about a resource."""
        site = self._site
        refuse_withdrawn(self._withdrawals, site, kind, local)
        snapshot = site.dataset.snapshot()
        name_in_linkset = local.removesuffix(LINKSET_SUFFIX)
        if name_in_linkset != local or "linkset" in request.args:
            iri = existing_resource(site, snapshot, f"id/{kind}/{name_in_linkset}")
            if iri is not None:
                make_linkset = partial(document_linkset, site, snapshot, iri)
                return cached_document(snapshot, make_linkset, LINKSET_JSON, vary=None)
        requested = requested_resource(site, snapshot, f"id/{kind}/{local}")
        if requested is None:
            raise self._missing(snapshot, kind, local)
        if requested.form.kind is FormatKind.CITATION:
            return citation_file(Page.requested(site), requested.iri, requested.form)
        make_body = partial(_document_body, site, snapshot, requested)
        return _document(site, snapshot, requested, make_body)

    def _missing(self, snapshot: Snapshot, kind: str, local: str) -> ProblemError:
        """404 with the resources whose addresses are most similar."""
        stem, _, suffix = local.rpartition(".")
        name = stem if suffix in _DOCUMENT_SUFFIXES else local
        page = Page(self._site, snapshot, chosen_language(request))
        return not_found(request.path, suggest(page, kind, name))

    @api.operation("describe_graph", _GRAPH, (_NAME, api.LANG), description=_GRAPH_FORMATS)
    def named_graph(self, name: str) -> Response:
        """Describe a named graph, with its number of triples."""
        snapshot = self._site.dataset.snapshot()
        requested = requested_resource(self._site, snapshot, f"graph/{name}")
        if requested is None:
            raise not_found(request.path)
        make_body = partial(_graph_body, self._site, snapshot, requested)
        return _document(self._site, snapshot, requested, make_body)

    @api.operation(
        "page_picture", api.answer("Picture of the page.", _PNG), (_DOCUMENT_NAME, _PAGE_NUMBER)
    )
    def page_picture(self, document: str, page: int) -> Response:
        """Return the picture of a page of a document."""
        path = picture_of(self._site.page_pictures, document, page)
        if path is None:
            raise not_found(request.path)
        return file_response(path, _PNG)

    @api.operation("context", _CONTEXT, ())
    def newest_context(self) -> Response:
        """Return the JSON-LD context."""
        return self.context(versions()[-1])

    @api.operation("context_of_version", _CONTEXT, (_VERSION,))
    def context(self, version: str) -> Response:
        """Return the JSON-LD context of a version of the ontology."""
        if version not in versions():
            raise not_found(request.path)

        def body() -> str:
            context = published_context(version, self._site.addresses.prefixes)
            return json.dumps({"@context": context}, indent=1)

        snapshot = self._site.dataset.snapshot()
        return cached_document(snapshot, body, JSON_LD.media_type, vary=None)


def add_routes(app: Flask, site: Site, withdrawals: Withdrawals) -> None:
    """/id/…, /doc/…, /graph/…, and /context.jsonld, /context/VERSION.jsonld.

    /page-pictures/… only where the operator names their folder. The JSON-LD context
    (https://www.w3.org/TR/json-ld11/#the-context) has the prefixes and the terms by which documents
    name classes and properties, for clients that frame or compact documents or write JSON-LD.
    """
    pages = ResourcePages(site, withdrawals)
    app.add_url_rule("/id/<kind>/<path:local>", "resource", pages.resource)
    app.add_url_rule("/doc/<kind>/<path:local>", "description", pages.description)
    app.add_url_rule("/graph/<path:name>", "named_graph", pages.named_graph)
    if site.page_pictures:
        address = "/page-pictures/<document>/<int:page>.png"
        app.add_url_rule(address, "page_picture", pages.page_picture)
    app.add_url_rule("/context.jsonld", "newest", pages.newest_context)
    app.add_url_rule("/context/<version>.jsonld", "context", pages.context)


@dataclass(frozen=True)
class RequestedDocument:
    """A resource or a graph, and the requested format of the document about it."""

    iri: IRI
    form: Format


def existing_resource(site: Site, snapshot: Snapshot, path: str) -> IRI | None:
    """The resource or graph at a path under the base; None where the dataset has none."""
    for candidate in candidate_iris(site.addresses, path):
        try:
            iri = IRI(candidate)
        except ValueError:  # not valid in an IRI
            continue
        is_graph = path.startswith("graph/") and candidate in snapshot.figures.graphs
        if is_graph or snapshot.describer.knows(iri):
            return iri
    return None


def requested_resource(site: Site, snapshot: Snapshot, path: str) -> RequestedDocument | None:
    """The resource at a path and the requested format; None for no resource, 406 for a format that is not offered.

    A suffix is only removed where the whole path is no resource: `sdg/10.7`,
    `source/objective-09.fr`.
    """
    offer = _DOCUMENT_OFFER if path.startswith("id/") else DESCRIPTION_OFFER
    iri = existing_resource(site, snapshot, path)
    if iri is not None:
        address = f"{request.script_root}{local_path(site.addresses, iri.value) or ''}"
        return RequestedDocument(iri, negotiate(offer, lambda suffix: f"{address}.{suffix}"))
    stem, _, suffix = path.rpartition(".")
    form = offer.by_name.get(suffix)
    if form is None:
        return None
    iri = existing_resource(site, snapshot, stem)
    return RequestedDocument(iri, variant(form)) if iri is not None else None


def _document(
    site: Site, snapshot: Snapshot, requested: RequestedDocument, body: MakeBody
) -> Response:
    """The document about a resource or a graph in one format."""
    return negotiated_document(
        snapshot,
        body,
        requested.form,
        path=local_path(site.addresses, requested.iri.value) or "",
        describes=requested.iri.value,
        links=lambda: document_links(site, snapshot, requested.iri, requested.form),
    )


def _document_body(
    site: Site, snapshot: Snapshot, requested: RequestedDocument
) -> bytes | str | Iterable[Triple]:
    """The document about a resource. 404 for a resource without statements."""
    language = chosen_language(request)
    if requested.form is HTML:
        return resource_page(site, snapshot, requested.iri, language)
    description = snapshot.describer.describe(requested.iri)
    if description is None:
        raise not_found(request.path)
    write_text = _TEXT_WRITERS.get(requested.form.suffix)
    if write_text is None:
        return description.triples
    return write_text(description, snapshot.labels, site.addresses, language)


def _graph_body(site: Site, snapshot: Snapshot, requested: RequestedDocument) -> str | set[Triple]:
    """The document about a named graph."""
    iri = requested.iri
    if requested.form is not HTML:
        return _graph_triples(site, snapshot, iri)
    return render_template(
        "graph.html",
        page=EvidencePage(site, snapshot, chosen_language(request)),
        iri=iri,
        size=snapshot.figures.graphs.get(iri.value, 0),
        description=snapshot.describer.describe(iri),
    )


def _graph_triples(site: Site, snapshot: Snapshot, iri: IRI) -> set[Triple]:
    """The statements about a named graph, with its number of triples."""
    size = snapshot.figures.graphs.get(iri.value, 0)
    triples = {
        Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()).triple
        for quad in snapshot.store.quads(iri)
    }
    size_property = Vocabulary(site.addresses)("void:triples")
    return {*triples, Triple(iri, size_property, typed(str(size), "integer"))}
