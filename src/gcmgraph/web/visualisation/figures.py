"""Figures of countries, objectives and datasets: series by year, tables, and charts that say source and licence.

A dataset without a licence is not shown. Notes of the producer are in the description of each
dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flask_babel import gettext, pgettext

from gcmgraph.publication.descriptions import Label, choose
from gcmgraph.rdf.namespaces import DEFAULT_BASE
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple
from gcmgraph.web.i18n import number
from gcmgraph.web.responses import tables
from gcmgraph.web.responses.attribution import SourceTexts, source_texts
from gcmgraph.web.responses.tables import CHART_WIDTH, FILL, PictureTexts
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.drawings import read_world

#: Bars of a chart at most, and years of a table.
MAX_BARS, MAX_YEARS = 10, 5

#: Origins and destinations of a country.
_LARGEST = 5

#: The figures of a dataset of places, the largest of the last year first; the engine reads it, not
#: a page.
_LARGEST_OF = f"""
PREFIX gcm: <{DEFAULT_BASE}ontology#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX measure: <http://purl.org/linked-data/sdmx/2009/measure#>
SELECT ?dataset ?place ?year ?value WHERE {{
  ?one qb:dataSet ?dataset ; dimension:refPeriod ?year ; measure:obsValue ?value .
  ?one dimension:refArea|gcm:migrationRoute ?place .
  FILTER NOT EXISTS {{ ?one dimension:sex <http://purl.org/linked-data/sdmx/2009/code#sex-F> }}
  FILTER NOT EXISTS {{ ?one gcm:areaOfOrigin ?origin }}
}} ORDER BY DESC(?year) DESC(?value) STR(?place) LIMIT {MAX_BARS}"""


@dataclass(frozen=True)
class FigureSet:
    """A dataset of figures that may be shown."""

    iri: IRI
    title: Label
    notes: Literal | None
    source: SourceTexts
    unit: IRI | None

    @property
    def name(self) -> str:
        """The last part of its address."""
        return self.iri.value.rpartition("/")[2]

    @property
    def in_dollars(self) -> bool:
        """Whether its figures are US dollars."""
        return self.unit is not None and self.unit.value.endswith("CCY_USD")


@dataclass(frozen=True)
class Observation:
    """A figure: of a place (an area or a route), or of people from an area in a place."""

    dataset: IRI
    place: IRI
    year: int
    value: int
    origin: IRI | None = None
    #: whether it counts women and girls alone
    female: bool = False
    basis: IRI | None = None


@dataclass(frozen=True)
class Series:
    """The figures of a place by year, the last figure for women and girls, and the basis of the last count."""

    set: FigureSet
    place: IRI
    points: tuple[tuple[int, int], ...]
    women: int | None = None
    basis: IRI | None = None

    @property
    def first(self) -> tuple[int, int]:
        """The first year with its figure."""
        return self.points[0]

    @property
    def last(self) -> tuple[int, int]:
        """The last year with its figure."""
        return self.points[-1]

    def value(self, year: int) -> int | None:
        """The figure of a year; None where it is missing, which is not zero."""
        return dict(self.points).get(year)


@dataclass(frozen=True)
class Ranking:
    """Places of a dataset by their figure in one year, the largest first."""

    set: FigureSet
    year: int
    rows: tuple[tuple[IRI, int], ...]


class Figures:
    """Reader of the figures of a dataset version for a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._store = page.snapshot.store
        terms = (
            "qb:dataSet",
            "sdmx-dimension:refArea",
            "gcm:areaOfOrigin",
            "gcm:migrationRoute",
            "sdmx-dimension:sex",
        )
        self._set, self._area, self._origin, self._route, self._sex = map(page.term, terms)
        self._year, self._value = (
            page.term("sdmx-dimension:refPeriod"),
            page.term("sdmx-measure:obsValue"),
        )
        self._basis, self._women = page.term("gcm:countingBasis"), page.term("sdmx-code:sex-F")

    @cached_property
    def sets(self) -> Mapping[IRI, FigureSet]:
        """The datasets that have a licence and a figure, by title."""
        page = self.page
        found = (
            triple.subject
            for triple in self._store.triples(None, page.term("rdf:type"), page.term("qb:DataSet"))
        )
        made = [made for iri in found if isinstance(iri, IRI) and (made := self.set_of(iri))]
        return {one.iri: one for one in sorted(made, key=lambda one: one.title.text.casefold())}

    def set_of(self, iri: IRI) -> FigureSet | None:
        """A dataset; None without a licence or without figures."""
        source = source_texts(self.page, iri)
        has_figures = next(self._store.triples(None, self._set, iri), None) is not None
        if source is None or source.licence_iri is None or not has_figures:
            return None
        values = self.page.stated(iri)
        notes = choose(values.texts("dct:description"), self.page.language)
        unit = values.iri("sdmx-attribute:unitMeasure")
        return FigureSet(iri, self.page.label(iri), notes, source, unit)

    def of(self, area: IRI) -> list[Observation]:
        """The figures of an area, and of people from it."""
        named = (self._store.triples(None, curie, area) for curie in (self._area, self._origin))
        subjects = {triple.subject for triples in named for triple in triples}
        return [found for subject in subjects if (found := self._observation(subject))]

    def all(self, dataset: IRI) -> list[Observation]:
        """All figures of a dataset."""
        subjects = (triple.subject for triple in self._store.triples(None, self._set, dataset))
        return [found for subject in subjects if (found := self._observation(subject))]

    def largest(self, of: FigureSet) -> Ranking | None:
        """The largest figures of the last year of a dataset, as many as a chart has bars; of pairs, None."""
        query = _LARGEST_OF.replace(DEFAULT_BASE, self.page.site.addresses.base)
        rows = self._store.select(query, substitutions={"dataset": of.iri}).rows
        last = rows[0]["year"] if rows else None
        found = ((row["place"], int(row["value"].value)) for row in rows if row["year"] == last)
        return Ranking(of, int(last.value), tuple(found)) if last else None  # type: ignore[arg-type]

    def _observation(self, subject: Term | Triple) -> Observation | None:
        if not isinstance(subject, IRI):
            return None
        found = {triple.predicate: triple.object for triple in self._store.triples(subject)}
        iris = {predicate: value for predicate, value in found.items() if isinstance(value, IRI)}
        dataset, place = iris.get(self._set), iris.get(self._area) or iris.get(self._route)
        year, value = (
            str(getattr(found.get(one), "value", "")) for one in (self._year, self._value)
        )
        if not (dataset and place and year.isdecimal() and value.isdecimal()):
            return None
        women = iris.get(self._sex) == self._women
        return Observation(
            dataset,
            place,
            int(year),
            int(value),
            iris.get(self._origin),
            women,
            iris.get(self._basis),
        )

    def series(self, observations: Iterable[Observation]) -> list[Series]:
        """Figures by dataset and place, without those of pairs of areas, in the order of the datasets' titles."""
        grouped: dict[tuple[IRI, IRI], list[Observation]] = {}
        for one in observations:
            if one.origin is None and one.dataset in self.sets:
                grouped.setdefault((one.dataset, one.place), []).append(one)
        titles = list(self.sets)
        found = sorted(grouped.items(), key=lambda item: titles.index(item[0][0]))
        return [self._series(self.sets[dataset], place, those) for (dataset, place), those in found]

    def _series(self, of: FigureSet, place: IRI, those: Sequence[Observation]) -> Series:
        both = sorted((one for one in those if not one.female), key=lambda one: one.year)
        women = {one.year: one.value for one in those if one.female}
        points = tuple((one.year, one.value) for one in both)
        return Series(of, place, points, women.get(both[-1].year), both[-1].basis)


#: A place or a year, and its figure.
Row = tuple[IRI | int, int]

#: A country, the number of migrants, and whether they are in it (else: from it).
Flow = tuple[IRI, int, bool]


@dataclass(frozen=True)
class Chart:
    """A chart with the table of the same figures, its dataset, and its address as a file."""

    set: FigureSet
    drawing: str
    rows: tuple[Row, ...]
    path: str


@dataclass(frozen=True)
class CountryFigures:
    """The figures of a country: charts, and its series by dataset."""

    charts: tuple[Chart, ...]
    series: tuple[Series, ...]


def country_figures(page: Page, area: IRI) -> CountryFigures | None:
    """The figures of a country or area; None where there are none."""
    figures = Figures(page)
    found = figures.of(area)
    series = figures.series(one for one in found if one.origin is None)
    if not series:
        return None
    longest = min(one.first[0] for one in series)
    here = f"country={page.local_name(area)}&"
    charts = [
        line_chart(figures, one, here)
        for one in series
        if one.first[0] == longest and len(one.points) > 2
    ]
    flows: list[Flow] = []
    pairs = [one for one in found if one.origin is not None and one.dataset in figures.sets]
    for heading, own, other, role in (
        (gettext("Largest countries of origin"), "place", "origin", "origin"),
        (gettext("Largest countries of destination"), "origin", "place", "destination"),
    ):
        those = sorted(
            (one for one in pairs if getattr(one, own) == area), key=lambda one: -one.value
        )[:_LARGEST]
        if those:
            rows = tuple((getattr(one, other), one.value) for one in those)
            largest = Ranking(figures.sets[those[0].dataset], those[0].year, rows)
            flows += [(iri, value, role == "destination") for iri, value in rows]
            charts.append(
                bar_chart(figures, largest, _said(page, area, heading), f"{here}of={role}&")
            )
    if flows and page.local_name(area) in read_world().countries:
        heading = gettext("Largest countries of origin and destination")
        title, query = f"{_said(page, area, heading)} ({largest.year})", f"{here}of=both&"
        charts.append(
            _chart(
                figures, largest.set, title, query, lambda texts: flow_svg(texts, page, area, flows)
            )
        )
    return CountryFigures(tuple(charts), tuple(series))


def _chart(
    figures: Figures,
    of: FigureSet,
    title: str,
    query: str,
    draw: Callable[[PictureTexts], str],
    rows: tuple[Row, ...] = (),
) -> Chart:
    page = figures.page
    address = f"{page.site.public_base}statistics/{of.name}"
    texts = PictureTexts(
        title, of.title.text, (of.source.line, f"GCM Graph · {address}"), page.language
    )
    return Chart(of, draw(texts), rows, f"/statistics/{of.name}?{query}format=svg")


def line_chart(figures: Figures, one: Series, query: str) -> Chart:
    """The line of a series, with its last figure."""
    year, value = one.last
    title = _said(figures.page, one.place, f"{number(value, figures.page.language)} ({year})")
    return _chart(
        figures,
        one.set,
        title,
        query,
        lambda texts: tables.draw("line", texts, one.points),
        one.points,
    )


def bar_chart(figures: Figures, ranking: Ranking, heading: str, query: str = "") -> Chart:
    """The largest figures of a year as bars."""
    bars = [(figures.page.label(iri).text, value) for iri, value in ranking.rows]
    title = f"{heading} ({ranking.year})"
    return _chart(
        figures,
        ranking.set,
        title,
        query,
        lambda texts: tables.draw("bars", texts, bars),
        ranking.rows,
    )


def _said(page: Page, area: IRI, what: str) -> str:
    name = page.label(area).text
    return str(
        pgettext("a name and what is said of it", "%(name)s: %(what)s", name=name, what=what)
    )


def objective_rankings(figures: Figures, objective: IRI) -> list[Ranking]:
    """The largest figures of the datasets that belong to an objective."""
    store, about = figures.page.snapshot.store, figures.page.term("dct:subject")
    of_it = [of for iri, of in figures.sets.items() if any(store.triples(iri, about, objective))]
    return [*filter(None, map(figures.largest, of_it))]


def objective_figures(page: Page, objective: IRI) -> list[Chart]:
    """The largest figures of the datasets that belong to an objective, as bars."""
    figures = Figures(page)
    return [
        bar_chart(figures, one, one.set.title.text)
        for one in objective_rankings(figures, objective)
    ]


@dataclass(frozen=True)
class DatasetFigures:
    """All figures of a dataset: a chart, years, and a series for each place, the largest first."""

    set: FigureSet
    chart: Chart | None
    years: tuple[int, ...]
    series: tuple[Series, ...]
    #: rows of a dataset of pairs: place, origin, year, figure
    pairs: tuple[Observation, ...]


def dataset_figures(page: Page, dataset: IRI, area: IRI | None = None) -> DatasetFigures | None:
    """The figures of a dataset, of one area or of all; None for one that may not be shown."""
    figures = Figures(page)
    of = figures.set_of(dataset)
    if of is None:
        return None
    found = (
        [one for one in figures.of(area) if one.dataset == dataset]
        if area
        else figures.all(dataset)
    )
    pairs = tuple(
        sorted((one for one in found if one.origin), key=lambda one: (-one.value, one.place.value))
    )
    series = sorted(
        figures.series(found), key=lambda one: (-one.last[0], -one.last[1], one.place.value)
    )
    years = sorted({year for one in series for year, _ in one.points})[-MAX_YEARS:]
    top = figures.largest(of)
    chart = bar_chart(figures, top, gettext("Largest figures")) if top else None
    return DatasetFigures(of, chart, tuple(years), tuple(series), pairs)


def table_rows(page: Page, found: DatasetFigures) -> Iterator[list[str | int]]:
    """All figures of a dataset for CSV and workbook: code, name, (origin,) year, figure, and their attribution."""
    attributed = found.set.source.cells
    for one in found.pairs:
        origin = one.origin or one.place
        cells = (cell for iri in (one.place, origin) for cell in (_code(iri), page.label(iri).text))
        yield [*cells, one.year, one.value, *attributed]
    for series in found.series:
        for year, value in series.points:
            yield [
                _code(series.place),
                page.label(series.place).text,
                "",
                "",
                year,
                value,
                *attributed,
            ]


def _code(iri: IRI) -> str:
    return iri.value.rpartition("/")[2]


#: Share of the width of the world that a map of flows shows at least.
_LEAST_SHARE = 0.15

#: Colours of immigrants and of emigrants; least and greatest width of a line; size of a name.
_CAME, _LEFT, _THIN, _WIDE, _LETTERS = FILL, "#b06a00", 1.5, 9.0, 12


def flow_svg(texts: PictureTexts, page: Page, area: IRI, flows: Sequence[Flow]) -> str:
    """A map with a line for each flow of a country, as wide as the flow is large, and the names of the countries."""
    world = read_world()
    known = sorted(
        (one for one in flows if page.local_name(one[0]) in world.countries),
        key=lambda one: -one[1],
    )
    centres = {
        iri: world.countries[page.local_name(iri)].centre
        for iri in (area, *(iri for iri, *_ in known))
    }
    view = world.around(map(page.local_name, centres), _LEAST_SHARE)
    unit = view.width / CHART_WIDTH
    legend = (
        (_CAME, gettext("Largest countries of origin")),
        (_LEFT, gettext("Largest countries of destination")),
    )
    lines, names = [], list[tuple[str, float, float]]()
    for iri, value, leaving in known:
        start, end = (centres[area], centres[iri])[:: 1 if leaving else -1]
        bend = [(a + b) / 2 + side * (d - c) / 5 for a, b, c, d, side in _across(start, end)]
        width = unit * (_THIN + (_WIDE - _THIN) * value / known[0][1])
        name = f"{page.label(iri).text}: {number(value, texts.language)}"
        path = "M{},{} Q{:.0f},{:.0f} {},{}".format(*start, *bend, *end)
        lines.append((path, width, _LEFT if leaving else _CAME, name))
    for iri in dict.fromkeys(iri for iri, *_ in known):
        x, y = centres[iri][0], float(centres[iri][1])
        while any(abs(x - a) < 80 * unit and abs(y - b) < _LETTERS * unit for _, a, b in names):
            y += _LETTERS * unit / 2
        names.append((page.label(iri).text, x, y))
    return tables.draw("flows", replace(texts, legend=legend), world, view, unit, lines, names)


def _across(start: Sequence[int], end: Sequence[int]) -> Iterator[tuple[int, int, int, int, int]]:
    """For each coordinate of a point beside the middle of a line: its ends, those of the other one, and the side."""
    yield start[0], end[0], start[1], end[1], 1
    yield start[1], end[1], start[0], end[0], -1
