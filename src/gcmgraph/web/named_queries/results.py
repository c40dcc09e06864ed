"""Answer a named query, page by page.

It runs in a query process (`store.query_pool.pool`), with its parameters bound as terms: a heavy one is ended at
the same limits, and holds up nobody, and an operator has one place to set them. The whole answer is kept
for as long as its dataset version is served, so that pages and forms of one answer cost one evaluation. One that rests
on others is kept for minutes, and in all its forms it is the same: no page of it asks anew.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.publication.answers.cache import prepared_answer
from gcmgraph.queries.library import MAX_ROWS, NamedQuery
from gcmgraph.sparql.volatile import is_volatile
from gcmgraph.store.port import JSON_RESULTS, ResultSyntax, Wanted
from gcmgraph.store.requests import QueryAnswer, QueryRequest, Unanswered
from gcmgraph.store.results.formats import transcribe
from gcmgraph.store.results.lines import Binding, ResultLines, as_lines
from gcmgraph.web.responses.documents import entity_tag
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot


@dataclass(frozen=True)
class Answer:
    """The answer to a named query: all its rows (`MAX_ROWS` at most), in an order that never changes."""

    lines: ResultLines
    #: whether there are more rows than may be had here
    cut: bool
    #: whose part of it is missing
    unanswered: tuple[Unanswered, ...] = ()

    def page_count(self, size: int) -> int:
        """The number of pages of a size; an answer without rows has one."""
        return max(1, -(-len(self.lines) // size))

    def page(self, number: int, size: int) -> Sequence[Binding]:
        """The rows of one page, counted from 1."""
        return self.lines.rows((number - 1) * size, size)


#: Seconds for which the answer to a query that asks others, or the clock, is kept. Its pages fit together so long.
SHORT_LIFE = 300

#: Seconds for which an answer is kept whose other part is missing: no storm of requests on an endpoint that is down.
INCOMPLETE_LIFE = 30


def answer_tag(snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term], *parts: object) -> str:
    """The entity tag of an answer: of its dataset version, query, terms, form, and period where others are asked."""
    bound = sorted(f"{name} {term}" for name, term in terms.items())
    period = str(int(time.time() // SHORT_LIFE)) if is_volatile(query.text) else ""
    return entity_tag(snapshot.version, "queries", query.text, *bound, *map(str, parts), period)


def answer(site: Site, snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term]) -> Answer:
    """The whole answer. Raises what `QueryWorkers.run` raises."""

    def whole() -> bytes:
        if (ready := _prepared(site, snapshot, query, terms)) is not None:
            return ready
        found = _run(site, snapshot, query, terms)
        missing = [(block.endpoint, block.reason) for block in found.unanswered]
        head = {"cut": found.cut, "missing": missing, "time": time.time()}
        return json.dumps(head).encode() + b"\n" + as_lines(found.body)

    tag = answer_tag(snapshot, query, terms, "whole")
    head, lines = _parts(snapshot.bodies.get(tag, whole))
    if head["missing"] and not 0 <= time.time() - head["time"] < INCOMPLETE_LIFE:
        snapshot.bodies.forget(tag)
        head, lines = _parts(snapshot.bodies.get(tag, whole))
    missing = tuple(Unanswered(endpoint, reason) for endpoint, reason in head["missing"])
    return Answer(lines, head["cut"] or len(lines) >= MAX_ROWS, missing)


def _prepared(site: Site, snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term]) -> bytes | None:
    """The answer that a build prepared, as it is kept here; None where there is none that keeps the limits."""
    limits = site.workers.limits
    if not snapshot.index.name or is_volatile(query.text) or limits.rows < MAX_ROWS:
        return None
    lines = prepared_answer(snapshot.index.parent, query, terms)
    if lines is None or len(lines) > limits.answer_megabytes * 2**20:
        return None
    return json.dumps({"cut": False, "missing": [], "time": time.time()}).encode() + b"\n" + lines


def _parts(kept: bytes) -> tuple[dict[str, Any], ResultLines]:
    """A kept answer: what is said of it, and its rows."""
    head, _, lines = kept.partition(b"\n")
    return json.loads(head), ResultLines(lines)


def written_page(whole: Answer, syntax: ResultSyntax, *, page: int, size: int) -> bytes:
    """One page in a syntax of results."""
    results = {"head": {"vars": whole.lines.variables}, "results": {"bindings": whole.page(page, size)}}
    body = json.dumps(results, ensure_ascii=False, separators=(",", ":")).encode()
    return body if syntax is JSON_RESULTS else transcribe(body, syntax)


def term(value: Mapping[str, str] | None) -> Term | None:
    """The term of a JSON value, None where the variable is not bound."""
    match value:
        case None:
            return None
        case {"type": "uri", "value": iri}:
            return IRI(iri)
        case {"type": "bnode", "value": label}:
            return BlankNode(label)
        case {"value": lexical, "xml:lang": language}:
            return Literal(lexical, language=language)
        case {"value": lexical, "datatype": datatype}:
            return Literal(lexical, datatype=IRI(datatype))
        case _:
            return Literal(value["value"])


def _run(site: Site, snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term]) -> QueryAnswer:
    wanted = Wanted(solutions=JSON_RESULTS.media_type, boolean=None, graph=None)
    request = QueryRequest(query.in_stable_order(), wanted, substitutions=terms, services=query.services(terms))
    return site.workers.run(request, snapshot.index)
