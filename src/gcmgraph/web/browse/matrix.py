"""/matrix/{facet}: practices by objective and another facet, as a page, CSV, a workbook or a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.publication.lists.index import Filters, KindIndex
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.tables import write_csv
from gcmgraph.spreadsheets.grids import TableCell
from gcmgraph.text import fold_words, natural
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.browse.page import ListRequest, read_list_request
from gcmgraph.web.browse.routes import DAY, ListTable, filter_of, list_filters
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, HTML, SVG, XLSX
from gcmgraph.web.http.requests import Offer, negotiate
from gcmgraph.web.http.responses import not_found, require_utf8
from gcmgraph.web.i18n import FACET_NAMES, chosen_language
from gcmgraph.web.responses.documents import cached_document, entity_tag, page_variant
from gcmgraph.web.responses.tables import (
    GridCell,
    GridRow,
    PictureTexts,
    complete,
    grid_svg,
    marked,
    picture_source,
    shade,
    shades_legend,
    wants_mark,
    workbook,
)
from gcmgraph.web.services import PerVersion, Site, Snapshot
from gcmgraph.web.templating import Page

#: The facet of the columns.
COLUMNS = "objective"

#: Facets that may be the rows, the first by default.
ROWS = ("country", "region", "organisation", "organisation-kind", "target", "stated-target", "type", "audience")

#: Rows of the page and of the drawing at most; CSV and workbook have all.
MAX_SHOWN = 250


@dataclass(frozen=True)
class Matrix:
    """Numbers of resources by pairs of values. Rows and columns are keys of facets (`KindIndex.postings`)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    #: by row and column, without zeros
    counts: Mapping[tuple[str, str], int]
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    #: number of the resources that have a value of both facets
    total: int


def matrix(index: KindIndex, filters: Filters, rows: str, columns: str, every_column: Iterable[str] = ()) -> Matrix:
    """Cross the values of two facets, among the resources that pass the filters.

    A resource counts once in a cell and in a total, whatever number of values it has. Parts of counted resources are
    not counted (`KindIndex.count`). Rows without resources are left out; columns are those of `every_column` and those
    with resources.
    """
    among = index.select(filters)
    across = _having(index.postings(rows), among)
    along = _having(index.postings(columns), among)
    crossed = {(row, column): having & those for row, having in across.items() for column, those in along.items()}
    of_rows = BitMap.union(BitMap(), *along.values())
    of_columns = BitMap.union(BitMap(), *across.values())
    row_totals = {row: index.count(having & of_rows) for row, having in across.items() if having & of_rows}
    totals = {column: index.count(having & of_columns) for column, having in along.items() if having & of_columns}
    return Matrix(
        tuple(row_totals),
        tuple(dict.fromkeys((*every_column, *totals))),
        {cell: index.count(having) for cell, having in crossed.items() if having},
        row_totals,
        totals,
        index.count(of_rows & of_columns),
    )


def _having(postings: Mapping[str, BitMap], among: BitMap) -> dict[str, BitMap]:
    return {key: found for key, having in postings.items() if (found := having & among)}


@dataclass(frozen=True)
class MatrixCell:
    """A number of practices, the address of their list, and its shade (1 to 4); 0 has neither."""

    count: int
    address: str
    shade: int


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
        return f"{self.notation} {self.label.text}" if self.notation and "." in self.notation else self.label.text


class MatrixView:
    """A matrix in one language, with the lists behind its cells."""

    def __init__(
        self, index: KindIndex, found: Matrix, asked: ListRequest, rows: str, language: str, addresses: Addresses
    ) -> None:
        """`asked` has the filters that the matrix passed."""
        self.found = found
        self.asked = asked
        self.rows_by = rows
        self._index = index
        self._language = language
        self._addresses = addresses
        self._iris = {name: self._values(name, keys) for name, keys in ((rows, found.rows), (COLUMNS, found.columns))}

    def columns(self) -> list[tuple[str, IRI, Label, int]]:
        """Code, resource, name and total of each column."""
        return [
            (key, iri, self._index.names.of(iri, self._language), self.found.column_totals.get(key, 0))
            for key, iri in self._iris[COLUMNS].items()
        ]

    def rows(self) -> list[MatrixRow]:
        """All rows, those with most resources first."""
        made = [self._row(key, iri) for key, iri in self._iris[self.rows_by].items()]
        return sorted(made, key=lambda row: (-row.total.count, fold_words(row.label.text), row.iri.value))

    def table(self) -> Iterator[list[TableCell]]:
        """Rows for CSV and workbook: address, code, name, a number for each column, the total."""
        for row in self.rows():
            yield [row.iri.value, row.notation or "", row.label.text, *(c.count for c in row.cells), row.total.count]

    def headings(self) -> list[str]:
        """Headings of `table`."""
        names = [f"{code} {label.text}" for code, _, label, _ in self.columns()]
        row_name = str(FACET_NAMES[self.rows_by])
        return [gettext("Address"), gettext("Code"), row_name, *names, gettext("Total")]

    def _row(self, key: str, iri: IRI) -> MatrixRow:
        cells = tuple(
            self._cell(self.found.counts.get((key, column), 0), {self.rows_by: key, COLUMNS: column})
            for column in self.found.columns
        )
        total = self._cell(self.found.row_totals[key], {self.rows_by: key})
        names = self._index.names
        return MatrixRow(iri, names.notation(iri), names.of(iri, self._language), cells, total)

    def _cell(self, count: int, values: dict[str, str]) -> MatrixCell:
        if not count:
            return MatrixCell(0, "", 0)
        narrowed = {**self.asked.values, **{name: (key,) for name, key in values.items()}}
        return MatrixCell(count, replace(self.asked, values=narrowed).address(), shade(count))

    def _values(self, name: str, keys: tuple[str, ...]) -> dict[str, IRI]:
        facet = self._index.facet(name)
        assert facet is not None  # noqa: S101 - the names are those of `ROWS`
        return {key: IRI(facet.value(key, self._addresses)) for key in keys}


