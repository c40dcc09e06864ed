"""Run a query of /sparql and say what goes back: the same from Flask and from below it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from gcmgraph.errors import Place, QuerySyntaxError
from gcmgraph.store.query_pool.pool import QueryAnswer, QueryRequest
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.headers import is_known
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.sparql.responses import (
    answer_headers,
    cut_headers,
    entity_tag,
    incomplete,
    is_volatile,
    with_notice,
)
from gcmgraph.web.sparql.syntax_hints import diagnose


@dataclass(frozen=True)
class Reply:
    """What goes back for a query; `media_type` is None where there is no body."""

    status: HTTPStatus
    headers: list[tuple[str, str]]
    body: bytes = b""
    media_type: str | None = None


def reply_to(site: Site, snapshot: Snapshot, query: QueryRequest, if_none_match: str | None) -> Reply:
    """The reply to a query. Raises as `answer_to` does."""
    tag, volatile = entity_tag(snapshot.version, query), is_volatile(query.query)
    headers = answer_headers(tag, volatile=volatile)
    # `*` holds only where there is an answer, so it cannot be told without asking the engine
    if not volatile and if_none_match and if_none_match.strip() != "*" and is_known(if_none_match, tag):
        return Reply(HTTPStatus.NOT_MODIFIED, headers)
    answer = answer_to(site, snapshot, query)
    body = answer.body
    if answer.cut:
        headers = cut_headers(site.workers.limits)
        body = with_notice(answer, f"{site.addresses.base}graph-store")
    if answer.unanswered:
        headers = [*headers, ("Result-Incomplete", incomplete(answer.unanswered))]
    return Reply(HTTPStatus.OK, headers, body, content_type(answer.media_type))


def answer_to(site: Site, snapshot: Snapshot, query: QueryRequest) -> QueryAnswer:
    """The answer to a query. Raises what `QueryWorkers.run` raises, a syntax error with what mends it."""
    try:
        return site.workers.run(query, snapshot.index)
    except QuerySyntaxError as error:
        found = diagnose(query.query, site.addresses.prefixes)
        if found is None:
            raise
        place = Place("query", found.line, found.column)
        raise QuerySyntaxError(found.message, place=place, hint=found.hint or None) from error
