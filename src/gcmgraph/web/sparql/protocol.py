"""Requests and replies of the SPARQL 1.1 Protocol.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, NotRequired, TypeAlias, TypedDict
from urllib.parse import parse_qsl

from flask import Request, Response
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from gcmgraph import __version__
from gcmgraph.platform.errors import QuerySyntaxError
from gcmgraph.rdf.media import (
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    SYNTAXES,
    TURTLE,
    syntax_for_media_type,
    syntax_for_suffix,
)
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.sparql_text import has_relative_iri, is_volatile
from gcmgraph.rdf.terms import IRI
from gcmgraph.store.answer_files import EngineAnswer
from gcmgraph.store.engine_query import EngineQuery
from gcmgraph.store.port import (
    AcceptedMediaTypes,
    QueryAnswer,
    QueryLimits,
    QueryRefusedError,
    QueryRequest,
)
from gcmgraph.store.results import (
    CSV_RESULTS,
    JSON_RESULTS,
    RESULT_SYNTAXES,
    TSV_RESULTS,
    XML_RESULTS,
    read_values,
)
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import client_has
from gcmgraph.web.http.formats import ALSO, HTML, XLSX, best_media_type, content_type
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.http.problems import HOW_DATA_CHANGE, Problem, ProblemError, problem
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.hints import UnknownTerm, diagnose, unknown_terms
from gcmgraph.web.sparql.lookups import is_lookup, look_up

DIRECT_QUERY = "application/sparql-query"
DIRECT_UPDATE = "application/sparql-update"

Parameters = Sequence[tuple[str, str]]

#: The parameters that name the dataset of a query.
_GRAPHS = ("default-graph-uri", "named-graph-uri")

#: The parameters of the update operation. Unknown ones are ignored: clients send `output`,
#: `timeout` and more.
_OF_UPDATES = {"update", "using-graph-uri", "using-named-graph-uri"}

#: Parameters of one request at most.
MAX_PARAMETERS = 1000

#: A workbook: the solutions of SELECT.
WORKBOOK = AcceptedMediaTypes(XLSX.media_type, None, None)

#: Names for `?format=`, with the syntaxes of solutions, of a truth value and of a graph; None for a
#: page.
FORMATS: dict[str, AcceptedMediaTypes | None] = {
    "json": AcceptedMediaTypes(
        JSON_RESULTS.media_type, JSON_RESULTS.media_type, JSON_LD.media_type
    ),
    "xml": AcceptedMediaTypes(XML_RESULTS.media_type, XML_RESULTS.media_type, RDF_XML.media_type),
    "csv": AcceptedMediaTypes(CSV_RESULTS.media_type, None, None),
    "tsv": AcceptedMediaTypes(TSV_RESULTS.media_type, None, None),
    # names that SPARQLWrapper sends
    "rdf+xml": AcceptedMediaTypes(None, None, RDF_XML.media_type),
    "json-ld": AcceptedMediaTypes(None, None, JSON_LD.media_type),
    "n3": AcceptedMediaTypes(None, None, TURTLE.media_type),
    **{
        s.suffix: AcceptedMediaTypes(s.media_type, s.media_type, None)
        for s in (JSON_RESULTS, XML_RESULTS)
    },
    **{s.suffix: AcceptedMediaTypes(None, None, s.media_type) for s in SYNTAXES},
    XLSX.suffix: WORKBOOK,
    HTML.suffix: None,
}

#: The same with media types.
_KNOWN = FORMATS | {
    **{
        s.media_type: AcceptedMediaTypes(s.media_type, s.media_type if s.boolean else None, None)
        for s in RESULT_SYNTAXES
    },
    XLSX.media_type: WORKBOOK,
    HTML.media_type: None,
}

#: Syntaxes for a page: JSON is read into a table, a graph is shown as Turtle.
PAGE = AcceptedMediaTypes(JSON_RESULTS.media_type, JSON_RESULTS.media_type, TURTLE.media_type)

#: https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
Term = TypedDict(
    "Term",
    {
        "type": Annotated[str, api.among(("uri", "literal", "bnode"))],
        "value": str,
        "xml:lang": NotRequired[str],
        "datatype": NotRequired[api.Address],
    },
)


class Head(TypedDict, total=False):
    """Variables of a result set."""

    vars: list[str]
    link: list[str]


class Bindings(TypedDict):
    """Rows of a result set."""

    bindings: list[dict[str, Term]]


class SparqlResults(TypedDict):
    """https://www.w3.org/TR/sparql11-results-json/."""

    head: Head
    boolean: NotRequired[bool]
    results: NotRequired[Bindings]


