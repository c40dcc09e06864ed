"""Figures of a dataset version for a page: datasets, observations, series by year, rankings of places.

A dataset without a licence is not shown. Notes of the producer are in the description of each
dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import NamedTuple

from gcmgraph.publication.descriptions import Label, choose
from gcmgraph.rdf.namespaces import DEFAULT_BASE
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple
from gcmgraph.web.responses.attribution import SourceTexts, source_texts
from gcmgraph.web.services import Snapshot, per_version
from gcmgraph.web.templating import Page

#: Limit on the places of a ranking, which are bars of a chart.
MAX_BARS = 10

#: The figures of a dataset of places, the largest of the last year first; the engine reads it, not
#: a page.
_RANKING_QUERY = f"""
PREFIX gcm: <{DEFAULT_BASE}ontology#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX measure: <http://purl.org/linked-data/sdmx/2009/measure#>
SELECT ?dataset ?place ?year ?value WHERE {{
  ?observation qb:dataSet ?dataset ; dimension:refPeriod ?year ; measure:obsValue ?value .
  ?observation dimension:refArea|gcm:migrationRoute ?place .
  FILTER NOT EXISTS {{ ?observation dimension:sex <http://purl.org/linked-data/sdmx/2009/code#sex-F> }}
  FILTER NOT EXISTS {{ ?observation gcm:areaOfOrigin ?origin }}
}} ORDER BY DESC(?year) DESC(?value) STR(?place) LIMIT {MAX_BARS}"""

#: The years and the number of places of all datasets of figures.
_EXTENTS_QUERY = f"""
PREFIX gcm: <{DEFAULT_BASE}ontology#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
SELECT ?dataset (MIN(?year) AS ?first) (MAX(?year) AS ?last) (COUNT(DISTINCT ?place) AS ?places)
  (SAMPLE(?origin) AS ?origins) WHERE {{
  ?figure qb:dataSet ?dataset ; sdmx-dimension:refPeriod ?year ; sdmx-dimension:refArea|gcm:migrationRoute ?place .
  OPTIONAL {{ ?figure gcm:areaOfOrigin ?origin }}
}} GROUP BY ?dataset"""

#: A figure: a count or an amount, or a rate with its decimals.
Number = int | Decimal


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

    @property
    def in_percent(self) -> bool:
        """Whether its figures are shares or changes in per cent."""
        return self.unit is not None and self.unit.value.endswith("PERCENT")

    @property
    def is_rate(self) -> bool:
        """Whether its figures are rates, derived from two figures each."""
        return self.unit is not None and self.unit.value.endswith(("PERMILLE", "PERCENT"))


@dataclass(frozen=True)
class Observation:
    """A figure: of a place (an area or a route), or of people from an area in a place."""

    dataset: IRI
    place: IRI
    year: int
    value: Number
    origin: IRI | None = None
    #: whether it counts women and girls alone
    female: bool = False
    basis: IRI | None = None


class YearFigure(NamedTuple):
    """The figure of a year."""

    year: int
    value: Number


class PlaceFigure(NamedTuple):
    """The figure of a place in one year."""

    place: IRI
    value: Number


@dataclass(frozen=True)
class Series:
    """The figures of a place by year, the last figure for women and girls, and the basis of the last count."""

    set: FigureSet
    place: IRI
    points: tuple[YearFigure, ...]
    women: Number | None = None
    basis: IRI | None = None

    @property
    def first(self) -> YearFigure:
        """The first year with its figure."""
        return self.points[0]

    @property
    def last(self) -> YearFigure:
        """The last year with its figure."""
        return self.points[-1]

    def value(self, year: int) -> Number | None:
        """The figure of a year; None where it is missing, which is not zero."""
        return dict(self.points).get(year)


@dataclass(frozen=True)
class Ranking:
    """Places of a dataset by their figure in one year, the largest first."""

    set: FigureSet
    year: int
    rows: tuple[PlaceFigure, ...]


@dataclass(frozen=True)
class DatasetExtent:
    """A dataset of figures with its years and the number of its places."""

    set: FigureSet
    first_year: str
    last_year: str
    place_count: int
    #: whether its figures are of pairs of areas, which have no chart without a country
    of_pairs: bool


@per_version
def _sets_by_language(_snapshot: Snapshot) -> dict[str, Mapping[IRI, FigureSet]]:
    """The datasets of figures by language, which the first page in a language reads."""
    return {}


class Figures:
    """Reader of the figures of a dataset version for a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._store = page.snapshot.store
        self._set = page.term("qb:dataSet")
        self._area = page.term("sdmx-dimension:refArea")
        self._origin = page.term("gcm:areaOfOrigin")
        self._route = page.term("gcm:migrationRoute")
        self._sex = page.term("sdmx-dimension:sex")
        self._women = page.term("sdmx-code:sex-F")
        self._year = page.term("sdmx-dimension:refPeriod")
        self._value = page.term("sdmx-measure:obsValue")
        self._basis = page.term("gcm:countingBasis")

    @cached_property
    def sets(self) -> Mapping[IRI, FigureSet]:
        """The datasets that have a licence and a figure, by title."""
        sets_by_language = _sets_by_language(self.page.snapshot)
        if self.page.language not in sets_by_language:
            sets_by_language[self.page.language] = self._read_sets()
        return sets_by_language[self.page.language]

    def _read_sets(self) -> Mapping[IRI, FigureSet]:
        page = self.page
        triples = self._store.triples(None, page.term("rdf:type"), page.term("qb:DataSet"))
        iris = (triple.subject for triple in triples)
        sets = [
            figure_set
            for iri in iris
            if isinstance(iri, IRI) and (figure_set := self.set_of(iri)) is not None
        ]
        sets.sort(key=lambda figure_set: figure_set.title.text.casefold())
        return {figure_set.iri: figure_set for figure_set in sets}

    def extents(self) -> list[DatasetExtent]:
        """All datasets, those of producers before rates, by title."""
        extents = []
        for row in self.page.select(_EXTENTS_QUERY):
            dataset = row["dataset"]
            figure_set = self.sets.get(dataset) if isinstance(dataset, IRI) else None
            if figure_set is not None:
                first_year, last_year, place_count = (
                    getattr(row[name], "value", "") for name in ("first", "last", "places")
                )
                extents.append(
                    DatasetExtent(
                        figure_set, first_year, last_year, int(place_count), "origins" in row
                    )
                )
        return sorted(
            extents, key=lambda extent: (extent.set.is_rate, extent.set.title.text.casefold())
        )

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

    def sets_without(self, series: Iterable[Series]) -> tuple[FigureSet, ...]:
        """The datasets of figures by area that none of the series is from."""
        sets_with_series = {item.set.iri for item in series}
        return tuple(
            figure_set
            for iri, figure_set in self.sets.items()
            if iri not in sets_with_series and self._is_by_area(iri)
        )

    def _is_by_area(self, dataset: IRI) -> bool:
        """Whether the figures of a dataset are of areas, not of routes or of pairs of areas."""
        observation = next(self._store.triples(None, self._set, dataset)).subject
        if not isinstance(observation, IRI):
            return False
        dimensions = {triple.predicate for triple in self._store.triples(observation)}
        return self._area in dimensions and self._origin not in dimensions

    def of(self, area: IRI) -> list[Observation]:
        """The figures of an area, and of people from it."""
        subjects: set[Term | Triple] = set()
        for dimension in (self._area, self._origin):
            triples = self._store.triples(None, dimension, area)
            subjects.update(triple.subject for triple in triples)
        return self._observations(subjects)

    def all(self, dataset: IRI) -> list[Observation]:
        """All figures of a dataset."""
        triples = self._store.triples(None, self._set, dataset)
        return self._observations(triple.subject for triple in triples)

    def largest(self, figure_set: FigureSet) -> Ranking | None:
        """The largest figures of the last year of a dataset, as many as a chart has bars; of pairs, None."""
        query = _RANKING_QUERY.replace(DEFAULT_BASE, self.page.site.addresses.base)
        rows = self._store.select(query, substitutions={"dataset": figure_set.iri}).rows
        if not rows:
            return None
        last_year = rows[0]["year"]
        figures = tuple(
            PlaceFigure(row["place"], _number(row["value"]) or 0)  # type: ignore[arg-type]
            for row in rows
            if row["year"] == last_year
        )
        return Ranking(figure_set, int(last_year.value), figures)

    def _observations(self, subjects: Iterable[Term | Triple]) -> list[Observation]:
        observations = map(self._observation, subjects)
        return [observation for observation in observations if observation]

    def _observation(self, subject: Term | Triple) -> Observation | None:
        """An observation; None for one that lacks its dataset, place, year or a number."""
        if not isinstance(subject, IRI):
            return None
        values = {triple.predicate: triple.object for triple in self._store.triples(subject)}
        iris = {predicate: value for predicate, value in values.items() if isinstance(value, IRI)}
        dataset = iris.get(self._set)
        place = iris.get(self._area) or iris.get(self._route)
        year = str(getattr(values.get(self._year), "value", ""))
        figure = _number(values.get(self._value))
        if not (dataset and place and year.isdecimal()) or figure is None:
            return None
        return Observation(
            dataset,
            place,
            int(year),
            figure,
            origin=iris.get(self._origin),
            female=iris.get(self._sex) == self._women,
            basis=iris.get(self._basis),
        )

    def series(self, observations: Iterable[Observation]) -> list[Series]:
        """Figures by dataset and place, without those of pairs of areas, in the order of the datasets' titles."""
        groups: dict[tuple[IRI, IRI], list[Observation]] = {}
        for observation in observations:
            if observation.origin is None and observation.dataset in self.sets:
                key = (observation.dataset, observation.place)
                groups.setdefault(key, []).append(observation)
        rank = {dataset: position for position, dataset in enumerate(self.sets)}
        return [
            self._series(self.sets[dataset], place, groups[dataset, place])
            for dataset, place in sorted(groups, key=lambda key: rank[key[0]])
        ]

    def _series(
        self, figure_set: FigureSet, place: IRI, observations: Iterable[Observation]
    ) -> Series:
        by_year = sorted(observations, key=lambda observation: observation.year)
        of_both_sexes = [observation for observation in by_year if not observation.female]
        women_by_year = {item.year: item.value for item in by_year if item.female}
        last = of_both_sexes[-1]
        points = tuple(YearFigure(item.year, item.value) for item in of_both_sexes)
        return Series(figure_set, place, points, women_by_year.get(last.year), last.basis)


def _number(term: Term | Triple | None) -> Number | None:
    """The number that a literal is; None for another term."""
    if not isinstance(term, Literal):
        return None
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        return None
    return int(term.value) if term.value.isdecimal() else number


def objective_rankings(figures: Figures, objective: IRI) -> list[Ranking]:
    """The largest figures of the datasets that belong to an objective."""
    store = figures.page.snapshot.store
    subject_property = figures.page.term("dct:subject")
    sets_of_objective = [
        figure_set
        for iri, figure_set in figures.sets.items()
        if any(store.triples(iri, subject_property, objective))
    ]
    rankings = map(figures.largest, sets_of_objective)
    return [ranking for ranking in rankings if ranking]
