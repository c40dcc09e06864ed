"""/queries and /queries/{name}: the query library, as pages with forms, as data, and as RDF."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import Term, Triple
from gcmgraph.queries.description import describe_library, describe_query, query_iri, url_template
from gcmgraph.queries.library import NamedQuery, UnknownQueryError, find_query
from gcmgraph.store.port import ResultSyntax
from gcmgraph.web.http.negotiation import HTML, RDF, best_media_type
from gcmgraph.web.http.parameters import page_links, require_page
from gcmgraph.web.http.problems import Problem, ProblemError, not_acceptable, problem_of
from gcmgraph.web.i18n.languages import SOURCE_LANGUAGE, chosen_language
from gcmgraph.web.named_queries.editor import editor_bundle
from gcmgraph.web.named_queries.form import fields
from gcmgraph.web.named_queries.parameters import bound_terms
from gcmgraph.web.named_queries.request import AnswerRequest, parameter_problem, read_request
from gcmgraph.web.named_queries.results import Answer, answer, answer_tag, term, written_page
from gcmgraph.web.responses.documents import VARY, entity_tag, last_modified, tell_modified, written
from gcmgraph.web.services import Site
from gcmgraph.web.sparql.responses import incomplete, is_volatile
from gcmgraph.web.templating.page import Page

#: Seconds for which a client may keep an answer that asks others.
VOLATILE_AGE = 60

#: The library as a plain list for programs.
_JSON = "application/json"


def blueprint(site: Site, library: Mapping[str, NamedQuery]) -> Blueprint:
    """/queries, /queries/{name}; and for all pages the address of the editor's script, where it was built."""
    routes = Blueprint("queries", __name__)

    @routes.app_context_processor
    def interface() -> dict[str, object]:
        return {"editor_bundle": editor_bundle(), "library": library, "base": site.addresses.base}

    @routes.get("/queries")
    def catalogue() -> Response:
        forms = {HTML.suffix: HTML.media_type, "json": _JSON, **{r.suffix: r.media_type for r in RDF}}
        asked = request.args.get("format", "")
        if asked and asked not in forms:
            raise parameter_problem(
                gettext("There is no format '%(format)s'.", format=asked[:60]),
                "format",
                hint=gettext("Formats: %(formats)s.", formats=", ".join(forms)),
            )
        offers = (_JSON, *(r.media_type for r in RDF), HTML.media_type)
        media_type = forms[asked] if asked else best_media_type(request.accept_mimetypes, offers)
        if media_type is None:
            raise not_acceptable([{"type": t, "href": f"?format={name}"} for name, t in forms.items()])
        language = chosen_language(request)
        body: bytes | str
        if media_type == HTML.media_type:
            body = render_template("queries.html", page=Page(site, site.dataset.snapshot(), language))
        elif media_type == _JSON:
            body = json.dumps([_summary(site, query) for query in library.values()], ensure_ascii=False, indent=1)
        else:
            body = _rdf(site, describe_library(library.values(), site.addresses), media_type)
        return _answered(site, body, media_type, tag=None)

    @routes.get("/queries/<name>")
    def named(name: str) -> Response:
        query = _found(library, name)
        asked = read_request(request, query)
        if isinstance(asked.form, ResultSyntax):
            return _data(site, query, asked, asked.form)
        if asked.form is HTML:
            return _page(site, query, asked)
        body = _rdf(site, describe_query(query, site.addresses), asked.form.media_type)
        return _answered(site, body, asked.form.media_type, tag=None)

    return routes


def _found(library: Mapping[str, NamedQuery], name: str) -> NamedQuery:
    try:
        return find_query(library, name)
    except UnknownQueryError as error:
        raise ProblemError(
            Problem(HTTPStatus.NOT_FOUND, error.message, {"hint": error.hint}, language=SOURCE_LANGUAGE)
        ) from None


def _summary(site: Site, query: NamedQuery) -> dict[str, object]:
    """A query as the list for programs tells it."""
    return {
        "name": query.name,
        "iri": query_iri(query.name, site.addresses),
        "path": f"{request.script_root}/queries/{query.name}",
        "urlTemplate": url_template(query, site.addresses),
        "title": query.title,
        "description": query.description,
        "parameters": [
            {"name": p.name, "type": p.type, "default": p.default, "required": p.required, "label": p.labels}
            for p in query.parameters
        ],
        "columns": query.variables,
    }


