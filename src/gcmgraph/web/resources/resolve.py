"""/resolve?uri=…: resources of the graph for an IRI or code, by the links of the dataset.

Nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from http import HTTPStatus
from operator import itemgetter
from urllib.parse import quote

from flask import Flask, Response, render_template, request
from flask_babel import gettext

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.terms import IRI, Quad, Triple, Vocabulary
from gcmgraph.validation.checks.identifiers import identifier_forms
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, Format
from gcmgraph.web.http.links import redirection, web_link
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.http.parameters import require_utf8
from gcmgraph.web.http.problems import PROBLEM_JSON, Problem, bad_request
from gcmgraph.web.resources.identifier_texts import codes_of, identifier_of
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.services import Site, Snapshot, per_version, search_index
from gcmgraph.web.templating import Page, addressing

#: Maximum number of characters of an IRI or code.
MAX_LENGTH = 2000

#: Maximum number of resources in one response.
MAX_RESOURCES = 50

#: Properties that link a resource to an external one, the closest first.
#: https://www.w3.org/TR/skos-reference/#mapping
LINK_PROPERTIES = (
    "skos:exactMatch",
    "owl:sameAs",
    "skos:closeMatch",
    "skos:narrowMatch",
    "skos:broadMatch",
    "skos:relatedMatch",
)

_ANSWERS = {
    200: api.answer("Descriptions of the matching resources.", DESCRIPTION_OFFER),
    303: api.answer("Redirect to the page of the only matching resource."),
}
_URI = api.Parameter("uri", "http(s) IRI, or code.", api.text(MAX_LENGTH), "AFG", required=True)
_PARAMETERS = (_URI, api.format_of(DESCRIPTION_OFFER.by_name), api.LANG)

#: Number of similar resources in a response.
MAX_SIMILAR = 5

#: Scheme of an IRI with its colon.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class ResolvedText:
    """A requested IRI or code, and the resources of the dataset for it."""

    #: the text as requested, without blanks at its ends
    text: str
    iri: IRI | None
    #: resources, each with the property that links it; None for own IRIs and for codes
    matches: Mapping[IRI, IRI | None]


def add_routes(app: Flask, site: Site) -> None:
    """/resolve."""

    @app.get("/resolve")
    @api.operation("resolve", _ANSWERS, _PARAMETERS, (404,))
    def resolve() -> Response:
        """Find resources of this graph by an external IRI or a code; nothing is fetched."""
        require_utf8(request)
        uri = request.args.get("uri", "")
        encoded_uri = quote(uri[:MAX_LENGTH], safe="")
        form = negotiate(
            DESCRIPTION_OFFER,
            lambda suffix: f"/resolve?uri={encoded_uri}&format={suffix}",
            name=request.args.get("format"),
        )
        page = Page.requested(site)
        text = uri.strip()
        if not text and form is HTML:
            return _page(page, "")
        resolved = _resolved(page.snapshot, identifier_of(text))
        if not resolved.matches:
            return _unknown(page, form, resolved)
        if form is not HTML:
            resources = list(resolved.matches)[:MAX_RESOURCES]
            make_triples = partial(_triples, page.snapshot, resources)
            return cached_document(page.snapshot, make_triples, form)
        path = page.link(next(iter(resolved.matches)))
        if len(resolved.matches) == 1 and path:
            return cached(redirection(addressing()(path)), None)
        return _page(page, text, resolved.matches)


def _resolved(snapshot: Snapshot, text: str) -> ResolvedText:
    """The resources for an IRI or a code. 400 for other texts."""
    iri = _read_iri(text)
    links = links_of(snapshot)
    if iri:
        return ResolvedText(text, iri, links.resources_for(iri))
    search = search_index(snapshot)
    resources = [resource for code in codes_of(text) for resource in search.with_code(code)]
    coded = links.with_code(resources[:MAX_RESOURCES])
    return ResolvedText(text, None, dict.fromkeys(coded))


def _triples(snapshot: Snapshot, resources: Iterable[IRI]) -> set[Triple]:
    """The statements of the descriptions of some resources."""
    triples: set[Triple] = set()
    for resource in resources:
        description = snapshot.describer.describe(resource)
        if description:
            triples.update(description.triples)
    return triples


def _similar_resources(snapshot: Snapshot, resolved: ResolvedText) -> list[IRI]:
    """The resources with the IRIs or codes that are most similar to an unknown one."""
    if resolved.iri:
        return links_of(snapshot).similar(resolved.text)
    return [entry.iri for entry in search_index(snapshot).similar_names(resolved.text)]


def _read_iri(text: str) -> IRI | None:
    """The requested IRI, None for a code. 400 for other values."""
    if not text:
        raise bad_request(
            gettext(
                "The parameter 'uri' is missing: an http(s) IRI, or a code such as AFG or 10.7."
            )
        )
    if len(text) > MAX_LENGTH:
        raise bad_request(
            gettext(
                "The parameter 'uri' has %(count)s characters; it may have %(most)s.",
                count=len(text),
                most=MAX_LENGTH,
            )
        )
    if not _SCHEME.match(text):
        return None
    refused = bad_request(
        gettext("The parameter 'uri' must be an http(s) IRI, or a code such as AFG or 10.7.")
    )
    if web_link(text) is None:
        raise refused
    try:
        return IRI(text)
    except ValueError:
        raise refused from None


def _unknown(page: Page, form: Format, resolved: ResolvedText) -> Response:
    """404 with similar resources; the message does not repeat the request."""
    similar = _similar_resources(page.snapshot, resolved)
    if form is HTML:
        return _page(page, resolved.text, similar=similar)
    suggestions = [
        {
            "iri": iri.value,
            "href": f"{request.script_root}{page.link(iri)}",
            "label": page.label(iri).text,
        }
        for iri in similar
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
    text: str,
    matches: Mapping[IRI, IRI | None] | None = None,
    similar: Sequence[IRI] | None = None,
) -> Response:
    """The page with the matches, or with resources `similar` to an unknown address or code; without both, the form."""
    body = render_template(
        "resolve.html",
        page=page,
        text=text,
        matches=matches or {},
        similar=similar or (),
        longest=MAX_LENGTH,
    )
    is_unknown = similar is not None
    status = HTTPStatus.NOT_FOUND if is_unknown else HTTPStatus.OK
    caching = Caching.NEVER if is_unknown else Caching.REVALIDATED
    return cached(Response(body, status=status, content_type=HTML.content_type), caching)


class Links:
    """The links of one dataset version."""

    def __init__(self, snapshot: Snapshot) -> None:
        addresses = snapshot.addresses
        self._addresses = addresses
        self._store = snapshot.store
        self._describer = snapshot.describer
        self._listings = snapshot.listings
        self._link_properties = [Vocabulary(addresses)(curie) for curie in LINK_PROPERTIES]
        self._own_start = f"{addresses.base}id/"

    def resources_for(self, iri: IRI) -> dict[IRI, IRI | None]:
        """The resource with an IRI, and the resources linked to it, closest first.

        Each has the property that links it to the IRI; the resource itself has None. Links that
        contributions state count only where the dataset itself states none: a contribution cannot
        take the identifier of a resource.
        """
        forms = identifier_forms(iri.value)
        resources: dict[IRI, IRI | None] = {}
        for form in forms:
            if form.value.startswith(self._own_start) and self._describer.knows(form):
                resources.setdefault(form, None)
        linked = self._linked(forms, contributed=False) or self._linked(forms, contributed=True)
        for resource, link_property in linked.items():
            resources.setdefault(resource, link_property)
        return resources

    def _linked(self, forms: Sequence[IRI], *, contributed: bool) -> dict[IRI, IRI | None]:
        """The resources that the dataset itself, or contributions, link to an IRI.

        Each has the property of its closest link.
        """
        resources: dict[IRI, IRI | None] = {}
        for link_property in self._link_properties:
            for form in forms:
                quads = self._store.quads(predicate=link_property, object=form)
                subjects = {
                    quad.subject for quad in quads if self._is_contributed(quad) is contributed
                }
                iris = [subject for subject in subjects if isinstance(subject, IRI)]
                for resource in sorted(iris, key=lambda iri: iri.value):
                    if resource.value.startswith(self._own_start):
                        resources.setdefault(resource, link_property)
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

    def similar(self, unknown: str, limit: int = MAX_SIMILAR) -> list[IRI]:
        """The resources whose own or linked IRIs are most similar to an unknown one."""
        pairs = nearest(unknown, self._identifiers, limit * 2, key=itemgetter(0), strict=True)
        return list(dict.fromkeys(resource for _, resource in pairs))[:limit]

    @cached_property
    def _identifiers(self) -> list[tuple[str, IRI]]:
        """Own and external IRIs of the resources in order, each with the resource."""
        pairs: set[tuple[str, IRI]] = set()
        for link in self._link_properties:
            for quad in self._store.quads(predicate=link):
                if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI):
                    pairs.add((quad.object.value, quad.subject))
        for kind in KINDS:
            pairs.update((iri.value, iri) for iri in self._listings.of(kind).members)
        own_pairs = (pair for pair in pairs if pair[1].value.startswith(self._own_start))
        return sorted(own_pairs, key=lambda pair: (pair[0], pair[1].value))


links_of = per_version(Links)
