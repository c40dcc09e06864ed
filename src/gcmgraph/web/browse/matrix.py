"""/matrix/{facet}: practices by objective and another facet, as a page, CSV, a workbook or a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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
from gcmgraph.web.browse.page import ListRequest, requested_list
from gcmgraph.web.browse.routes import DAY, ListTable, filter_of
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, HTML, SVG, XLSX
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.parameters import require_utf8
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import FACET_NAMES
from gcmgraph.web.responses import tables
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.responses.tables import PictureTexts
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

#: Rows of the page and of the drawing at most; CSV and workbook have all.
MAX_SHOWN = 250


#: A number of practices, and the address of their list, which is empty for 0.
MatrixCell = tuple[int, str]


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
        return (
            f"{self.notation} {self.label.text}"
            if self.notation and "." in self.notation
            else self.label.text
        )


class Matrix:
    """Numbers of practices by objective and another facet, with the lists behind them.

    A practice counts once in a cell and in a total, whatever number of values it has. Parts of
    counted practices are not counted (`KindIndex.count`). Rows without practices are left out;
    columns are all objectives.
    """

    def __init__(self, page: Page, asked: ListRequest, filters: Filters, rows_by: str) -> None:
        """`asked` has the filters that the practices passed."""
        self.asked = asked
        self.rows_by = rows_by
        self._page = page
        self._index = page.snapshot.listings.of("practice")
        among = self._index.select(filters)
        across, along = (
            {
                key: found
                for key, having in self._index.postings(name).items()
                if (found := having & among)
            }
            for name in (rows_by, COLUMNS)
        )
        of_rows, of_columns = (BitMap.union(BitMap(), *found.values()) for found in (across, along))
        #: number of the practices that have a value of both facets
        self.total = self._index.count(of_rows & of_columns)
        self._across = {
            key: having & of_columns for key, having in across.items() if having & of_columns
        }
        every = (page.notation(iri) for iri in page.snapshot.listings.of(COLUMNS).members)
        codes = sorted((code for code in every if code), key=natural)
        self._along = {
            key: along.get(key, BitMap()) & of_rows for key in dict.fromkeys((*codes, *along))
        }

    @cached_property
    def columns(self) -> list[tuple[str, IRI, Label, int]]:
        """Code, resource, name and total of each column."""
        iris = self._index.values(COLUMNS, self._along)
        return [
            (key, iri, self._page.label(iri), self._index.count(having))
            for iri, (key, having) in zip(iris, self._along.items(), strict=True)
        ]

    @cached_property
    def rows(self) -> list[MatrixRow]:
        """All rows, those with most practices first."""
        iris = self._index.values(self.rows_by, self._across)
        made = [self._row(iri, key) for iri, key in zip(iris, self._across, strict=True)]
        return sorted(
            made, key=lambda row: (-row.total[0], fold_words(row.label.text), row.iri.value)
        )

    def table(self) -> Iterator[list[TableCell]]:
        """Rows for CSV and workbook: address, code, name, a number for each column, the total."""
        for row in self.rows:
            yield [
                row.iri.value,
                row.notation or "",
                row.label.text,
                *(count for count, _ in row.cells),
                row.total[0],
            ]

    def headings(self) -> list[str]:
        """Headings of `table`."""
        names = [f"{code} {label.text}" for code, _, label, _ in self.columns]
        row_name = str(FACET_NAMES[self.rows_by])
        return [gettext("Address"), gettext("Code"), row_name, *names, gettext("Total")]

    def _row(self, iri: IRI, key: str) -> MatrixRow:
        here = self._across[key]
        cells = tuple(
            self._cell(here & those, key, {COLUMNS: (column,)})
            for column, those in self._along.items()
        )
        return MatrixRow(
            iri, self._page.notation(iri), self._page.label(iri), cells, self._cell(here, key, {})
        )

    def _cell(self, having: BitMap, key: str, column: dict[str, tuple[str, ...]]) -> MatrixCell:
        values = {**self.asked.values, self.rows_by: (key,), **column}
        count = self._index.count(having)
        return count, replace(self.asked, values=values).address() if count else ""

    def csv(self) -> str:
        """The matrix as CSV, headed by numbers and names of the objectives."""
        return write_csv(self.headings(), ([str(cell) for cell in row] for row in self.table()))

    def workbook(self) -> bytes:
        """The matrix as an XLSX workbook; the source of a row is the list of its practices."""
        page = self._page
        about = {
            gettext("Title"): gettext(
                "Practices by objective – %(facet)s", facet=FACET_NAMES[self.rows_by]
            ),
            gettext("Filters"): ListTable(self._index, page).filters(self.asked),
            gettext("Address"): page.url(f"matrix/{self.rows_by}"),
            gettext("Source"): gettext("The last column has the list of the practices of a row."),
        }
        headings = [*self.headings(), gettext("Source")]
        pages = (page.url(row.total[1]) for row in self.rows)
        rows = ([*cells, source] for cells, source in zip(self.table(), pages, strict=True))
        return tables.workbook(page, gettext("Practices"), headings, rows, about)

    def svg(self) -> str:
        """The matrix as a file: a square for each number, the first `MAX_SHOWN` rows."""
        page, shown = self._page, self.rows[:MAX_SHOWN]
        title = gettext("Practices by objective – %(facet)s", facet=FACET_NAMES[self.rows_by])
        source = tables.picture_source(page, f"matrix/{self.rows_by}")
        texts = PictureTexts(
            headline(shown), title, (source,), page.language, tables.shades_legend()[1:]
        )
        codes = [code for code, *_ in self.columns]
        drawing = tables.draw("matrix", title, shown, codes, template="pictures/grids.html")
        return tables.complete(drawing, texts, page.url(""))


def headline(rows: Sequence[MatrixRow]) -> str:
    """The rows with most practices, in words."""
    most = "; ".join(f"{row.name} ({row.total[0]})" for row in rows[:3])
    return str(gettext("Most practices: %(names)s", names=most))


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


def add_routes(app: Flask, site: Site) -> None:
    """/matrix and /matrix/{facet}."""

    @app.get("/matrix")
    @app.get("/matrix/<facet>")
    @api.operation("matrix", _ANSWER, _PARAMETERS, path="/matrix")
    @api.operation(
        "matrixBy", _ANSWER, (_FACET, *_PARAMETERS), path="/matrix/{facet}", summary=_BY_FACET
    )
    def practices(facet: str = ROWS[0]) -> Response:
        """Return numbers of practices by country and objective."""
        if facet not in ROWS:
            raise not_found(request.path)
        require_utf8(request)
        form = chosen_format(OFFER)
        page = Page.requested(site)
        asked, filters = requested_list(page, "practice")

        def body() -> bytes | str:
            view = Matrix(page, asked, filters, facet)
            if form is CSV:
                return tables.byte_order_mark() + view.csv()
            if form is XLSX:
                return view.workbook()
            if form is SVG:
                return view.svg()
            index = page.snapshot.listings.of("practice")
            choices = [name for name in ROWS if index.postings(name)]
            return render_template(
                "matrix.html",
                page=page,
                view=view,
                choices=choices,
                shown=MAX_SHOWN,
                headline=headline,
            )

        return cached_document(page.snapshot, body, form, language=page.language)
