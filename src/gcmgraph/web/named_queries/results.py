"""Results of a named query, divided into pages, and as an XLSX workbook; and the query library in words.

A query runs in a query process (`store.query_pool`) under the limits of SPARQL queries, with its parameters bound
as terms. Each page is an evaluation of its own. Columns have headings (`headings.csv`).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from flask_babel import LazyString, gettext, lazy_gettext

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.tables import guarded
from gcmgraph.queries.description import query_iri
from gcmgraph.queries.library import GROUPS, MAX_ROWS, NamedQuery
from gcmgraph.spreadsheets.workbooks import TableCell
from gcmgraph.store.port import CSV_RESULTS, JSON_RESULTS, ResultSyntax, Wanted
from gcmgraph.store.requests import QueryRequest, Unanswered
from gcmgraph.store.results import transcribe
from gcmgraph.text import fold_words
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.i18n import best_text
from gcmgraph.web.responses.documents import entity_tag
from gcmgraph.web.responses.tables import result_cell, workbook
from gcmgraph.web.services import Site, Snapshot

#: Headings by variable, in English. Other variables, as in a library of an operator's own, are split into their words.
HEADINGS = dict(csv.reader((files(__package__) / "headings.csv").read_text("utf-8").splitlines()[1:]))


def heading(variable: str) -> str:
    """The heading of a column in the language of the request: `objectiveName` is "Title of the objective"."""
    if variable in HEADINGS:
        return str(gettext(HEADINGS[variable]))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", variable).lower()
    return words[:1].upper() + words[1:]


#: Headings of `header.GROUPS`; queries of no group are last.
_HEADINGS = {
    "compact": lazy_gettext("The Compact"),
    "practices": lazy_gettext("Practices"),
    "organisations": lazy_gettext("Organisations and countries"),
    "gaps": lazy_gettext("Gaps"),
    "evidence": lazy_gettext("Evidence and quality"),
    "finding": lazy_gettext("Finding and joining"),
    "": lazy_gettext("Other questions"),
}

#: Queries that list what is missing, so that no rows are an answer.
OF_GAPS = frozenset(
    {
        "actions-without-practice",
        "actions-without-practice-in-region",
        "audiences-not-named",
        "countries-not-party",
        "not-reviewed",
        "sources-that-differ",
        "targets-without-practice",
        "texts-without-translation",
    }
)


def grouped(queries: Iterable[NamedQuery], words: str = "") -> list[tuple[str, LazyString, list[NamedQuery]]]:
    """The groups that have queries, each with its name and heading; with `words` only queries that have all of them.

    Words are sought in titles, descriptions and names, in every language, without regard to case and accents.
    """
    found = [query for query in queries if _has(query, words)]
    groups = [(name, _HEADINGS[name], [query for query in found if query.group == name]) for name in (*GROUPS, "")]
    return [group for group in groups if group[2]]


def _has(query: NamedQuery, words: str) -> bool:
    text = fold_words(" ".join([query.name, *query.title.values(), *query.description.values()]))
    return all(word in text for word in fold_words(words).split())


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


#: Columns whose page is the source of a row, the best first; else the first column with a page.
_SOURCES = ("document", "otherDocument", "passage", "practice")


def results_workbook(
    query: NamedQuery,
    columns: Sequence[str],
    rows: Sequence[Binding],
    terms: Mapping[str, Term],
    language: str,
    site: Site,
    snapshot: Snapshot,
    about: Mapping[str, str],
) -> bytes:
    """The workbook of some rows. `about` has further lines of the second sheet, such as the number of rows."""
    addresses = site.addresses
    values = {name: _plain(str(getattr(term, "value", term)), addresses) for name, term in terms.items()}
    lines = {
        gettext("Title"): best_text(query.title, language).text,
        gettext("Description"): best_text(query.description, language).text,
        gettext("Parameters"): "; ".join(f"{heading(name)}: {value}" for name, value in values.items()),
        gettext("Address"): query_iri(query.name, addresses),
        **about,
        gettext("Source"): gettext("The last column has the page of the document or resource that a row is about."),
    }
    headings = [*(heading(column) for column in columns), gettext("Source")]
    return workbook(
        gettext("Answer"), headings, _rows(columns, rows, query, site), lines, snapshot, addresses, language
    )


def _rows(columns: Sequence[str], rows: Sequence[Binding], query: NamedQuery, site: Site) -> Iterator[list[TableCell]]:
    order = (*(column for column in _SOURCES if column in columns), *columns)
    for row in rows:
        pages = (local_path(site.addresses, value["value"]) for column in order if (value := row.get(column)))
        page = next((page for page in pages if page), None)
        source = f"{site.public_base}{page.removeprefix('/')}" if page else query_iri(query.name, site.addresses)
        yield [*(result_cell(row.get(column)) for column in columns), source]


def _plain(value: str, addresses: Addresses) -> str:
    return addresses.compress(value) or value
