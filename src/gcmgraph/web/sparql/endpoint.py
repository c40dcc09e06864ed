"""/sparql: the endpoint of the SPARQL 1.1 Protocol, and a form for browsers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
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
    bad_request,
    not_acceptable,
    problem_of,
)
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.responses.tables import part_lines, result_cell, workbook
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql import graph_store, protocol
from gcmgraph.web.sparql.hints import UnknownTerm
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
        protocol.ANSWER,
        (protocol.QUERY, *protocol.DATASET),
        (403, 429, 503),
        method="GET",
        summary="Run a query; without one, return the service description",
    )
    @api.operation(
        "ask",
        protocol.ANSWER,
        protocol.DATASET,
        (403, 415, 503),
        method="POST",
        cached=True,
        body=protocol.BODY,
        body_description=f"SPARQL query in UTF-8; at most {MAX_BODY:,} bytes.",
    )
    def sparql() -> Response:
        """Run a query.

        A form body holds the query and the dataset parameters. Where the body is the query itself,
        the dataset parameters are part of the URL.
        """
        operation = protocol.read_operation(request)
        snapshot = site.dataset.snapshot()
        if operation.wanted is None:
            return _page(Page.requested(site), operation)
        if operation.query is None:
            return _description(site, snapshot, operation.wanted)
        if operation.wanted == protocol.WORKBOOK:
            return _workbook(Page.requested(site), operation)
        if_none_match = request.headers.get("If-None-Match")
        return protocol.reply_to(
            site, snapshot, operation, if_none_match, by_get=request.method == "GET"
        )


def _description(site: Site, snapshot: Snapshot, wanted: AcceptedMediaTypes) -> Response:
    """The service description, in RDF."""
    representation = next(
        (r for r in (*RDF, *ALIASES.values()) if r.media_type == wanted.graph), None
    )
    if representation is None:
        raise not_acceptable(
            [{"type": r.media_type, "href": f"/sparql?format={r.suffix}"} for r in RDF]
        )

    def described() -> Iterable[Triple]:
        description = describe_service(site.addresses, snapshot.figures.graphs, site.sparql_url)
        return description if site.engine is None else _by_engine(description, site.engine.name)

    return cached_document(snapshot, described, variant(representation))


def _by_engine(description: Iterable[Triple], name: str) -> Iterator[Triple]:
    """The service description where a SPARQL server answers: of SPARQL 1.1 only, with a note that names it."""
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


def _workbook(page: Page, operation: protocol.SparqlOperation) -> Response:
    """The solutions of a SELECT as XLSX, with a sheet about them in the language of the reader."""
    site = page.site
    answer = protocol.answer_to(
        site, page.snapshot, protocol.query_request(site, replace(operation, wanted=ROWS))
    )
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
    body = workbook(page, gettext("Answer"), variables, cells, about)
    response = Response(body, content_type=XLSX.media_type)
    response.headers["Content-Disposition"] = 'attachment; filename="answer.xlsx"'
    if answer.cut:
        response.headers.extend(protocol.cut_headers(site.workers.limits, answer))
    return cached(response, None)


def _cut_sentence() -> str:
    sentence: str = gettext(
        "This answer was cut: the server gives only so many rows at once. Ask in parts with ORDER BY, LIMIT and "
        "OFFSET, or take whole graphs from /graph-store."
    )
    return sentence


def _page(page: Page, operation: protocol.SparqlOperation) -> Response:
    """The form, with the answer or the problem where there is a query."""
    site = page.site
    failure = table = answer = None
    missing: list[UnknownTerm] = []
    status = HTTPStatus.OK
    headers: dict[str, str] = {}
    if (operation.query or "").strip():
        try:
            query = protocol.query_request(site, operation)
            answer = protocol.answer_to(site, page.snapshot, query)
            table = _table(answer)
            missing = protocol.unknown_terms_if_empty(site, page.snapshot, query, answer)
        except GcmGraphError as error:  # shown beside the query, so that it can be corrected
            failure = problem_of(error)
            status, headers = failure.status, dict(failure.headers)
    body = render_template(
        "sparql.html",
        page=page,
        query=operation.query,
        table=table,
        problem=failure,
        answer=answer,
        missing=missing,
        cut=_cut_sentence(),
        value_text=value_text,
    )
    response = Response(body, status=status, content_type=HTML.content_type, headers=headers)
    if answer is not None and answer.cut:
        response.headers.extend(protocol.cut_headers(site.workers.limits, answer))
    return cached(response, None)


def _table(answer: protocol.Answer) -> dict[str, Any]:
    """An answer in a page: a graph as text, a truth value, or a table.

    Its cells are values of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms, None
    where a variable is unbound.
    """
    if syntax_for_media_type(answer.media_type) is not None:
        return {"graph": answer.body.decode("utf-8")}
    results: dict[str, Any] = json.loads(answer.body)
    if "boolean" in results:
        return results
    variables, bindings = results["head"]["vars"], results["results"]["bindings"]
    rows = [[row.get(name) for name in variables] for row in bindings[:PAGE_ROWS]]
    return {"variables": variables, "rows": rows, "row_count": len(bindings)}
