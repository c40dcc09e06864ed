"""Read a request of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/#query-operation)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Request
from werkzeug.datastructures import MultiDict

from gcmgraph.model.terms import IRI
from gcmgraph.rdfio.media import (
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    SYNTAXES,
    TURTLE,
    syntax_for_media_type,
    syntax_for_suffix,
)
from gcmgraph.store.port import CSV_RESULTS, JSON_RESULTS, RESULT_SYNTAXES, TSV_RESULTS, XML_RESULTS, Wanted
from gcmgraph.web.negotiation import HTML, best_media_type
from gcmgraph.web.problems import Problem, ProblemError

FORM = "application/x-www-form-urlencoded"
DIRECT_QUERY = "application/sparql-query"
DIRECT_UPDATE = "application/sparql-update"

#: Other names under which clients ask for a result syntax.
_ALSO = {"application/json": JSON_RESULTS, "application/xml": XML_RESULTS, "text/xml": XML_RESULTS}

#: `?format=`: what solutions are written in, and what a graph is.
FORMATS: dict[str, Wanted] = {
    "json": Wanted(JSON_RESULTS.media_type, JSON_RESULTS.media_type, JSON_LD.media_type),
    "xml": Wanted(XML_RESULTS.media_type, XML_RESULTS.media_type, RDF_XML.media_type),
    "csv": Wanted(CSV_RESULTS.media_type, None, None),
    "tsv": Wanted(TSV_RESULTS.media_type, None, None),
}

#: What a page shows: JSON is read into a table, a graph is shown as Turtle.
PAGE = Wanted(JSON_RESULTS.media_type, JSON_RESULTS.media_type, TURTLE.media_type)


@dataclass(frozen=True)
class Operation:
    """A query operation; `query` is None where a browser only wants the form."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    #: the syntaxes to answer in; None for a page
    wanted: Wanted | None


def read_operation(request: Request) -> Operation:
    """The operation that a request asks for. Raises `ProblemError` for what the protocol does not allow."""
    url, body = request.args, _body_parameters(request)
    if "update" in url or "update" in body or request.mimetype == DIRECT_UPDATE:
        raise _problem(
            "This endpoint is read-only: updates are refused. New data come in as contributions.",
            HTTPStatus.FORBIDDEN,
        )
    parameters = url if request.method != "POST" or request.mimetype == DIRECT_QUERY else body
    wanted = _wanted(request, _single(MultiDict([*url.items(multi=True), *body.items(multi=True)]), "format"))
    if request.method == "POST" and request.mimetype == DIRECT_QUERY:
        if "query" in url:
            raise _problem("The query is given twice: in the body and as a parameter.")
        query: str | None = _utf8(request.get_data())
    else:
        query = _single(parameters, "query")
        if request.method == "POST" and "query" in url:
            raise _problem("In a POST the query stands in the body, not in the address.")
    if not (query or "").strip() and wanted is not None:
        raise _problem("There is no query: give it as the parameter 'query'.")
    return Operation(query, _graphs(parameters, "default-graph-uri"), _graphs(parameters, "named-graph-uri"), wanted)


def _body_parameters(request: Request) -> MultiDict[str, str]:
    if request.method != "POST":
        return MultiDict()
    if request.mimetype not in {FORM, DIRECT_QUERY, DIRECT_UPDATE}:
        raise _problem(
            f"A POST comes as {FORM} or {DIRECT_QUERY}, not as '{request.mimetype}'.",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    return MultiDict(request.form.items(multi=True))


def _single(parameters: MultiDict[str, str], name: str) -> str | None:
    values = parameters.getlist(name)
    if len(values) > 1:
        raise _problem(f"The parameter '{name}' is given {len(values)} times; it may stand once.")
    return values[0] if values else None


def _graphs(parameters: MultiDict[str, str], name: str) -> tuple[str, ...]:
    for value in parameters.getlist(name):
        try:
            IRI(value)
        except ValueError:
            raise _problem(f"The value of '{name}' is not an absolute IRI.") from None
    return tuple(parameters.getlist(name))


def _wanted(request: Request, name: str | None) -> Wanted | None:
    """The syntaxes asked for by `?format=` or else by Accept; None for a page."""
    if name:
        return _named_format(name)
    accept = request.accept_mimetypes
    results = [s.media_type for s in RESULT_SYNTAXES]
    booleans = [s.media_type for s in RESULT_SYNTAXES if s.boolean]
    graphs = [s.media_type for s in SYNTAXES]
    if best_media_type(accept, [*results, *_ALSO, *graphs, HTML.media_type]) == HTML.media_type:
        return None
    wanted = Wanted(_result(accept, results), _result(accept, booleans), best_media_type(accept, graphs))
    if wanted == Wanted(None, None, None):
        members = {"alternatives": [*results, *graphs, HTML.media_type]}
        detail = "None of the formats in the Accept header can be had here."
        raise ProblemError(Problem(HTTPStatus.NOT_ACCEPTABLE, detail, members))
    return wanted


def _result(accept: object, offered: Iterable[str]) -> str | None:
    offers = list(offered)
    also = [name for name, syntax in _ALSO.items() if syntax.media_type in offers]
    best = best_media_type(accept, [*offers, *also])  # type: ignore[arg-type]
    return _ALSO[best].media_type if best in _ALSO else best


def _named_format(name: str) -> Wanted | None:
    if name in {HTML.suffix, HTML.media_type}:
        return None
    if name in FORMATS:
        return FORMATS[name]
    for syntax in RESULT_SYNTAXES:
        if name in {syntax.media_type, syntax.suffix}:
            return Wanted(syntax.media_type, syntax.media_type if syntax.boolean else None, None)
    if graph := syntax_for_media_type(name) or syntax_for_suffix(name):
        return Wanted(None, None, graph.media_type)
    known = (*FORMATS, HTML.suffix, *(s.suffix for s in (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)))
    raise _problem(f"There is no format '{name}'. Formats: {', '.join(known)}.")


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise _problem("The query is not UTF-8.") from None


def _problem(detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> ProblemError:
    return ProblemError(Problem(status, detail))