def _data(site: Site, query: NamedQuery, asked: AnswerRequest, syntax: ResultSyntax) -> Response:
    """One page of an answer, in a syntax of results."""
    snapshot = site.dataset.snapshot()
    terms = bound_terms(site, snapshot, query, asked.given)
    whole = answer(site, snapshot, query, terms)
    require_page(asked.page, whole.page_count(asked.page_size))
    tag = answer_tag(snapshot, query, terms, syntax.media_type, asked.page, asked.page_size)

    def body() -> bytes:
        return written_page(whole, syntax, page=asked.page, size=asked.page_size)

    if whole.unanswered:  # the tag is that of the answer as it should be
        return _paged(_answered(site, body(), syntax.media_type, tag=None), query, asked, whole)
    response = _answered(site, snapshot.bodies.get(tag, body), syntax.media_type, tag=tag)
    return _paged(response, query, asked, whole)


def _page(site: Site, query: NamedQuery, asked: AnswerRequest) -> Response:
    """The form, with a page of the answer or the problem."""
    snapshot = site.dataset.snapshot()
    language = chosen_language(request)
    given = dict(asked.given)
    if any(p.name == p.type == "language" for p in query.parameters):
        given["language"] = given.get("language", "").strip() or language  # people read what their page speaks
    problem = whole = None
    terms: dict[str, Term] = {}
    unasked = any(p.required and not given.get(p.name, "").strip() for p in query.parameters) and not asked.given
    if not unasked:
        try:
            terms = bound_terms(site, snapshot, query, given)
            whole = answer(site, snapshot, query, terms)
            require_page(asked.page, whole.page_count(asked.page_size))
        except GcmGraphError as error:  # shown above the form, so that it can be mended
            problem, whole = problem_of(error), None
    wrong = problem.members.get("parameter") if problem else None
    columns = [variable for variable in query.variables if variable not in {*terms, query.endpoint}]
    body = render_template(
        "query.html",
        page=Page(site, snapshot, language),
        query=query,
        fields=fields(site, snapshot, query, given, language, wrong if isinstance(wrong, str) else None),
        problem=problem,
        whole=whole,
        columns=columns,
        rows=_rows(whole.page(asked.page, asked.page_size), columns) if whole else [],
        asked=asked,
        given=given,
        sparql=query.written_out(terms),
        endpoints=site.endpoints,
    )
    status = problem.status if problem else HTTPStatus.OK
    response = _answered(site, body, HTML.media_type, tag=None, status=status)
    response.headers["Content-Language"] = language
    response.headers.update(problem.headers if problem else {})
    return _paged(response, query, asked, whole) if whole else response


def _rows(bindings: Sequence[Mapping[str, Mapping[str, str]]], columns: list[str]) -> list[list[Term | None]]:
    return [[term(binding.get(column)) for column in columns] for binding in bindings]


def _paged(response: Response, query: NamedQuery, asked: AnswerRequest, whole: Answer) -> Response:
    """Say where the other pages are, and how many rows there are in all."""
    path = f"{request.script_root}/queries/{query.name}"
    last = whole.page_count(asked.page_size)
    for link in page_links(asked.page, last, lambda number: asked.address(path, number)):
        response.headers.add("Link", link)
    response.headers["X-Total-Count"] = str(len(whole.lines))
    if is_volatile(query.text):  # others' data change without our version; not `public`, so no cache of ours keeps it
        response.headers["Cache-Control"] = f"max-age={VOLATILE_AGE}"
        del response.headers["Last-Modified"]
    if whole.unanswered:
        response.headers["Result-Incomplete"] = incomplete(whole.unanswered)
        response.headers["Cache-Control"] = "no-store"
        del response.headers["ETag"]
    if whole.cut:
        response.headers["Result-Truncated"] = f"rows={len(whole.lines)}"
        response.headers["Cache-Control"] = "no-store"
    return response


def _rdf(site: Site, triples: Iterable[Triple], media_type: str) -> bytes:
    representation = next(r for r in RDF if r.media_type == media_type)
    return written(triples, representation, site.addresses)


def _answered(
    site: Site, body: bytes | str, media_type: str, *, tag: str | None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    text = media_type.startswith("text/")
    response = Response(body, status=status, content_type=f"{media_type}; charset=utf-8" if text else media_type)
    response.headers["Vary"] = VARY
    response.headers["Cache-Control"] = "public, no-cache"
    if status == HTTPStatus.OK:
        response.set_etag(tag or entity_tag(body if isinstance(body, str) else body.decode()))
        tell_modified(response, last_modified(site.dataset.snapshot()))
        response.make_conditional(request)
    return response
