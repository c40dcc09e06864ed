"""Rates of the figures: per 1,000 inhabitants, per cent, change since a year.

`data/reference/rates.csv` states which table is divided by which. A build computes the rates once,
as observations of datasets of this project, each derived (`prov:wasDerivedFrom`) from the two
figures that were divided. Figures of different years are not divided, except where the table names
the two years.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary, in_graph, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.table_rows import Cells, read_rows
from gcmgraph.store.stores import as_engine_returns


class FigureKey(NamedTuple):
    """Area, year, and sex (F or T, where its table has one) of a figure."""

    area: IRI
    year: str
    sex: str


@dataclass(frozen=True)
class Figure:
    """An observation and its number."""

    iri: IRI
    value: int


#: The figures of a table.
Figures = Mapping[FigureKey, Figure]


@dataclass(frozen=True)
class Rate:
    """A row of `rates.csv`: what is divided by what, and how the quotient is written."""

    dataset: IRI
    numerator: IRI
    numerator_sex: str
    denominator: IRI
    denominator_sex: str
    #: for a change, the year since which it is counted
    base_year: str | None
    #: years of divisors by the year of figures, where they are not equal
    other_years: Mapping[str, str]
    factor: int
    decimals: int

    def divisor_year(self, year: str) -> str:
        """The year of the divisor for a figure of a year."""
        return self.base_year or self.other_years.get(year, year)

    def value(self, figure: int, divisor: int) -> Decimal:
        """The rate of two figures, computed exactly, then rounded; halves go away from zero.

        Example. 16,750,084 migrants and 84,548,235 inhabitants, factor 1,000, one decimal: 198.1.
        A change from 8,000 to 9,000 people since 1990, factor 100: 12.5.
        """
        quotient = Fraction(figure, divisor)
        if self.base_year:
            quotient -= 1
        scaled = quotient * self.factor * 10**self.decimals
        whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
        rounded = whole + (2 * rest >= scaled.denominator)
        signed = rounded if scaled >= 0 else -rounded
        return Decimal(signed).scaleb(-self.decimals)


def rates_of(
    repository: Repository, addresses: Addresses, figures: Iterable[Quad]
) -> tuple[list[Quad], list[DataError]]:
    """The rates of some tables of figures, and the errors of rates that are left out.

    A rate is left out where one of its tables has two figures of one area and year, as two editions
    have together. Raises `DataError` for an invalid table of rates.
    """
    path = repository.reference / "rates.csv"
    if not path.is_file():
        return [], []
    tables = _Tables(addresses, figures)
    templates = Templates("publication/rates.trig", addresses)
    quads = list(templates.fill_in("reference/rates", "structure"))
    errors: list[DataError] = []
    for place, cells in read_rows(path, addresses):
        try:
            quads += _observations(_rate(cells, addresses), tables, addresses)
        except DataError as error:
            errors.append(DataError(error.message, place=place, hint=error.hint))
    return list(as_engine_returns(quads)), errors


def _rate(cells: Cells, addresses: Addresses) -> Rate:
    other_years = cells["other_years"]
    return Rate(
        dataset=IRI(addresses.resource("statistics", cells["slug"] or "")),
        numerator=IRI(addresses.resource("statistics", cells["numerator"] or "")),
        numerator_sex=cells["numerator_sex"] or "",
        denominator=IRI(addresses.resource("statistics", cells["denominator"] or "")),
        denominator_sex=cells["denominator_sex"] or "",
        base_year=cells["base_year"],
        other_years=dict([other_years.split(":")]) if other_years else {},
        factor=int(cells["factor"] or 1),
        decimals=int(cells["decimals"] or 0),
    )


def _observations(rate: Rate, tables: _Tables, addresses: Addresses) -> Iterator[Quad]:
    """The structure of a rate, and an observation for each figure with a divisor other than 0."""
    v = Vocabulary(addresses)
    graph = IRI(addresses.graph("reference/rates"))
    structure = IRI(f"{graph.value}#structure")
    yield from in_graph(v.about(rate.dataset, ("qb:structure", structure)), graph)
    divisors = tables.figures(rate.denominator)
    for key, figure in tables.figures(rate.numerator).items():
        divisor_year = rate.divisor_year(key.year)
        divisor = divisors.get(FigureKey(key.area, divisor_year, rate.denominator_sex))
        is_rated = key.sex == rate.numerator_sex and key.year > (rate.base_year or "")
        if not is_rated or divisor is None or divisor.value == 0:
            continue
        code = key.area.value.rpartition("/")[2]
        value = rate.value(figure.value, divisor.value)
        statements = v.about(
            IRI(f"{rate.dataset.value}/{code}-{key.year}"),
            ("rdf:type", "qb:Observation"),
            ("qb:dataSet", rate.dataset),
            ("sdmx-dimension:refArea", key.area),
            ("sdmx-dimension:refPeriod", typed(key.year, "gYear")),
            ("sdmx-measure:obsValue", typed(str(value), "decimal")),
            ("prov:wasDerivedFrom", (figure.iri, divisor.iri)),
        )
        yield from in_graph(statements, graph)


class _Tables:
    """The figures of tables, by table."""

    def __init__(self, addresses: Addresses, quads: Iterable[Quad]) -> None:
        v = Vocabulary(addresses)
        self._dataset = v("qb:dataSet")
        self._area = v("sdmx-dimension:refArea")
        self._year = v("sdmx-dimension:refPeriod")
        self._sex = v("sdmx-dimension:sex")
        self._value = v("sdmx-measure:obsValue")
        read = {self._dataset, self._area, self._year, self._sex, self._value}
        self._observations: dict[Any, dict[IRI, Any]] = {}
        for quad in quads:
            if quad.predicate in read:
                values = self._observations.setdefault(quad.subject, {})
                values[quad.predicate] = quad.object
        self._by_dataset: dict[Any, list[IRI]] = {}
        for iri, values in self._observations.items():
            if self._dataset in values and self._area in values:
                self._by_dataset.setdefault(values[self._dataset], []).append(iri)

    def figures(self, dataset: IRI) -> Figures:
        """The figures of a table. Raises `DataError` for two of one area, year and sex."""
        figures: dict[FigureKey, Figure] = {}
        for iri in self._by_dataset.get(dataset, ()):
            values = self._observations[iri]
            sex = values[self._sex].value.rpartition("-")[2] if self._sex in values else ""
            key = FigureKey(values[self._area], values[self._year].value, sex)
            if key in figures:
                raise DataError(
                    f"{dataset.value} has two figures of {key.area.value} in {key.year}, so its "
                    f"rates are left out: {figures[key].iri.value} and {iri.value}.",
                    hint="Keep the figures of one edition.",
                )
            figures[key] = Figure(iri, int(values[self._value].value))
        return figures
