"""/graph-store: the SPARQL 1.1 Graph Store HTTP Protocol, read-only (https://www.w3.org/TR/sparql11-http-rdf-update/).

The default graph is the union of all graphs, as in queries. Graphs may be large: they are written to files, which are
sent piece by piece.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from operator import attrgetter
from typing import IO

from cachetools import LRUCache
from flask import Blueprint, Response, request

from gcmgraph.model.terms import IRI, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.store.results import write_whole_graph
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import RDF, Format
from gcmgraph.web.http.headers import Caching, cached, is_known
from gcmgraph.web.http.limits import GRAPH_BYTES, GRAPH_WAIT, GRAPH_WAITING
from gcmgraph.web.http.problems import HOW_DATA_CHANGE, RETRY_AFTER, ProblemError
from gcmgraph.web.http.requests import RDF_FOR_ANYONE, negotiate
from gcmgraph.web.responses.documents import entity_tag, written
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.protocol import graphs_of, problem, read_parameters, single

#: Bytes of an answer that the response cache may store, at most.
_KEPT = 1024 * 1024

_ALLOWED = "GET, HEAD, OPTIONS"

_PARAMETERS = (
    api.Parameter(
        "default", "Selects the union of all graphs; has no value.", api.text(0), more={"allowEmptyValue": True}
    ),
    api.Parameter("graph", "IRI of a named graph.", api.text(format="iri")),
    api.format_of(form.suffix for form in RDF),
)


def blueprint(site: Site) -> Blueprint:
    """/graph-store."""
    routes = Blueprint("graph_store", __name__)
    files = GraphFiles()

    @routes.get("/graph-store", provide_automatic_options=False)
    @api.operation("graph", api.answer("Triples of the graph.", RDF), _PARAMETERS, (404, 503))
    def graph() -> Response:
        """Return a graph (SPARQL 1.1 Graph Store Protocol, read-only).

        Exactly one of `default` (without a value) and `graph` is required.
        """
        name, representation = _requested()
        snapshot = site.dataset.snapshot()
        if name is not None and name.value not in snapshot.figures.graphs:
            names = ", ".join(sorted(snapshot.figures.graphs))
            raise problem(f"There is no graph <{name.value}>.", HTTPStatus.NOT_FOUND, f"Graphs: {names}.")
        tag = entity_tag(snapshot.version, "graph-store", name.value if name else "", representation.suffix)
        response = Response(content_type=representation.content_type)
        caching = Caching.BY_VERSION
        if not is_known(request.headers.get("If-None-Match"), tag):
            file = _written(files, snapshot, name, representation, site.addresses)
            if file.size > _KEPT:
                caching = Caching.REVALIDATED
            response.response = file.pieces() if request.method == "GET" else ()
            response.content_length = file.size
        return cached(response, caching, vary="Accept", tag=tag)

    @routes.route("/graph-store", methods=["OPTIONS"])
    def options() -> Response:
        return Response(headers={"Allow": _ALLOWED})

    @routes.route("/graph-store", provide_automatic_options=False, methods=["PUT", "POST", "DELETE", "PATCH"])
    def refused() -> Response:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#status-codes."""
        status, allowed = HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": _ALLOWED}
        raise problem("This graph store is read-only.", status, HOW_DATA_CHANGE, allowed)

    return routes


def _requested() -> tuple[IRI | None, Format]:
    """The requested graph (None for the default graph), and its format. Raises `ProblemError`."""
    parameters = read_parameters(request.query_string.decode("latin-1"))
    graphs, defaults = ([value for key, value in parameters if key == name] for name in ("graph", "default"))
    if len(graphs) + len(defaults) != 1 or any(defaults):
        raise problem("Name one graph: either ?default or ?graph=IRI.")
    representation = _representation(single(parameters, "format"))
    return next(map(IRI, graphs_of(parameters, "graph")), None), representation


def _representation(name: str | None) -> Format:
    if name is not None:
        named = next((r for r in RDF if name in {r.suffix, r.media_type}), None)
        if named is None:
            raise problem(f"There is no format {name[:40]!r}. Formats: {', '.join(r.suffix for r in RDF)}.")
        return named
    return negotiate(RDF_FOR_ANYONE, "/graph-store?format={}".format)


def _written(
    files: GraphFiles, snapshot: Snapshot, name: IRI | None, representation: Format, addresses: Addresses
) -> GraphFile:
    """A graph in a file. Raises `NotXmlError`; `ProblemError` where others are being written."""

    def write(file: IO[bytes]) -> None:
        if representation.syntax is not None:
            write_whole_graph(_triples(snapshot, name), representation.syntax.engine_format, file)
        else:
            file.write(written(_triples(snapshot, name), representation, addresses))

    return files.get(snapshot.version, (name, representation.suffix), write)


def _triples(snapshot: Snapshot, name: IRI | None) -> Iterator[Triple]:
    """The triples of a graph, each once."""
    if name is None:
        return snapshot.store.triples()
    return (quad.triple for quad in snapshot.store.quads(graph=name))


_PIECE = 64 * 1024


class GraphFile:
    """A written graph. Its file has no name, and is closed when the last response that reads it has ended."""

    def __init__(self, file: IO[bytes]) -> None:
        file.flush()
        self.size = os.fstat(file.fileno()).st_size
        self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the graph."""
        start = 0
        while piece := os.pread(self._descriptor, _PIECE, start):
            yield piece
            start += len(piece)


class GraphFiles:
    """The files of the newest version, up to `GRAPH_BYTES` of them. One is written at a time."""

    def __init__(self) -> None:
        self._files: LRUCache[Hashable, GraphFile] = LRUCache(GRAPH_BYTES, getsizeof=attrgetter("size"))
        self._version = ""
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting = threading.BoundedSemaphore(GRAPH_WAITING)

    def get(self, version: str, name: Hashable, write: Callable[[IO[bytes]], object]) -> GraphFile:
        """The file of a graph, written by `write` where it is not there. Raises `ProblemError` where others are."""
        if (known := self._known(version, name)) is not None:
            return known
        with self._turn():
            if (known := self._known(version, name)) is not None:  # written meanwhile
                return known
            with tempfile.TemporaryFile() as file:
                write(file)
                written = GraphFile(file)
            with self._lock, suppress(ValueError):  # larger than all may be together
                if version == self._version:
                    self._files[name] = written
            return written

    def _known(self, version: str, name: Hashable) -> GraphFile | None:
        with self._lock:
            if version != self._version:
                self._files.clear()
                self._version = version
            return self._files.get(name)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The right to write a file."""
        if not self._writing.acquire(blocking=False):
            if not self._waiting.acquire(blocking=False):
                raise _busy()
            try:
                if not self._writing.acquire(timeout=GRAPH_WAIT):
                    raise _busy()
            finally:
                self._waiting.release()
        try:
            yield
        finally:
            self._writing.release()


def _busy() -> ProblemError:
    headers = {"Retry-After": str(RETRY_AFTER)}
    detail = "Other graphs are being written to be sent."
    return problem(detail, HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment.", headers)
