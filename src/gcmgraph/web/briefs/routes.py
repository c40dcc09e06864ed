"""/brief/{kind}/{local}: the brief of a country or an objective, as a page or a Word document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from gcmgraph.model.terms import IRI, typed
from gcmgraph.text import natural
from gcmgraph.web.briefs.contents import Brief, Line, Run, country_brief, objective_brief
from gcmgraph.web.briefs.word import brief_docx
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DOCX, HTML
from gcmgraph.web.http.requests import Offer, negotiate
from gcmgraph.web.http.responses import not_found, require_utf8
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.responses.documents import cached_document, entity_tag, last_modified, page_variant, suggest
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import address_at

#: Makers of briefs by kind of resource.
BRIEFS: Mapping[str, Callable[[FactsPage, str, str], Brief]] = {
    "country": country_brief,
    "objective": objective_brief,
}

OFFER = Offer.of((HTML, DOCX))

_ANSWER = api.answer("Brief in the requested format.", OFFER)
_PARAMETERS = (
    api.Parameter("kind", "Kind of the resource.", api.one_of(BRIEFS), "country"),
    api.Parameter("local", "ISO code of the country, or number of the objective.", api.text(), "AFG"),
    api.format_of(OFFER.by_name),
    api.LANG,
)


def blueprint(site: Site) -> Blueprint:
    """/brief/{kind}/{local}."""
    routes = Blueprint("briefs", __name__)

    @routes.get("/brief/<kind>/<local>")
    @api.operation("brief", _ANSWER, _PARAMETERS)
    def brief(kind: str, local: str) -> Response:
        """Return the brief of a country or an objective, which prints on two A4 pages."""
        require_utf8(request)
        snapshot, language = site.dataset.snapshot(), chosen_language(request)
        iri = _subject(site, snapshot, kind, local)
        path = f"/brief/{kind}/{local}"
        form = negotiate(OFFER, f"{path}?format={{}}".format, name=request.args.get("format") or None)

        def body() -> bytes | str:
            description = snapshot.describer.describe(iri, with_inbound=False)
            if description is None:
                raise not_found(request.path)
            page = FactsPage(site, snapshot, language, description)
            made = BRIEFS[kind](page, path, site.public_base)
            notes = _notes(site, snapshot, page, path)
            if form is DOCX:
                return brief_docx(made, notes, partial(address_at, site.public_base[:-1], f"lang={language}"))
            return render_template("brief.html", brief=made, notes=notes, page=page)

        tag = entity_tag(snapshot.version, "brief", form.suffix, page_variant(request, HTML))
        response = cached_document(snapshot, body, form.content_type, tag=tag, language=language)
        if form is DOCX:
            response.headers["Content-Disposition"] = f'attachment; filename="{kind}-{local}-{language}.docx"'
        return response

    return routes


def _subject(site: Site, snapshot: Snapshot, kind: str, local: str) -> IRI:
    """The resource of a brief. Raises 404 with a sentence that names what there is."""
    if kind not in BRIEFS:
        detail = gettext("Briefs exist of countries and objectives: /brief/country/NER, /brief/objective/9.")
        raise not_found(request.path, detail=detail)
    members = snapshot.listings.of(kind).members
    iri = next((iri for iri in members if iri.value == site.addresses.thing(kind, local)), None)
    if iri is not None:
        return iri
    if kind == "objective":
        codes = sorted((snapshot.labels.notation(iri) or "" for iri in members), key=natural)
        first, last = (codes[0], codes[-1]) if codes else ("", "")
        detail = gettext(
            "There is no objective %(number)s; objectives have the numbers %(first)s to %(last)s.",
            number=local[:60],
            first=first,
            last=last,
        )
        raise not_found(request.path, detail=detail)
    similar = suggest(site, snapshot, kind, local, chosen_language(request))
    near = [{**each, "href": each["href"].replace("/doc/", "/brief/", 1)} for each in similar]
    detail = gettext(
        "There is no country with the code %(code)s here; countries have three letters, such as NER.", code=local[:60]
    )
    raise not_found(request.path, near, detail)


def _notes(site: Site, snapshot: Snapshot, page: FactsPage, path: str) -> tuple[Line, ...]:
    """Version, date, address; what this is not."""
    version = gettext("Version %(version)s", version=snapshot.version[:12])
    modified = last_modified(snapshot)
    day = page.readable(typed(modified.date().isoformat(), "date")) if modified else ""
    about = " · ".join(filter(None, (gettext("GCM Graph"), version, day)))
    disclaimer = gettext(
        "It is not a publication of the United Nations. Names and links do not imply official endorsement or "
        "acceptance."
    )
    return (Run(f"{about} · "), Run(f"{site.public_base}{path[1:]}", address=path)), (Run(disclaimer),)