#: Media types of query results (https://www.w3.org/TR/sparql11-overview/#sparql11-results).
RESULTS = api.media(
    {JSON_RESULTS.media_type: SparqlResults}, *(syntax.media_type for syntax in RESULT_SYNTAXES[1:])
)

_IRIS = api.many(api.text(format="iri"))
_DATASET = {
    "default-graph-uri": "IRIs of graphs to merge into the default graph.",
    "named-graph-uri": "IRIs of graphs that GRAPH may name.",
}
_QUERY = api.text(
    description="SPARQL 1.1 query. The service predefines its prefixes. The default graph is the union of all graphs."
)
_FIELDS = {
    "query": _QUERY,
    **{name: _IRIS | {"description": about} for name, about in _DATASET.items()},
}

#: Parameters, answer and bodies of the operations.
DATASET = (
    *(api.Parameter(name, about, _IRIS) for name, about in _DATASET.items()),
    api.format_of(FORMATS),
    api.LANG,
)
QUERY = api.Parameter("query", _QUERY["description"], api.text())
ANSWER = api.answer(
    "Query results: a result set for SELECT and ASK, triples for CONSTRUCT and DESCRIBE.",
    RESULTS,
    *(syntax.media_type for syntax in SYNTAXES),
    XLSX,
    HTML,
    headers=("Link", "Dataset-Version", *api.CUT),
)
BODY = api.media(
    {
        api.FORM: api.record({**_FIELDS, "format": api.one_of(FORMATS)}, ("query",)),
        DIRECT_QUERY: _QUERY,
    }
)


@dataclass(frozen=True)
class SparqlOperation:
    """A query operation; `query` is None in a request for the service description."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    #: the syntaxes of the answer; None for a page
    wanted: AcceptedMediaTypes | None


def read_operation(request: Request) -> SparqlOperation:
    """The operation of a request. Raises `ProblemError` for a request against the protocol."""
    direct = request.method == "POST" and request.mimetype == DIRECT_QUERY
    url = read_parameters(request.query_string.decode("latin-1"))
    body = _body_parameters(request)
    if _OF_UPDATES & dict([*url, *body]).keys() or request.mimetype == DIRECT_UPDATE:
        raise problem(
            "This endpoint is read-only: updates are refused.",
            HTTPStatus.FORBIDDEN,
            hint=HOW_DATA_CHANGE,
        )
    asked = url if request.method != "POST" or direct else body
    format_ = _format([*url, *body])
    if request.method == "POST" and any(name == "query" for name, _ in url):
        raise problem("In a POST the query stands in the body, not in the address.")
    query = _utf8(request.get_data()) if direct else single(asked, "query")
    graphs = [graphs_of(url if direct or asked is url else [*url, *body], name) for name in _GRAPHS]
    if query is None and request.method != "POST" and not any(graphs):
        return SparqlOperation(None, (), (), _page_or_description(format_))
    wanted = wanted_formats(request.headers.get("Accept", ""), format_)
    if not (query or "").strip() and (wanted is not None or query is None):
        raise problem("There is no query: give it as the parameter 'query'.")
    return SparqlOperation(query, graphs[0], graphs[1], wanted)


def read_parameters(encoded: str) -> list[tuple[str, str]]:
    """The parameters of an address or a form, decoded once, in order. Raises `ProblemError`.

    https://url.spec.whatwg.org/#urlencoded-parsing, but bytes that are not UTF-8 are an error.
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
    if request.method != "POST":
        return []
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
    values = [value for key, value in parameters if key == name]
    if len(values) > 1:
        raise problem(f"The parameter '{name}' is given {len(values)} times; it may stand once.")
    return values[0] if values else None


def _format(parameters: Parameters) -> str | None:
    """The first format that is known here, else the first: SPARQLWrapper sends two names of the same."""
    names = [value for key, value in parameters if key == "format"]
    for name in names:
        with suppress(ProblemError):
            _named_format(name)
            return name
    return names[0] if names else None


