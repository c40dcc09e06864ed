"""/sparql and /graph-store.

/sparql: the endpoint of the SPARQL 1.1 Protocol, and a form for browsers.

/graph-store: the SPARQL 1.1 Graph Store HTTP Protocol, read-only
(https://www.w3.org/TR/sparql11-http-rdf-update/).

The default graph is the union of all graphs, as in queries. Graphs may be large: they are written
to files, which are sent piece by piece.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from operator import attrgetter
from typing import IO, Any

from cachetools import LRUCache
from flask import Flask, Response, render_template, request
from flask_babel import gettext

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.platform.slots import Slots
from gcmgraph.publication.metadata.void import describe_service
from gcmgraph.rdf.media import syntax_for_media_type
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.sparql_text import value_text
from gcmgraph.rdf.terms import IRI, Triple, text
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS
from gcmgraph.store.answer_files import AnswerFile
from gcmgraph.store.port import ROWS, AcceptedMediaTypes
from gcmgraph.store.results import write_whole_graph
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached, client_has
from gcmgraph.web.http.formats import ALIASES, HTML, RDF, XLSX, Format
from gcmgraph.web.http.limits import GRAPH_BYTES, GRAPH_WAIT, GRAPH_WAITING, MAX_BODY
from gcmgraph.web.http.negotiation import RDF_FOR_ANYONE, negotiate, variant
from gcmgraph.web.http.problems import (
    HOW_DATA_CHANGE,
    RETRY_AFTER,
    ProblemError,
    bad_request,
    not_acceptable,
    problem,
    problem_of,
)
from gcmgraph.web.responses.negotiated import cached_document, entity_tag, written
from gcmgraph.web.responses.tables import part_lines, result_cell, workbook
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql import protocol
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
    _add_graph_store(app, site)

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


#: Bytes of an answer that the response cache may store, at most.
_KEPT = 1024 * 1024

_ALLOWED = "GET, HEAD, OPTIONS"

_GRAPH = (
    api.Parameter(
        "default",
        "Selects the union of all graphs; has no value.",
        api.text(0),
        more={"allowEmptyValue": True},
    ),
    api.Parameter("graph", "IRI of a named graph.", api.text(format="iri")),
    api.format_of(form.suffix for form in RDF),
)


def _add_graph_store(app: Flask, site: Site) -> None:
    """/graph-store."""
    files = GraphFiles()

    @app.get("/graph-store", provide_automatic_options=False)
    @api.operation("graph", api.answer("Triples of the graph.", RDF), _GRAPH, (404, 503))
    def graph() -> Response:
        """Return a graph (SPARQL 1.1 Graph Store Protocol, read-only).

        Exactly one of `default` (without a value) and `graph` is required.
        """
        name, representation = _requested()
        snapshot = site.dataset.snapshot()
        if name is not None and name.value not in snapshot.figures.graphs:
            names = ", ".join(sorted(snapshot.figures.graphs))
            raise problem(
                f"There is no graph <{name.value}>.", HTTPStatus.NOT_FOUND, f"Graphs: {names}."
            )
        tag = entity_tag(
            snapshot.version, "graph-store", name.value if name else "", representation.suffix
        )
        response = Response(content_type=representation.content_type)
        caching = Caching.BY_VERSION
        if not client_has(request.headers.get("If-None-Match"), tag):
            file = _written(files, snapshot, name, representation, site.addresses)
            if file.size > _KEPT:
                caching = Caching.REVALIDATED
            response.response = file.pieces() if request.method == "GET" else ()
            response.content_length = file.size
        return cached(response, caching, vary="Accept", tag=tag)

    @app.route("/graph-store", methods=["OPTIONS"])
    def options() -> Response:
        return Response(headers={"Allow": _ALLOWED})

    @app.route(
        "/graph-store", provide_automatic_options=False, methods=["PUT", "POST", "DELETE", "PATCH"]
    )
    def refused() -> Response:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#status-codes."""
        status, allowed = HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": _ALLOWED}
        raise problem("This graph store is read-only.", status, HOW_DATA_CHANGE, allowed)


def _requested() -> tuple[IRI | None, Format]:
    """The requested graph (None for the default graph), and its format. Raises `ProblemError`."""
    parameters = protocol.read_parameters(request.query_string.decode("latin-1"))
    graphs, defaults = (
        [value for key, value in parameters if key == name] for name in ("graph", "default")
    )
    if len(graphs) + len(defaults) != 1 or any(defaults):
        raise problem("Name one graph: either ?default or ?graph=IRI.")
    representation = _representation(protocol.single(parameters, "format"))
    return next(map(IRI, protocol.graphs_of(parameters, "graph")), None), representation


def _representation(name: str | None) -> Format:
    if name is not None:
        named = next((r for r in RDF if name in {r.suffix, r.media_type}), None)
        if named is None:
            raise problem(
                f"There is no format {name[:40]!r}. Formats: {', '.join(r.suffix for r in RDF)}."
            )
        return named
    return negotiate(RDF_FOR_ANYONE, "/graph-store?format={}".format)


def _written(
    files: GraphFiles,
    snapshot: Snapshot,
    name: IRI | None,
    representation: Format,
    addresses: Addresses,
) -> AnswerFile:
    """A graph in a file. Raises `NotXmlError`; `ProblemError` where others are being written."""

    def write(file: IO[bytes]) -> None:
        store = snapshot.store
        triples = (
            store.triples() if name is None else (quad.triple for quad in store.quads(graph=name))
        )  # each once
        if representation.syntax is not None:
            write_whole_graph(triples, representation.syntax.engine_format, file)
        else:
            file.write(written(triples, representation, addresses))

    return files.get(snapshot.version, (name, representation.suffix), write)


class GraphFiles:
    """The files of the newest version, up to `GRAPH_BYTES` of them. One is written at a time."""

    def __init__(self) -> None:
        self._files: LRUCache[Hashable, AnswerFile] = LRUCache(
            GRAPH_BYTES, getsizeof=attrgetter("size")
        )
        self._version = ""
        self._lock = threading.Lock()
        self._writing = Slots(1, GRAPH_WAITING, GRAPH_WAIT, _busy)

    def get(self, version: str, name: Hashable, write: Callable[[IO[bytes]], object]) -> AnswerFile:
        """The file of a graph, written by `write` where it is not there.

        Raises `ProblemError` where others are.
        """
        if (known := self._known(version, name)) is not None:
            return known
        with self._writing.slot():
            if (known := self._known(version, name)) is not None:  # written meanwhile
                return known
            with tempfile.TemporaryFile() as file:
                write(file)
                written = AnswerFile(file)
            with self._lock, suppress(ValueError):  # larger than all may be together
                if version == self._version:
                    self._files[name] = written
            return written

    def _known(self, version: str, name: Hashable) -> AnswerFile | None:
        with self._lock:
            if version != self._version:
                self._files.clear()
                self._version = version
            return self._files.get(name)


def _busy() -> ProblemError:
    headers = {"Retry-After": str(RETRY_AFTER)}
    detail = "Other graphs are being written to be sent."
    return problem(detail, HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment.", headers)
