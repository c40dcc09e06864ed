"""The reply to a query: its headers, and a notice in a body that was cut."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from gcmgraph import __version__
from gcmgraph.store.port import JSON_RESULTS, XML_RESULTS
from gcmgraph.store.requests import QueryAnswer, QueryLimits, QueryRequest, Unanswered

#: Ways to the rest of a result; `Result-Truncated` has the caps.
REST = "Ask in parts (ORDER BY, LIMIT, OFFSET), or get whole graphs from /graph-store."


@dataclass(frozen=True)
class Reply:
    """A status, headers and a body; `media_type` is None where there is no body."""

    status: HTTPStatus
    headers: list[tuple[str, str]]
    body: bytes = b""
    media_type: str | None = None


def entity_tag(version: str, query: QueryRequest) -> str:
    """A weak entity tag: the same dataset, query and formats give the same answer, in any order of rows."""
    parts = (__version__, version, query.query, *map(str, _asked(query)))
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f'W/"{digest[:32]}"'


def _asked(query: QueryRequest) -> tuple[object, ...]:
    wanted = query.wanted
    return wanted.solutions, wanted.boolean, wanted.graph, query.default_graphs, query.named_graphs


def answer_headers(tag: str, *, volatile: bool) -> list[tuple[str, str]]:
    """The headers of an answer that was not cut."""
    if volatile:
        return [("Vary", "Accept"), ("Cache-Control", "no-store")]
    return [("Vary", "Accept"), ("Cache-Control", "public, no-cache"), ("ETag", tag)]


def cut_headers(limits: QueryLimits) -> list[tuple[str, str]]:
    """The headers of an answer that was cut (a dictionary of RFC 9651)."""
    caps = f"rows={limits.rows}, bytes={limits.answer_megabytes * 2**20}"
    link = '</graph-store>; rel="collection"; title="all triples, graph by graph"'
    return [("Vary", "Accept"), ("Cache-Control", "no-store"), ("Result-Truncated", caps), ("Link", link)]


def incomplete(unanswered: Iterable[Unanswered]) -> str:
    """The header `Result-Incomplete`: endpoints whose part is missing, and why (a list of RFC 9651)."""
    return ", ".join(f"{_string(block.endpoint or '')};reason={_string(block.reason)}" for block in unanswered)


def strings(values: Iterable[str]) -> str:
    """A header with a list of strings (RFC 9651)."""
    return ", ".join(map(_string, values))


def _string(text: str) -> str:
    """A string of https://www.rfc-editor.org/rfc/rfc9651#name-strings: printable ASCII in quotes."""
    printable = re.sub(r"[^\x20-\x7e]", "?", text)
    return '"' + re.sub(r'(["\\])', r"\\\1", printable) + '"'


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
