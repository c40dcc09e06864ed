"""Replies to queries of the SPARQL 1.1 Protocol: entity tags, cut results, unknown terms.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import TypeAlias

from flask import Response

from gcmgraph import __version__
from gcmgraph.platform.errors import QuerySyntaxError
from gcmgraph.rdf.media import syntax_for_media_type
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.sparql_text import has_relative_iri, is_volatile
from gcmgraph.store.answer_files import EngineAnswer
from gcmgraph.store.engine_query import EngineQuery
from gcmgraph.store.port import QueryAnswer, QueryRefusedError, QueryRequest
from gcmgraph.store.query_limits import QueryLimits
from gcmgraph.store.results import JSON_RESULTS, RESULT_SYNTAXES, XML_RESULTS, read_values
from gcmgraph.web.http.caching import client_has
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.formats import PAGE
from gcmgraph.web.sparql.lookups import is_lookup, look_up
from gcmgraph.web.sparql.mistakes import diagnose
from gcmgraph.web.sparql.protocol import SparqlOperation
from gcmgraph.web.sparql.unknown_terms import UnknownTerm, unknown_terms

#: Longest body of an answer without data, in bytes: a graph may begin with all prefixes.
_LONGEST_EMPTY = 8_192

#: Values of an aggregate of nothing: a count or sum, in any syntax of results.
_EMPTY_VALUES = frozenset({"", "0"})

#: Ways to get the rows that were cut; `Result-Truncated` has the caps.
_ADVICE = "Ask in parts (ORDER BY, LIMIT, OFFSET), or get whole graphs from /graph-store."

#: Notice in a body that was cut.
_NOTICE = f"This result was cut: see the header Result-Truncated. {_ADVICE}"

#: The answer of a query process, or of the SPARQL server that answers visitors.
Answer: TypeAlias = QueryAnswer | EngineAnswer

#: Names and values.
Headers: TypeAlias = list[tuple[str, str]]


def weak_entity_tag(version: str, query: QueryRequest) -> str:
    """A weak entity tag: the order of the rows may differ between equal requests."""
    key = (
        __version__,
        version,
        query.query,
        repr((query.accepted, query.default_graphs, query.named_graphs)),
    )
    digest = hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).hexdigest()
    return f'W/"{digest[:32]}"'


def cut_headers(limits: QueryLimits, answer: Answer) -> Headers:
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


def _unknown_terms_header(terms: Iterable[UnknownTerm]) -> str:
    """The header `Result-Unknown-Terms`: terms that the dataset lacks, with the most similar ones.

    A list of RFC 9651.

    >>> _unknown_terms_header([UnknownTerm("dct:titel", ("dct:title",)), UnknownTerm("ex:a")])
    '"dct:titel";nearest="dct:title", "ex:a"'
    """
    members = []
    for term in terms:
        member = _string(term.term)
        if term.nearest:
            member += f";nearest={_string(' '.join(term.nearest))}"
        members.append(member)
    return ", ".join(members)


def _string(text: str) -> str:
    """A string of RFC 9651, section 3.3.3: printable ASCII in quotes."""
    printable = re.sub(r"[^\x20-\x7e]", "?", text)
    escaped = re.sub(r'(["\\])', r"\\\1", printable)
    return f'"{escaped}"'


def is_empty(answer: Answer) -> bool:
    """Whether an answer has no rows or triples, is false, or is one row of zeros.

    Zeros are the aggregate of nothing.
    """
    if answer.size > _LONGEST_EMPTY or answer.cut:
        return False
    graph_syntax = syntax_for_media_type(answer.media_type)
    if graph_syntax is not None:
        quads = parse_quads(answer.body, graph_syntax, source="answer")
        return next(quads, None) is None
    syntax = next(syntax for syntax in RESULT_SYNTAXES if syntax.media_type == answer.media_type)
    rows = read_values(answer.body, syntax)
    if isinstance(rows, bool):
        return not rows
    only_zeros = _EMPTY_VALUES.issuperset(next(rows, ()))
    return only_zeros and next(rows, None) is None


def _with_notice(answer: Answer, link: str) -> Iterator[bytes]:
    """The pieces of the body of an answer that was cut, with a notice where its syntax permits one.

    JSON and XML results have `link` (https://www.w3.org/TR/sparql11-results-json/#select-link), RDF
    has comments.
    """
    pieces = _pieces(answer)
    beginning = next(pieces, b"")
    match answer.media_type:
        case JSON_RESULTS.media_type:
            head = b'{"head":{"link":["%b"],' % link.encode()
            beginning = beginning.replace(b'{"head":{', head, 1)
        case XML_RESULTS.media_type:
            head_end = b'<link href="%b"/></head>' % link.encode()
            beginning = beginning.replace(b"</head>", head_end, 1)
    yield beginning
    yield from pieces
    match answer.media_type:
        case "text/turtle" | "application/n-triples" | "application/trig" | "application/n-quads":
            yield f"# {_NOTICE}\n".encode()
        case "application/rdf+xml":
            yield f"<!-- {_NOTICE} -->\n".encode()


def _pieces(answer: Answer) -> Iterator[bytes]:
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
    may_be_looked_up = by_get and is_lookup(query)
    if not may_be_looked_up and is_volatile(query.query):
        headers = [("Vary", "Accept"), ("Cache-Control", "no-store")]
    else:
        tag = weak_entity_tag(snapshot.version, query)
        headers = [("Vary", "Accept"), ("Cache-Control", "public, no-cache"), ("ETag", tag)]
        if _is_current(if_none_match, tag):
            unchanged = Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
            del unchanged.headers["Content-Type"]  # Flask's default
            return unchanged
    answer: Answer | None = look_up(snapshot, query) if may_be_looked_up else None
    if answer is None:
        answer = answer_to(site, snapshot, query)
    return _response(site, snapshot, query, answer, headers)


def _is_current(if_none_match: str | None, tag: str) -> bool:
    """Whether a client has the answer with an entity tag.

    `*` holds only where there is an answer, which the engine decides.
    """
    if not if_none_match or if_none_match.strip() == "*":
        return False
    return client_has(if_none_match, tag)


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
    site: Site, snapshot: Snapshot, query: QueryRequest, answer: Answer, headers: Headers
) -> Response:
    """The response with an answer; `headers` are those of one that is not cut."""
    pieces = _pieces(answer)
    if answer.cut:
        headers = cut_headers(site.workers.limits, answer)
        pieces = _with_notice(answer, f"{site.addresses.base}graph-store")
    if answer.unknown_graphs:
        unknown_graphs = ", ".join(map(_string, answer.unknown_graphs))
        headers = [*headers, ("Result-Unknown-Graphs", unknown_graphs)]
    terms = unknown_terms_if_empty(site, snapshot, query, answer)
    if terms:
        headers = [*headers, ("Result-Unknown-Terms", _unknown_terms_header(terms))]
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
        query = _base_declaration(site) + query
    return QueryRequest(
        query,
        operation.accepted or PAGE,
        site.addresses.prefixes_in(query),
        operation.default_graphs,
        operation.named_graphs,
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
        clients_query = query.query.removeprefix(_base_declaration(site))
        if isinstance(error, QuerySyntaxError):
            mistake = diagnose(clients_query, site.addresses.prefixes)
            if mistake is not None:
                raise mistake from error
        prefix_length = len(query.query) - len(clients_query)
        raise _with_clients_column(error, prefix_length) from error


def _with_clients_column(
    error: QuerySyntaxError | QueryRefusedError, prefix_length: int
) -> QuerySyntaxError | QueryRefusedError:
    """The error with the column in the client's query, before which the service adds text."""
    place = error.place
    if prefix_length == 0 or place is None or place.line != 1 or place.column is None:
        return error
    place = replace(place, column=max(1, place.column - prefix_length))
    return type(error)(error.message, place=place, hint=error.hint)


def _base_declaration(site: Site) -> str:
    """A declaration of the base that stays on the first line of a query."""
    return f"BASE <{site.addresses.base}sparql> "
