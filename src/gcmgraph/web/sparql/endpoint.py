"""/sparql: the endpoint of the SPARQL 1.1 Protocol, and a form for browsers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI
from gcmgraph.publication.metadata.void import describe_service
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.sparql.query_text import value_text
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS
from gcmgraph.store.port import JSON_RESULTS, AcceptedMediaTypes
from gcmgraph.store.requests import QueryAnswer, Unanswered
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, RDF, XLSX
from gcmgraph.web.http.headers import cached
from gcmgraph.web.http.limits import MAX_BODY
from gcmgraph.web.http.problems import bad_request, not_acceptable, problem_of
from gcmgraph.web.http.requests import variant
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.responses.documents import cached_document, written
from gcmgraph.web.responses.documents import entity_tag as document_tag
from gcmgraph.web.responses.tables import part_lines, result_cell, workbook
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.hints import UnknownTerm
from gcmgraph.web.sparql.protocol import ANSWER, BODY, DATASET, QUERY, WORKBOOK, Operation, read_operation
from gcmgraph.web.sparql.reply import (
    answer_to,
    cut_headers,
    incomplete,
    query_request,
    reply_to,
    unknown_terms_if_empty,
)
from gcmgraph.web.templating import Page

#: The result of the engine from which a workbook is written.
_SOLUTIONS = AcceptedMediaTypes(JSON_RESULTS.media_type, None, None)

#: Rows of a result in a page; the other formats have all.
PAGE_ROWS = 500


@dataclass(frozen=True)
class ResultCell:
    """A value in a table of results."""

    text: str
    iri: IRI | None = None
    language: str | None = None


@dataclass(frozen=True)
class ResultTable:
    """An answer in a page: a table, a truth value, or a graph as text."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[ResultCell, ...], ...] = ()
    row_count: int = 0
    boolean: bool | None = None
    graph: str | None = None
    #: whether the answer itself was cut, so that no format holds all of it
    capped: bool = False


def blueprint(site: Site) -> Blueprint:
    """/sparql."""
    routes = Blueprint("sparql", __name__)

    @routes.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
    @api.operation(
        "ask_by_get",
        ANSWER,
        (QUERY, *DATASET),
        (403, 429, 503),
        method="GET",
        summary="Run a query; without one, return the service description",
    )
    @api.operation(
        "ask",
        ANSWER,
        DATASET,
        (403, 415, 503),
        method="POST",
        cached=True,
        body=BODY,
        body_description=f"SPARQL query in UTF-8; at most {MAX_BODY:,} bytes.",
    )
    def sparql() -> Response:
        """Run a query.

        A form body holds the query and the dataset parameters. Where the body is the query itself, the dataset
        parameters are part of the URL.
        """
        operation = read_operation(request)
        snapshot = site.dataset.snapshot()
        if operation.wanted is None:
            return _page(site, snapshot, operation)
        if operation.query is None:
            return _description(site, snapshot, operation.wanted)
        if operation.wanted == WORKBOOK:
            return _workbook(site, snapshot, operation)
        if_none_match = request.headers.get("If-None-Match")
        reply = reply_to(site, snapshot, operation, if_none_match, by_get=request.method == "GET")
        response = Response(reply.body, status=reply.status, headers=reply.headers, content_type=reply.media_type)
        if reply.media_type is None:
            del response.headers["Content-Type"]  # Flask's default
        return response

    return routes


def _description(site: Site, snapshot: Snapshot, wanted: AcceptedMediaTypes) -> Response:
    """The service description, in RDF."""
    representation = next((r for r in RDF if r.media_type == wanted.graph), None)
    if representation is None:
        raise not_acceptable([{"type": r.media_type, "href": f"/sparql?format={r.suffix}"} for r in RDF])
    representation = variant(representation)
    tag = document_tag(snapshot.version, "service", representation.content_type)

    def body() -> bytes:
        graphs = snapshot.figures.graphs
        described = describe_service(site.addresses, graphs, site.sparql_url, sparql12=True)
        return written(described, representation, site.addresses)

    return cached_document(snapshot, body, representation.content_type, tag=tag)


