"""/dataset: what the dataset is and how it can be had, as a page or in DCAT 3."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from gcmgraph.publication.metadata.dcat import DatasetFacts, dataset_facts, describe_in_dcat
from gcmgraph.publication.metadata.schema_org import dataset_in_schema_org, script_text
from gcmgraph.publication.naming.labels import choose
from gcmgraph.web.http.negotiation import (
    BY_SUFFIX,
    CITATIONS,
    HTML,
    RDF,
    REPRESENTATIONS,
    Representation,
    best_representation,
)
from gcmgraph.web.http.problems import not_acceptable, not_found
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.resources.citations import make_citation
from gcmgraph.web.resources.facts import Page
from gcmgraph.web.responses.documents import document, entity_tag, fixed_document, last_modified, page_variant, written
from gcmgraph.web.responses.signposting import LINKSET_JSON, LINKSET_SUFFIX, TypedLink, dataset_links, dataset_linkset
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Histories, PerVersion, Snapshot


class KnownFacts:
    """What is said of each version of the dataset. Its downloads are not kept: some come when it is shown already."""

    def __init__(self, site: Site, histories: Histories) -> None:
        self._histories = histories

        def facts_of(snapshot: Snapshot) -> DatasetFacts:
            history = histories.of(snapshot)
            return dataset_facts(
                snapshot.store, site.addresses, snapshot.catalogue, snapshot.figures, snapshot.version, history
            )

        self._facts = PerVersion(facts_of)

    def of(self, snapshot: Snapshot) -> DatasetFacts:
        """The facts of a snapshot, with the downloads that there are now."""
        facts, history = self._facts.of(snapshot), self._histories.of(snapshot)
        return replace(facts, current=history.find(snapshot.version)) if history else facts

    def files(self, snapshot: Snapshot) -> str:
        """The names of the downloads that there are now, for the entity tag of what names them."""
        history = self._histories.of(snapshot)
        return history.dumps.names(snapshot.version) if history else ""


def structured_data(site: Site, facts: DatasetFacts, language: str) -> Markup:
    """The dataset for search engines, as the text of a block of data in a page."""
    return Markup(script_text(dataset_in_schema_org(facts, site.addresses, language)))  # noqa: S704 - no markup in it


def blueprint(site: Site, known: KnownFacts) -> Blueprint:
    """/dataset, and with a suffix."""
    routes = Blueprint("dataset", __name__)

    @routes.get("/dataset", defaults={"suffix": None})
    @routes.get("/dataset.<suffix>")
    def dataset(suffix: str | None) -> Response:
        """The description of the current version."""
        if suffix == LINKSET_SUFFIX[1:] or (suffix is None and "linkset" in request.args):
            return _linkset()
        representation = BY_SUFFIX.get(suffix) if suffix else best_representation(request.accept_mimetypes)
        if representation is None:
            if suffix:
                raise not_found(request.path)
            raise not_acceptable([{"type": r.media_type, "href": f"/dataset.{r.suffix}"} for r in REPRESENTATIONS])
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
        variant = page_variant(request, representation)

        def body() -> bytes | str:
            facts = known.of(snapshot)
            if representation is not HTML:
                return written(describe_in_dcat(facts, site.addresses), representation, site.addresses)
            page = Page(site, snapshot, language)
            snapshot.store.expect((*facts.themes, *facts.sources))
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
            )

        return document(
            request,
            snapshot.bodies,
            body,
            representation,
            path="/dataset",
            tag=entity_tag(snapshot.version, known.files(snapshot), "dataset", representation.suffix, variant),
            describes=f"{site.addresses.base}dataset",
            language=language if representation is HTML else None,
            modified=last_modified(snapshot),
            links=lambda: [link.header() for link in _links(snapshot, representation)],
        )

    def _links(snapshot: Snapshot, representation: Representation) -> list[TypedLink]:
        return dataset_links(site.addresses, known.of(snapshot).dumps, representation)

    def _linkset() -> Response:
        snapshot = site.dataset.snapshot()
        tag = entity_tag(snapshot.version, known.files(snapshot), "dataset", "linkset")

        def body() -> str:
            return dataset_linkset(site.addresses, known.of(snapshot).dumps)

        return fixed_document(request, snapshot, body, LINKSET_JSON, tag=tag)

    return routes
