"""/linksets: size, coverage and last check of the link sets to other datasets."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, render_template

from gcmgraph.linking.link_checks import Figure
from gcmgraph.publication.metadata.link_sets import LinkSetFacts, LinkSets
from gcmgraph.rdf.terms import Triple
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DESCRIPTIONS, HTML
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.responses.negotiated import negotiated_document
from gcmgraph.web.services import Site, Snapshot, per_version
from gcmgraph.web.templating import Page

#: Defects that a check may find, in the order of the page's columns.
DEFECTS = tuple(figure for figure in Figure if figure is not Figure.LINKS)

_ANSWER = api.answer(
    "Size, coverage and last check of each link set.", DESCRIPTIONS, headers=("Link",)
)
_PARAMETERS = (api.suffix_of(DESCRIPTIONS, subject="description"), api.LANG)


class LinkSetPages:
    """View of the link sets."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("linksets", _ANSWER, _PARAMETERS)
    def link_sets(self, suffix: str | None) -> Response:
        """Describe the link sets to other datasets."""
        addresses = self._site.addresses
        form = negotiate(DESCRIPTION_OFFER, "/linksets.{}".format, suffix=suffix)
        page = Page.requested(self._site)
        snapshot = page.snapshot

        def body() -> str | Iterable[Triple]:
            if form is HTML:
                sets = _link_sets(snapshot)
                return render_template("linksets.html", page=page, sets=sets, figures=DEFECTS)
            return LinkSets(snapshot.store, addresses).triples()

        describes = f"{addresses.base}dataset"
        return negotiated_document(snapshot, body, form, path="/linksets", describes=describes)


@per_version
def _link_sets(snapshot: Snapshot) -> tuple[LinkSetFacts, ...]:
    return LinkSets(snapshot.store, snapshot.addresses).facts()