def _workbook(site: Site, snapshot: Snapshot, operation: Operation) -> Response:
    """The solutions of a SELECT as XLSX, with a sheet about them in the language of the reader."""
    answer = answer_to(site, snapshot, query_request(site, replace(operation, wanted=_SOLUTIONS)))
    results = json.loads(answer.body)
    variables, rows = results["head"]["vars"], results["results"]["bindings"]
    if len(rows) > MAX_WORKBOOK_ROWS:
        raise bad_request(
            gettext(
                "The answer has %(count)s rows; a workbook may have %(most)s. "
                "Request CSV, or parts with LIMIT and OFFSET.",
                count=len(rows),
                most=MAX_WORKBOOK_ROWS,
            )
        )
    about = {
        gettext("SPARQL query"): operation.query or "",
        gettext("Address"): site.sparql_url,
        **part_lines(len(rows), 1, 1, ""),
    }
    if answer.cut:
        about[gettext("Answer")] = _cut_sentence()
    cells = ([result_cell(row.get(name)) for name in variables] for row in rows)
    body = workbook(gettext("Answer"), variables, cells, about, snapshot, site.addresses, chosen_language(request))
    response = Response(body, content_type=XLSX.media_type)
    response.headers["Content-Disposition"] = 'attachment; filename="answer.xlsx"'
    if answer.cut:
        response.headers.extend(cut_headers(site.workers.limits))
    return cached(response, None)


def _cut_sentence() -> str:
    sentence: str = gettext(
        "This answer was cut: the server gives only so many rows at once. Ask in parts with ORDER BY, LIMIT and "
        "OFFSET, or take whole graphs from /graph-store."
    )
    return sentence


def _page(site: Site, snapshot: Snapshot, operation: Operation) -> Response:
    """The form, with the answer or the problem where there is a query."""
    problem = table = None
    unanswered: tuple[Unanswered, ...] = ()
    missing: list[UnknownTerm] = []
    status = HTTPStatus.OK
    headers: dict[str, str] = {}
    if (operation.query or "").strip():
        try:
            query = query_request(site, operation)
            answer = answer_to(site, snapshot, query)
            table, unanswered = _table(answer), answer.unanswered
            missing = unknown_terms_if_empty(site, snapshot, query, answer)
        except GcmGraphError as error:  # shown beside the query, so that it can be corrected
            problem = problem_of(error)
            status, headers = problem.status, dict(problem.headers)
    language = chosen_language(request)
    body = render_template(
        "sparql.html",
        page=Page(site, snapshot, language),
        query=operation.query,
        table=table,
        problem=problem,
        questions=site.questions,
        prefixes=site.addresses.prefixes,
        limits=site.workers.limits,
        endpoints=site.endpoints,
        unanswered=unanswered,
        missing=missing,
        cut=_cut_sentence(),
    )
    response = Response(body, status=status, content_type=HTML.content_type, headers=headers)
    if table is not None and table.capped:
        response.headers.extend(cut_headers(site.workers.limits))
    if unanswered:
        response.headers["Result-Incomplete"] = incomplete(unanswered)
    return cached(response, None)


def _table(answer: QueryAnswer) -> ResultTable:
    if syntax_for_media_type(answer.media_type) is not None:
        return ResultTable(graph=answer.body.decode("utf-8"), capped=answer.cut)
    results = json.loads(answer.body)
    if "boolean" in results:
        return ResultTable(boolean=results["boolean"])
    variables = tuple(results["head"]["vars"])
    bindings = results["results"]["bindings"]
    rows = tuple(tuple(_cell(row.get(name)) for name in variables) for row in bindings[:PAGE_ROWS])
    return ResultTable(variables, rows, len(bindings), capped=answer.cut)


def _cell(value: dict[str, object] | None) -> ResultCell:
    """A value of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms, or an unbound one."""
    if value is None:
        return ResultCell("")
    text = value_text(value)
    if value["type"] == "uri":
        return ResultCell(text, IRI(text))
    language = value.get("xml:lang")
    return ResultCell(text, None, language if isinstance(language, str) else None)
