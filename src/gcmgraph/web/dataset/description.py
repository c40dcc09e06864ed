"""/dataset and /.well-known/void: the description of the dataset in DCAT 3 and VoID."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, render_template, request

from gcmgraph.publication import tables
from gcmgraph.publication.attribution import licence_name
from gcmgraph.publication.metadata import dcat, void
from gcmgraph.publication.metadata.link_sets import LinkSets
from gcmgraph.publication.metadata.partitions import PARTITIONS
from gcmgraph.publication.metadata.void import DatasetFacts
from gcmgraph.rdf.terms import IRI, Literal, Triple
from gcmgraph.web.dataset.facts import (
    catalogue_parts,
    dataset_facts,
    download_names,
    facts_with_earlier_versions,
    structured_data,
)
from gcmgraph.web.dataset.file_contents import file_contents
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CITATIONS, DESCRIPTIONS, HTML, RDF
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, RDF_FOR_ANYONE, negotiate
from gcmgraph.web.responses.negotiated import cached_document, negotiated_document
from gcmgraph.web.responses.typed_links import (
    LINKSET_JSON,
    LINKSET_SUFFIX,
    TypedLink,
    dataset_links,
    dataset_linkset,
)
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

#: The terms of use of a graph: licences, and rights in words.
_Terms = tuple[IRI | Literal, ...]

_DESCRIPTION = "Description of the dataset and its distributions."
_ANSWER = api.answer(_DESCRIPTION, DESCRIPTIONS, LINKSET_JSON, headers=("Link",))
_ANSWER_BY_SUFFIX = api.answer(
    _DESCRIPTION, DESCRIPTIONS, CITATIONS, LINKSET_JSON, headers=("Link",)
)
_LINKSET = api.Parameter("linkset", "Selects the typed links of the dataset; the value is ignored.")
_SUFFIX = api.suffix_of((*DESCRIPTIONS, *CITATIONS, LINKSET_SUFFIX[1:]))
_BY_SUFFIX = "Describe the dataset in the format of a suffix: DCAT 3, citation or typed links"

_VOID = api.answer(
    "VoID description: counts, classes with their properties, graphs, link sets, downloads.", RDF
)


class DatasetDescription:
    """Views of the description of a dataset."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("dataset", _ANSWER, (_LINKSET, api.LANG), path="/dataset")
    @api.operation(
        "dataset_as",
        _ANSWER_BY_SUFFIX,
        (_SUFFIX, api.LANG),
        path="/dataset.{suffix}",
        summary=_BY_SUFFIX,
    )
    def dataset(self, suffix: str | None) -> Response:
        """Describe the dataset (DCAT 3)."""
        selects_link_set = suffix is None and "linkset" in request.args
        if selects_link_set or suffix == LINKSET_SUFFIX[1:]:
            return self._link_set()
        site = self._site
        form = negotiate(DESCRIPTION_OFFER, "/dataset.{}".format, suffix=suffix)
        page = Page.requested(site)
        snapshot = page.snapshot

        def body() -> str | Iterable[Triple]:
            if form is HTML:
                return _dataset_page(page)
            facts = facts_with_earlier_versions(site, snapshot)
            parts = catalogue_parts(snapshot, site)
            contents = file_contents(snapshot, site)
            return dcat.describe_in_dcat(facts, parts, contents, site.addresses)

        def links() -> Iterable[TypedLink]:
            dumps = dataset_facts(site, snapshot).dumps
            return dataset_links(site.addresses, dumps, form)

        return negotiated_document(
            snapshot,
            body,
            form,
            path="/dataset",
            describes=f"{site.addresses.base}dataset",
            parts=(download_names(site, snapshot),),
            links=links,
        )

    def _link_set(self) -> Response:
        """The typed links of the dataset (RFC 9264)."""
        site = self._site
        snapshot = site.dataset.snapshot()

        def body() -> str:
            return dataset_linkset(site.addresses, dataset_facts(site, snapshot).dumps)

        names = download_names(site, snapshot)
        return cached_document(snapshot, body, LINKSET_JSON, names, vary=None)

    @api.operation("void", _VOID, ())
    def well_known_void(self) -> Response:
        """Describe the dataset in VoID."""
        site = self._site
        form = negotiate(RDF_FOR_ANYONE, lambda _: "/.well-known/void")
        snapshot = site.dataset.snapshot()

        def triples() -> Iterable[Triple]:
            link_sets = LinkSets(snapshot.store, site.addresses).in_void()
            partitions = snapshot.graph(PARTITIONS)
            facts = dataset_facts(site, snapshot)
            return void.describe_dataset(facts, site.addresses, list(link_sets), partitions)

        return cached_document(snapshot, triples, form, download_names(site, snapshot))


def _dataset_page(page: Page) -> str:
    facts = dataset_facts(page.site, page.snapshot)
    parts = catalogue_parts(page.snapshot, page.site)
    return render_template(
        "dataset.html",
        page=page,
        facts=facts,
        parts=parts,
        graphs_by_terms=_graphs_by_terms(facts),
        licence_name=licence_name,
        structured=structured_data(page.site, facts, page.language, parts),
        data_formats=RDF,
        tables=tables.TABLES,
        with_parquet=tables.WITH_PARQUET,
    )


def _graphs_by_terms(facts: DatasetFacts) -> dict[_Terms, list[IRI]]:
    """The graphs of a version by their terms of use, most graphs first."""
    graphs_by_terms: dict[_Terms, list[IRI]] = {}
    for graph, terms in facts.terms_of_graphs.items():
        graphs_by_terms.setdefault(terms, []).append(graph)
    by_count = sorted(graphs_by_terms.items(), key=lambda item: -len(item[1]))
    return dict(by_count)
