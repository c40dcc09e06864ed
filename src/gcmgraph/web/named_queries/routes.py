"""/queries, /queries/{name}, /.well-known/sparql-examples: the query library as pages, as data and as RDF."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Annotated, TypedDict

from flask import Flask, Response, render_template, request

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.queries.description import (
    describe_examples,
    describe_library,
    describe_query,
    query_iri,
    url_template,
)
from gcmgraph.queries.library import MAX_ROWS, NamedQuery, find_query
from gcmgraph.queries.parameters import MAX_LENGTH, TYPES, QueryParameter
from gcmgraph.rdf.sparql_text import is_volatile
from gcmgraph.rdf.terms import Term
from gcmgraph.store.results import CSV_RESULTS, ResultSyntax
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, JSON, RDF, XLSX, content_type
from gcmgraph.web.http.links import shorter_address
from gcmgraph.web.http.negotiation import RDF_FOR_ANYONE, Offer, chosen_format, negotiate
from gcmgraph.web.http.parameters import page_links, require_page
from gcmgraph.web.http.problems import problem_of
from gcmgraph.web.named_queries import results
from gcmgraph.web.responses.attribution import source_links
from gcmgraph.web.responses.negotiated import cached_document, entity_tag, last_modified, written
from gcmgraph.web.responses.tables import byte_order_mark, part_lines
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.protocol import RESULTS
from gcmgraph.web.templating import Page


class ParameterSummary(TypedDict):
    """Parameter of a query."""

    name: str
    type: Annotated[str, api.among(TYPES)]
    default: str | None
    required: bool
    label: Mapping[str, str]


class QuerySummary(TypedDict):
    """Query of the library."""

    name: str
    iri: api.Address
    path: str
    urlTemplate: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: list[ParameterSummary]
    columns: Sequence[str]
    group: str | None


#: Parameters and answer of each query.
_PARAMETERS = (
    api.Parameter("page", "Page number, from 1.", api.whole(1, MAX_ROWS, 1), shared="page"),
    api.Parameter(
        "page_size",
        f"Rows per page; {results.PAGE_ROWS} on an HTML page by default.",
        api.whole(1, MAX_ROWS, results.DATA_ROWS),
        shared="page_size",
    ),
    replace(api.format_of(results.FORMATS), shared="format"),
    replace(api.MARK, shared="bom"),
    api.LANG,
)
_ROWS = api.answer(
    "Page of the query results; in RDF, the description of the query.",
    RESULTS,
    HTML,
    XLSX,
    RDF,
    headers=(*api.PAGED, *api.CUT),
    shared="Rows",
)
_TEXT = api.answer(
    "Text of the query, for an engine of your own that asks the endpoint; in RDF, the description of the query.",
    HTML,
    RDF,
    shared="Text",
)


def describe_operation(query: NamedQuery) -> Callable[[api.View], api.View]:
    """The description of the operation of a query."""
    answer = _ROWS if query.endpoint is None else _TEXT
    return api.operation(
        f"query_{query.name.replace('-', '_')}",
        {200: answer, 303: api.SHORTER},
        (*(_parameter(one) for one in query.parameters), *_PARAMETERS),
        (404, 429, 503),
        path=f"/queries/{query.name}",
        summary=query.title[SOURCE_LANGUAGE],
        description=f"{query.description[SOURCE_LANGUAGE]}\n\nColumns: {', '.join(query.variables)}.",
    )


def _parameter(one: QueryParameter) -> api.Parameter:
    """A parameter of a query.

    Resources are named by code, CURIE or IRI, so their schema is plain text.
    """
    default = {} if one.default is None else {"default": one.default}
    schema = api.text(MAX_LENGTH, **default)
    if one.type == "integer":
        schema = {"type": "integer"} | {name: int(value) for name, value in default.items()}
    description = f"{one.labels[SOURCE_LANGUAGE]}: {one.expected_value}."
    return api.Parameter(one.name, description, schema, required=one.required)


def query_summary(site: Site, query: NamedQuery) -> QuerySummary:
    """A query in the list for programs."""
    return {
        "name": query.name,
        "iri": query_iri(query.name, site.addresses),
        "path": f"{request.script_root}/queries/{query.name}",
        "urlTemplate": url_template(query, site.addresses),
        "title": query.title,
        "description": query.description,
        "parameters": [
            {
                "name": p.name,
                "type": p.type,
                "default": p.default,
                "required": p.required,
                "label": p.labels,
            }
            for p in query.parameters
        ],
        "columns": query.variables,
        "group": query.group or None,
    }


#: Characters of the filter of the library at most.
LONGEST_FILTER = 200

#: Formats of the library: a list for programs, RDF, and a page.
_OFFER = Offer.of((JSON, *RDF, HTML), (HTML, JSON, *RDF))


_LISTED = api.answer(
    "Queries with their parameters and columns.", {JSON.media_type: list[QuerySummary]}, _OFFER
)
_EXAMPLES = api.answer(
    "Queries that can be run as they are, with texts in six languages, and the prefixes of the dataset.",
    RDF,
)


def add_routes(app: Flask, site: Site) -> None:
    """/queries, /queries/{name} and /.well-known/sparql-examples."""
    library = site.library

    @app.get("/queries")
    @api.operation("queries", _LISTED, (api.format_of(_OFFER.by_name), api.LANG))
    def catalogue() -> Response:
        """List the query library."""
        form = chosen_format(_OFFER)
        page = Page.requested(site)
        body: bytes | str
        if form is HTML:
            words = request.args.get("q", "")[:LONGEST_FILTER]
            groups = results.grouped(library.values(), words)
            first = [library[name] for name in results.BEGIN_WITH if name in library]
            body = render_template(
                "queries.html", page=page, groups=groups, first=first, words=words
            )
        elif form is JSON:
            body = json.dumps(
                [query_summary(site, query) for query in library.values()],
                ensure_ascii=False,
                indent=1,
            )
        else:
            body = written(describe_library(library.values(), site.addresses), form, site.addresses)
        return _answered(page.snapshot, body, form.content_type)

    @app.get("/queries/<name>")
    def named(name: str) -> Response:
        query = find_query(library, name)
        asked = results.read_request(request, query)
        page = Page.requested(site)
        if asked.form is HTML:
            return shorter_address() or _page(page, query, asked)
        if isinstance(asked.form, ResultSyntax) or asked.form is XLSX:
            return _file(page, query, asked)
        body = written(describe_query(query, site.addresses), asked.form, site.addresses)
        return _answered(page.snapshot, body, asked.form.content_type)

    @app.get("/.well-known/sparql-examples")
    @api.operation("sparql_examples", _EXAMPLES, ())
    def examples() -> Response:
        """Describe example queries, for SPARQL editors and assistants."""
        form = negotiate(RDF_FOR_ANYONE, lambda _: "/.well-known/sparql-examples")
        make = partial(describe_examples, library.values(), site.addresses, site.sparql_url)
        return cached_document(site.dataset.snapshot(), make, form)

    for query in library.values():
        describe_operation(query)(named)


def _file(page: Page, query: NamedQuery, asked: results.AnswerRequest) -> Response:
    """One page of results in a result format, or as XLSX in the language of the reader, by default as a whole."""
    form = asked.form
    given = _with_language(query, asked.given, page.language) if form is XLSX else asked.given
    terms = results.bound_terms(page, query, given)
    found = results.evaluate(page, query, terms)
    last = found.page_count(asked.page_size)
    require_page(asked.page, last)
    if isinstance(form, ResultSyntax):
        mark = byte_order_mark() if form is CSV_RESULTS else ""
        sources = results.figure_sources(page, query, found.page(asked.page, asked.page_size))
        rows = results.serialize_page(
            found, form, page=asked.page, size=asked.page_size, sources=sources
        )
        body = mark.encode() + rows
    else:
        other = asked.address(page.url(f"/queries/{query.name}"), min(asked.page + 1, last))
        about = part_lines(len(found.rows), asked.page, last, other)
        body = results.results_workbook(
            page, query, terms, found.page(asked.page, asked.page_size), about
        )
    response = _answered(page.snapshot, body, form.media_type, _caching(query, found))
    if form is XLSX:
        response.headers["Content-Disposition"] = f'attachment; filename="{query.name}.xlsx"'
    return _paged(page, response, query, asked, found)


def _with_language(query: NamedQuery, given: Mapping[str, str], language: str) -> dict[str, str]:
    """The values of parameters with the language of the reader as that of the query, where it takes one."""
    values = dict(given)
    if any(p.name == p.type == "language" for p in query.parameters):
        values["language"] = values.get("language", "").strip() or language
    return values


def _page(page: Page, query: NamedQuery, asked: results.AnswerRequest) -> Response:
    """The form, with a page of results or the problem."""
    given = _with_language(query, asked.given, page.language)
    problem = found = None
    terms: dict[str, Term] = {}
    incomplete = (
        any(p.required and not given.get(p.name, "").strip() for p in query.parameters)
        and not asked.given
    )
    if not incomplete:
        try:
            terms = results.bound_terms(page, query, given)
            if query.endpoint is None:
                found = results.evaluate(page, query, terms)
                require_page(asked.page, found.page_count(asked.page_size))
        except GcmGraphError as error:  # displayed above the form
            problem, found = problem_of(error), None
    body = render_template(
        "query.html",
        page=page,
        query=query,
        problem=problem,
        results=found,
        asked=asked,
        given=given,
        terms_of=terms,
        named=results,
    )
    status = problem.status if problem else HTTPStatus.OK
    caching = _caching(query, found) if found else Caching.BY_VERSION
    response = _answered(page.snapshot, body, HTML.media_type, caching, status=status)
    response.headers.update(problem.headers if problem else {})
    return _paged(page, response, query, asked, found) if found else response


def _paged(
    page: Page,
    response: Response,
    query: NamedQuery,
    asked: results.AnswerRequest,
    found: results.NamedQueryResults,
) -> Response:
    """Add links to the other pages and to the sources of figures, and the number of rows of all."""
    path = f"{request.script_root}/queries/{query.name}"
    last = found.page_count(asked.page_size)
    for link in page_links(asked.page, last, lambda number: asked.address(path, number)):
        response.headers.add("Link", link)
    for link in source_links(
        results.figure_sources(page, query, found.page(asked.page, asked.page_size))
    ):
        response.headers.add("Link", link)
    response.headers["X-Total-Count"] = str(len(found.rows))
    if found.cut:
        response.headers["Result-Truncated"] = f"rows={len(found.rows)}"
    return response


def _caching(query: NamedQuery, found: results.NamedQueryResults) -> Caching:
    if found.cut:
        return Caching.NEVER
    return Caching.BRIEF if is_volatile(query.text) else Caching.BY_VERSION


def _answered(
    snapshot: Snapshot,
    body: bytes | str,
    media_type: str,
    caching: Caching = Caching.BY_VERSION,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """A response with validators: the entity tag of its body, and its date where it depends on the version alone.

    A problem has none.
    """
    response = Response(body, status=status, content_type=content_type(media_type))
    if status != HTTPStatus.OK:
        return cached(response, caching)
    tag = entity_tag(body if isinstance(body, str) else body.decode("latin-1"))
    modified = last_modified(snapshot) if caching is Caching.BY_VERSION else None
    return cached(response, caching, tag=tag, modified=modified)
