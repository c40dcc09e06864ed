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
from gcmgraph.web.named_queries import parameters, results, table
from gcmgraph.web.named_queries.groups import BEGIN_WITH, OF_GAPS, grouped
from gcmgraph.web.named_queries.requests import (
    DATA_ROWS,
    FORMATS,
    PAGE_ROWS,
    AnswerRequest,
    read_request,
)
from gcmgraph.web.responses.attribution import source_links
from gcmgraph.web.responses.negotiated import (
    cached_document,
    last_modified,
    serialize_triples,
    strong_entity_tag,
)
from gcmgraph.web.responses.tables import byte_order_mark, part_lines
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.schemas import RESULTS
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
        f"Rows per page; {PAGE_ROWS} on an HTML page by default.",
        api.whole(1, MAX_ROWS, DATA_ROWS),
        shared="page_size",
    ),
    replace(api.format_of(FORMATS), shared="format"),
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


def describe_operation(query: NamedQuery) -> Callable[[api.View], api.View]:
    """The description of the operation of a query."""
    answer = _ROWS if query.endpoint is None else _TEXT
    return api.operation(
        f"query_{query.name.replace('-', '_')}",
        {200: answer, 303: api.SHORTER},
        (*(_parameter(parameter) for parameter in query.parameters), *_PARAMETERS),
        (404, 429, 503),
        path=f"/queries/{query.name}",
        summary=query.title[SOURCE_LANGUAGE],
        description=f"{query.description[SOURCE_LANGUAGE]}\n\nColumns: {', '.join(query.variables)}.",
    )


def _parameter(parameter: QueryParameter) -> api.Parameter:
    """A parameter of a query.

    Resources are named by code, CURIE or IRI, so their schema is plain text.
    """
    default = {} if parameter.default is None else {"default": parameter.default}
    schema = api.text(MAX_LENGTH, **default)
    if parameter.type == "integer":
        schema = {"type": "integer"} | {name: int(value) for name, value in default.items()}
    description = f"{parameter.labels[SOURCE_LANGUAGE]}: {parameter.expected_value}."
    return api.Parameter(parameter.name, description, schema, required=parameter.required)


def query_summary(site: Site, query: NamedQuery) -> QuerySummary:
    """A query in the list for programs."""
    return {
        "name": query.name,
        "iri": query_iri(query.name, site.addresses),
        "path": f"{request.script_root}/queries/{query.name}",
        "urlTemplate": url_template(query, site.addresses),
        "title": query.title,
        "description": query.description,
        "parameters": [_parameter_summary(parameter) for parameter in query.parameters],
        "columns": query.variables,
        "group": query.group or None,
    }


def _parameter_summary(parameter: QueryParameter) -> ParameterSummary:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "default": parameter.default,
        "required": parameter.required,
        "label": parameter.labels,
    }


