"""/id, /doc, /graph and /context: resources, documents about them, named graphs (https://www.w3.org/TR/cooluris/).

Pages name related resources with the reasons for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from http import HTTPStatus

from flask import Flask, Response, g, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from gcmgraph.model.kinds import DESCRIBED, KINDS
from gcmgraph.platform.errors import DataError
from gcmgraph.publication.attribution import attribution
from gcmgraph.publication.descriptions import EvidenceIndex
from gcmgraph.publication.metadata.formats import script_text, thing_in_schema_org
from gcmgraph.publication.tables import thing_csv, thing_markdown
from gcmgraph.rdf.json_ld import published_context, versions
from gcmgraph.rdf.media import JSON_LD
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, DefaultGraph, Quad, Triple, Vocabulary, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import Withdrawal, read_withdrawn
from gcmgraph.web.http import api, formats
from gcmgraph.web.http.caching import cached
from gcmgraph.web.http.formats import (
    CITATIONS,
    DESCRIPTIONS,
    DOCUMENTS,
    HTML,
    RDF,
    Format,
    FormatKind,
)
from gcmgraph.web.http.links import candidate_iris, header_iri, local_path, query_along
from gcmgraph.web.http.negotiation import (
    DESCRIPTION_OFFER,
    RDF12_ANNOTATIONS,
    Offer,
    negotiate,
    variant,
)
from gcmgraph.web.http.problems import Problem, ProblemError, not_found
from gcmgraph.web.i18n import chosen_language, time_text
from gcmgraph.web.resources import views
from gcmgraph.web.resources.facts import EvidencePage, FactsPage
from gcmgraph.web.resources.source_document import picture_of, source_view
from gcmgraph.web.responses import negotiated
from gcmgraph.web.responses.negotiated import LINKSET_JSON, LINKSET_SUFFIX, cached_document, cited
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page, file_response


def resource_page(
    site: Site, snapshot: Snapshot, iri: IRI, language: str, *, preview: bool = False
) -> str:
    """The page of a resource; 404 for one without statements.

    A `preview` says that it is not published.
    """
    if preview:
        g.preview = True  # for `base.html`
    types = {
        site.addresses.compress(str(getattr(triple.object, "value", "")))
        for triple in snapshot.store.triples(iri, IRI(site.addresses.expand("rdf:type")))
    }
    is_source = "gcm:SourceDocument" in types
    # the page of a document has its passages in their order
    description = snapshot.describer.describe(iri, with_inbound=not is_source)
    if description is None:
        raise not_found(request.path)
    address_language = language if request.args.get("lang") == language else None
    page = FactsPage(site, snapshot, language, description, address_language)
    if is_source:
        view = source_view(snapshot.store, site.addresses, iri, request.args, site.page_pictures)
        return _rendered(
            ["source.html"], page, view=view, objectives=views.document_objectives(page)
        )
    if "gcm:Passage" in types:
        return _rendered(["thing.html"], page, **_passage(page))
    return _rendered([f"kinds/{site.addresses.kind_of(iri.value)}.html", "thing.html"], page)


def _rendered(templates: list[str], page: FactsPage, **values: object) -> str:
    addresses = page.site.addresses
    snapshot = page.snapshot
    source = attribution(snapshot.store, addresses, page.iri)
    data = thing_in_schema_org(page.description, snapshot.labels, addresses, page.language, source)
    return render_template(
        [*templates],
        page=page,
        description=page.description,
        structured=Markup(script_text(data)) if data else None,  # noqa: S704 - without markup
        data_formats=(*RDF, formats.CSV, formats.MARKDOWN),
        **values,
    )


def _passage(page: FactsPage) -> dict[str, object]:
    """A passage with the statements read from it, for the page of all resources."""
    addresses = page.site.addresses
    index = EvidenceIndex(page.snapshot.store, addresses)
    passage = index.passage(page.iri)
    if passage is None:
        return {}
    source = local_path(addresses, passage.source.value) if passage.source is not None else None
    recorded = {addresses.graph(graph) for graph in ("evidence", "inferred")}
    return {
        "passage": passage,
        "read": index.from_passage(page.iri),
        "recorded": all(set(fact.graphs) <= recorded for fact in page.description.facts),
        "in_document": f"{source}?passage={passage.name}#passage-{passage.name}"
        if source
        else None,
    }


#: The formats of the document about a resource, and citations.
_DOCUMENT_OFFER = Offer.of((*DOCUMENTS, *CITATIONS))

_DOCUMENT_SUFFIXES = frozenset(form.suffix for form in DOCUMENTS)

#: Writers of descriptions in the language of the reader.
_TEXTS = {"csv": thing_csv, "md": thing_markdown}

#: Suffixes of the address of a resource.
_SUFFIXES = frozenset(form.suffix for form in (*DOCUMENTS, *CITATIONS))

Withdrawals = Mapping[str, Withdrawal]


def _named(forms: Iterable[Format]) -> str:
    return ", ".join(f"`.{form.suffix}`" for form in forms)


_BY = "Formats by the Accept header, or by suffix:"
_FORMATS = f"{_BY} {_named((*DOCUMENTS, *CITATIONS))}; `{LINKSET_SUFFIX}` for typed links."
_DOCUMENTED = api.answer(
    "Description of the resource.", DOCUMENTS, CITATIONS, LINKSET_JSON, headers=("Link",)
)
_GRAPH = api.answer("Description of the graph.", DESCRIPTIONS, headers=("Link",))
_CONTEXT = api.answer("JSON-LD context.", JSON_LD.media_type)
_VERSION = api.Parameter(
    "version", "Version of the ontology.", api.one_of(versions()), versions()[-1]
)
_KIND = api.Parameter("kind", "Kind of the resource.", api.one_of(KINDS), "country")
_LOCAL = api.Parameter(
    "local",
    "Local name of the resource within its kind. It may contain slashes, percent-encoded or not.",
    api.text(),
    "AFG",
)
_NAME = api.Parameter(
    "name", "Name of the graph; it may contain slashes.", api.text(), "reference/countries"
)
_PARAMETERS = (
    _KIND,
    _LOCAL,
    api.Parameter("statement", "For sources: local name of the evidence to highlight."),
    api.Parameter(
        "passage",
        "For sources: passage to highlight, as start and end offsets in characters.",
        api.text(),
        "0-40",
    ),
    api.Parameter("part", "For long sources: number of the part, from 1.", api.whole(1)),
    api.Parameter("linkset", "Selects the typed links of the document; the value is ignored."),
    api.Parameter(
        "profile",
        "Form of JSON-LD.",
        api.one_of((formats.COMPACTED, formats.EXPANDED), formats.COMPACTED),
    ),
    api.Parameter(
        "annotations",
        "Evidence as reifiers of RDF 1.2; not in JSON-LD.",
        api.one_of((RDF12_ANNOTATIONS,)),
    ),
    api.LANG,
)


_PNG = "image/png"
_DOCUMENT = api.Parameter("document", "Name of the document.", api.text(), "objective-09.fr")
_PAGE = api.Parameter("page", "Number of the page.", api.whole(1), 1)


def add_routes(app: Flask, site: Site, withdrawals: Withdrawals) -> None:
    """/id/…, /doc/…, /graph/… and /context.jsonld."""

    @app.get("/id/<kind>/<path:local>")
    @api.operation(
        "identify",
        {303: api.answer("Redirect to the document.")},
        (_KIND, _LOCAL),
        (410,),
        cached=False,
    )
    def resource(kind: str, local: str) -> Response:
        """Redirect from a resource to the document about it."""
        refuse_withdrawn(withdrawals, site, kind, local)
        snapshot = site.dataset.snapshot()
        iri = known(site, snapshot, f"id/{kind}/{local}")
        if iri is None:
            raise _missing(site, snapshot, kind, local)
        path = local_path(site.addresses, iri.value) or ""
        response = Response(status=HTTPStatus.SEE_OTHER)
        response.headers["Location"] = f"{request.script_root}{path}{query_along(request)}"
        return cached(response, None, vary="Accept")

    @app.get("/doc/<kind>/<path:local>")
    @api.operation("describe", _DOCUMENTED, _PARAMETERS, (410,), description=_FORMATS)
    def description(kind: str, local: str) -> Response:
        """Return the document about a resource."""
        refuse_withdrawn(withdrawals, site, kind, local)
        snapshot = site.dataset.snapshot()
        links_of = local.removesuffix(LINKSET_SUFFIX)
        if (links_of != local or "linkset" in request.args) and (
            iri := known(site, snapshot, f"id/{kind}/{links_of}")
        ):
            made = partial(negotiated.linkset, site, snapshot, iri)
            return cached_document(snapshot, made, LINKSET_JSON, vary=None)
        found = requested(site, snapshot, f"id/{kind}/{local}")
        if found is None:
            raise _missing(site, snapshot, kind, local)
        iri, form = found
        if form.kind is FormatKind.CITATION:
            return cited(Page.requested(site), iri, form)

        def body() -> bytes | str | Iterable[Triple]:
            language = chosen_language(request)
            if form is HTML:
                return resource_page(site, snapshot, iri, language)
            description = snapshot.describer.describe(iri)
            if description is None:
                raise not_found(request.path)
            if form.suffix in _TEXTS:
                return _TEXTS[form.suffix](description, snapshot.labels, site.addresses, language)
            return description.triples

        return _document(site, snapshot, iri, form, body)

    @app.get("/graph/<path:name>")
    @api.operation(
        "describe_graph", _GRAPH, (_NAME, api.LANG), description=f"{_BY} {_named(DESCRIPTIONS)}."
    )
    def named_graph(name: str) -> Response:
        """Describe a named graph, with its number of triples."""
        snapshot = site.dataset.snapshot()
        found = requested(site, snapshot, f"graph/{name}")
        if found is None:
            raise not_found(request.path)
        iri, form = found
        language = chosen_language(request)

        def body() -> str | set[Triple]:
            if form is not HTML:
                return _graph_triples(site, snapshot, iri)
            size = snapshot.figures.graphs.get(iri.value, 0)
            page = EvidencePage(site, snapshot, language)
            description = snapshot.describer.describe(iri)
            return render_template(
                "graph.html", page=page, iri=iri, size=size, description=description
            )

        return _document(site, snapshot, iri, form, body)

    _add_files(app, site)


def _add_files(app: Flask, site: Site) -> None:
    """/page-pictures/…, where the operator names their folder, and /context.jsonld, /context/VERSION.jsonld.

    The JSON-LD context (https://www.w3.org/TR/json-ld11/#the-context) has the prefixes and the
    terms by which documents name classes and properties, for clients that frame or compact
    documents or write JSON-LD.
    """

    @api.operation("page_picture", api.answer("Picture of the page.", _PNG), (_DOCUMENT, _PAGE))
    def page_picture(document: str, page: int) -> Response:
        """Return the picture of a page of a document."""
        path = picture_of(site.page_pictures, document, page)
        if path is None:
            raise not_found(request.path)
        return file_response(path, _PNG)

    if site.page_pictures:
        app.add_url_rule("/page-pictures/<document>/<int:page>.png", "page_picture", page_picture)

    @app.get("/context.jsonld")
    @api.operation("context", _CONTEXT, ())
    def newest() -> Response:
        """Return the JSON-LD context."""
        return context(versions()[-1])

    @app.get("/context/<version>.jsonld")
    @api.operation("context_of_version", _CONTEXT, (_VERSION,))
    def context(version: str) -> Response:
        """Return the JSON-LD context of a version of the ontology."""
        if version not in versions():
            raise not_found(request.path)

        def body() -> str:
            written = published_context(version, site.addresses.prefixes)
            return json.dumps({"@context": written}, indent=1)

        snapshot = site.dataset.snapshot()
        return cached_document(snapshot, body, JSON_LD.media_type, vary=None)


def known(site: Site, snapshot: Snapshot, path: str) -> IRI | None:
    """The resource or graph at a path under the base; None where the dataset has none."""
    for candidate in candidate_iris(site.addresses, path):
        try:
            iri = IRI(candidate)
        except ValueError:  # not valid in an IRI
            continue
        if snapshot.describer.knows(iri) or (
            path.startswith("graph/") and candidate in snapshot.figures.graphs
        ):
            return iri
    return None


def requested(site: Site, snapshot: Snapshot, path: str) -> tuple[IRI, Format] | None:
    """The resource at a path and the requested format; None for no resource, 406 for a format that is not offered.

    A suffix is only removed where the whole path is no resource: `sdg/10.7`,
    `source/objective-09.fr`.
    """
    offer = _DOCUMENT_OFFER if path.startswith("id/") else DESCRIPTION_OFFER
    if (iri := known(site, snapshot, path)) is not None:
        address = f"{request.script_root}{local_path(site.addresses, iri.value) or ''}"
        return iri, negotiate(offer, lambda suffix: f"{address}.{suffix}")
    stem, _, suffix = path.rpartition(".")
    form = offer.by_name.get(suffix)
    if form is None or (iri := known(site, snapshot, stem)) is None:
        return None
    return iri, variant(form)


def _missing(site: Site, snapshot: Snapshot, kind: str, local: str) -> ProblemError:
    stem, _, suffix = local.rpartition(".")
    wanted = stem if suffix in _DOCUMENT_SUFFIXES else local
    return not_found(
        request.path,
        negotiated.suggest(Page(site, snapshot, chosen_language(request)), kind, wanted),
    )


def _document(
    site: Site, snapshot: Snapshot, iri: IRI, form: Format, body: negotiated.Maker
) -> Response:
    """The document about a resource or a graph in one format."""
    return negotiated.document(
        snapshot,
        body,
        form,
        path=local_path(site.addresses, iri.value) or "",
        describes=iri.value,
        links=lambda: negotiated.document_links(site, snapshot, iri, form),
    )


def _graph_triples(site: Site, snapshot: Snapshot, iri: IRI) -> set[Triple]:
    size = snapshot.figures.graphs.get(iri.value, 0)
    v = Vocabulary(site.addresses)
    about = {
        Quad(q.subject, q.predicate, q.object, DefaultGraph()).triple
        for q in snapshot.store.quads(iri)
    }
    return {*about, Triple(iri, v("void:triples"), typed(str(size), "integer"))}


def read_withdrawals(root: str, addresses: Addresses) -> Withdrawals:
    """The withdrawals in the repository at `root`; none where there is no repository."""
    try:
        repository = Repository.find(root)
    except DataError:
        return {}
    return read_withdrawn(repository.root / "data" / "withdrawn.csv", addresses)


def refuse_withdrawn(withdrawals: Withdrawals, site: Site, kind: str, local: str) -> None:
    """Raise 410 for a withdrawn resource, with or without a suffix."""
    path = f"id/{kind}/{local}"
    stem, _, suffix = path.rpartition(".")
    paths = [path, stem] if suffix in _SUFFIXES else [path]
    iris = [iri for each in paths for iri in candidate_iris(site.addresses, each)]
    withdrawal = next((withdrawals[iri] for iri in iris if iri in withdrawals), None)
    if withdrawal is None and kind in DESCRIBED:
        withdrawal = _invalidated(site.dataset.snapshot(), site.addresses, iris)
    if withdrawal is not None:
        raise _gone(withdrawal, site.addresses)


def _invalidated(
    snapshot: Snapshot, addresses: Addresses, candidates: Iterable[str]
) -> Withdrawal | None:
    """The withdrawal of a resource with its contribution, from the provenance graph."""
    ended_at, provenance = (
        Vocabulary(addresses)("prov:endedAtTime"),
        IRI(addresses.graph("provenance")),
    )
    for candidate in candidates:
        if (end := snapshot.describer.invalidated.get(candidate)) is not None:
            ended = next(snapshot.store.quads(end, ended_at, graph=provenance), None)
            moment = getattr(ended and ended.object, "value", "")[:10]
            reason = gettext("The contribution that described it was withdrawn.")
            return Withdrawal(candidate, None, date.fromisoformat(moment or "1970-01-01"), reason)
    return None


def _gone(withdrawal: Withdrawal, addresses: Addresses) -> ProblemError:
    """410 with the reason and the successor (RFC 9110, 15.5.11; RFC 5829, 3.3)."""
    members: dict[str, object] = {
        "withdrawn": withdrawal.date.isoformat(),
        "reason": withdrawal.reason,
    }
    headers: dict[str, str] = {}
    if withdrawal.successor is not None:
        href = local_path(addresses, withdrawal.successor) or withdrawal.successor
        members["successor"] = withdrawal.successor
        members["suggestions"] = [{"href": href, "title": withdrawal.successor}]
        headers["Link"] = f'<{header_iri(withdrawal.successor)}>; rel="successor-version"'
    date = time_text(withdrawal.date, chosen_language(request))
    detail = gettext(
        "This was withdrawn on %(date)s: %(reason)s", date=date, reason=withdrawal.reason
    )
    return ProblemError(Problem(HTTPStatus.GONE, detail, members, headers))
