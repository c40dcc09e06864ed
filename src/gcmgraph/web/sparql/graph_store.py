"""/graph-store: the SPARQL 1.1 Graph Store HTTP Protocol, read-only (https://www.w3.org/TR/sparql11-http-rdf-update/).

The default graph is the union of all graphs, as in queries. Graphs may be large: they are written to a file first,
which goes to the client piece by piece.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from http import HTTPStatus
from typing import IO

from flask import Blueprint, Response, request

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Triple
from gcmgraph.store.results.capped_output import write_whole_graph
from gcmgraph.web.http.negotiation import RDF, Representation, best_media_type
from gcmgraph.web.http.problems import HOW_DATA_CHANGE, Problem, ProblemError, not_acceptable
from gcmgraph.web.i18n.languages import SOURCE_LANGUAGE
from gcmgraph.web.responses.documents import entity_tag
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.protocol import read_parameters

#: Graphs up to so many bytes stay in memory.
_IN_MEMORY = 4 * 1024 * 1024

_PIECE = 64 * 1024

#: Answers up to so many bytes may be kept by the result cache.
_KEPT = 1024 * 1024

_ALLOWED = "GET, HEAD, OPTIONS"


def blueprint(site: Site) -> Blueprint:
    """/graph-store."""
    routes = Blueprint("graph_store", __name__)

    @routes.get("/graph-store", provide_automatic_options=False)
    def graph() -> Response:
        name, representation = _requested()
        snapshot = site.dataset.snapshot()
        if name is not None and name.value not in snapshot.figures.graphs:
            names = ", ".join(sorted(snapshot.figures.graphs))
            detail = f"There is no graph <{name.value}>."
            raise ProblemError(
                Problem(HTTPStatus.NOT_FOUND, detail, {"hint": f"Graphs: {names}."}, language=SOURCE_LANGUAGE)
            )
        tag = entity_tag(snapshot.version, "graph-store", name.value if name else "", representation.suffix)
        response = Response(content_type=representation.content_type)
        response.headers["Vary"] = "Accept"
        response.headers["Cache-Control"] = "public, no-cache"
        response.set_etag(tag)
        if not request.if_none_match.contains(tag):
            file, size = _written(snapshot, name, representation)
            if size > _KEPT:
                response.headers["Cache-Control"] = "no-cache"
            if request.method == "HEAD":
                file.close()
            response.response = _pieces(file) if request.method == "GET" else ()
            response.content_length = size
        response.make_conditional(request)
        return response

    @routes.route("/graph-store", methods=["OPTIONS"])
    def options() -> Response:
        return Response(headers={"Allow": _ALLOWED})

    @routes.route("/graph-store", provide_automatic_options=False, methods=["PUT", "POST", "DELETE", "PATCH"])
    def refused() -> Response:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#status-codes."""
        detail = "This graph store is read-only."
        problem = Problem(
            HTTPStatus.METHOD_NOT_ALLOWED,
            detail,
            {"hint": HOW_DATA_CHANGE},
            {"Allow": _ALLOWED},
            language=SOURCE_LANGUAGE,
        )
        raise ProblemError(problem)

    return routes


def _requested() -> tuple[IRI | None, Representation]:
    """The graph asked for (None for the default graph), and the form of it. Raises `ProblemError`."""
    parameters = read_parameters(request.query_string.decode("latin-1"))
    graphs = [value for name, value in parameters if name == "graph"]
    defaults = [value for name, value in parameters if name == "default"]
    if len(graphs) + len(defaults) != 1 or any(defaults):
        raise _bad("Name one graph: either ?default or ?graph=IRI.")
    formats = [value for name, value in parameters if name == "format"]
    if len(formats) > 1:
        raise _bad(f"The parameter 'format' is given {len(formats)} times; it may stand once.")
    representation = _representation(formats[0] if formats else None)
    if not graphs:
        return None, representation
    try:
        return IRI(graphs[0]), representation
    except ValueError:
        raise _bad("The value of 'graph' is not an absolute IRI.") from None


def _representation(name: str | None) -> Representation:
    if name is not None:
        named = next((r for r in RDF if name in {r.suffix, r.media_type}), None)
        if named is None:
            raise _bad(f"There is no format {name[:40]!r}. Formats: {', '.join(r.suffix for r in RDF)}.")
        return named
    # a browser, which names HTML, shows Turtle as well as anything
    media_type = best_media_type(request.accept_mimetypes, [*(r.media_type for r in RDF), "text/html"])
    if media_type is None:
        raise not_acceptable([{"type": r.media_type, "href": f"/graph-store?format={r.suffix}"} for r in RDF])
    return next((r for r in RDF if r.media_type == media_type), RDF[0])


def _written(snapshot: Snapshot, name: IRI | None, representation: Representation) -> tuple[IO[bytes], int]:
    """A graph in a file, and its size in bytes. Raises `NotXmlError`."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when its last piece was sent
    syntax = representation.syntax or RDF[0].syntax
    assert syntax is not None  # noqa: S101 - every representation in `RDF` has one
    try:
        write_whole_graph(_triples(snapshot, name), syntax.engine_format, file)
    except GcmGraphError:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return file, size


def _triples(snapshot: Snapshot, name: IRI | None) -> Iterator[Triple]:
    """The triples of a graph, each once; those of the default graph may come more than once from a SPARQL server."""
    if name is None:
        return snapshot.store.triples()
    return (quad.triple for quad in snapshot.store.quads(graph=name))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _bad(detail: str) -> ProblemError:
    return ProblemError(Problem(HTTPStatus.BAD_REQUEST, detail, language=SOURCE_LANGUAGE))
