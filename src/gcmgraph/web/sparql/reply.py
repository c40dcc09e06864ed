"""The reply to a query of /sparql, its headers, and lookups, which are answered in the server process.

    SELECT ?p ?o WHERE { objective:9 ?p ?o }        DESCRIBE objective:9        ASK { objective:9 a gcm:Objective }

A query process costs more than such a query. It is needed for what can run away: joins, paths, sorts, groups,
functions. One pattern with a given subject reads an index and streams, so caps stop it between rows. The form is
recognised as a whole, never searched for: a query that is not exactly of it, has an error, or reaches a cap is answered
by a query process.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus

from flask import Response

from gcmgraph import __version__
from gcmgraph.errors import GcmGraphError, QuerySyntaxError
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.sparql import COMMENT, IRIREF, has_relative_iri, is_volatile
from gcmgraph.store.port import QueryAnswer, QueryLimits, QueryRequest, Unanswered
from gcmgraph.store.results import JSON_RESULTS, RESULT_SYNTAXES, XML_RESULTS, Caps, read_values
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.responses import is_known
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.sparql.hints import UnknownTerm, diagnose, unknown_terms
from gcmgraph.web.sparql.protocol import PAGE, SparqlOperation

#: Longest body of an answer without data, in bytes: a graph may begin with all prefixes.
_LONGEST_EMPTY = 8_192

#: Values of an aggregate of nothing: a count or sum, in any syntax of results.
_NOTHING = frozenset({"", "0"})

#: Ways to the rest of a result; `Result-Truncated` has the caps.
REST = "Ask in parts (ORDER BY, LIMIT, OFFSET), or get whole graphs from /graph-store."


def entity_tag(version: str, query: QueryRequest) -> str:
    """A weak entity tag: the same dataset, query and formats give the same answer, in any order of rows."""
    parts = (__version__, version, query.query, repr((query.wanted, query.default_graphs, query.named_graphs)))
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f'W/"{digest[:32]}"'


def cut_headers(limits: QueryLimits) -> list[tuple[str, str]]:
    """The headers of an answer that was cut (a dictionary of RFC 9651)."""
    caps = f"rows={limits.rows}, bytes={limits.answer_megabytes * 2**20}"
    link = '</graph-store>; rel="collection"; title="all triples, graph by graph"'
    return [("Vary", "Accept"), ("Cache-Control", "no-store"), ("Result-Truncated", caps), ("Link", link)]


def incomplete(unanswered: Iterable[Unanswered]) -> str:
    """The header `Result-Incomplete`: endpoints whose part is missing, and why (a list of RFC 9651)."""
    return ", ".join(f"{_string(block.endpoint or '')};reason={_string(block.reason)}" for block in unanswered)


def unknown(terms: Iterable[UnknownTerm]) -> str:
    """The header `Result-Unknown-Terms`: terms that the dataset lacks, with the nearest ones (a list of RFC 9651)."""
    return ", ".join(
        _string(one.term) + (f";nearest={_string(' '.join(one.nearest))}" if one.nearest else "") for one in terms
    )


def _string(text: str) -> str:
    """A string of https://www.rfc-editor.org/rfc/rfc9651#name-strings: printable ASCII in quotes."""
    printable = re.sub(r"[^\x20-\x7e]", "?", text)
    return '"' + re.sub(r'(["\\])', r"\\\1", printable) + '"'


def is_empty(answer: QueryAnswer) -> bool:
    """Whether an answer has no rows or triples, is false, or is one row of zeros: an aggregate of nothing."""
    if len(answer.body) > _LONGEST_EMPTY or answer.cut:
        return False
    if (graph := syntax_for_media_type(answer.media_type)) is not None:
        return next(parse_quads(answer.body, graph, source="answer"), None) is None
    syntax = next(syntax for syntax in RESULT_SYNTAXES if syntax.media_type == answer.media_type)
    found = read_values(answer.body, syntax)
    if isinstance(found, bool):
        return not found
    return len(found) <= 1 and all(value in _NOTHING for row in found for value in row)


def with_notice(answer: QueryAnswer, link: str) -> bytes:
    """The body of an answer that was cut, with a notice where its syntax has a place for one.

    JSON and XML results have `link` (https://www.w3.org/TR/sparql11-results-json/#select-link), RDF has comments.
    """
    notice = f"This result was cut: see the header Result-Truncated. {REST}"
    match answer.media_type:
        case JSON_RESULTS.media_type:
            return answer.body.replace(b'{"head":{', b'{"head":{"link":["%b"],' % link.encode(), 1)
        case XML_RESULTS.media_type:
            return answer.body.replace(b"</head>", b'<link href="%b"/></head>' % link.encode(), 1)
        case "text/turtle" | "application/n-triples" | "application/trig" | "application/n-quads":
            return answer.body + f"# {notice}\n".encode()
        case "application/rdf+xml":
            return answer.body + f"<!-- {notice} -->\n".encode()
    return answer.body