def matrix_csv(view: MatrixView) -> str:
    """The matrix as CSV, headed by numbers and names of the objectives."""
    return write_csv(view.headings(), ([str(cell) for cell in row] for row in view.table()))


def matrix_workbook(view: MatrixView, site: Site, snapshot: Snapshot, language: str) -> bytes:
    """The matrix as an XLSX workbook; the source of a row is the list of its practices."""
    lists = ListTable(snapshot.listings.of("practice"), language, site.addresses, site.public_base)
    about = {
        gettext("Title"): gettext("Practices by objective – %(facet)s", facet=FACET_NAMES[view.rows_by]),
        gettext("Filters"): lists.filters(view.asked),
        gettext("Address"): f"{site.public_base}matrix/{view.rows_by}",
        gettext("Source"): gettext("The last column has the list of the practices of a row."),
    }
    headings = [*view.headings(), gettext("Source")]
    pages = (f"{site.public_base}{row.total.address.removeprefix('/')}" for row in view.rows())
    rows = ([*cells, page] for cells, page in zip(view.table(), pages, strict=True))
    return workbook(gettext("Practices"), headings, rows, about, snapshot, site.addresses, language)


def headline(rows: Sequence[MatrixRow]) -> str:
    """The rows with most practices, in words."""
    most = "; ".join(f"{row.name} ({row.total.count})" for row in rows[:3])
    return str(gettext("Most practices: %(names)s", names=most))


def matrix_svg(view: MatrixView, site: Site, snapshot: Snapshot, language: str) -> str:
    """The matrix as a file: a square for each number, the first `MAX_SHOWN` rows."""
    shown = view.rows()[:MAX_SHOWN]
    rows = [
        GridRow(row.name, [GridCell(str(cell.count), cell.shade) if cell.count else None for cell in row.cells])
        for row in shown
    ]
    title = gettext("Practices by objective – %(facet)s", facet=FACET_NAMES[view.rows_by])
    source = picture_source(snapshot, f"{site.public_base}matrix/{view.rows_by}", language)
    texts = PictureTexts(headline(shown), title, (source,), language, shades_legend()[1:])
    return complete(grid_svg(title, [code for code, *_ in view.columns()], rows), texts, site.public_base)


OFFER = Offer.of((HTML, CSV, XLSX, SVG))

_ANSWER = api.answer("Matrix in the requested format.", OFFER)
_PARAMETERS = (api.format_of(OFFER.by_name), api.MARK, *map(filter_of, FACETS["practice"]), DAY, api.LANG)
_FACET = api.Parameter("facet", "Facet of the rows.", api.one_of(ROWS), ROWS[0])
_BY_FACET = "Return numbers of practices by a facet and objective"


def blueprint(site: Site, indexes: PerVersion[SearchIndex]) -> Blueprint:
    """/matrix and /matrix/{facet}."""
    routes = Blueprint("matrix", __name__)

    @routes.get("/matrix")
    @routes.get("/matrix/<facet>")
    @api.operation("matrix", _ANSWER, _PARAMETERS, path="/matrix")
    @api.operation("matrixBy", _ANSWER, (_FACET, *_PARAMETERS), path="/matrix/{facet}", summary=_BY_FACET)
    def practices(facet: str = ROWS[0]) -> Response:
        """Return numbers of practices by country and objective."""
        if facet not in ROWS:
            raise not_found(request.path)
        require_utf8(request)
        form = negotiate(OFFER, f"/matrix/{facet}?format={{}}".format, name=request.args.get("format") or None)
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
        index = snapshot.listings.of("practice")
        asked = read_list_request(request.args, index, site.addresses, LANGUAGES)
        mark = form is CSV and wants_mark()

        def body() -> bytes | str:
            filters = list_filters(asked, index, indexes.of(snapshot), snapshot)
            every = (snapshot.labels.notation(iri) for iri in snapshot.listings.of(COLUMNS).members)
            columns = sorted((code for code in every if code), key=natural)
            found = matrix(index, filters, facet, COLUMNS, columns)
            view = MatrixView(index, found, asked, facet, language, site.addresses)
            if form is CSV:
                return marked(matrix_csv(view), mark=mark)
            if form is XLSX:
                return matrix_workbook(view, site, snapshot, language)
            if form is SVG:
                return matrix_svg(view, site, snapshot, language)
            page = Page(site, snapshot, language)
            choices = [name for name in ROWS if index.postings(name)]
            return render_template(
                "matrix.html", page=page, view=view, choices=choices, shown=MAX_SHOWN, headline=headline
            )

        tag = entity_tag(snapshot.version, "matrix", form.suffix, page_variant(request, HTML))
        return cached_document(snapshot, body, form.content_type, tag=tag, language=language)

    return routes
