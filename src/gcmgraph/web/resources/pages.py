"""Pages of resources: rendering, view models of kinds, and related resources with the reasons for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import g, render_template, request
from markupsafe import Markup

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import EvidenceIndex
from gcmgraph.publication.labels import Label
from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.lists.related import Along, RelatedPractice, Timeline, draw_timeline, related
from gcmgraph.publication.metadata.json_documents import script_text, thing_in_schema_org
from gcmgraph.web.browse.page import ListRequest
from gcmgraph.web.http.formats import CITATIONS, CSV, RDF
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.urls import is_served, local_path
from gcmgraph.web.resources.blocks import KindContext
from gcmgraph.web.resources.facts import ResourcePage, passage_name
from gcmgraph.web.resources.source_document import SourcePages
from gcmgraph.web.resources.views import (
    action_page,
    country_page,
    document_page,
    instrument_page,
    objective_page,
    organisation_page,
    practice_page,
    target_page,
)
from gcmgraph.web.responses.documents import make_citation
from gcmgraph.web.services import Site, Snapshot

#: View models of pages by kind, each for the template `kinds/KIND.html`. Resources of other kinds, such as concepts,
#: have the page of all resources; source documents are shown with their text (`source_document`).
VIEWS: Mapping[str, Callable[[KindContext], object]] = {
    "practice": practice_page,
    "objective": objective_page,
    "action": action_page,
    "organisation": organisation_page,
    "country": country_page,
    "sdg": target_page,
    "instrument": instrument_page,
}

#: Page for describing a practice; a static site has none.
_CONTRIBUTE = "/contributions"

#: Maximum number of values in a reason.
MAX_NAMED = 3

_FACETS = {facet.name: facet for facet in FACETS["practice"]}


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
        address_language = language if request.args.get("lang") == language else None
        page = ResourcePage(self._site, snapshot, language)
        context = KindContext(self._site.addresses, snapshot, page, description, address_language)
        if is_source:
            text = self._sources.view(snapshot, iri, request.args)
            return self._render("source.html", context, view=text, about=document_page(context))
        if v("gcm:Passage") in types:
            return self._render("thing.html", context, **self._passage(context))
        related = self._related(context)
        kind = self._site.addresses.kind_of(iri.value) or ""
        if kind not in VIEWS:
            return self._render("thing.html", context, related=related)
        return self._render(
            f"kinds/{kind}.html",
            context,
            view=VIEWS[kind](context),
            related=related,
            documents_read=len(snapshot.listings.of("source")),
            contribute=_CONTRIBUTE if is_served(_CONTRIBUTE) else None,
        )

    def _related(self, context: KindContext) -> RelatedResources | None:
        """Related resources; None for a resource outside of all kinds, such as a concept scheme."""
        addresses, snapshot, iri = self._site.addresses, context.snapshot, context.iri
        kind = iri.value.removeprefix(f"{addresses.base}id/").partition("/")[0]
        if kind not in KINDS or not snapshot.listings.of(kind).places([iri]):
            return None
        languages = context.page.language, context.address_language
        return RelatedResources(addresses, snapshot.listings, kind, iri, *languages)

    def _passage(self, context: KindContext) -> dict[str, object]:
        """A passage with the statements read from it, for the page of all resources."""
        addresses, description = self._site.addresses, context.description
        index = EvidenceIndex(context.snapshot.store, addresses)
        passage = index.passage(description.iri)
        if passage is None:
            return {}
        source = local_path(addresses, passage.source.value) if passage.source is not None else None
        name = passage_name(passage)
        recorded = {addresses.graph(graph) for graph in ("evidence", "inferred")}
        return {
            "passage": passage,
            "read": index.from_passage(description.iri),
            "recorded": all(set(fact.graphs) <= recorded for fact in description.facts),
            "in_document": f"{source}?passage={name}#passage-{name}" if source else None,
        }

    def _render(self, template: str, context: KindContext, **given: object) -> str:
        site, snapshot, description = self._site, context.snapshot, context.description
        language = context.page.language
        data = thing_in_schema_org(description, snapshot.labels, site.addresses, language)
        return render_template(
            template,
            page=context.page,
            description=description,
            structured=Markup(script_text(data)) if data else None,  # noqa: S704 - without markup
            citation=make_citation(site, snapshot, description.iri, language, datetime.now(UTC).date()),
            citation_forms=CITATIONS,
            data_formats=(*RDF, CSV),
            cite_path=local_path(site.addresses, description.iri.value),
            **given,
        )


@dataclass(frozen=True)
class Reason:
    """Values of a facet that two practices share: some labels, and the number of further values."""

    facet: str
    values: tuple[Label, ...]
    more: int


class RelatedResources:
    """Resources related to a resource, in one language."""

    def __init__(
        self, addresses: Addresses, listings: Listings, kind: str, iri: IRI, language: str, address_language: str | None
    ) -> None:
        """`address_language`: the language in addresses of lists, None for none."""
        self._addresses = addresses
        self._names = listings.names()
        self._language = language
        self._address_language = address_language
        self._listings = listings
        self._found = related(listings, kind, iri)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._found.alike or self._found.practices)

    @property
    def similar(self) -> tuple[RelatedPractice, ...]:
        """Practices similar to a practice."""
        return self._found.alike

    @property
    def total(self) -> int:
        """The number of practices of this resource."""
        return self._listings.of("practice").count(self._found.practices)

    @property
    def part_count(self) -> int:
        """The number of practices of this resource that are parts of others."""
        return len(self._found.practices & self._listings.of("practice").parts)

    @property
    def address(self) -> str:
        """The address of the list of the practices of this resource."""
        name, key = self._found.facet or ("", "")
        return self._list({name: (key,)}).address()

    def year_address(self, year: int) -> str:
        """The address of the list of the practices of this resource in a year."""
        name, key = self._found.facet or ("", "")
        return self._list({name: (key,)}).in_years(year, year).address()

    def along(self) -> list[tuple[str, list[tuple[Along, str | None]]]]:
        """Resources in the same practices, by facet, each with the address of the list of these practices."""
        name, key = self._found.facet or ("", "")
        groups: dict[str, list[tuple[Along, str | None]]] = {}
        for item in self._found.along:
            # the values of one facet are alternatives: no list has the practices with two given countries
            both = self._list({name: (key,), item.facet: (item.key,)}).address() if item.facet != name else None
            groups.setdefault(item.facet, []).append((item, both))
        return list(groups.items())

    def label(self, iri: IRI) -> Label:
        """The label of a resource."""
        return self._names.of(iri, self._language)

    def reasons(self, practice: RelatedPractice) -> list[Reason]:
        """The reasons for which a practice is similar."""
        return [
            Reason(
                name,
                tuple(self.label(IRI(_FACETS[name].value(key, self._addresses))) for key in keys[:MAX_NAMED]),
                max(0, len(keys) - MAX_NAMED),
            )
            for name, keys in practice.shared
        ]

    def timeline(self) -> Timeline | None:
        """The timeline of the practices of this resource."""
        if not self._found.practices:
            return None
        return draw_timeline(self._listings.of("practice"), self._found.practices, self._language)

    def _list(self, values: Mapping[str, tuple[str, ...]]) -> ListRequest:
        return ListRequest("practice", values, language=self._address_language)
