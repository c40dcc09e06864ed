"""Results of a named query as an XLSX workbook: headings in words, codes as texts, and a sheet that explains them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext

from gcmgraph.model.terms import Term
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.description import query_iri
from gcmgraph.queries.library import NamedQuery
from gcmgraph.spreadsheets.workbooks import TableCell
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.i18n.languages import best_text
from gcmgraph.web.named_queries.columns import heading
from gcmgraph.web.named_queries.results import Binding
from gcmgraph.web.responses.workbooks import result_cell, workbook
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

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