def reply_to(
    site: Site, snapshot: Snapshot, operation: SparqlOperation, if_none_match: str | None, *, by_get: bool
) -> Response:
    """The reply to a query operation. Raises as `answer_to` does."""
    query = query_request(site, operation)
    lookup = by_get and is_lookup(query)
    tag, volatile = entity_tag(snapshot.version, query), not lookup and is_volatile(query.query)
    headers = [("Vary", "Accept"), ("Cache-Control", "no-store" if volatile else "public, no-cache")]
    headers += [] if volatile else [("ETag", tag)]
    # `*` holds only where there is an answer, which the engine decides
    if not volatile and if_none_match and if_none_match.strip() != "*" and is_known(if_none_match, tag):
        unchanged = Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        del unchanged.headers["Content-Type"]  # Flask's default
        return unchanged
    answer = (look_up(snapshot, query) if lookup else None) or answer_to(site, snapshot, query)
    body = answer.body
    if answer.cut:
        headers = cut_headers(site.workers.limits)
        body = with_notice(answer, f"{site.addresses.base}graph-store")
    if answer.unanswered:
        headers += [("Result-Incomplete", incomplete(answer.unanswered))]
    if answer.unknown_graphs:
        headers += [("Result-Unknown-Graphs", ", ".join(map(_string, answer.unknown_graphs)))]
    if missing := unknown_terms_if_empty(site, snapshot, query, answer):
        headers += [("Result-Unknown-Terms", unknown(missing))]
    return Response(body, headers=headers, content_type=content_type(answer.media_type))


def unknown_terms_if_empty(
    site: Site, snapshot: Snapshot, query: QueryRequest, answer: QueryAnswer
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
    return QueryRequest(query, operation.wanted or PAGE, prefixes, operation.default_graphs, operation.named_graphs)


def answer_to(site: Site, snapshot: Snapshot, query: QueryRequest) -> QueryAnswer:
    """The answer to a query. Raises as `FederatedQueries.run` does, a syntax error with a hint how to fix it."""
    try:
        return site.workers.run(query, snapshot.index)
    except QuerySyntaxError as error:
        sent = query.query.removeprefix(_base(site))
        if (found := diagnose(sent, site.addresses.prefixes)) is not None:
            raise found from error
        if sent != query.query and error.place is not None and error.place.line == 1 and error.place.column:
            place = replace(error.place, column=max(1, error.place.column - len(_base(site))))
            raise QuerySyntaxError(error.message, place=place, hint=error.hint) from error
        raise


def _base(site: Site) -> str:
    """A declaration of the base; it stays on the first line of a query."""
    return f"BASE <{site.addresses.base}sparql> "


#: Limits of a lookup; beyond them a query process answers.
ROWS, BYTES, SECONDS = 2_000, 1024 * 1024, 0.5

_LONGEST = 4096

_S = rf"(?:\s|{COMMENT})*+"
_NAME = r"(?!service)[a-z][a-z0-9]*+:[\w-]*+(?:\.[\w-]++)*+"
_TERM = rf"(?:{IRIREF}|{_NAME})"
_VARIABLE = r"[?$][a-z_]\w*+"
_PATTERN = rf"\{{{_S}{_TERM}{_S}(?:{_VARIABLE}|{_TERM}|a(?=\s)){_S}(?:{_VARIABLE}|{_TERM}){_S}(?:\.{_S})?+\}}"
_PROLOGUE = rf"(?:prefix\s++[a-z][a-z0-9]*+:{_S}{IRIREF}{_S})*+"

#: One triple pattern with a given subject, or the description of a given resource, and nothing else.
LOOKUP = re.compile(
    rf"{_S}{_PROLOGUE}(?:"
    rf"select\b{_S}(?:\*{_S}|(?:{_VARIABLE}{_S})++)(?:where\b{_S})?+{_PATTERN}{_S}(?:limit\s++\d{{1,9}}{_S})?+"
    rf"|ask\b{_S}(?:where\b{_S})?+{_PATTERN}{_S}"
    rf"|describe\b{_S}{_TERM}{_S})",
    re.IGNORECASE | re.ASCII,
)


def is_lookup(query: QueryRequest) -> bool:
    """Whether a query is a lookup in the union of an embedded store."""
    return (
        len(query.query) <= _LONGEST
        and not (query.default_graphs or query.named_graphs)
        and LOOKUP.fullmatch(query.query) is not None
    )


def look_up(snapshot: Snapshot, query: QueryRequest) -> QueryAnswer | None:
    """The answer to a lookup; None for one with an error or too large an answer."""
    caps = Caps(ROWS, BYTES, time.monotonic() + SECONDS, whole=True)
    try:
        found = snapshot.store.answer(query, caps)
    except GcmGraphError:
        return None
    return None if found is None or found.cut else found
