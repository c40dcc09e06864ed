"""/graph-store: the SPARQL 1.1 Graph Store HTTP Protocol, read-only (https://www.w3.org/TR/sparql11-http-rdf-update/).

The default graph is the union of all graphs, as in queries. Graphs may be large: they are written to files, which are
sent piece by piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import IO

from flask import Blueprint, Response, request

from gcmgraph.model.terms import IRI, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.store.results.capped_output import write_whole_graph
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import RDF, Format
from gcmgraph.web.http.headers import Caching, cached, is_known
from gcmgraph.web.http.negotiation import RDF_FOR_ANYONE, negotiate
from gcmgraph.web.http.problems import HOW_DATA_CHANGE, Problem, ProblemError
from gcmgraph.web.responses.documents import entity_tag, written
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.sparql.graph_files import GraphFile, GraphFiles
from gcmgraph.web.sparql.protocol import read_parameters

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
            detail = f"There is no graph <{name.value}>."
            raise ProblemError(
                Problem(HTTPStatus.NOT_FOUND, detail, {"hint": f"Graphs: {names}."}, language=SOURCE_LANGUAGE)
            )
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


def _requested() -> tuple[IRI | None, Format]:
    """The requested graph (None for the default graph), and its format. Raises `ProblemError`."""
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


def _representation(name: str | None) -> Format:
    if name is not None:
        named = next((r for r in RDF if name in {r.suffix, r.media_type}), None)
        if named is None:
            raise _bad(f"There is no format {name[:40]!r}. Formats: {', '.join(r.suffix for r in RDF)}.")
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


def _bad(detail: str) -> ProblemError:
    return ProblemError(Problem(HTTPStatus.BAD_REQUEST, detail, language=SOURCE_LANGUAGE))