def graphs_of(parameters: Parameters, name: str) -> tuple[str, ...]:
    """The values of a parameter whose values are IRIs. Raises `ProblemError`."""
    values = tuple(value for key, value in parameters if key == name)
    for value in values:
        try:
            IRI(value)
        except ValueError:
            raise problem(f"The value of '{name}' is not an absolute IRI.") from None
    return values


@functools.lru_cache(maxsize=1024)
def wanted_formats(accept: str, name: str | None) -> AcceptedMediaTypes | None:
    """The syntaxes that `?format=` or else the Accept header requests; None for a page.

    Raises `ProblemError`.
    """
    if name:
        return _named_format(name)
    ranges = parse_accept_header(accept, MIMEAccept)
    results = [s.media_type for s in RESULT_SYNTAXES]
    booleans = [s.media_type for s in RESULT_SYNTAXES if s.boolean]
    graphs = [s.media_type for s in SYNTAXES]
    if best_media_type(ranges, [*results, *ALSO, *graphs, HTML.media_type]) == HTML.media_type:
        return None
    solutions = _result(ranges, [*results, XLSX.media_type])
    if solutions == XLSX.media_type:
        return WORKBOOK
    wanted = AcceptedMediaTypes(
        solutions, _result(ranges, booleans), best_media_type(ranges, graphs)
    )
    if wanted == AcceptedMediaTypes(None, None, None):
        members = {"alternatives": [*results, XLSX.media_type, *graphs, HTML.media_type]}
        detail = "None of the formats in the Accept header can be had here."
        raise ProblemError(
            Problem(HTTPStatus.NOT_ACCEPTABLE, detail, members, language=SOURCE_LANGUAGE)
        )
    return wanted


def _page_or_description(name: str | None) -> AcceptedMediaTypes | None:
    """The syntax of the service description (https://www.w3.org/TR/sparql11-service-description/), or a page."""
    if name:
        wanted = _named_format(name)
        if wanted is not None and wanted.graph is None:
            raise problem("There is no query: give it as the parameter 'query'.")
        return wanted
    best = negotiate(DESCRIPTION_OFFER, "/sparql?format={}".format)
    return None if best is HTML else AcceptedMediaTypes(None, None, best.media_type)


def _result(accept: MIMEAccept, offered: Iterable[str]) -> str | None:
    offers = list(offered)
    also = [name for name, syntax in ALSO.items() if syntax.media_type in offers]
    best = best_media_type(accept, [*offers, *also])
    return ALSO[best].media_type if best in ALSO else best


def _named_format(name: str) -> AcceptedMediaTypes | None:
    if name in _KNOWN:
        return _KNOWN[name]
    if graph := syntax_for_media_type(name) or syntax_for_suffix(name):
        return AcceptedMediaTypes(None, None, graph.media_type)
    graphs = (s.suffix for s in (TURTLE, JSON_LD, RDF_XML, N_TRIPLES))
    known = ("json", "xml", "csv", "tsv", XLSX.suffix, HTML.suffix, *graphs)
    raise problem(f"There is no format '{name}'. Formats: {', '.join(known)}.")


def _utf8(data: bytes) -> str:
    try:
        query = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise problem(
            f"The query is not UTF-8 (byte 0x{data[error.start]:02X} in line {line})."
        ) from None
    _refuse_nul(query, "The query")
    return query


def _refuse_nul(text: str, what: str) -> None:
    if "\0" in text:
        raise problem(
            f"{what} holds a NUL character.", hint="Write it as an escape, or leave it out."
        )


#: Longest body of an answer without data, in bytes: a graph may begin with all prefixes.
_LONGEST_EMPTY = 8_192

#: Values of an aggregate of nothing: a count or sum, in any syntax of results.
_NOTHING = frozenset({"", "0"})

#: Ways to the rest of a result; `Result-Truncated` has the caps.
REST = "Ask in parts (ORDER BY, LIMIT, OFFSET), or get whole graphs from /graph-store."


#: The answer of a query process, or of the SPARQL server that answers visitors.
Answer: TypeAlias = QueryAnswer | EngineAnswer


