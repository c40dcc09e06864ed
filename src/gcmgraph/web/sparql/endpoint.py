"""/sparql: the endpoint of the SPARQL 1.1 Protocol, and a form for browsers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import gettext

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.publication.metadata.void import describe_service
from gcmgraph.rdf.media import syntax_for_media_type
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.sparql_text import value_text
from gcmgraph.rdf.terms import IRI, Triple, text
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS
from gcmgraph.store.port import ROWS, AcceptedMediaTypes
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import cached
from gcmgraph.web.http.formats import ALIASES, HTML, RDF, XLSX
from gcmgraph.web.http.limits import MAX_BODY
from gcmgraph.web.http.negotiation import variant
from gcmgraph.web.http.problems import (
    Problem,
    bad_request,
    not_acceptable,
    problem_of,
)
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.responses.tables import part_lines, result_cell, workbook
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql import graph_store, replies, schemas
from gcmgraph.web.sparql.formats import WORKBOOK
from gcmgraph.web.sparql.protocol import SparqlOperation, read_operation
from gcmgraph.web.sparql.unknown_terms import UnknownTerm
from gcmgraph.web.templating import Page

#: Terms of a service description, and of notes in it.
_ENDPOINT = IRI(f"{PREFIXES['sd']}endpoint")
_SPARQL_1_2 = IRI(f"{PREFIXES['sd']}SPARQL12Query")
_COMMENT = IRI(f"{PREFIXES['rdfs']}comment")

#: Rows of a result in a page; the other formats have all.
PAGE_ROWS = 500


def add_routes(app: Flask, site: Site) -> None:
    """/sparql."""
    graph_store.add_routes(app, site)

    @app.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
    @api.operation(
        "ask_by_get",
        schemas.ANSWER,
        (schemas.QUERY, *schemas.DATASET),
        (403, 429, 503),
        method="GET",
        summary="Run a query; without one, return the service description",
    )
    @api.operation(
        "ask",
        schemas.ANSWER,
        schemas.DATASET,
        (403, 415, 503),
        method="POST",
        cached=True,
        body=schemas.BODY,
        body_description=f"SPARQL query in UTF-8; at most {MAX_BODY:,} bytes.",
    )
    def sparql() -> Response:
        """Run a query.

        A form body holds the query and the dataset parameters. Where the body is the query itself,
        the dataset parameters are part of the URL.
        """
        operation = read_operation(request)
        snapshot = site.dataset.snapshot()
        if operation.accepted is None:
            return _page(Page.requested(site), operation)
        if operation.query is None:
            return _description(site, snapshot, operation.accepted)
        if operation.accepted == WORKBOOK:
            return _workbook(Page.requested(site), operation)
        if_none_match = request.headers.get("If-None-Match")
        by_get = request.method == "GET"
        return replies.reply_to(site, snapshot, operation, if_none_match, by_get=by_get)


def _description(site: Site, snapshot: Snapshot, accepted: AcceptedMediaTypes) -> Response:
    """The service description, in RDF."""
    for representation in (*RDF, *ALIASES.values()):
        if representation.media_type == accepted.graph:
            break
    else:
        raise not_acceptable(
            [{"type": rdf.media_type, "href": f"/sparql?format={rdf.suffix}"} for rdf in RDF]
        )

    def description() -> Iterable[Triple]:
        triples = describe_service(site.addresses, snapshot.figures.graphs, site.sparql_url)
        return triples if site.engine is None else _by_engine(triples, site.engine.name)

    return cached_document(snapshot, description, variant(representation))


def _by_engine(description: Iterable[Triple], name: str) -> Iterator[Triple]:
    """The service description where a SPARQL server answers: of SPARQL 1.1, and with its name."""
    service = None
    for triple in description:
        if triple.predicate == _ENDPOINT:
            service = triple.subject
        if triple.object != _SPARQL_1_2:
            yield triple
    if service is not None:
        note = (
            f"Queries are answered by {name or 'a SPARQL server'}, over the graphs of this dataset."
        )
        yield Triple(service, _COMMENT, text(note, SOURCE_LANGUAGE))


def _workbook(page: Page, operation: SparqlOperation) -> Response:
    """The solutions of a SELECT as XLSX, with a sheet about them in the language of the reader."""
    site = page.site
    query = replies.query_request(site, replace(operation, accepted=ROWS))
    answer = replies.answer_to(site, page.snapshot, query)
    results = json.loads(answer.body)
    variables = results["head"]["vars"]
    bindings = results["results"]["bindings"]
    if len(bindings) > MAX_WORKBOOK_ROWS:
        raise bad_request(
            gettext(
                "The answer has %(count)s rows; a workbook may have %(most)s. "
                "Request CSV, or parts with LIMIT and OFFSET.",
                count=len(bindings),
                most=MAX_WORKBOOK_ROWS,
            )
        )
    about = {
        gettext("SPARQL query"): operation.query or "",
        gettext("Address"): site.sparql_url,
        **part_lines(len(bindings), 1, 1, ""),
    }
    if answer.cut:
        about[gettext("Answer")] = _cut_sentence()
    rows = (_workbook_row(variables, binding) for binding in bindings)
    body = workbook(page, gettext("Answer"), variables, rows, about)
    response = Response(body, content_type=XLSX.media_type)
    response.headers["Content-Disposition"] = 'attachment; filename="answer.xlsx"'
    if answer.cut:
        response.headers.extend(replies.cut_headers(site.workers.limits, answer))
    return cached(response, None)


def _workbook_row(variables: Sequence[str], binding: Mapping[str, Any]) -> list[Any]:
    return [result_cell(binding.get(variable)) for variable in variables]


def _cut_sentence() -> str:
    sentence: str = gettext(
        "This answer was cut: the server gives only so many rows at once. Ask in parts with "
        "ORDER BY, LIMIT and OFFSET, or take whole graphs from /graph-store."
    )
    return sentence


def _page(page: Page, operation: SparqlOperation) -> Response:
    """The form, with the answer or the problem where there is a query."""
    site = page.site
    problem: Problem | None = None
    table: dict[str, Any] | None = None
    answer: replies.Answer | None = None
    missing: list[UnknownTerm] = []
    if (operation.query or "").strip():
        try:
            query = replies.query_request(site, operation)
            answer = replies.answer_to(site, page.snapshot, query)
            table = _table(answer)
            missing = replies.unknown_terms_if_empty(site, page.snapshot, query, answer)
        except GcmGraphError as error:  # shown beside the query, so that the query can be corrected
            problem = problem_of(error)
    body = render_template(
        "sparql.html",
        page=page,
        query=operation.query,
        table=table,
        problem=problem,
        answer=answer,
        missing=missing,
        cut=_cut_sentence(),
        value_text=value_text,
    )
    response = Response(body, content_type=HTML.content_type)
    if problem is not None:
        response.status_code = problem.status
        response.headers.extend(problem.headers)
    if answer is not None and answer.cut:
        response.headers.extend(replies.cut_headers(site.workers.limits, answer))
    return cached(response, None)


def _table(answer: replies.Answer) -> dict[str, Any]:
    """An answer in a page: a graph as text, a truth value, or a table.

    Its cells are values of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms, None
    where a variable is unbound.
    """
    if syntax_for_media_type(answer.media_type) is not None:
        return {"graph": answer.body.decode("utf-8")}
    results: dict[str, Any] = json.loads(answer.body)
    if "boolean" in results:
        return results
    variables = results["head"]["vars"]
    bindings = results["results"]["bindings"]
    rows = [_page_row(variables, binding) for binding in bindings[:PAGE_ROWS]]
    return {"variables": variables, "rows": rows, "row_count": len(bindings)}


def _page_row(variables: Sequence[str], binding: Mapping[str, Any]) -> list[Any]:
    return [binding.get(variable) for variable in variables]
