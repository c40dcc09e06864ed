"""/linksets: every link set with its count, coverage and last check, as a page or RDF."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from gcmgraph.linking.check_record import Figure
from gcmgraph.model.terms import IRI
from gcmgraph.publication.metadata.link_sets import LinkSetFacts, LinkSets
from gcmgraph.publication.naming.labels import choose
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DESCRIPTIONS, HTML
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.responses.documents import document, entity_tag, last_modified, page_variant, written
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion
from gcmgraph.web.templating.page import Page

#: Defects that a check may find, in the order of the page's columns.
FOUND_WRONG = tuple(figure for figure in Figure if figure is not Figure.LINKS)

_ANSWER = api.answer("Size, coverage and last check of each link set.", DESCRIPTIONS, headers=("Link",))
_PARAMETERS = (api.suffix_of(DESCRIPTIONS, subject="description"), api.LANG)


def blueprint(site: Site) -> Blueprint:
    """/linksets, and with a suffix."""
    routes = Blueprint("link_sets", __name__)
    known: PerVersion[tuple[LinkSetFacts, ...]] = PerVersion(
        lambda snapshot: LinkSets(snapshot.store, site.addresses).facts()
    )

    def metric(figure: Figure) -> IRI:
        return IRI(site.addresses.thing("concept", f"link-metric/{figure.value}"))

    @routes.get("/linksets", defaults={"suffix": None})
    @routes.get("/linksets.<suffix>")
    @api.operation("linksets", _ANSWER, _PARAMETERS)
    def link_sets(suffix: str | None) -> Response:
        """Describe the link sets to other datasets."""
        form = negotiate(DESCRIPTION_OFFER, "/linksets.{}".format, suffix=suffix)
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)

        def body() -> bytes | str:
            if form is not HTML:
                return written(LinkSets(snapshot.store, site.addresses).triples(), form, site.addresses)
            page = Page(site, snapshot, language)
            return render_template(
                "linksets.html", page=page, sets=known.of(snapshot), choose=choose, figures=FOUND_WRONG, metric=metric
            )

        return document(
            request,
            body,
            form,
            path="/linksets",
            tag=entity_tag(snapshot.version, "linksets", form.content_type, page_variant(request, form)),
            describes=f"{site.addresses.base}dataset",
            language=language if form is HTML else None,
            modified=last_modified(snapshot),
        )

    return routes