def entity_tag(version: str, query: QueryRequest) -> str:
    """A weak entity tag: the same dataset, query and formats give the same answer, in any order of rows."""
    parts = (
        __version__,
        version,
        query.query,
        repr((query.wanted, query.default_graphs, query.named_graphs)),
    )
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f'W/"{digest[:32]}"'


def cut_headers(limits: QueryLimits, answer: Answer) -> list[tuple[str, str]]:
    """The headers of an answer that was cut (a dictionary of RFC 9651)."""
    engine_rows = answer.engine_rows if isinstance(answer, EngineAnswer) else None
    rows = min(limits.rows, engine_rows or limits.rows)
    caps = f"rows={rows}, bytes={limits.answer_megabytes * 2**20}"
    link = '</graph-store>; rel="collection"; title="all triples, graph by graph"'
    return [
        ("Vary", "Accept"),
        ("Cache-Control", "no-store"),
        ("Result-Truncated", caps),
        ("Link", link),
    ]


def unknown(terms: Iterable[UnknownTerm]) -> str:
    """The header `Result-Unknown-Terms`: terms that the dataset lacks, with the nearest ones (a list of RFC 9651)."""
    return ", ".join(
        _string(one.term) + (f";nearest={_string(' '.join(one.nearest))}" if one.nearest else "")
        for one in terms
    )


def _string(text: str) -> str:
    """A string of https://www.rfc-editor.org/rfc/rfc9651#name-strings: printable ASCII in quotes."""
    printable = re.sub(r"[^\x20-\x7e]", "?", text)
    return '"' + re.sub(r'(["\\])', r"\\\1", printable) + '"'


def is_empty(answer: Answer) -> bool:
    """Whether an answer has no rows or triples, is false, or is one row of zeros: an aggregate of nothing."""
    if answer.size > _LONGEST_EMPTY or answer.cut:
        return False
    if (graph := syntax_for_media_type(answer.media_type)) is not None:
        return next(parse_quads(answer.body, graph, source="answer"), None) is None
    syntax = next(syntax for syntax in RESULT_SYNTAXES if syntax.media_type == answer.media_type)
    found = read_values(answer.body, syntax)
    if isinstance(found, bool):
        return not found
    return len(found) <= 1 and all(value in _NOTHING for row in found for value in row)


def with_notice(answer: Answer, link: str) -> Iterator[bytes]:
    """The pieces of the body of an answer that was cut, with a notice where its syntax has a place for one.

    JSON and XML results have `link` (https://www.w3.org/TR/sparql11-results-json/#select-link), RDF
    has comments.
    """
    notice = f"This result was cut: see the header Result-Truncated. {REST}"
    pieces = pieces_of(answer)
    first = next(pieces, b"")
    match answer.media_type:
        case JSON_RESULTS.media_type:
            first = first.replace(b'{"head":{', b'{"head":{"link":["%b"],' % link.encode(), 1)
        case XML_RESULTS.media_type:
            first = first.replace(b"</head>", b'<link href="%b"/></head>' % link.encode(), 1)
    yield first
    yield from pieces
    match answer.media_type:
        case "text/turtle" | "application/n-triples" | "application/trig" | "application/n-quads":
            yield f"# {notice}\n".encode()
        case "application/rdf+xml":
            yield f"<!-- {notice} -->\n".encode()


def pieces_of(answer: Answer) -> Iterator[bytes]:
    """The body of an answer, in pieces where it is in a file."""
    return answer.file.pieces() if isinstance(answer, EngineAnswer) else iter((answer.body,))


def reply_to(
    site: Site,
    snapshot: Snapshot,
    operation: SparqlOperation,
    if_none_match: str | None,
    *,
    by_get: bool,
) -> Response:
    """The reply to a query operation. Raises as `answer_to` does."""
    query = query_request(site, operation)
    if site.engine is not None:
        return _reply_by_engine(site, snapshot, query)
    lookup = by_get and is_lookup(query)
    tag, volatile = entity_tag(snapshot.version, query), not lookup and is_volatile(query.query)
    headers = [
        ("Vary", "Accept"),
        ("Cache-Control", "no-store" if volatile else "public, no-cache"),
    ]
    headers += [] if volatile else [("ETag", tag)]
    # `*` holds only where there is an answer, which the engine decides
    if (
        not volatile
        and if_none_match
        and if_none_match.strip() != "*"
        and client_has(if_none_match, tag)
    ):
        unchanged = Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        del unchanged.headers["Content-Type"]  # Flask's default
        return unchanged
    answer = (look_up(snapshot, query) if lookup else None) or answer_to(site, snapshot, query)
    return _response(site, snapshot, query, answer, headers)


