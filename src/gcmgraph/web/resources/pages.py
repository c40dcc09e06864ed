"""Rendering of the page of a resource."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import g, render_template, request
from markupsafe import Markup

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.publication.describe.description import Description
from gcmgraph.publication.describe.evidence import EvidenceIndex
from gcmgraph.publication.metadata.schema_org import script_text, thing_in_schema_org
from gcmgraph.web.http.formats import CITATIONS, CSV, RDF
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.urls import is_served, local_path
from gcmgraph.web.kinds.context import KindContext
from gcmgraph.web.kinds.document import document_page
from gcmgraph.web.kinds.registry import KIND_PAGES
from gcmgraph.web.resources.citations import make_citation
from gcmgraph.web.resources.facts import ResourcePage
from gcmgraph.web.resources.related import RelatedResources
from gcmgraph.web.resources.source_document import SourcePages, passage_name
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Page for describing a practice; a static site has none.
_CONTRIBUTE = "/contributions"


class PageRenderer:
    """Renderer of the pages of resources."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._sources = SourcePages(site)

    def html(self, snapshot: Snapshot, iri: IRI, language: str, *, preview: bool = False) -> str:
        """The page of a resource; 404 for one without statements. A `preview` says that it is not published."""
        if preview:
            g.preview = True  # for `base.html`
        v = Vocabulary(self._site.addresses)
        types = {triple.object for triple in snapshot.store.triples(iri, v("rdf:type"))}
        is_source = v("gcm:SourceDocument") in types
        # the page of a document has its passages in their order
        description = snapshot.describer.describe(iri, with_inbound=not is_source)
        if description is None:
            raise not_found(request.path)
        if is_source:
            text = self._sources.view(snapshot, iri, request.args)
            about = document_page(self._context(snapshot, description, language))
            return self._render("source.html", snapshot, description, language, view=text, about=about)
        if v("gcm:Passage") in types:
            return self._passage(snapshot, description, language)
        related = self._related(snapshot, iri, language)
        made = KIND_PAGES.get(self._site.addresses.kind_of(iri.value) or "")
        if made is None:
            return self._render("thing.html", snapshot, description, language, related=related)
        view = made.view(self._context(snapshot, description, language))
        return self._render(
            made.template,
            snapshot,
            description,
            language,
            view=view,
            related=related,
            documents_read=len(snapshot.listings.of("source")),
            contribute=_CONTRIBUTE if is_served(_CONTRIBUTE) else None,
        )

    def _context(self, snapshot: Snapshot, description: Description, language: str) -> KindContext:
        asked = language if request.args.get("lang") == language else None
        page = ResourcePage(self._site, snapshot, language)
        return KindContext(self._site.addresses, snapshot, page, description, asked)

    def _related(self, snapshot: Snapshot, iri: IRI, language: str) -> RelatedResources | None:
        """Related resources; None for a resource outside of all kinds, such as a concept scheme."""
        addresses = self._site.addresses
        kind = iri.value.removeprefix(f"{addresses.base}id/").partition("/")[0]
        if kind not in KINDS or not snapshot.listings.of(kind).places([iri]):
            return None
        address_language = language if request.args.get("lang") == language else None
        related = RelatedResources(addresses, snapshot.listings, kind, iri, language, address_language)
        snapshot.store.expect(related.resources)
        return related

    def _passage(self, snapshot: Snapshot, description: Description, language: str) -> str:
        index = EvidenceIndex(snapshot.store, self._site.addresses)
        passage = index.passage(description.iri)
        if passage is None:
            return self._render("thing.html", snapshot, description, language)
        source = local_path(self._site.addresses, passage.source.value) if passage.source is not None else None
        name = passage_name(passage)
        recorded = {self._site.addresses.graph(graph) for graph in ("evidence", "inferred")}
        return self._render(
            "thing.html",
            snapshot,
            description,
            language,
            passage=passage,
            read=index.from_passage(description.iri),
            recorded=all(set(fact.graphs) <= recorded for fact in description.facts),
            in_document=f"{source}?passage={name}#passage-{name}" if source else None,
        )

    def _render(
        self, template: str, snapshot: Snapshot, description: Description, language: str, **given: object
    ) -> str:
        site = self._site
        data = thing_in_schema_org(description, snapshot.labels, site.addresses, language)
        return render_template(
            template,
            page=ResourcePage(site, snapshot, language),
            description=description,
            structured=Markup(script_text(data)) if data else None,  # noqa: S704 - without markup
            citation=make_citation(site, snapshot, description.iri, language, datetime.now(UTC).date()),
            citation_forms=CITATIONS,
            data_formats=(*RDF, CSV),
            cite_path=local_path(site.addresses, description.iri.value),
            **given,
        )
