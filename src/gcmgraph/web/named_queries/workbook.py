"""Results of a named query as an XLSX workbook: headings in words, codes as texts, and a sheet that explains them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from flask_babel import gettext

from gcmgraph.model.terms import Term
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.queries.description import query_iri
from gcmgraph.queries.library import NamedQuery
from gcmgraph.spreadsheets.workbooks import TableCell, WorkbookTable, table_workbook
from gcmgraph.store.results.lines import Binding
from gcmgraph.web.i18n.languages import best_text
from gcmgraph.web.named_queries.columns import heading

#: Rows of a workbook at most; the address of the rest is on its second sheet and in the Link header.
MAX_WORKBOOK_ROWS = 20_000

_XSD = PREFIXES["xsd"]
_NUMBERS = {f"{_XSD}{name}": int for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")} | {
    f"{_XSD}{name}": Decimal for name in ("decimal", "double", "float")
}
#: Digits that a spreadsheet calculates with; a longer number stays a text.
_DIGITS = 15


def results_workbook(
    query: NamedQuery,
    columns: Sequence[str],
    rows: Sequence[Binding],
    terms: Mapping[str, Term],
    language: str,
    addresses: Addresses,
    about: Mapping[str, str],
) -> bytes:
    """The workbook of some rows. `about` has further lines of the second sheet, such as the dataset version."""
    values = {name: _plain(str(getattr(term, "value", term)), addresses) for name, term in terms.items()}
    lines = {
        gettext("Title"): best_text(query.title, language).text,
        gettext("Description"): best_text(query.description, language).text,
        gettext("Parameters"): "; ".join(f"{heading(name)}: {value}" for name, value in values.items()),
        gettext("Address"): query_iri(query.name, addresses),
        **about,
        gettext("Licence"): LICENCE,
        gettext("Codes"): gettext("Codes such as 004 or 17.10 are texts. Cells without a value are empty."),
    }
    table = WorkbookTable(
        gettext("Answer"),
        gettext("About this table"),
        [*(heading(column) for column in columns), gettext("Source")],
        _rows(columns, rows, query_iri(query.name, addresses)),
        lines.items(),
    )
    return table_workbook(table)


def _rows(columns: Sequence[str], rows: Sequence[Binding], source: str) -> Iterator[list[TableCell]]:
    for row in rows:
        yield [*(_cell(row.get(column)) for column in columns), source]


def _cell(value: Mapping[str, str] | None) -> TableCell:
    """A cell of a value in SPARQL JSON: numbers and truth values by their datatype, all else as text."""
    if value is None:
        return None
    text = str(value["value"])
    datatype = value.get("datatype", "")
    if datatype == f"{_XSD}boolean":
        return text in {"true", "1"}
    if (number := _NUMBERS.get(datatype)) is not None and len(text.strip("+-").replace(".", "")) <= _DIGITS:
        try:
            return number(text)
        except (ValueError, ArithmeticError):  # INF, NaN, or a form that is not the datatype's
            return text
    return text


def _plain(value: str, addresses: Addresses) -> str:
    return addresses.compress(value) or value
