"""/dataset: what the dataset is and how it can be had, as a page or in DCAT 3."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from gcmgraph.publication.dcat import DatasetFacts, dataset_facts, describe_in_dcat
from gcmgraph.publication.labels import choose
from gcmgraph.web.dataset_versions import PerVersion
from gcmgraph.web.dumps import VersionDumps
from gcmgraph.web.language import chosen_language
from gcmgraph.web.negotiation import BY_SUFFIX, HTML, REPRESENTATIONS, best_representation
from gcmgraph.web.problems import not_acceptable, not_found
from gcmgraph.web.representation import document, entity_tag, written
from gcmgraph.web.site import Site, Snapshot
from gcmgraph.web.thing_page import Page


def blueprint(site: Site, downloads: VersionDumps) -> Blueprint:
    """/dataset, and with a suffix."""
    routes = Blueprint("dataset", __name__)

    def facts_of(snapshot: Snapshot) -> DatasetFacts:
        dumps = downloads.of(snapshot)
        files, versions = (dumps.of(snapshot.version), dumps.versions()) if dumps else ([], [])
        return dataset_facts(snapshot.store, site.addresses, snapshot.catalogue, snapshot.version, files, versions)

    known = PerVersion(facts_of)

    @routes.get("/dataset", defaults={"suffix": None})
    @routes.get("/dataset.<suffix>")
    def dataset(suffix: str | None) -> Response:
        """The description of the current version."""
        representation = BY_SUFFIX.get(suffix) if suffix else best_representation(request.accept_mimetypes)
        if representation is None:
            if suffix:
                raise not_found(request.path)
            raise not_acceptable([{"type": r.media_type, "href": f"/dataset.{r.suffix}"} for r in REPRESENTATIONS])
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)

        def body() -> bytes | str:
            facts = known.of(snapshot)
            if representation is not HTML:
                return written(describe_in_dcat(facts, site.addresses), representation, site.addresses)
            page = Page(site, snapshot, language)
            formats = [other for other in REPRESENTATIONS if other is not HTML]
            return render_template("dataset.html", page=page, facts=facts, formats=formats, choose=choose)

        return document(
            request,
            snapshot.bodies,
            body,
            representation,
            path="/dataset",
            tag=entity_tag(snapshot.version, "dataset", representation.suffix, language, repr(request.query_string)),
            describes=f"{site.addresses.base}dataset",
            language=language if representation is HTML else None,
        )

    return routes