class QueryPages:
    """Views of the query library and of the results of its queries."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._library = site.library

    @api.operation("queries", _LISTED, (api.format_of(_OFFER.by_name), api.LANG))
    def catalogue(self) -> Response:
        """List the query library."""
        form = chosen_format(_OFFER)
        page = Page.requested(self._site)
        queries = self._library.values()
        body: bytes | str
        if form is HTML:
            body = self._catalogue_page(page)
        elif form is JSON:
            summaries = [query_summary(self._site, query) for query in queries]
            body = json.dumps(summaries, ensure_ascii=False, indent=1)
        else:
            addresses = self._site.addresses
            body = serialize_triples(describe_library(queries, addresses), form, addresses)
        return _with_validators(page.snapshot, body, form.content_type)

    def _catalogue_page(self, page: Page) -> str:
        words = request.args.get("q", "")[:LONGEST_FILTER]
        return render_template(
            "queries.html",
            page=page,
            groups=grouped(self._library.values(), words),
            first=[self._library[name] for name in BEGIN_WITH if name in self._library],
            words=words,
        )

    def named(self, name: str) -> Response:
        """Return the results of a query, or in RDF its description."""
        query = find_query(self._library, name)
        answer_request = read_request(request)
        page = Page.requested(self._site)
        form = answer_request.form
        if form is HTML:
            return shorter_address() or _page(page, query, answer_request)
        if isinstance(form, ResultSyntax) or form is XLSX:
            return _file(page, query, answer_request)
        addresses = self._site.addresses
        body = serialize_triples(describe_query(query, addresses), form, addresses)
        return _with_validators(page.snapshot, body, form.content_type)

    @api.operation("sparql_examples", _EXAMPLES, ())
    def examples(self) -> Response:
        """Describe example queries, for SPARQL editors and assistants."""
        site = self._site
        form = negotiate(RDF_FOR_ANYONE, lambda _: "/.well-known/sparql-examples")
        make = partial(describe_examples, self._library.values(), site.addresses, site.sparql_url)
        return cached_document(site.dataset.snapshot(), make, form)


def add_routes(app: Flask, site: Site) -> None:
    """/queries, /queries/{name} and /.well-known/sparql-examples."""
    pages = QueryPages(site)

    def named(name: str) -> Response:
        return pages.named(name)

    app.add_url_rule("/queries", "catalogue", pages.catalogue)
    app.add_url_rule("/queries/<name>", "named", named)
    app.add_url_rule("/.well-known/sparql-examples", "examples", pages.examples)
    for query in site.library.values():
        describe_operation(query)(named)


def _file(page: Page, query: NamedQuery, answer_request: AnswerRequest) -> Response:
    """One page of results in a result format, or as XLSX in the language of the reader, by default as a whole."""
    form = answer_request.form
    values = answer_request.parameters
    if form is XLSX:
        values = _with_language(query, values, page.language)
    terms = parameters.bound_terms(page, query, values)
    all_results = results.evaluate(page, query, terms)
    last_page = all_results.page_count(answer_request.page_size)
    require_page(answer_request.page, last_page)
    rows = all_results.page(answer_request.page, answer_request.page_size)
    if isinstance(form, ResultSyntax):
        mark = byte_order_mark() if form is CSV_RESULTS else ""
        serialized = results.serialize_page(
            all_results,
            form,
            page=answer_request.page,
            size=answer_request.page_size,
            sources=results.figure_sources(page, query, rows),
        )
        body = mark.encode() + serialized
    else:
        next_page = min(answer_request.page + 1, last_page)
        next_address = answer_request.address(page.url(f"/queries/{query.name}"), next_page)
        about = part_lines(len(all_results.rows), answer_request.page, last_page, next_address)
        body = table.results_workbook(page, query, terms, rows, about)
    caching = _caching(query, all_results)
    response = _with_validators(page.snapshot, body, form.media_type, caching)
    if form is XLSX:
        response.headers["Content-Disposition"] = f'attachment; filename="{query.name}.xlsx"'
    _add_headers(response, page, query, answer_request, all_results)
    return response


def _with_language(query: NamedQuery, values: Mapping[str, str], language: str) -> dict[str, str]:
    """The values of parameters with the language of the reader as that of the query, where it takes one."""
    completed = dict(values)
    if any(parameter.name == parameter.type == "language" for parameter in query.parameters):
        completed["language"] = completed.get("language", "").strip() or language
    return completed


def _page(page: Page, query: NamedQuery, answer_request: AnswerRequest) -> Response:
    """The form, with a page of results or the problem."""
    values = _with_language(query, answer_request.parameters, page.language)
    problem = None
    all_results = None
    terms: dict[str, Term] = {}
    if answer_request.parameters or not _lacks_required(query, values):
        try:
            terms = parameters.bound_terms(page, query, values)
            if query.endpoint is None:
                page_results = results.evaluate(page, query, terms)
                require_page(answer_request.page, page_results.page_count(answer_request.page_size))
                all_results = page_results
        except GcmGraphError as error:  # displayed above the form
            problem = problem_of(error)
    body = render_template(
        "query.html",
        page=page,
        query=query,
        problem=problem,
        results=all_results,
        answer_request=answer_request,
        values=values,
        terms_of=terms,
        choices=parameters.choices,
        column_names=results.column_names,
        figure_sources=results.figure_sources,
        share=results.share,
        results_table=table.results_table,
        lists_gaps=query.name in OF_GAPS,
    )
    status = problem.status if problem else HTTPStatus.OK
    caching = _caching(query, all_results) if all_results else Caching.BY_VERSION
    response = _with_validators(page.snapshot, body, HTML.media_type, caching, status=status)
    response.headers.update(problem.headers if problem else {})
    if all_results:
        _add_headers(response, page, query, answer_request, all_results)
    return response


def _lacks_required(query: NamedQuery, values: Mapping[str, str]) -> bool:
    """Whether a required parameter has no value."""
    required = [parameter.name for parameter in query.parameters if parameter.required]
    return any(not values.get(name, "").strip() for name in required)


def _add_headers(
    response: Response,
    page: Page,
    query: NamedQuery,
    answer_request: AnswerRequest,
    all_results: results.NamedQueryResults,
) -> None:
    """Add links to the other pages and to the sources of figures, and the number of rows of all."""
    path = f"{request.script_root}/queries/{query.name}"
    last_page = all_results.page_count(answer_request.page_size)
    rows = all_results.page(answer_request.page, answer_request.page_size)
    links = page_links(
        answer_request.page, last_page, lambda number: answer_request.address(path, number)
    )
    for link in (*links, *source_links(results.figure_sources(page, query, rows))):
        response.headers.add("Link", link)
    response.headers["X-Total-Count"] = str(len(all_results.rows))
    if all_results.cut:
        response.headers["Result-Truncated"] = f"rows={len(all_results.rows)}"


def _caching(query: NamedQuery, all_results: results.NamedQueryResults) -> Caching:
    if all_results.cut:
        return Caching.NEVER
    return Caching.BRIEF if is_volatile(query.text) else Caching.BY_VERSION


def _with_validators(
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
    tag = strong_entity_tag(body if isinstance(body, str) else body.decode("latin-1"))
    modified = last_modified(snapshot) if caching is Caching.BY_VERSION else None
    return cached(response, caching, tag=tag, modified=modified)
