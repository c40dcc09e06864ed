"""/resolve?uri=…: resources of the graph for an IRI or code. Nothing is fetched."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from gcmgraph.model.terms import IRI
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, Format
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.http.problems import PROBLEM_JSON, Problem, bad_request, require_utf8
from gcmgraph.web.http.urls import foreign_link, local_path
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.resources.identifiers import Links, ResolvedResource
from gcmgraph.web.responses.documents import cached_document, entity_tag, written
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion, Snapshot
from gcmgraph.web.templating.page import Page

#: Maximum number of characters of an IRI or code.
MAX_LENGTH = 2000

#: Maximum number of resources in one response.
MAX_RESOURCES = 50

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def blueprint(site: Site, indexes: PerVersion[SearchIndex]) -> Blueprint:
    """/resolve."""
    routes = Blueprint("resolve", __name__)
    links = PerVersion(lambda snapshot: Links(snapshot, site.addresses))

    @routes.get("/resolve")
    def resolve() -> Response:
        require_utf8(request)
        uri = quote(request.args.get("uri", "")[:MAX_LENGTH], safe="")
        form = negotiate(
            DESCRIPTION_OFFER, lambda suffix: f"/resolve?uri={uri}&format={suffix}", name=request.args.get("format")
        )
        asked = request.args.get("uri", "").strip()
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
        page = Page(site, snapshot, language)
        if not asked and form is HTML:
            return _page(render_template("resolve.html", page=page, asked="", found=(), near=(), longest=MAX_LENGTH))
        iri = _read(asked)
        found = _by_code(indexes.of(snapshot), asked) if iri is None else links.of(snapshot).find(iri)
        if not found:
            near = indexes.of(snapshot).near(asked) if iri is None else links.of(snapshot).near(asked)
            return _unknown(site, page, form, asked, [near_one.iri for near_one in near])
        if form is not HTML:
            return _described(site, snapshot, form, asked, found)
        path = local_path(site.addresses, found[0].iri.value)
        if len(found) == 1 and path:
            response = Response(status=HTTPStatus.SEE_OTHER)
            path, hash_sign, fragment = path.partition("#")
            kept = f"?lang={language}" if request.args.get("lang") == language else ""
            response.headers["Location"] = f"{request.script_root}{path}{kept}{hash_sign}{fragment}"
            return cached(response, None)
        body = render_template("resolve.html", page=page, asked=asked, found=found, near=(), longest=MAX_LENGTH)
        return _page(body)

    return routes


def _read(asked: str) -> IRI | None:
    """The requested IRI, None for a code. 400 for other values."""
    if not asked:
        raise bad_request(gettext("The parameter 'uri' is missing: an http(s) IRI, or a code such as AFG or 10.7."))
    if len(asked) > MAX_LENGTH:
        raise bad_request(
            gettext(
                "The parameter 'uri' has %(count)s characters; it may have %(most)s.",
                count=len(asked),
                most=MAX_LENGTH,
            )
        )
    if not _SCHEME.match(asked):
        return None
    refused = bad_request(gettext("The parameter 'uri' must be an http(s) IRI, or a code such as AFG or 10.7."))
    if foreign_link(asked) is None:
        raise refused
    try:
        return IRI(asked)
    except ValueError:
        raise refused from None


def _by_code(index: SearchIndex, code: str) -> list[ResolvedResource]:
    return [ResolvedResource(iri, None) for iri in index.with_code(code)][:MAX_RESOURCES]


def _described(site: Site, snapshot: Snapshot, form: Format, asked: str, found: list[ResolvedResource]) -> Response:
    """Descriptions of the resources; they include the links to the requested IRI."""

    def body() -> bytes:
        descriptions = (snapshot.describer.describe(one.iri) for one in found[:MAX_RESOURCES])
        triples = {triple for description in descriptions if description for triple in description.triples}
        return written(triples, form, site.addresses)

    tag = entity_tag(snapshot.version, "resolve", asked, form.content_type)
    return cached_document(snapshot, body, form.content_type, tag=tag)


def _unknown(site: Site, page: Page, form: Format, asked: str, near: list[IRI]) -> Response:
    """404 with similar resources; the message does not repeat the request."""
    if form is HTML:
        body = render_template("resolve.html", page=page, asked=asked, found=(), near=near, longest=MAX_LENGTH)
        return _page(body, HTTPStatus.NOT_FOUND)
    suggestions = [
        {
            "iri": iri.value,
            "href": f"{request.script_root}{local_path(site.addresses, iri.value)}",
            "label": page.label(iri).text,
        }
        for iri in near
    ]
    status = HTTPStatus.NOT_FOUND
    detail = gettext("This graph knows nothing by this address or code.")
    problem = {"title": Problem(status, detail).title, "status": status.value, "detail": detail, "near": suggestions}
    response = Response(json.dumps(problem, ensure_ascii=False), status=status, content_type=PROBLEM_JSON)
    return cached(response, Caching.NEVER)


def _page(body: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = Response(body, status=status, content_type=HTML.content_type)
    return cached(response, Caching.REVALIDATED if status is HTTPStatus.OK else Caching.NEVER)
