"""Tables of the figures of a dataset: all, or those of some countries, each row with its attribution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext

from gcmgraph.publication.tables import write_csv
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.responses import attribution
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.chosen_figures import country_of, unknown_place
from gcmgraph.web.visualisation.figures import Figures, FigureSet, Number, Observation, Series


@dataclass(frozen=True)
class DatasetFigures:
    """Figures of a dataset: a series for each place, the largest first, or pairs of places."""

    set: FigureSet
    series: tuple[Series, ...]
    #: rows of a dataset of pairs: place, origin, year, figure
    pairs: tuple[Observation, ...]


def requested_figures(figures: Figures, figure_set: FigureSet) -> DatasetFigures:
    """The figures of a dataset, or of the countries of the request. 400 for a code without figures."""
    areas: list[IRI] = []
    for code in request.args.getlist("country"):
        area = country_of(figures.page, code)
        if area is None or not any(item.dataset == figure_set.iri for item in figures.of(area)):
            raise unknown_place(code)
        areas.append(area)
    return dataset_figures(figures, figure_set, areas)


def dataset_figures(
    figures: Figures, figure_set: FigureSet, areas: Sequence[IRI] = ()
) -> DatasetFigures:
    """The figures of a dataset, of some areas or of all."""
    if areas:
        of_areas = [item for area in areas for item in figures.of(area)]
        observations = [item for item in of_areas if item.dataset == figure_set.iri]
    else:
        observations = figures.all(figure_set.iri)
    pairs = [observation for observation in observations if observation.origin]
    pairs.sort(key=lambda pair: (-pair.value, pair.place.value))
    series = figures.series(observations)
    series.sort(key=lambda item: (-item.last.year, -item.last.value, item.place.value))
    return DatasetFigures(figure_set, tuple(series), tuple(pairs))


def headings() -> list[str]:
    """The headings of `table_rows`."""
    return [
        gettext("Code"),
        gettext("Country or area"),
        gettext("Code of origin"),
        gettext("Origin"),
        gettext("Year"),
        gettext("Figure"),
        *attribution.headings(),
    ]


def csv_headings() -> list[str]:
    """The headings of `figures_csv`: those of the rows, and the notes of the producer."""
    return [*headings(), gettext("Notes")]


def table_rows(page: Page, figures: DatasetFigures) -> Iterator[list[str | Number]]:
    """Code, name, (origin,) year, figure, and their attribution."""
    cells = figures.set.source.cells
    for pair in figures.pairs:
        place = _code_and_name(page, pair.place)
        origin = _code_and_name(page, pair.origin or pair.place)
        yield [*place, *origin, pair.year, pair.value, *cells]
    for series in figures.series:
        place = _code_and_name(page, series.place)
        for point in series.points:
            yield [*place, "", "", point.year, point.value, *cells]


def figures_csv(figure_set: FigureSet, rows: Iterable[Iterable[str | Number]]) -> str:
    """Rows as CSV, with the headings of `csv_headings`."""
    notes = figure_set.notes.value if figure_set.notes else ""
    texts = ([*map(str, row), notes] for row in rows)
    return write_csv(csv_headings(), texts)


def _code_and_name(page: Page, iri: IRI) -> tuple[str, str]:
    return iri.value.rpartition("/")[2], page.label(iri).text
