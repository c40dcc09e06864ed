"""Results of a named query: all rows in a stable order, pages of them in result formats, datasets of their figures.

A query runs in a query process (`store.query_pool`) under the limits of SPARQL queries, with its
parameters bound as terms. Each page is an evaluation of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from xml.sax.saxutils import quoteattr

from gcmgraph.publication.lists.index import Filters
from gcmgraph.publication.tables import guarded
from gcmgraph.queries import library
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.store.port import ROWS, QueryRequest
from gcmgraph.store.results import (
    CSV_RESULTS,
    JSON_RESULTS,
    XML_RESULTS,
    ResultSyntax,
    transcribe,
)
from gcmgraph.web.responses.attribution import SourceTexts, source_texts
from gcmgraph.web.templating import Page

#: A dataset of figures that a query names.
_FIGURES_DATASET = re.compile(r"\bstatistics:([a-z0-9-]+)")

#: A row of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
Binding = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class NamedQueryResults:
    """All rows of the results, `MAX_ROWS` at most, in a stable order."""

    variables: Sequence[str]
    rows: Sequence[Binding]
    #: whether there are more rows than the limit
    cut: bool

    def page_count(self, size: int) -> int:
        """The number of pages of a size, at least one."""
        return max(1, -(-len(self.rows) // size))

    def page(self, number: int, size: int) -> Sequence[Binding]:
        """The rows of one page, counted from 1."""
        return self.rows[(number - 1) * size : number * size]


@dataclass(frozen=True)
class Share:
    """Number of the resources in an answer, and of all of their kind."""

    kind: str
    count: int
    total: int


def share(page: Page, query: library.NamedQuery, rows: Sequence[Binding]) -> Share | None:
    """The share of an answer on a property that only part of the resources have, a part as its whole."""
    if not query.part_of:
        return None
    index = page.snapshot.listings.of(query.part_of)
    resources = {IRI(row[query.part_of]["value"]) for row in rows if query.part_of in row}
    all_resources = index.select(Filters())
    return Share(query.part_of, index.count(index.rows(resources)), index.count(all_resources))


def figure_sources(
    page: Page, query: library.NamedQuery, rows: Sequence[Binding]
) -> list[SourceTexts]:
    """The datasets of figures that a query reads by name, or that its rows have, each with its attribution."""
    start = page.site.addresses.resource("statistics", "")
    iris = [f"{start}{name}" for name in _FIGURES_DATASET.findall(query.query)]
    for term in chain.from_iterable(row.values() for row in rows):
        if term["value"].startswith(start):
            iris.append(term["value"])
    sources = (source_texts(page, IRI(iri)) for iri in dict.fromkeys(iris))
    return [source for source in sources if source]


def evaluate(page: Page, query: library.NamedQuery, terms: Mapping[str, Term]) -> NamedQueryResults:
    """All rows of a query.

    Raises as `QueryWorkers.run`, and `QueryRefusedError` for one that asks an endpoint.
    """
    query.require_local()
    request = QueryRequest(query.in_stable_order(), ROWS, substitutions=terms)
    answer = page.site.workers.run(request, page.snapshot.index)
    document = json.loads(answer.body)
    rows = document["results"]["bindings"]
    is_cut = answer.cut or len(rows) >= library.MAX_ROWS
    return NamedQueryResults(document["head"]["vars"], rows, is_cut)


def json_document(
    variables: Sequence[str], rows: Sequence[Binding], sources: Sequence[SourceTexts] = ()
) -> bytes:
    """Rows as JSON, with links to the sources of figures (https://www.w3.org/TR/sparql11-results-json/#select-link)."""
    head: dict[str, object] = {"vars": variables}
    if sources:
        head["link"] = [source.work.value for source in sources]
    document = {"head": head, "results": {"bindings": rows}}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def serialize_page(
    results: NamedQueryResults,
    syntax: ResultSyntax,
    *,
    page: int,
    size: int,
    sources: Sequence[SourceTexts] = (),
) -> bytes:
    """One page in a result format.

    In CSV, which readers open in spreadsheets, formulas are guarded.

    JSON and XML link the `sources` of figures in their head; CSV and TSV have no room for them.
    """
    rows = results.page(page, size)
    if syntax is CSV_RESULTS:
        rows = [{name: _guarded(term) for name, term in row.items()} for row in rows]
    body = json_document(results.variables, rows, sources)
    if syntax is JSON_RESULTS:
        return body
    transcribed = transcribe(body, syntax)
    if syntax is XML_RESULTS:
        # links follow the variables: https://www.w3.org/TR/rdf-sparql-XMLres/#head
        links = "".join(f"<link href={quoteattr(source.work.value)}/>" for source in sources)
        return transcribed.replace(b"</head>", f"{links}</head>".encode(), 1)
    return transcribed


def _guarded(term: Mapping[str, str]) -> Mapping[str, str]:
    """A term whose text no spreadsheet takes for a formula. A triple term has no text."""
    if term["type"] == "triple":
        return term
    return {**term, "value": guarded(term["value"])}


def column_names(query: library.NamedQuery, terms: Mapping[str, Term]) -> list[str]:
    """The variables of a query that are not bound to the same value in each row."""
    return [variable for variable in query.variables if variable not in terms]
