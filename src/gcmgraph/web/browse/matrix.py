"""/matrix/{facet}: practices by objective and another facet, as a page, CSV, a workbook or a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.platform.text import fold_words, natural
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.publication.lists.index import Filters
from gcmgraph.publication.tables import write_csv
from gcmgraph.rdf.terms import IRI
from gcmgraph.spreadsheets.workbooks import TableCell
from gcmgraph.web.browse.list_formats import ListTable
from gcmgraph.web.browse.list_request import ListRequest, requested_list
from gcmgraph.web.browse.routes import DAY, filter_of
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, HTML, SVG, XLSX, Format
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.parameters import require_utf8
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import FACET_NAMES
from gcmgraph.web.responses import drawings, tables
from gcmgraph.web.responses.drawings import PictureTexts
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

#: The facet of the columns.
COLUMNS = "objective"

#: Facets that may be the rows, the first by default.
ROWS = (
    "country",
    "region",
    "organisation",
    "organisation-kind",
    "target",
    "stated-target",
    "type",
    "audience",
)

#: Limit on the rows of the page and of the drawing; CSV and workbook have all.
MAX_SHOWN = 250

#: Rows whose names are in the headline.
_ROWS_IN_HEADLINE = 3

OFFER = Offer.of((HTML, CSV, XLSX, SVG))

_ANSWER = api.answer("Matrix in the requested format.", OFFER)
_PARAMETERS = (
    api.format_of(OFFER.by_name),
    api.MARK,
    *map(filter_of, FACETS["practice"]),
    DAY,
    api.LANG,
)
_FACET = api.Parameter("facet", "Facet of the rows.", api.one_of(ROWS), ROWS[0])
_BY_FACET = "Return numbers of practices by a facet and objective"


@dataclass(frozen=True)
class MatrixCell:
    """A number of practices, and the address of their list, which is empty for 0."""

    count: int
    address: str


@dataclass(frozen=True)
class MatrixColumn:
    """An objective with its code and name, and the number of its practices in the matrix."""

    code: str
    iri: IRI
    label: Label
    total: int


@dataclass(frozen=True)
class MatrixRow:
    """A value with its cells, one a column, and its total."""

    iri: IRI
    notation: str | None
    label: Label
    cells: tuple[MatrixCell, ...]
    total: MatrixCell

    @property
    def name(self) -> str:
        """The name, for an SDG target with its number."""
        if self.notation and "." in self.notation:
            return f"{self.notation} {self.label.text}"
        return self.label.text


class Matrix:
    """Numbers of practices by objective and another facet, with the lists behind them.

    A practice counts once in a cell and in a total, whatever number of values it has. Parts of
    counted practices are not counted (`KindIndex.count`). Rows without practices are left out;
    columns are all objectives.
    """

    def __init__(
        self, page: Page, list_request: ListRequest, filters: Filters, row_facet: str
    ) -> None:
        """`list_request` has the filters that the practices passed."""
        self.list_request = list_request
        self.row_facet = row_facet
        self._page = page
        self._index = page.snapshot.listings.of("practice")
        selected = self._index.select(filters)
        practices_by_row = self._practices_by_key(row_facet, selected)
        practices_by_column = self._practices_by_key(COLUMNS, selected)
        with_row = _union(practices_by_row)
        with_column = _union(practices_by_column)
        #: number of the practices that have a value of both facets
        self.total = self._index.count(with_row & with_column)
        self._rows = _in_common(practices_by_row, with_column)
        columns = _in_common(practices_by_column, with_row)
        codes = dict.fromkeys((*self._objective_codes(), *practices_by_column))
        self._columns = {code: columns.get(code, BitMap()) for code in codes}

    def _practices_by_key(self, facet: str, selected: BitMap) -> dict[str, BitMap]:
        """The selected practices by the keys of a facet's values."""
        return _in_common(self._index.postings(facet), selected)

    def _objective_codes(self) -> list[str]:
        """The codes of all objectives, in their order."""
        objectives = self._page.snapshot.listings.of(COLUMNS).members
        codes = (self._page.notation(iri) for iri in objectives)
        return sorted((code for code in codes if code), key=natural)

    @cached_property
    def columns(self) -> list[MatrixColumn]:
        """The columns, one an objective."""
        iris = self._index.values(COLUMNS, self._columns)
        columns = []
        for iri, (code, practices) in zip(iris, self._columns.items(), strict=True):
            total = self._index.count(practices)
            columns.append(MatrixColumn(code, iri, self._page.label(iri), total))
        return columns

    @cached_property
    def rows(self) -> list[MatrixRow]:
        """All rows, those with the highest numbers of practices first."""

        def order(row: MatrixRow) -> tuple[int, str, str]:
            return -row.total.count, fold_words(row.label.text), row.iri.value

        iris = self._index.values(self.row_facet, self._rows)
        rows = [self._row(iri, key) for iri, key in zip(iris, self._rows, strict=True)]
        return sorted(rows, key=order)

    def table(self) -> Iterator[list[TableCell]]:
        """Rows for CSV and workbook: address, code, name, a number for each column, the total."""
        for row in self.rows:
            counts = (cell.count for cell in row.cells)
            yield [
                row.iri.value,
                row.notation or "",
                row.label.text,
                *counts,
                row.total.count,
            ]

    def headings(self) -> list[str]:
        """Headings of `table`."""
        objectives = [f"{column.code} {column.label.text}" for column in self.columns]
        row_heading = str(FACET_NAMES[self.row_facet])
        return [gettext("Address"), gettext("Code"), row_heading, *objectives, gettext("Total")]

    def _row(self, iri: IRI, key: str) -> MatrixRow:
        practices = self._rows[key]
        cells = tuple(
            self._cell(practices & practices_of_column, {self.row_facet: (key,), COLUMNS: (code,)})
            for code, practices_of_column in self._columns.items()
        )
        total = self._cell(practices, {self.row_facet: (key,)})
        return MatrixRow(iri, self._page.notation(iri), self._page.label(iri), cells, total)

    def _cell(self, practices: BitMap, values: Mapping[str, tuple[str, ...]]) -> MatrixCell:
        """The number of practices; their list has `values` beside the filters."""
        count = self._index.count(practices)
        if not count:
            return MatrixCell(0, "")
        list_request = replace(self.list_request, values={**self.list_request.values, **values})
        return MatrixCell(count, list_request.address())

    @property
    def _title(self) -> str:
        facet_name = FACET_NAMES[self.row_facet]
        return str(gettext("Practices by objective – %(facet)s", facet=facet_name))

    def csv(self) -> str:
        """The matrix as CSV, headed by numbers and names of the objectives."""
        rows = ([str(cell) for cell in row] for row in self.table())
        return write_csv(self.headings(), rows)

    def workbook(self) -> bytes:
        """The matrix as an XLSX workbook; the source of a row is the list of its practices."""
        page = self._page
        about = {
            gettext("Title"): self._title,
            gettext("Filters"): ListTable(self._index, page).filters(self.list_request),
            gettext("Address"): page.url(f"matrix/{self.row_facet}"),
            gettext("Source"): gettext("The last column has the list of the practices of a row."),
        }
        headings = [*self.headings(), gettext("Source")]
        list_urls = (page.url(row.total.address) for row in self.rows)
        rows = ([*cells, url] for cells, url in zip(self.table(), list_urls, strict=True))
        return tables.workbook(page, gettext("Practices"), headings, rows, about)

    def svg(self) -> str:
        """The matrix as a file: a square for each number, the first `MAX_SHOWN` rows."""
        page = self._page
        rows = self.rows[:MAX_SHOWN]
        source = drawings.picture_source(page, f"matrix/{self.row_facet}")
        legend = drawings.shades_legend()[1:]
        texts = PictureTexts(headline(rows), self._title, (source,), page.language, legend)
        codes = [column.code for column in self.columns]
        drawing = drawings.draw("matrix", self._title, rows, codes, template="pictures/grids.html")
        return drawings.complete(drawing, texts, page.url(""))


