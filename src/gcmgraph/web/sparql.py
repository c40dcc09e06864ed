"""/sparql: the endpoint of the SPARQL 1.1 Protocol, and a form for browsers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.store.workers import QueryAnswer, QueryRequest
from gcmgraph.web.language import chosen_language
from gcmgraph.web.problems import problem_of
from gcmgraph.web.site import Site, Snapshot
from gcmgraph.web.sparql_protocol import PAGE, Operation, read_operation
from gcmgraph.web.thing_page import Page

#: So many rows of a result are shown in a page; the other formats hold all.
PAGE_ROWS = 500


@dataclass(frozen=True)
class Cell:
    """A value in a table of results."""

    text: str
    iri: IRI | None = None
    language: str | None = None


@dataclass(frozen=True)
class Table:
    """What a page shows of an answer: a table, a truth value, or a graph as text."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    row_count: int = 0
    boolean: bool | None = None
    graph: str | None = None


def blueprint(site: Site) -> Blueprint:
    """/sparql."""
    routes = Blueprint("sparql", __name__)

    @routes.route("/sparql", methods=["GET", "POST"])
    def sparql() -> Response:
        operation = read_operation(request)
        snapshot = site.dataset.snapshot()
        if operation.wanted is None:
            return _page(site, snapshot, operation)
        answer = _answer(site, snapshot, operation)
        response = Response(answer.body, content_type=_content_type(answer.media_type))
        response.headers["Vary"] = "Accept"
        response.headers["Cache-Control"] = "public, no-cache"
        return response

    return routes


def _answer(site: Site, snapshot: Snapshot, operation: Operation) -> QueryAnswer:
    query = QueryRequest(
        operation.query or "",
        operation.wanted or PAGE,
        site.addresses.prefixes,
        operation.default_graphs,
        operation.named_graphs,
    )
    return site.workers.run(query, snapshot.index)


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _page(site: Site, snapshot: Snapshot, operation: Operation) -> Response:
    """The form, with the answer or the problem where there is a query."""
    problem = table = None
    status = HTTPStatus.OK
    headers: dict[str, str] = {}
    if (operation.query or "").strip():
        try:
            table = _table(_answer(site, snapshot, operation))
        except GcmGraphError as error:  # shown beside the query, so that it can be mended
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
    )
    response = Response(body, status=status, content_type="text/html; charset=utf-8", headers=headers)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _table(answer: QueryAnswer) -> Table:
    if syntax_for_media_type(answer.media_type) is not None:
        return Table(graph=answer.body.decode("utf-8"))
    results = json.loads(answer.body)
    if "boolean" in results:
        return Table(boolean=results["boolean"])
    variables = tuple(results["head"]["vars"])
    bindings = results["results"]["bindings"]
    rows = tuple(tuple(_cell(row.get(name)) for name in variables) for row in bindings[:PAGE_ROWS])
    return Table(variables, rows, len(bindings))


def _cell(value: dict[str, object] | None) -> Cell:
    """A value of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms, or an unbound one."""
    if value is None:
        return Cell("")
    text = value["value"] if isinstance(value["value"], str) else json.dumps(value["value"], ensure_ascii=False)
    if value["type"] == "uri":
        return Cell(text, IRI(text))
    language = value.get("xml:lang")
    return Cell(text, None, language if isinstance(language, str) else None)
