"""Results of a named query, cached and divided into pages.

A query runs in a query process (`store.query_pool.pool`) under the limits of SPARQL queries, with its parameters bound
as terms. All its rows are cached with the dataset version, so that all pages and formats cost one evaluation. Results
of a federated query are cached for minutes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.publication.csv.tables import guarded
from gcmgraph.queries.library import MAX_ROWS, NamedQuery
from gcmgraph.sparql.volatile import is_volatile
from gcmgraph.store.port import CSV_RESULTS, JSON_RESULTS, ResultSyntax, Wanted
from gcmgraph.store.requests import QueryAnswer, QueryRequest, Unanswered
from gcmgraph.store.results.formats import transcribe
from gcmgraph.store.results.lines import Binding, ResultLines, as_lines
from gcmgraph.web.responses.documents import entity_tag
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot


@dataclass(frozen=True)
class NamedQueryResults:
    """All rows of the results, `MAX_ROWS` at most, in a stable order."""

    lines: ResultLines
    #: whether there are more rows than the limit
    cut: bool
    #: endpoints whose part of the results is missing
    unanswered: tuple[Unanswered, ...] = ()

    def page_count(self, size: int) -> int:
        """The number of pages of a size, at least one."""
        return max(1, -(-len(self.lines) // size))

    def page(self, number: int, size: int) -> Sequence[Binding]:
        """The rows of one page, counted from 1."""
        return self.page_rows((number - 1) * size, size)

    def page_rows(self, first: int, count: int) -> Sequence[Binding]:
        """`count` rows from number `first` on, counted from 0."""
        return self.lines.rows(first, count)


#: Seconds for which results of a query that is federated or depends on the clock are cached.
SHORT_LIFE = 300

#: Seconds for which incomplete results are cached: an endpoint that is down is queried no more often.
INCOMPLETE_LIFE = 30


def results_tag(snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term], *parts: object) -> str:
    """The entity tag of results, from dataset version, query, terms, `parts`, and period for volatile queries."""
    bound = sorted(f"{name} {term}" for name, term in terms.items())
    period = str(int(time.time() // SHORT_LIFE)) if is_volatile(query.text) else ""
    return entity_tag(snapshot.version, "queries", query.text, *bound, *map(str, parts), period)


def evaluate(site: Site, snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term]) -> NamedQueryResults:
    """All rows of a query, from the cache or by evaluation. Raises as `QueryWorkers.run`."""

    def body() -> bytes:
        found = _run(site, snapshot, query, terms)
        missing = [(block.endpoint, block.reason) for block in found.unanswered]
        head = {"cut": found.cut, "missing": missing, "time": time.time()}
        return json.dumps(head).encode() + b"\n" + as_lines(found.body)

    tag = results_tag(snapshot, query, terms, "whole")
    head, lines = _split(snapshot.bodies.get(tag, body))
    if head["missing"] and not 0 <= time.time() - head["time"] < INCOMPLETE_LIFE:
        snapshot.bodies.forget(tag)
        head, lines = _split(snapshot.bodies.get(tag, body))
    missing = tuple(Unanswered(endpoint, reason) for endpoint, reason in head["missing"])
    return NamedQueryResults(lines, head["cut"] or len(lines) >= MAX_ROWS, missing)


def _split(cached: bytes) -> tuple[dict[str, Any], ResultLines]:
    """The header and the rows of cached results."""
    head, _, lines = cached.partition(b"\n")
    return json.loads(head), ResultLines(lines)


def serialize_page(results: NamedQueryResults, syntax: ResultSyntax, *, page: int, size: int) -> bytes:
    """One page in a result format. In CSV, which readers open in spreadsheets, formulas are guarded."""
    rows = results.page(page, size)
    if syntax is CSV_RESULTS:
        rows = [{name: _guarded(term) for name, term in row.items()} for row in rows]
    document = {"head": {"vars": results.lines.variables}, "results": {"bindings": rows}}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return body if syntax is JSON_RESULTS else transcribe(body, syntax)


def _guarded(term: Mapping[str, str]) -> Mapping[str, str]:
    """A term whose text no spreadsheet takes for a formula. A triple term has no text."""
    return {**term, "value": guarded(term["value"])} if term["type"] != "triple" else term


def read_term(value: Mapping[str, str] | None) -> Term | None:
    """The term of a binding in SPARQL JSON, None for an unbound variable."""
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
