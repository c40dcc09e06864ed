"""Requests of the SPARQL 1.1 Protocol.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from flask import Request

from gcmgraph.rdf.terms import IRI
from gcmgraph.store.port import AcceptedMediaTypes
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.http.problems import HOW_DATA_CHANGE, ProblemError, problem
from gcmgraph.web.sparql.formats import accepted_media_types, named_format

DIRECT_QUERY = "application/sparql-query"
DIRECT_UPDATE = "application/sparql-update"

#: Names and values, in the order of the request.
Parameters = Sequence[tuple[str, str]]

#: The parameters of the update operation. Unknown ones are ignored: clients send `output`,
#: `timeout` and more.
_UPDATE_PARAMETERS = {"update", "using-graph-uri", "using-named-graph-uri"}

#: Maximum number of parameters of a request.
MAX_PARAMETERS = 1000

_NO_QUERY = "There is no query: give it as the parameter 'query'."


@dataclass(frozen=True)
class SparqlOperation:
    """A query operation; `query` is None in a request for the service description."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    #: the syntaxes of the answer; None for a page
    accepted: AcceptedMediaTypes | None


def read_operation(request: Request) -> SparqlOperation:
    """Read the operation of a request. Raises `ProblemError` for a request against the protocol."""
    is_post = request.method == "POST"
    url_parameters = read_parameters(request.query_string.decode("latin-1"))
    body_parameters = _body_parameters(request) if is_post else []
    parameters = [*url_parameters, *body_parameters]
    _refuse_update(request, parameters)
    format_name = _format_name(parameters)
    if is_post and any(name == "query" for name, _ in url_parameters):
        raise problem("In a POST the query stands in the body, not in the address.")
    if is_post and request.mimetype == DIRECT_QUERY:
        query: str | None = _decode_query(request.get_data())
    else:
        query = single(parameters, "query")
    default_graphs = graphs_of(parameters, "default-graph-uri")
    named_graphs = graphs_of(parameters, "named-graph-uri")
    if query is None and not is_post and not default_graphs and not named_graphs:
        return SparqlOperation(None, (), (), _page_or_description(format_name))
    accepted = accepted_media_types(request.headers.get("Accept", ""), format_name)
    is_empty_form = accepted is None and query is not None
    if not is_empty_form and not (query or "").strip():
        raise problem(_NO_QUERY)
    return SparqlOperation(query, default_graphs, named_graphs, accepted)


def _refuse_update(request: Request, parameters: Parameters) -> None:
    names = {name for name, _ in parameters}
    if request.mimetype == DIRECT_UPDATE or names & _UPDATE_PARAMETERS:
        raise problem(
            "This endpoint is read-only: updates are refused.",
            HTTPStatus.FORBIDDEN,
            hint=HOW_DATA_CHANGE,
        )


def read_parameters(encoded: str) -> list[tuple[str, str]]:
    """Read the parameters of an address or a form, decoded once, in order. Raises `ProblemError`.

    https://url.spec.whatwg.org/#urlencoded-parsing, but bytes that are not UTF-8 are an error.

    >>> read_parameters("query=ASK+%7B%7D&format=json")
    [('query', 'ASK {}'), ('format', 'json')]
    """
    try:
        text = encoded if encoded.isascii() else encoded.encode("latin-1").decode("utf-8")
        parameters = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except UnicodeDecodeError:
        raise problem(
            "The parameters are not UTF-8.", hint="Percent-encode them as UTF-8."
        ) from None
    except ValueError:
        raise problem(f"There are more than {MAX_PARAMETERS} parameters.") from None
    for name, value in parameters:
        _refuse_nul(value, f"The parameter {name[:40]!r}")
    return parameters


def _body_parameters(request: Request) -> list[tuple[str, str]]:
    """The parameters in the form of a POST; none where the body is a query.

    Raises `ProblemError`.
    """
    if request.mimetype not in {api.FORM, DIRECT_QUERY, DIRECT_UPDATE}:
        raise problem(
            f"A POST comes as {api.FORM} or {DIRECT_QUERY}, not as '{request.mimetype[:80]}'.",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise problem(
            f"The body comes in '{charset[:40]}'; only UTF-8 is read here.",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    if request.mimetype != api.FORM:
        return []
    return read_parameters(request.get_data().decode("latin-1"))


def single(parameters: Parameters, name: str) -> str | None:
    """The value of a parameter that may occur once; None where it is missing.

    Raises `ProblemError`.
    """
    values = _values(parameters, name)
    if len(values) > 1:
        raise problem(f"The parameter '{name}' is given {len(values)} times; it may stand once.")
    return values[0] if values else None


def graphs_of(parameters: Parameters, name: str) -> tuple[str, ...]:
    """The values of a parameter whose values are IRIs. Raises `ProblemError`."""
    graphs = _values(parameters, name)
    for graph in graphs:
        try:
            IRI(graph)
        except ValueError:
            raise problem(f"The value of '{name}' is not an absolute IRI.") from None
    return tuple(graphs)


def _values(parameters: Parameters, name: str) -> list[str]:
    return [value for key, value in parameters if key == name]


def _format_name(parameters: Parameters) -> str | None:
    """The first valid format, else the first: SPARQLWrapper sends two names of one format."""
    names = _values(parameters, "format")
    for name in names:
        with suppress(ProblemError):
            named_format(name)
            return name
    return names[0] if names else None


def _page_or_description(format_name: str | None) -> AcceptedMediaTypes | None:
    """The syntax of the service description, or None for a page.

    https://www.w3.org/TR/sparql11-service-description/
    """
    if format_name:
        accepted = named_format(format_name)
        if accepted is not None and accepted.graph is None:
            raise problem(_NO_QUERY)
        return accepted
    best = negotiate(DESCRIPTION_OFFER, "/sparql?format={}".format)
    return None if best is HTML else AcceptedMediaTypes(None, None, best.media_type)


def _decode_query(body: bytes) -> str:
    """Decode a query that is a whole body. Raises `ProblemError`."""
    try:
        query = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise problem(
            f"The query is not UTF-8 (byte 0x{body[error.start]:02X} in line {line})."
        ) from None
    _refuse_nul(query, "The query")
    return query


def _refuse_nul(text: str, subject: str) -> None:
    if "\0" in text:
        raise problem(
            f"{subject} holds a NUL character.", hint="Write it as an escape, or leave it out."
        )
