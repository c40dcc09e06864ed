"""Pages of resources: rendering, and related resources with the reasons for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import g, render_template, request
from markupsafe import Markup

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import EvidenceIndex
from gcmgraph.publication.labels import Label
from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.publication.lists.related import Along, RelatedPractice, Timeline, draw_timeline, related
from gcmgraph.publication.metadata.json_documents import script_text, thing_in_schema_org
from gcmgraph.web.browse.page import ListRequest
from gcmgraph.web.http.formats import CITATIONS, CSV, RDF
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.urls import is_served, local_path
from gcmgraph.web.resources.facts import MAX_NAMED, FactsPage
from gcmgraph.web.resources.source_document import source_view
from gcmgraph.web.resources.views import VIEWS, document_objectives
from gcmgraph.web.responses.documents import make_citation
from gcmgraph.web.services import Site, Snapshot

#: Page for describing a practice; a static site has none.
_CONTRIBUTE = "/contributions"

_FACETS = {facet.name: facet for facet in FACETS["practice"]}


def resource_page(site: Site, snapshot: Snapshot, iri: IRI, language: str, *, preview: bool = False) -> str:
    """The page of a resource; 404 for one without statements. A `preview` says that it is not published."""
    if preview:
        g.preview = True  # for `base.html`
    types = {
        site.addresses.compress(str(getattr(triple.object, "value", "")))
        for triple in snapshot.store.triples(iri, IRI(site.addresses.expand("rdf:type")))
    }
    is_source = "gcm:SourceDocument" in types
    # the page of a document has its passages in their order
    description = snapshot.describer.describe(iri, with_inbound=not is_source)
    if description is None:
        raise not_found(request.path)
    address_language = language if request.args.get("lang") == language else None
    page = FactsPage(site, snapshot, language, description, address_language)
    if is_source:
        view = source_view(snapshot.store, site.addresses, iri, request.args)
        return _rendered("source.html", page, view=view, objectives=document_objectives(page))
    if "gcm:Passage" in types:
        return _rendered("thing.html", page, **_passage(page))
    kind = site.addresses.kind_of(iri.value) or ""
    if kind not in VIEWS:
        return _rendered("thing.html", page, related=_related(page))
    return _rendered(
        f"kinds/{kind}.html",
        page,
        view={name: make(page) for name, make in VIEWS[kind].items()},
        related=_related(page),
        documents_read=len(snapshot.listings.of("source")),
        contribute=_CONTRIBUTE if is_served(_CONTRIBUTE) else None,
    )


def _rendered(template: str, page: FactsPage, **values: object) -> str:
    data = thing_in_schema_org(page.description, page.snapshot.labels, page.site.addresses, page.language)
    return render_template(
        template,
        page=page,
        description=page.description,
        structured=Markup(script_text(data)) if data else None,  # noqa: S704 - without markup
        citation=make_citation(page.site, page.snapshot, page.iri, page.language, datetime.now(UTC).date()),
        citation_forms=CITATIONS,
        data_formats=(*RDF, CSV),
        cite_path=local_path(page.site.addresses, page.iri.value),
        **values,
    )


def _passage(page: FactsPage) -> dict[str, object]:
    """A passage with the statements read from it, for the page of all resources."""
    addresses = page.site.addresses
    index = EvidenceIndex(page.snapshot.store, addresses)
    passage = index.passage(page.iri)
    if passage is None:
        return {}
    source = local_path(addresses, passage.source.value) if passage.source is not None else None
    recorded = {addresses.graph(graph) for graph in ("evidence", "inferred")}
    return {
        "passage": passage,
        "read": index.from_passage(page.iri),
        "recorded": all(set(fact.graphs) <= recorded for fact in page.description.facts),
        "in_document": f"{source}?passage={passage.name}#passage-{passage.name}" if source else None,
    }


def _related(page: FactsPage) -> RelatedResources | None:
    """Related resources; None for a resource outside of all kinds, such as a concept scheme."""
    kind = page.iri.value.removeprefix(f"{page.site.addresses.base}id/").partition("/")[0]
    known = kind in KINDS and page.snapshot.listings.of(kind).rows([page.iri])
    return RelatedResources(page, kind) if known else None


@dataclass(frozen=True)
class Reason:
    """Values of a facet that two practices share: some labels, and the number of further values."""

    facet: str
    values: tuple[Label, ...]
    more: int


class RelatedResources:
    """Resources related to that of a page."""

    def __init__(self, page: FactsPage, kind: str) -> None:
        self._page = page
        self._names = page.snapshot.labels
        self._found = related(page.snapshot.listings, kind, page.iri)
        self._facet = self._found.facet or ("", "")

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
        return self._page.practices.count(self._found.practices)

    @property
    def part_count(self) -> int:
        """The number of practices of this resource that are parts of others."""
        return len(self._found.practices & self._page.practices.parts)

    @property
    def address(self) -> str:
        """The address of the list of the practices of this resource."""
        return self._page.list_address(*self._facet)

    def year_address(self, year: int) -> str:
        """The address of the list of the practices of this resource in a year."""
        name, key = self._facet
        return self._list({name: (key,)}).in_years(year, year).address()

    def along(self) -> list[tuple[str, list[tuple[Along, str | None]]]]:
        """Resources in the same practices, by facet, each with the address of the list of these practices."""
        name, key = self._facet
        groups: dict[str, list[tuple[Along, str | None]]] = {}
        for item in self._found.along:
            # the values of one facet are alternatives: no list has the practices with two given countries
            both = self._list({name: (key,), item.facet: (item.key,)}).address() if item.facet != name else None
            groups.setdefault(item.facet, []).append((item, both))
        return list(groups.items())

    def label(self, iri: IRI) -> Label:
        """The label of a resource."""
        return self._names.of(iri, self._page.language)

    def reasons(self, practice: RelatedPractice) -> list[Reason]:
        """The reasons for which a practice is similar."""
        addresses = self._page.site.addresses
        return [
            Reason(
                name,
                tuple(self.label(IRI(_FACETS[name].value(key, addresses))) for key in keys[:MAX_NAMED]),
                max(0, len(keys) - MAX_NAMED),
            )
            for name, keys in practice.shared
        ]

    def timeline(self) -> Timeline | None:
        """The timeline of the practices of this resource."""
        if not self._found.practices:
            return None
        return draw_timeline(self._page.practices, self._found.practices, self._page.language)

    def _list(self, values: Mapping[str, tuple[str, ...]]) -> ListRequest:
        return ListRequest("practice", values, language=self._page.address_language)