def _reply_by_engine(site: Site, snapshot: Snapshot, query: QueryRequest) -> Response:
    """The reply of the SPARQL server that answers visitors.

    Nothing shows when its graphs change, so no cache may store the reply.
    """
    answer = answer_to(site, snapshot, query)
    headers = [("Vary", "Accept"), ("Cache-Control", "no-store")]
    response = _response(site, snapshot, query, answer, headers)
    if site.engine_version is not None:
        response.headers["Dataset-Version"] = site.engine_version.text()
    return response


def _response(
    site: Site,
    snapshot: Snapshot,
    query: QueryRequest,
    answer: Answer,
    headers: list[tuple[str, str]],
) -> Response:
    """The response with an answer; `headers` are those of one that is not cut."""
    pieces = pieces_of(answer)
    if answer.cut:
        headers = cut_headers(site.workers.limits, answer)
        pieces = with_notice(answer, f"{site.addresses.base}graph-store")
    if answer.unknown_graphs:
        unknown_graphs = ", ".join(map(_string, answer.unknown_graphs))
        headers = [*headers, ("Result-Unknown-Graphs", unknown_graphs)]
    if missing := unknown_terms_if_empty(site, snapshot, query, answer):
        headers = [*headers, ("Result-Unknown-Terms", unknown(missing))]
    body = pieces if isinstance(answer, EngineAnswer) else b"".join(pieces)
    response = Response(body, headers=headers, content_type=content_type(answer.media_type))
    if isinstance(answer, EngineAnswer) and not answer.cut:
        response.content_length = answer.size
    return response


def unknown_terms_if_empty(
    site: Site, snapshot: Snapshot, query: QueryRequest, answer: Answer
) -> list[UnknownTerm]:
    """The terms of a query that the dataset lacks, where its answer is empty."""
    return unknown_terms(site, snapshot, query.query) if is_empty(answer) else []


def query_request(site: Site, operation: SparqlOperation) -> QueryRequest:
    """The query of an operation, in the syntaxes of a page where it has none.

    The endpoint's IRI is the base (https://www.w3.org/TR/sparql11-protocol/#base-iri).
    """
    query = operation.query or ""
    if has_relative_iri(query):
        query = _base(site) + query
    prefixes = site.addresses.prefixes_in(query)
    return QueryRequest(
        query, operation.wanted or PAGE, prefixes, operation.default_graphs, operation.named_graphs
    )


def answer_to(site: Site, snapshot: Snapshot, query: QueryRequest) -> Answer:
    """The answer to a visitor's query.

    Raises as `QueryWorkers.run` and `Engine.run` do, a syntax error with a hint how to fix it.
    """
    try:
        if site.engine is None:
            return site.workers.run(query, snapshot.index)
        prepared = site.workers.run(replace(query, for_engine=True), snapshot.index)
        graphs = snapshot.figures.graphs
        return site.engine.run(EngineQuery.decoded(prepared.body), graphs, query.prefixes)
    except (QuerySyntaxError, QueryRefusedError) as error:
        written = query.query.removeprefix(_base(site))
        if isinstance(error, QuerySyntaxError):
            mistake = diagnose(written, site.addresses.prefixes)
            if mistake is not None:
                raise mistake from error
        shift = len(query.query) - len(written)
        raise _with_place_before(error, shift) from error


def _with_place_before(
    error: QuerySyntaxError | QueryRefusedError, shift: int
) -> QuerySyntaxError | QueryRefusedError:
    """An error whose column is that of the client, where the first line has `shift` characters of ours before."""
    place = error.place
    if shift == 0 or place is None or place.line != 1 or place.column is None:
        return error
    place = replace(place, column=max(1, place.column - shift))
    return type(error)(error.message, place=place, hint=error.hint)


def _base(site: Site) -> str:
    """A declaration of the base; it stays on the first line of a query."""
    return f"BASE <{site.addresses.base}sparql> "