def _in_common(practices_by_key: Mapping[str, BitMap], practices: BitMap) -> dict[str, BitMap]:
    """The practices by key that are among `practices`; a key without any is left out."""
    practices_in_common = {}
    for key, practices_with_key in practices_by_key.items():
        intersection = practices_with_key & practices
        if intersection:
            practices_in_common[key] = intersection
    return practices_in_common


def _union(practices_by_key: Mapping[str, BitMap]) -> BitMap:
    return BitMap.union(BitMap(), *practices_by_key.values())


def headline(rows: Sequence[MatrixRow]) -> str:
    """The rows with most practices, in words."""
    names = [f"{row.name} ({row.total.count})" for row in rows[:_ROWS_IN_HEADLINE]]
    return str(gettext("Most practices: %(names)s", names="; ".join(names)))


class MatrixPages:
    """Views of the matrix."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("matrix", _ANSWER, _PARAMETERS, path="/matrix")
    @api.operation(
        "matrixBy", _ANSWER, (_FACET, *_PARAMETERS), path="/matrix/{facet}", summary=_BY_FACET
    )
    def practices(self, facet: str = ROWS[0]) -> Response:
        """Return numbers of practices by country and objective."""
        if facet not in ROWS:
            raise not_found(request.path)
        require_utf8(request)
        form = chosen_format(OFFER)
        page = Page.requested(self._site)
        list_request, filters = requested_list(page, "practice")
        body = partial(_body, page, list_request, filters, facet, form)
        return cached_document(page.snapshot, body, form, language=page.language)


def add_routes(app: Flask, site: Site) -> None:
    """/matrix and /matrix/{facet}."""
    pages = MatrixPages(site)
    app.add_url_rule("/matrix/<facet>", "practices", pages.practices)
    app.add_url_rule("/matrix", "practices", pages.practices)


def _body(
    page: Page, list_request: ListRequest, filters: Filters, row_facet: str, form: Format
) -> bytes | str:
    """The matrix in a format."""
    matrix = Matrix(page, list_request, filters, row_facet)
    if form is CSV:
        return tables.byte_order_mark() + matrix.csv()
    if form is XLSX:
        return matrix.workbook()
    if form is SVG:
        return matrix.svg()
    index = page.snapshot.listings.of("practice")
    row_facets = [name for name in ROWS if index.postings(name)]
    return render_template(
        "matrix.html",
        page=page,
        view=matrix,
        row_facets=row_facets,
        row_limit=MAX_SHOWN,
        headline=headline,
    )
