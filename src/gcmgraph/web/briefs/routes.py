"""/brief/{kind}/{local}: two pages on a country or an objective, to print or as a Word document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import gettext

from gcmgraph.platform.text import natural
from gcmgraph.rdf.terms import IRI, typed
from gcmgraph.web.briefs.contents import LIMITS, Sources, country_brief, objective_brief, ranges
from gcmgraph.web.briefs.word_document import brief_docx
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DOCX, HTML
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.parameters import require_utf8
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.responses.negotiated import cached_document, last_modified
from gcmgraph.web.responses.suggestions import suggest
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page, address_at
from gcmgraph.web.visualisation.maps import resource_map

#: Makers of briefs by kind of resource.
BRIEFS: Mapping[str, Callable[[FactsPage], Mapping[str, Any]]] = {
    "country": country_brief,
    "objective": objective_brief,
}

OFFER = Offer.of((HTML, DOCX))

_ANSWER = api.answer("Brief in the requested format.", OFFER)
_PARAMETERS = (
    api.Parameter("kind", "Kind of the resource.", api.one_of(BRIEFS), "country"),
    api.Parameter(
        "local", "ISO code of the country, or number of the objective.", api.text(), "AFG"
    ),
    api.format_of(OFFER.by_name),
    api.LANG,
)


def add_routes(app: Flask, site: Site) -> None:
    """/brief/{kind}/{local}."""

    @app.get("/brief/<kind>/<local>")
    @api.operation("brief", _ANSWER, _PARAMETERS)
    def brief(kind: str, local: str) -> Response:
        """Return the brief of a country or an objective, which prints on two A4 pages."""
        require_utf8(request)
        requested = Page.requested(site)
        snapshot, language = requested.snapshot, requested.language
        iri = _subject(requested, kind, local)
        path = f"/brief/{kind}/{local}"
        form = chosen_format(OFFER)

        def body() -> bytes | str:
            description = snapshot.describer.describe(iri, with_inbound=False)
            if description is None:
                raise not_found(request.path)
            page = FactsPage(site, snapshot, language, description)
            values = {**_frame(page, kind, path), **BRIEFS[kind](page)}
            if form is HTML:
                return render_template("brief.html", **values)
            at = partial(address_at, site.public_base[:-1], f"lang={language}")
            article = render_template("briefs/article.html", **values, at=at)
            return brief_docx(article, str(values["title"]), language)

        response = cached_document(snapshot, body, form, language=language)
        if form is DOCX:
            response.headers["Content-Disposition"] = (
                f'attachment; filename="{kind}-{local}-{language}.docx"'
            )
        return response


def _subject(page: Page, kind: str, local: str) -> IRI:
    """The resource of a brief. Raises 404 with a sentence that names what there is."""
    if kind not in BRIEFS:
        detail = gettext(
            "Briefs exist of countries and objectives: /brief/country/NER, /brief/objective/9."
        )
        raise not_found(request.path, detail=detail)
    members = page.snapshot.listings.of(kind).members
    address = page.site.addresses.resource(kind, local)
    for iri in members:
        if iri.value == address:
            return iri
    if kind == "objective":
        codes = sorted((page.notation(iri) or "" for iri in members), key=natural)
        first = codes[0] if codes else ""
        last = codes[-1] if codes else ""
        detail = gettext(
            "There is no objective %(number)s; objectives have the numbers %(first)s to %(last)s.",
            number=local[:60],
            first=first,
            last=last,
        )
        raise not_found(request.path, detail=detail)
    similar = suggest(page, kind, local)
    briefs = [
        {**resource, "href": resource["href"].replace("/doc/", "/brief/", 1)}
        for resource in similar
    ]
    detail = gettext(
        "There is no country with the code %(code)s here; countries have three letters, such as NER.",
        code=local[:60],
    )
    raise not_found(request.path, briefs, detail)


def _frame(page: FactsPage, kind: str, path: str) -> dict[str, object]:
    """Values for the template of every brief: its addresses, limits, version and date."""
    modified = last_modified(page.snapshot)
    day = page.readable(typed(modified.date().isoformat(), "date")) if modified else ""
    version = gettext("Version %(version)s", version=page.snapshot.version[:12])
    code, name = page.notation(page.iri), page.label(page.iri).text
    return {
        "page": page,
        "kind": kind,
        "title": f"{code} {name}" if code and kind == "objective" else name,
        "path": path,
        "subject": page.link(page.iri) or path,
        "map": resource_map(page, page.description),
        "most": LIMITS,
        "sources": Sources(),
        "ranges": ranges,
        "about": [*filter(None, (gettext("GCM Graph"), version, day))],
    }
