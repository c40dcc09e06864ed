"""/dataset: description of the dataset, as a page or in DCAT 3."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from gcmgraph.publication.csv.whole import TABLES
from gcmgraph.publication.metadata.dcat import DatasetFacts, dataset_facts, describe_in_dcat
from gcmgraph.publication.metadata.dcat_ap import Coverage
from gcmgraph.publication.metadata.schema_org import dataset_in_schema_org, script_text
from gcmgraph.publication.naming.labels import choose
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CITATIONS, DESCRIPTIONS, HTML, RDF, Format
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.responses.documents import (
    cached_document,
    document,
    entity_tag,
    last_modified,
    make_citation,
    page_variant,
    written,
)
from gcmgraph.web.responses.signposting import LINKSET_JSON, LINKSET_SUFFIX, TypedLink, dataset_links, dataset_linkset
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Histories, PerVersion, Snapshot
from gcmgraph.web.templating.page import Page

#: Versions before the current one that the description of the dataset describes.
EARLIER = 9

_DESCRIBED = "Description of the dataset and its distributions."
_ANSWER = api.answer(_DESCRIBED, DESCRIPTIONS, LINKSET_JSON, headers=("Link",))
_OF_SUFFIX = api.answer(_DESCRIBED, DESCRIPTIONS, CITATIONS, LINKSET_JSON, headers=("Link",))
_LINKSET = api.Parameter("linkset", "Selects the typed links of the dataset; the value is ignored.")
_SUFFIX = api.suffix_of((*DESCRIPTIONS, *CITATIONS, LINKSET_SUFFIX[1:]))
_BY_SUFFIX = "Describe the dataset in the format of a suffix: DCAT 3, citation or typed links"


class KnownFacts:
    """Facts about each version of the dataset. Downloads are not cached: some are added while it is current."""

    def __init__(self, site: Site, histories: Histories) -> None:
        self._histories = histories

        def facts_of(snapshot: Snapshot) -> DatasetFacts:
            history = histories.of(snapshot)
            return dataset_facts(
                snapshot.store,
                site.addresses,
                snapshot.catalogue,
                snapshot.figures,
                snapshot.version,
                history,
                site.sparql_url,
                Coverage(snapshot.listings.of("practice").span(), contact=site.operator.contact_link or ""),
            )

        self._facts = PerVersion(facts_of)

    def of(self, snapshot: Snapshot) -> DatasetFacts:
        """The facts of a snapshot, with its present downloads."""
        facts, history = self._facts.of(snapshot), self._histories.of(snapshot)
        return replace(facts, current=history.current(snapshot.version))

    def with_earlier(self, snapshot: Snapshot) -> DatasetFacts:
        """As `of`, with the newest of the versions before that have downloads."""
        facts, history = self.of(snapshot), self._histories.of(snapshot)
        names = [name for name in history.names() if name != snapshot.version][:EARLIER]
        return replace(facts, earlier=tuple(one for one in map(history.described, names) if one.dumps))

    def files(self, snapshot: Snapshot) -> str:
        """The names of the present downloads, for the entity tags of pages that list them."""
        history = self._histories.of(snapshot)
        return history.dumps.names(snapshot.version)


def structured_data(site: Site, facts: DatasetFacts, language: str) -> Markup:
    """The dataset for search engines, as the text of a block of data in a page."""
    return Markup(script_text(dataset_in_schema_org(facts, site.addresses, language)))  # noqa: S704 - no markup in it


def blueprint(site: Site, known: KnownFacts) -> Blueprint:
    """/dataset, and with a suffix."""
    routes = Blueprint("dataset", __name__)

    @routes.get("/dataset", defaults={"suffix": None})
    @routes.get("/dataset.<suffix>")
    @api.operation("dataset", _ANSWER, (_LINKSET, api.LANG), path="/dataset")
    @api.operation("dataset_as", _OF_SUFFIX, (_SUFFIX, api.LANG), path="/dataset.{suffix}", summary=_BY_SUFFIX)
    def dataset(suffix: str | None) -> Response:
        """Describe the dataset (DCAT 3)."""
        if suffix == LINKSET_SUFFIX[1:] or (suffix is None and "linkset" in request.args):
            return _linkset()
        form = negotiate(DESCRIPTION_OFFER, "/dataset.{}".format, suffix=suffix)
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
        variant = page_variant(request, form)

        def body() -> bytes | str:
            if form is not HTML:
                return written(describe_in_dcat(known.with_earlier(snapshot), site.addresses), form, site.addresses)
            facts = known.of(snapshot)
            page = Page(site, snapshot, language)
            return render_template(
                "dataset.html",
                page=page,
                facts=facts,
                choose=choose,
                structured=structured_data(site, facts, language),
                citation=make_citation(site, snapshot, None, language, datetime.now(UTC).date()),
                citation_forms=CITATIONS,
                data_formats=RDF,
                cite_path="/dataset",
                tables=TABLES,
            )

        return document(
            request,
            body,
            form,
            path="/dataset",
            tag=entity_tag(snapshot.version, known.files(snapshot), "dataset", form.content_type, variant),
            describes=f"{site.addresses.base}dataset",
            language=language if form is HTML else None,
            modified=last_modified(snapshot),
            links=lambda: [link.header() for link in _links(snapshot, form)],
        )

    def _links(snapshot: Snapshot, form: Format) -> list[TypedLink]:
        return dataset_links(site.addresses, known.of(snapshot).dumps, form)

    def _linkset() -> Response:
        snapshot = site.dataset.snapshot()
        tag = entity_tag(snapshot.version, known.files(snapshot), "dataset", "linkset")

        def body() -> str:
            return dataset_linkset(site.addresses, known.of(snapshot).dumps)

        return cached_document(snapshot, body, LINKSET_JSON, tag=tag, vary=None)

    return routes
