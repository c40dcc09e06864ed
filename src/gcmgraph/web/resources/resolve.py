"""/resolve?uri=…: resources of the graph for an IRI or code, by the links of the dataset.

Nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from operator import itemgetter
from urllib.parse import quote

from flask import Flask, Response, render_template, request
from flask_babel import gettext

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary
from gcmgraph.validation.checks.identifiers import identifier_forms
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, Format
from gcmgraph.web.http.links import foreign_link
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.http.parameters import require_utf8
from gcmgraph.web.http.problems import PROBLEM_JSON, Problem, bad_request
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.services import Site, Snapshot, per_version, search_index
from gcmgraph.web.templating import Page, addressing

#: Maximum number of characters of an IRI or code.
MAX_LENGTH = 2000

#: Maximum number of resources in one response.
MAX_RESOURCES = 50

_ANSWERS = {
    200: api.answer("Descriptions of the matching resources.", DESCRIPTION_OFFER),
    303: api.answer("Redirect to the page of the only matching resource."),
}
_URI = api.Parameter("uri", "http(s) IRI, or code.", api.text(MAX_LENGTH), "AFG", required=True)
_PARAMETERS = (_URI, api.format_of(DESCRIPTION_OFFER.by_name), api.LANG)

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def add_routes(app: Flask, site: Site) -> None:
    """/resolve."""

    @app.get("/resolve")
    @api.operation("resolve", _ANSWERS, _PARAMETERS, (404,))
    def resolve() -> Response:
        """Find resources of this graph by an external IRI or a code; nothing is fetched."""
        require_utf8(request)
        uri = quote(request.args.get("uri", "")[:MAX_LENGTH], safe="")
        form = negotiate(
            DESCRIPTION_OFFER,
            lambda suffix: f"/resolve?uri={uri}&format={suffix}",
            name=request.args.get("format"),
        )
        asked = request.args.get("uri", "").strip()
        page = Page.requested(site)
        snapshot = page.snapshot
        if not asked and form is HTML:
            return _page(page, "")
        iri = _read(asked)
        index, known = search_index(snapshot), links_of(snapshot)
        codes = [] if iri else known.with_code(index.with_code(asked)[:MAX_RESOURCES])
        found = known.find(iri) if iri else dict.fromkeys(codes)
        if not found:
            near = known.near(asked) if iri else [entry.iri for entry in index.near(asked)]
            return _unknown(page, form, asked, near)
        if form is not HTML:
            described = (snapshot.describer.describe(one) for one in list(found)[:MAX_RESOURCES])
            return cached_document(
                snapshot,
                lambda: {triple for one in described if one for triple in one.triples},
                form,
            )
        path = page.link(next(iter(found)))
        if len(found) == 1 and path:
            response = Response(status=HTTPStatus.SEE_OTHER)
            response.headers["Location"] = addressing()(path)
            return cached(response, None)
        return _page(page, asked, found)


def _read(asked: str) -> IRI | None:
    """The requested IRI, None for a code. 400 for other values."""
    if not asked:
        raise bad_request(
            gettext(
                "The parameter 'uri' is missing: an http(s) IRI, or a code such as AFG or 10.7."
            )
        )
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
    refused = bad_request(
        gettext("The parameter 'uri' must be an http(s) IRI, or a code such as AFG or 10.7.")
    )
    if foreign_link(asked) is None:
        raise refused
    try:
        return IRI(asked)
    except ValueError:
        raise refused from None


def _unknown(page: Page, form: Format, asked: str, near: list[IRI]) -> Response:
    """404 with similar resources; the message does not repeat the request."""
    if form is HTML:
        return _page(page, asked, near=near)
    suggestions = [
        {
            "iri": iri.value,
            "href": f"{request.script_root}{page.link(iri)}",
            "label": page.label(iri).text,
        }
        for iri in near
    ]
    status = HTTPStatus.NOT_FOUND
    detail = gettext("This graph knows nothing by this address or code.")
    problem = {
        "title": Problem(status, detail).title,
        "status": status.value,
        "detail": detail,
        "near": suggestions,
    }
    response = Response(
        json.dumps(problem, ensure_ascii=False), status=status, content_type=PROBLEM_JSON
    )
    return cached(response, Caching.NEVER)


def _page(
    page: Page,
    asked: str,
    found: Mapping[IRI, IRI | None] | None = None,
    near: Sequence[IRI] | None = None,
) -> Response:
    """The page with the resources found, or with those `near` an unknown address or code; without both, the form."""
    body = render_template(
        "resolve.html",
        page=page,
        asked=asked,
        found=found or {},
        near=near or (),
        longest=MAX_LENGTH,
    )
    status, caching = (
        (HTTPStatus.OK, Caching.REVALIDATED)
        if near is None
        else (HTTPStatus.NOT_FOUND, Caching.NEVER)
    )
    return cached(Response(body, status=status, content_type=HTML.content_type), caching)


#: Properties that link a resource to an external one, the closest first.
#: https://www.w3.org/TR/skos-reference/#mapping
MATCHES = (
    "skos:exactMatch",
    "owl:sameAs",
    "skos:closeMatch",
    "skos:narrowMatch",
    "skos:broadMatch",
    "skos:relatedMatch",
)


class Links:
    """The links of one dataset version."""

    def __init__(self, snapshot: Snapshot) -> None:
        addresses = snapshot.addresses
        self._addresses = addresses
        self._store = snapshot.store
        self._describer = snapshot.describer
        self._listings = snapshot.listings
        self._matches = [Vocabulary(addresses)(curie) for curie in MATCHES]
        self._ours = f"{addresses.base}id/"

    def find(self, iri: IRI) -> dict[IRI, IRI | None]:
        """The resource with an IRI, and the resources linked to it, closest first.

        Links that contributions state count only where the dataset itself states none: a
        contribution cannot take the identifier of a resource.
        """
        forms = identifier_forms(iri.value)
        resources: dict[IRI, IRI | None] = {}
        for form in forms:
            if form.value.startswith(self._ours) and self._describer.knows(form):
                resources.setdefault(form, None)
        linked = self._linked(forms, contributed=False) or self._linked(forms, contributed=True)
        return resources | {
            resource: link for resource, link in linked.items() if resource not in resources
        }

    def _linked(self, forms: Sequence[IRI], *, contributed: bool) -> dict[IRI, IRI | None]:
        """The resources that the dataset itself, or contributions, link to an IRI, each with the closest link."""
        resources: dict[IRI, IRI | None] = {}
        for link in self._matches:
            for form in forms:
                quads = self._store.quads(predicate=link, object=form)
                subjects = {
                    quad.subject for quad in quads if self._is_contributed(quad) is contributed
                }
                for resource in sorted(
                    (iri for iri in subjects if isinstance(iri, IRI)), key=lambda iri: iri.value
                ):
                    if resource.value.startswith(self._ours):
                        resources.setdefault(resource, link)
        return resources

    def with_code(self, codes: Sequence[IRI]) -> list[IRI]:
        """The resources of the dataset itself among those with a code; all where contributions describe all."""
        own = [resource for resource in codes if not self._is_contributed_only(resource)]
        return own or list(codes)

    def _is_contributed_only(self, resource: IRI) -> bool:
        """Whether only contributions state the classes of a resource."""
        inferred = IRI(self._addresses.graph("inferred"))
        types = self._store.quads(resource, Vocabulary(self._addresses)("rdf:type"))
        return all(self._is_contributed(quad) for quad in types if quad.graph_name != inferred)

    def _is_contributed(self, quad: Quad) -> bool:
        """Whether a contribution states a quad."""
        graph = quad.graph_name
        return isinstance(graph, IRI) and graph.value.startswith(
            self._addresses.graph("contribution/")
        )

    def near(self, unknown: str, limit: int = 5) -> list[IRI]:
        """The resources whose own or linked IRIs are most similar to an unknown one."""
        near = nearest(unknown, self._known, limit * 2, key=itemgetter(0), strict=True)
        return list(dict.fromkeys(iri for _, iri in near))[:limit]

    @cached_property
    def _known(self) -> list[tuple[str, IRI]]:
        """Own and external IRIs of the resources in order, each with the resource."""
        pairs: set[tuple[str, IRI]] = set()
        for link in self._matches:
            for quad in self._store.quads(predicate=link):
                if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI):
                    pairs.add((quad.object.value, quad.subject))
        for kind in KINDS:
            pairs.update((iri.value, iri) for iri in self._listings.of(kind).members)
        return sorted(
            ((a, i) for a, i in pairs if i.value.startswith(self._ours)),
            key=lambda p: (p[0], p[1].value),
        )


links_of = per_version(Links)
