"""/graph-store: the SPARQL 1.1 Graph Store HTTP Protocol, read-only.

https://www.w3.org/TR/sparql11-http-rdf-update/. The default graph is the union of all graphs, as in
queries. Graphs may be large: they are written to files, which are sent piece by piece.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from operator import attrgetter
from typing import IO

from cachetools import LRUCache
from flask import Flask, Response, request

from gcmgraph.platform.slots import Slots
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Triple
from gcmgraph.store.answer_files import AnswerFile
from gcmgraph.store.port import Store
from gcmgraph.store.results import write_whole_graph
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached, client_has
from gcmgraph.web.http.formats import RDF, Format
from gcmgraph.web.http.limits import GRAPH_BYTES, GRAPH_WAIT, GRAPH_WAITING
from gcmgraph.web.http.negotiation import RDF_FOR_ANYONE, negotiate
from gcmgraph.web.http.problems import HOW_DATA_CHANGE, RETRY_AFTER, ProblemError, problem
from gcmgraph.web.responses.negotiated import serialize_triples, strong_entity_tag
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql import protocol

#: Bytes of an answer that the response cache may store, at most.
_MAX_CACHED = 1024 * 1024

_ALLOWED = {"Allow": "GET, HEAD, OPTIONS"}

_PARAMETERS = (
    api.Parameter(
        "default",
        "Selects the union of all graphs; has no value.",
        api.text(0),
        more={"allowEmptyValue": True},
    ),
    api.Parameter("graph", "IRI of a named graph.", api.text(format="iri")),
    api.format_of(form.suffix for form in RDF),
)


def add_routes(app: Flask, site: Site) -> None:
    """/graph-store."""
    files = GraphFiles()

    @app.get("/graph-store", provide_automatic_options=False)
    @api.operation("graph", api.answer("Triples of the graph.", RDF), _PARAMETERS, (404, 503))
    def graph() -> Response:
        """Return a graph (SPARQL 1.1 Graph Store Protocol, read-only).

        Exactly one of `default` (without a value) and `graph` is required.
        """
        return _graph(site, files)

    app.add_url_rule("/graph-store", "options", _options, methods=["OPTIONS"])
    app.add_url_rule(
        "/graph-store",
        "refused",
        _refused,
        provide_automatic_options=False,
        methods=["PUT", "POST", "DELETE", "PATCH"],
    )


@dataclass(frozen=True)
class RequestedGraph:
    """A graph that a request names, and the format of the response."""

    #: None for the default graph
    name: IRI | None
    representation: Format


def _graph(site: Site, files: GraphFiles) -> Response:
    """The response with the graph that the current request names. Raises `ProblemError`, `NotXmlError`."""
    requested = _read_request()
    name = requested.name
    representation = requested.representation
    snapshot = site.dataset.snapshot()
    if name is not None and name.value not in snapshot.figures.graphs:
        names = ", ".join(sorted(snapshot.figures.graphs))
        raise problem(
            f"There is no graph <{name.value}>.", HTTPStatus.NOT_FOUND, f"Graphs: {names}."
        )
    tag = strong_entity_tag(
        snapshot.version, "graph-store", name.value if name else "", representation.suffix
    )
    response = Response(content_type=representation.content_type)
    caching = Caching.BY_VERSION
    if not client_has(request.headers.get("If-None-Match"), tag):
        file = _written_graph(files, snapshot, requested, site.addresses)
        if file.size > _MAX_CACHED:
            caching = Caching.REVALIDATED
        response.response = file.pieces() if request.method == "GET" else ()
        response.content_length = file.size
    return cached(response, caching, vary="Accept", tag=tag)


def _options() -> Response:
    return Response(headers=_ALLOWED)


def _refused() -> Response:
    """https://www.w3.org/TR/sparql11-http-rdf-update/#status-codes."""
    status = HTTPStatus.METHOD_NOT_ALLOWED
    raise problem("This graph store is read-only.", status, HOW_DATA_CHANGE, _ALLOWED)


def _read_request() -> RequestedGraph:
    """The graph that the current request names. Raises `ProblemError`."""
    parameters = protocol.read_parameters(request.query_string.decode("latin-1"))
    graphs = [value for name, value in parameters if name == "graph"]
    defaults = [value for name, value in parameters if name == "default"]
    if len(graphs) + len(defaults) != 1 or any(defaults):
        raise problem("Name one graph: either ?default or ?graph=IRI.")
    representation = _representation(protocol.single(parameters, "format"))
    names = protocol.graphs_of(parameters, "graph")
    return RequestedGraph(IRI(names[0]) if names else None, representation)


def _representation(name: str | None) -> Format:
    """The format that `?format=` names, or that of content negotiation. Raises `ProblemError`."""
    if name is None:
        return negotiate(RDF_FOR_ANYONE, "/graph-store?format={}".format)
    for representation in RDF:
        if name in {representation.suffix, representation.media_type}:
            return representation
    suffixes = ", ".join(representation.suffix for representation in RDF)
    raise problem(f"There is no format {name[:40]!r}. Formats: {suffixes}.")


def _written_graph(
    files: GraphFiles, snapshot: Snapshot, requested: RequestedGraph, addresses: Addresses
) -> AnswerFile:
    """A graph in a file. Raises `NotXmlError`; `ProblemError` where others are being written."""
    write = partial(write_graph, snapshot.store, requested, addresses)
    key = (requested.name, requested.representation.suffix)
    return files.get(snapshot.version, key, write)


def write_graph(
    store: Store, requested: RequestedGraph, addresses: Addresses, file: IO[bytes]
) -> None:
    """Write a graph as the graph store returns it. Raises `NotXmlError`."""
    name = requested.name
    representation = requested.representation
    triples = store.triples() if name is None else _named(store, name)
    if representation.syntax is not None:
        write_whole_graph(triples, representation.syntax.engine_format, file)
    else:
        file.write(serialize_triples(triples, representation, addresses))


def _named(store: Store, name: IRI) -> Iterator[Triple]:
    """The triples of a named graph."""
    return (quad.triple for quad in store.quads(graph=name))


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
        file = self._written(version, name)
        if file is not None:
            return file
        with self._writing.slot():
            file = self._written(version, name)  # by another thread, while this one waited
            if file is None:
                file = self._write(version, name, write)
            return file

    def _write(
        self, version: str, name: Hashable, write: Callable[[IO[bytes]], object]
    ) -> AnswerFile:
        with tempfile.TemporaryFile() as temporary:
            write(temporary)
            file = AnswerFile(temporary)
        with self._lock, suppress(ValueError):  # larger than all may be together
            if version == self._version:
                self._files[name] = file
        return file

    def _written(self, version: str, name: Hashable) -> AnswerFile | None:
        with self._lock:
            if version != self._version:
                self._files.clear()
                self._version = version
            return self._files.get(name)


def _busy() -> ProblemError:
    return problem(
        "Other graphs are being written to be sent.",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Try again in a moment.",
        {"Retry-After": str(RETRY_AFTER)},
    )
