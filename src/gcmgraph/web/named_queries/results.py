"""Results of a named query, divided into pages.

A query runs in a query process (`store.query_pool.pool`) under the limits of SPARQL queries, with its parameters bound
as terms. Each page is an evaluation of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.publication.csv.tables import guarded
from gcmgraph.queries.library import MAX_ROWS, NamedQuery
from gcmgraph.store.port import CSV_RESULTS, JSON_RESULTS, ResultSyntax, Wanted
from gcmgraph.store.requests import QueryRequest, Unanswered
from gcmgraph.store.results.formats import transcribe
from gcmgraph.web.responses.documents import entity_tag
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: A row of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
Binding = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class NamedQueryResults:
    """All rows of the results, `MAX_ROWS` at most, in a stable order."""

    variables: Sequence[str]
    rows: Sequence[Binding]
    #: whether there are more rows than the limit
    cut: bool
    #: endpoints whose part of the results is missing
    unanswered: tuple[Unanswered, ...] = ()

    def page_count(self, size: int) -> int:
        """The number of pages of a size, at least one."""
        return max(1, -(-len(self.rows) // size))

    def page(self, number: int, size: int) -> Sequence[Binding]:
        """The rows of one page, counted from 1."""
        return self.rows[(number - 1) * size : number * size]


def results_tag(snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term], *parts: object) -> str:
    """The entity tag of complete results that depend on nothing but dataset version, query, terms and `parts`."""
    bound = sorted(f"{name} {term}" for name, term in terms.items())
    return entity_tag(snapshot.version, "queries", query.text, *bound, *map(str, parts))


def evaluate(site: Site, snapshot: Snapshot, query: NamedQuery, terms: Mapping[str, Term]) -> NamedQueryResults:
    """All rows of a query. Raises as `QueryWorkers.run`."""
    wanted = Wanted(solutions=JSON_RESULTS.media_type, boolean=None, graph=None)
    request = QueryRequest(query.in_stable_order(), wanted, substitutions=terms, services=query.services(terms))
    found = site.workers.run(request, snapshot.index)
    results = json.loads(found.body)
    rows = results["results"]["bindings"]
    return NamedQueryResults(results["head"]["vars"], rows, found.cut or len(rows) >= MAX_ROWS, found.unanswered)


def serialize_page(results: NamedQueryResults, syntax: ResultSyntax, *, page: int, size: int) -> bytes:
    """One page in a result format. In CSV, which readers open in spreadsheets, formulas are guarded."""
    rows = results.page(page, size)
    if syntax is CSV_RESULTS:
        rows = [{name: _guarded(term) for name, term in row.items()} for row in rows]
    document = {"head": {"vars": results.variables}, "results": {"bindings": rows}}
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
