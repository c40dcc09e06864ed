"""Results of a named query for people: a table on a page, and a workbook. Columns have headings (`headings.csv`)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import chain, takewhile
from typing import NamedTuple
from urllib.parse import urlencode

from babel.numbers import format_decimal
from flask_babel import gettext

from gcmgraph.model.kinds import KINDS
from gcmgraph.queries import library
from gcmgraph.queries.description import query_iri
from gcmgraph.queries.headers import CountedAnswer, CountedList
from gcmgraph.queries.parameters import QueryParameter
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.spreadsheets.workbooks import TableCell
from gcmgraph.store.port import read_solutions
from gcmgraph.web.browse.list_request import ListRequest
from gcmgraph.web.http.links import local_path
from gcmgraph.web.i18n import best_text, region_of
from gcmgraph.web.named_queries.results import (
    Binding,
    column_names,
    figure_sources,
    json_document,
)
from gcmgraph.web.responses.attribution import SourceTexts
from gcmgraph.web.responses.tables import NUMBERS, result_cell, workbook
from gcmgraph.web.templating import Page

#: Headings by variable, in English. Other variables, as in a library of an operator's own, are
#: split into their words.
HEADINGS = dict(
    csv.reader((files(__package__) / "headings.csv").read_text("utf-8").splitlines()[1:])
)

#: Digits of a number from which on a column is written with separators.
_GROUPED_DIGITS = 5

#: Columns whose page is the source of a row, the best first; else the first column with a page.
_SOURCE_COLUMNS = ("document", "otherDocument", "passage", "dataset", "practice")

#: Columns of the unit of numbers.
_UNIT_COLUMNS = ("currency", "unit", "unitName")

#: Rows from which on numbers have bars.
_MIN_BARS = 3

#: The cells of a column.
Cells = Sequence[Term | None]


class Column(NamedTuple):
    """The heading of a column."""

    heading: str
    has_numbers: bool


class LinkedCount(NamedTuple):
    """A number, as text, and the path of the list or answer with the resources that it counts."""

    text: str
    path: str


#: A cell for people: a term, a number as text, or one that links the resources that it counts.
Cell = Term | str | LinkedCount | None


class Bars(NamedTuple):
    """The bars beside the numbers of a column: their lengths as shares of the largest, 0 to 1."""

    column: int
    shares: list[float]


class ResultsTable(NamedTuple):
    """Some rows for people."""

    columns: list[Column]
    rows: list[tuple[Cell, ...]]
    bars: Bars | None


def heading(variable: str) -> str:
    """The heading of a column in the language of the request: `objectiveName` is "Title of the objective"."""
    if variable in HEADINGS:
        return str(gettext(HEADINGS[variable]))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", variable).lower()
    return words[:1].upper() + words[1:]


def results_table(
    page: Page,
    columns: Sequence[str],
    bindings: Sequence[Binding],
    counts: Sequence[CountedList | CountedAnswer] = (),
) -> ResultsTable:
    """The table of some rows, without names and codes of resources that another column links.

    Numbers link the lists or answers with the resources that they count.
    """
    variables = [*dict.fromkeys(chain.from_iterable(bindings))]
    rows = read_solutions(json_document(variables, bindings)).rows
    cells_of = {column: [row.get(column) for row in rows] for column in columns}
    linked_columns = [column for column in columns if _has_resources(cells_of[column])]
    remaining_columns = []
    for column in columns:
        repeats_a_link = any(
            _repeats(page, cells_of[column], cells_of[linked]) for linked in linked_columns
        )
        if not repeats_a_link:
            remaining_columns.append(column)
    number_columns = [
        column for column in remaining_columns if _are_numbers(column, cells_of[column])
    ]
    ordered_columns = _in_reading_order(remaining_columns, linked_columns, number_columns)
    headings = []
    written_columns: list[Sequence[Cell]] = []
    count_of = {count.variable: count for count in counts}
    for column in ordered_columns:
        has_numbers = column in number_columns
        headings.append(Column(heading(column), has_numbers))
        cells: Sequence[Cell] = cells_of[column]
        if has_numbers:
            cells = _grouped_digits(page, cells_of[column])
        if column in count_of:
            cells = _linked_counts(page, count_of[column], rows, cells)
        written_columns.append(cells)
    bars = _bars(cells_of, ordered_columns, number_columns)
    return ResultsTable(headings, list(zip(*written_columns, strict=True)), bars)


def _bars(
    cells_of: Mapping[str, Cells], columns: Sequence[str], number_columns: Sequence[str]
) -> Bars | None:
    """The bars of the first column of numbers.

    None where they would not help: few rows, negative or equal numbers, several units.
    """
    has_several_units = any(len({*cells_of.get(column, ())}) > 1 for column in _UNIT_COLUMNS)
    if not number_columns or has_several_units:
        return None
    column = number_columns[0]
    cells = cells_of[column]
    numbers = [float(cell.value) if isinstance(cell, Literal) else 0.0 for cell in cells]
    if len(numbers) < _MIN_BARS or min(numbers) < 0 or len({*numbers}) == 1:
        return None
    largest = max(numbers)
    return Bars(columns.index(column), [number / largest for number in numbers])


def _linked_counts(
    page: Page,
    count: CountedList | CountedAnswer,
    rows: Sequence[Mapping[str, Term]],
    numbers: Sequence[Cell],
) -> list[Cell]:
    """The numbers of a column, as they are written, those above zero with links."""
    cells: list[Cell] = []
    for row, written_number in zip(rows, numbers, strict=True):
        number = row.get(count.variable)
        path = _counted_path(page, count, row)
        if path is not None and isinstance(number, Literal) and number.value != "0":
            text = written_number if isinstance(written_number, str) else number.value
            cells.append(LinkedCount(text, path))
        else:
            cells.append(written_number)
    return cells


def _counted_path(
    page: Page, count: CountedList | CountedAnswer, row: Mapping[str, Term]
) -> str | None:
    """The path of the list or answer that a row counts; None where the row lacks a value for it."""
    if isinstance(count, CountedList):
        return _list_path(page, count, row)
    return _answer_path(page, count, row)


def _list_path(page: Page, counted_list: CountedList, row: Mapping[str, Term]) -> str | None:
    index = page.snapshot.listings.of(counted_list.kind)
    keys: dict[str, tuple[str, ...]] = {}
    for facet_name, variable in counted_list.variable_by_facet.items():
        facet = index.facet(facet_name)
        value = row.get(variable)
        if facet is None or not isinstance(value, IRI):
            return None
        keys[facet_name] = (facet.key(value.value, page.site.addresses),)
    return ListRequest(counted_list.kind, keys).address()


def _answer_path(page: Page, counted: CountedAnswer, row: Mapping[str, Term]) -> str | None:
    query = page.site.library[counted.query]
    values: dict[str, str] = {}
    for parameter in query.parameters:
        variable = counted.variable_by_parameter.get(parameter.name)
        if variable is None:
            continue
        value = row.get(variable)
        if isinstance(value, IRI):
            values[parameter.name] = _parameter_value(page, parameter, value)
        elif isinstance(value, Literal):
            values[parameter.name] = value.value
        else:
            return None
    return f"/queries/{query.name}?{urlencode(values)}"


def _parameter_value(page: Page, parameter: QueryParameter, resource: IRI) -> str:
    """The shortest text of a resource that a parameter takes."""
    if parameter.type in KINDS:
        return page.local_name(resource)
    return page.site.addresses.compress(resource.value) or resource.value


def _in_reading_order(
    columns: Sequence[str], linked_columns: Sequence[str], number_columns: Sequence[str]
) -> list[str]:
    """The first columns with links, and years beside them, then numbers, then the others.

    >>> _in_reading_order(["note", "country", "startYear", "title", "count"], ["country"], ["count"])
    ['country', 'startYear', 'count', 'note', 'title']
    """
    others = [column for column in columns if column not in number_columns]
    is_linked = [column in linked_columns for column in others]
    begin = is_linked.index(True) if any(is_linked) else 0
    following = takewhile(
        lambda column: column in linked_columns or _is_year(column), others[begin + 1 :]
    )
    leading = [*others[begin : begin + 1], *following]
    return [*leading, *number_columns, *(column for column in others if column not in leading)]


def _has_resources(cells: Cells) -> bool:
    return any(isinstance(cell, IRI) for cell in cells)


def _repeats(page: Page, texts: Cells, resources: Cells) -> bool:
    """Whether all texts are names or codes of the resources beside them, as a page shows them."""
    pairs = [(text, iri) for text, iri in zip(texts, resources, strict=True) if text is not None]
    return bool(pairs) and all(
        isinstance(text, Literal) and isinstance(iri, IRI) and _is_name(page, text.value, iri)
        for text, iri in pairs
    )


def _is_name(page: Page, text: str, iri: IRI) -> bool:
    """Whether a text is the code of a resource, or its name; a name may have a distinction in brackets."""
    return text == page.notation(iri) or f"{page.label(iri).text} (".startswith(f"{text} (")


def _are_numbers(column: str, cells: Cells) -> bool:
    """Whether all cells are numbers, and not years."""
    terms = [cell for cell in cells if cell is not None]
    if not terms or _is_year(column):
        return False
    return all(isinstance(term, Literal) and term.datatype.value in NUMBERS for term in terms)


def _is_year(column: str) -> bool:
    return column.casefold().endswith("year")


def _grouped_digits(page: Page, cells: Cells) -> list[Term | str | None]:
    """Whole numbers with the separators of the language where one of them has five digits; other terms as they are."""
    texts = [cell.value if isinstance(cell, Literal) else "" for cell in cells]
    are_whole = all(re.fullmatch(r"-?[0-9]{0,30}", text) for text in texts)
    if not are_whole or max(map(len, texts)) < _GROUPED_DIGITS:
        return [*cells]
    region = region_of(page.language)
    return [format_decimal(int(text), locale=region) if text else None for text in texts]


def results_workbook(
    page: Page,
    query: library.NamedQuery,
    terms: Mapping[str, Term],
    rows: Sequence[Binding],
    about: Mapping[str, str],
) -> bytes:
    """The workbook of some rows.

    `about` has further lines of the second sheet, such as the number of rows.

    Figures of others are attributed to their producers, with their licence in place of that of the
    dataset.
    """
    columns = column_names(query, terms)
    sources = figure_sources(page, query, rows)
    lines = {
        gettext("Title"): best_text(query.title, page.language).text,
        gettext("Description"): best_text(query.description, page.language).text,
        gettext("Parameters"): _parameters_in_words(page, terms),
        gettext("Address"): query_iri(query.name, page.site.addresses),
        **about,
        gettext("Source"): gettext(
            "The last column has the page of the document or resource that a row is about."
        ),
        **_attribution_lines(sources),
    }
    headings = [*(heading(column) for column in columns), gettext("Source")]
    cells = _rows(page, query, columns, rows, sources)
    return workbook(page, gettext("Answer"), headings, cells, lines)


def _parameters_in_words(page: Page, terms: Mapping[str, Term]) -> str:
    """Parameters with their values, an IRI as CURIE."""
    words = []
    for name, term in terms.items():
        value = str(getattr(term, "value", term))
        words.append(f"{heading(name)}: {page.site.addresses.compress(value) or value}")
    return "; ".join(words)


def _attribution_lines(sources: Sequence[SourceTexts]) -> dict[str, str]:
    """Lines of a sheet about figures: each dataset with its attribution, and the licences."""
    if not sources:
        return {}
    licences = dict.fromkeys(source.licence for source in sources)
    datasets = (f"{source.title}: {source.line}" for source in sources)
    return {gettext("Figures"): "; ".join(datasets), gettext("Licence"): "; ".join(licences)}


def _rows(
    page: Page,
    query: library.NamedQuery,
    columns: Sequence[str],
    rows: Sequence[Binding],
    sources: Sequence[SourceTexts],
) -> Iterator[list[TableCell]]:
    """The cells of each row, and its source: the datasets of its figures, else the first resource with a page."""
    attributed = "; ".join(page.url(page.link(source.work) or "") for source in sources)
    best_columns = [column for column in _SOURCE_COLUMNS if column in columns]
    source_columns = [*best_columns, *columns]
    for row in rows:
        if sources and "dataset" not in columns:
            source = attributed
        else:
            path = _source_path(page, source_columns, row)
            source = page.url(path) if path else query_iri(query.name, page.site.addresses)
        yield [*(result_cell(row.get(column)) for column in columns), source]


def _source_path(page: Page, columns: Sequence[str], row: Binding) -> str | None:
    """The path of the first resource of a row with a page."""
    for column in columns:
        term = row.get(column)
        path = local_path(page.site.addresses, term["value"]) if term else None
        if path:
            return path
    return None
