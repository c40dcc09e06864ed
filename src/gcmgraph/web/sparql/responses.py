"""The reply to a query: its headers, and a notice in a body that was cut."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from gcmgraph import __version__
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.port import CSV_RESULTS, JSON_RESULTS, TSV_RESULTS, XML_RESULTS
from gcmgraph.store.requests import QueryAnswer, QueryLimits, QueryRequest, Unanswered
from gcmgraph.web.sparql.unknown_terms import UnknownTerm

#: Longest body of an answer without data, in bytes: a graph may begin with all prefixes.
_LONGEST_EMPTY = 8_192

#: Values of an aggregate of nothing: a count or sum, in any syntax of results.
_NOTHING = frozenset({"", "0"})

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


def unknown(terms: Iterable[UnknownTerm]) -> str:
    """The header `Result-Unknown-Terms`: terms that the dataset lacks, with the nearest ones (a list of RFC 9651)."""
    return ", ".join(
        _string(one.term) + (f";nearest={_string(' '.join(one.nearest))}" if one.nearest else "") for one in terms
    )


def strings(values: Iterable[str]) -> str:
    """A header with a list of strings (RFC 9651)."""
    return ", ".join(map(_string, values))


def _string(text: str) -> str:
    """A string of https://www.rfc-editor.org/rfc/rfc9651#name-strings: printable ASCII in quotes."""
    printable = re.sub(r"[^\x20-\x7e]", "?", text)
    return '"' + re.sub(r'(["\\])', r"\\\1", printable) + '"'


def is_empty(answer: QueryAnswer) -> bool:
    """Whether an answer has no rows or triples, is false, or is one row of zeros: an aggregate of nothing."""
    if len(answer.body) > _LONGEST_EMPTY or answer.cut:
        return False
    if (syntax := syntax_for_media_type(answer.media_type)) is not None:
        return next(parse_quads(answer.body, syntax, source="answer"), None) is None
    text = answer.body.decode("utf-8", "replace")
    match answer.media_type:
        case JSON_RESULTS.media_type:
            if "}},{" in text:  # two rows, or one with a text
                return False
            results = json.loads(text)
            if "boolean" in results:
                return results["boolean"] is False
            rows = [[str(value["value"]) for value in row.values()] for row in results["results"]["bindings"]]
        case XML_RESULTS.media_type:
            if "<boolean" in text:
                return "<boolean>false" in text
            rows = [re.findall(r">([^<>]+)</(?:literal|uri|bnode)>", row) for row in re.split("<result[ >]", text)[1:]]
        case CSV_RESULTS.media_type | TSV_RESULTS.media_type:
            if text.strip() in {"true", "false"}:
                return text.strip() == "false"
            rows = [re.split("[,\t]", row) for row in text.splitlines()[1:]]
        case _:
            return False
    return len(rows) <= 1 and all(value in _NOTHING for row in rows for value in row)


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
