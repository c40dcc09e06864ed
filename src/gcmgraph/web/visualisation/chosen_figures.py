"""The figures of a dataset that a request chooses: unit, year, countries and order.

What the dataset lacks is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext

from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http.parameters import permitted_values
from gcmgraph.web.http.problems import ProblemError, bad_request
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figures import (
    Figures,
    FigureSet,
    Number,
    Observation,
    PlaceFigure,
    Series,
    YearFigure,
)

#: Limit on the countries of a line chart.
MAX_LINES = 6

#: The unit of a dataset of counts or amounts, besides its rates.
NUMBER = "number"

#: Code of a country.
_CODE = re.compile("[A-Z]{3}")

#: Orders of a table, the default first.
SORTS = ("largest", "smallest", "name")


@dataclass(frozen=True)
class ChosenFigures:
    """Figures of a dataset in a unit: those of a year in an order, and the series of some places."""

    #: the dataset of the address
    dataset: FigureSet
    #: the dataset, or one of the rates derived from it
    set: FigureSet
    #: datasets by their unit in addresses
    units: Mapping[str, FigureSet]
    years: tuple[int, ...]
    year: int
    #: figures of the year in the order `sort`
    rows: tuple[PlaceFigure, ...]
    sort: str
    #: the places of lines; of a dataset of pairs, the one country whose partners the rows are
    places: tuple[IRI, ...]
    lines: tuple[Series, ...]
    #: the codes that the request has; without any, the largest figures have lines
    requested_codes: list[str]
    of_pairs: bool
    #: whether the rows are countries of origin
    of_origins: bool

    @property
    def unit(self) -> str:
        """The chosen unit as in addresses."""
        return next(unit for unit, unit_set in self.units.items() if unit_set == self.set)

    @property
    def largest(self) -> PlaceFigure:
        """The largest figure of the year."""
        return max(self.rows, key=lambda row: row.value)

    @property
    def codes(self) -> list[str]:
        """The codes of the places as in addresses."""
        return [_code(place) for place in self.places]

    def parameters(self, **changes: Any) -> dict[str, Any]:
        """The parameters of an address for this choice with changes."""
        chosen = {
            "unit": self.unit,
            "year": self.year,
            "country": self.requested_codes,
            "of": "origin" if self.of_origins else "",
            "sort": self.sort,
            **changes,
        }
        return {name: value for name, value in chosen.items() if value}

    def query(self, **changes: Any) -> str:
        """The query of an address for this choice with changes."""
        return urlencode(self.parameters(**changes), doseq=True)


def chosen_figures(figures: Figures, dataset: FigureSet) -> ChosenFigures:
    """The choice of the request. 400 for a unit, year, country or order that the dataset lacks."""
    units = _units(figures, dataset)
    figure_set = units[_choice("unit", units)]
    observations = [item for item in figures.all(figure_set.iri) if not item.female]
    sort = _choice("sort", SORTS)
    codes = request.args.getlist("country")
    of_pairs = any(item.origin for item in observations)
    of_origins = of_pairs and request.args.get("of") == "origin"
    _require_few(codes, 1 if of_pairs else MAX_LINES)
    owner = attrgetter("origin" if of_pairs and not of_origins else "place")
    places = _places(observations, codes, owner)
    if of_pairs:
        if not places:
            largest_pair = max(observations, key=partial(_pair_size, owner))
            places = (owner(largest_pair),)
        observations = _partners(observations, places[0], owner)
    series_by_place = {series.place: series for series in figures.series(observations)}
    years = tuple(sorted({item.year for item in observations}))
    year = _year(years, figure_set)
    rows = [PlaceFigure(item.place, item.value) for item in observations if item.year == year]
    places = places or _largest_places(rows)
    return ChosenFigures(
        dataset=dataset,
        set=figure_set,
        units=units,
        years=years,
        year=year,
        rows=tuple(sorted(rows, key=_order(figures, sort))),
        sort=sort,
        places=places,
        lines=() if of_pairs else tuple(series_by_place[place] for place in places),
        requested_codes=codes,
        of_pairs=of_pairs,
        of_origins=of_origins,
    )


def _largest_places(rows: Iterable[PlaceFigure]) -> tuple[IRI, ...]:
    """The places with the largest figures, as many as a chart has lines."""
    largest_first = sorted(rows, key=lambda row: (-row.value, row.place.value))
    return tuple(row.place for row in largest_first[:MAX_LINES])


def _units(figures: Figures, dataset: FigureSet) -> dict[str, FigureSet]:
    """The dataset and the rates derived from it, by their unit in addresses."""
    if dataset.is_rate:
        return {dataset.name: dataset}
    derived_from = figures.page.term("prov:wasDerivedFrom")
    triples = figures.page.snapshot.store.triples(None, derived_from, dataset.iri)
    sources = {triple.subject for triple in triples}
    rates = [figure_set for iri, figure_set in figures.sets.items() if iri in sources]
    return {NUMBER: dataset, **{rate.name: rate for rate in rates}}


def _choice(name: str, values: Any) -> str:
    """A parameter that is one of some values, the first of them by default. 400 for another one."""
    permitted = list(values)
    value = request.args.get(name) or permitted[0]
    if value not in permitted:
        raise bad_request(permitted_values(name, permitted), parameter=name)
    return str(value)


def _require_few(codes: list[str], limit: int) -> None:
    if len(codes) > limit:
        detail = gettext(
            "A picture of these figures has at most %(most)s countries; the request has %(count)s.",
            most=limit,
            count=len(codes),
        )
        raise bad_request(detail, parameter="country")


def _places(
    observations: list[Observation], codes: list[str], owner: Callable[[Observation], IRI | None]
) -> tuple[IRI, ...]:
    """The places of the codes of a request, of those that own a figure."""
    place_by_code = {_code(place): place for place in map(owner, observations) if place}
    for code in codes:
        if code not in place_by_code:
            raise unknown_place(code)
    return tuple(place_by_code[code] for code in dict.fromkeys(codes))


def unknown_place(code: str) -> ProblemError:
    """The 400 for a code that is that of no place of a dataset."""
    detail = gettext(
        "'%(code)s' is the code of no place with figures in this dataset; codes are such as NER or MAR.",
        code=code[:40],
    )
    return bad_request(detail, parameter="country")


def country_of(page: Page, code: str) -> IRI | None:
    """The country or area of a code; None for what is no code."""
    return IRI(page.site.addresses.resource("country", code)) if _CODE.fullmatch(code) else None


def _partners(
    observations: list[Observation], country: IRI, owner: Callable[[Observation], IRI | None]
) -> list[Observation]:
    """The figures of the partners of a country, as figures of places."""
    figures_of_partners = []
    for pair in observations:
        if owner(pair) == country:
            partner = pair.place if pair.origin in {None, country} else pair.origin
            figures_of_partners.append(Observation(pair.dataset, partner, pair.year, pair.value))
    return figures_of_partners


def _pair_size(
    owner: Callable[[Observation], IRI | None], pair: Observation
) -> tuple[bool, Number]:
    """The figure of a pair, below all others where its owner is no country or area, such as an unknown origin."""
    place = owner(pair)
    return place is not None and "/id/country/" in place.value, pair.value


def _year(years: tuple[int, ...], figure_set: FigureSet) -> int:
    """The chosen year, the last one by default. 400 for a year without figures."""
    text = request.args.get("year") or str(max(years, default=0))
    if text in map(str, years):
        return int(text)
    detail = gettext(
        "'%(dataset)s' has no figure of the year '%(year)s'; it has those of %(years)s.",
        dataset=figure_set.title.text,
        year=text[:20],
        years=", ".join(map(str, years)),
    )
    raise bad_request(detail, parameter="year")


def _order(figures: Figures, sort: str) -> Callable[[PlaceFigure], tuple[Any, str]]:
    name = partial(_name, figures)
    if sort == "name":
        return lambda row: (name(row), row.place.value)
    sign = -1 if sort == SORTS[0] else 1
    return lambda row: (sign * row.value, row.place.value)


def _name(figures: Figures, row: PlaceFigure) -> str:
    return figures.page.label(row.place).text.casefold()


def _code(place: IRI | None) -> str:
    return place.value.rpartition("/")[2] if place else ""


def common_year(lines: tuple[Series, ...]) -> int | None:
    """The last year of which all lines have a figure; None for none."""
    years = [{point.year for point in line.points} for line in lines]
    return max(set.intersection(*years), default=None) if years else None


def figures_of(lines: tuple[Series, ...], year: int) -> list[tuple[Series, YearFigure]]:
    """The figure of a year of each line."""
    return [(line, point) for line in lines for point in line.points if point.year == year]
