"""The reply to a query of /sparql."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from gcmgraph.errors import Place, QuerySyntaxError
from gcmgraph.sparql.prologue import has_relative_iri
from gcmgraph.sparql.volatile import is_volatile
from gcmgraph.store.requests import QueryAnswer, QueryRequest
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.headers import is_known
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.sparql.lookups import is_lookup, look_up
from gcmgraph.web.sparql.protocol import PAGE, Operation
from gcmgraph.web.sparql.responses import (
    Reply,
    answer_headers,
    cut_headers,
    entity_tag,
    incomplete,
    is_empty,
    strings,
    unknown,
    with_notice,
)
from gcmgraph.web.sparql.syntax_hints import diagnose
from gcmgraph.web.sparql.unknown_terms import UnknownTerm, unknown_terms


def reply_to(site: Site, snapshot: Snapshot, operation: Operation, if_none_match: str | None, *, by_get: bool) -> Reply:
    """The reply to a query operation. Raises as `answer_to` does."""
    query = query_request(site, operation)
    lookup = by_get and is_lookup(query, snapshot)
    tag, volatile = entity_tag(snapshot.version, query), not lookup and is_volatile(query.query)
    headers = answer_headers(tag, volatile=volatile)
    # `*` holds only where there is an answer, which the engine decides
    if not volatile and if_none_match and if_none_match.strip() != "*" and is_known(if_none_match, tag):
        return Reply(HTTPStatus.NOT_MODIFIED, headers)
    answer = (look_up(snapshot, query) if lookup else None) or answer_to(site, snapshot, query)
    body = answer.body
    if answer.cut:
        headers = cut_headers(site.workers.limits)
        body = with_notice(answer, f"{site.addresses.base}graph-store")
    if answer.unanswered:
        headers = [*headers, ("Result-Incomplete", incomplete(answer.unanswered))]
    if answer.unknown_graphs:
        headers = [*headers, ("Result-Unknown-Graphs", strings(answer.unknown_graphs))]
    if missing := terms_of_empty(site, snapshot, query, answer):
        headers = [*headers, ("Result-Unknown-Terms", unknown(missing))]
    return Reply(HTTPStatus.OK, headers, body, content_type(answer.media_type))


def terms_of_empty(site: Site, snapshot: Snapshot, query: QueryRequest, answer: QueryAnswer) -> list[UnknownTerm]:
    """The terms of a query that the dataset lacks, where its answer is empty."""
    return unknown_terms(site, snapshot, query.query) if is_empty(answer) else []


def query_request(site: Site, operation: Operation) -> QueryRequest:
    """The query of an operation, in the syntaxes of a page where it has none.

    The endpoint's IRI is the base (https://www.w3.org/TR/sparql11-protocol/#base-iri).
    """
    query = operation.query or ""
    if has_relative_iri(query):
        query = _base(site) + query
    prefixes = site.addresses.prefixes_in(query)
    return QueryRequest(query, operation.wanted or PAGE, prefixes, operation.default_graphs, operation.named_graphs)


def answer_to(site: Site, snapshot: Snapshot, query: QueryRequest) -> QueryAnswer:
    """The answer to a query. Raises as `Queries.run` does, a syntax error with a hint how to fix it."""
    try:
        return site.workers.run(query, snapshot.index)
    except QuerySyntaxError as error:
        sent = query.query.removeprefix(_base(site))
        found = diagnose(sent, site.addresses.prefixes)
        if found is not None:
            place = Place("query", found.line, found.column)
            raise QuerySyntaxError(found.message, place=place, hint=found.hint or None) from error
        if sent != query.query and error.place is not None and error.place.line == 1 and error.place.column:
            place = replace(error.place, column=max(1, error.place.column - len(_base(site))))
            raise QuerySyntaxError(error.message, place=place, hint=error.hint) from error
        raise


def _base(site: Site) -> str:
    """A declaration of the base; it stays on the first line of a query."""
    return f"BASE <{site.addresses.base}sparql> "
