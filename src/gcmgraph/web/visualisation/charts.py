"""Charts and tables of figures: of a country, an objective and a dataset; each says source and licence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from gcmgraph.rdf.terms import IRI
from gcmgraph.web.responses import drawings
from gcmgraph.web.responses.drawings import CHART_WIDTH, PictureTexts
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation import findings
from gcmgraph.web.visualisation.figures import (
    Figures,
    FigureSet,
    Observation,
    PlaceFigure,
    Ranking,
    Series,
    YearFigure,
    objective_rankings,
)
from gcmgraph.web.visualisation.flows import Flow, flow_svg
from gcmgraph.web.visualisation.world import read_world

#: Limit on the origins and destinations of a country.
_MAX_FLOWS = 5

#: Points of a series from which on it has a line.
_MIN_POINTS = 3


@dataclass(frozen=True)
class Chart:
    """A chart with the table of the same figures, its dataset, and its address as a file."""

    set: FigureSet
    drawing: str
    rows: Sequence[PlaceFigure | YearFigure]
    path: str
    #: address of a page with all rows, of which the chart has the largest
    all_path: str | None = None


@dataclass(frozen=True)
class CountryFigures:
    """The figures of a country: charts, its series by dataset, and the datasets without a figure of it."""

    charts: tuple[Chart, ...]
    series: tuple[Series, ...]
    missing: tuple[FigureSet, ...]


def country_figures(page: Page, area: IRI) -> CountryFigures:
    """The figures of a country or area."""
    figures = Figures(page)
    observations = figures.of(area)
    series = figures.series(observations)
    missing = figures.sets_without(series)
    if not series:
        return CountryFigures((), (), missing)
    query = f"country={page.local_name(area)}&"
    first_year = min(item.first.year for item in series)
    charts = [
        line_chart(figures, item, query)
        for item in series
        if item.first.year == first_year
        and len(item.points) >= _MIN_POINTS
        and not item.set.is_rate
    ]
    pairs = [
        observation
        for observation in observations
        if observation.origin is not None and observation.dataset in figures.sets
    ]
    charts += _flow_charts(figures, area, pairs, query)
    return CountryFigures(tuple(charts), tuple(series), missing)


def _flow_charts(
    figures: Figures, area: IRI, pairs: Sequence[Observation], query: str
) -> list[Chart]:
    """Charts of the largest countries of origin and of destination, and a map of both."""
    page = figures.page
    immigration = [pair for pair in pairs if pair.place == area]
    emigration = [pair for pair in pairs if pair.origin == area]
    origins = _ranking_of_flows(figures, immigration, attrgetter("origin"))
    destinations = _ranking_of_flows(figures, emigration, attrgetter("place"))
    charts: list[Chart] = []
    flows: list[Flow] = []
    headline = ""
    if origins:
        headline = findings.largest_origin(page, area, origins)
        chart = bar_chart(figures, origins, headline, f"{query}of=origin&")
        charts.append(replace(chart, all_path=_all_flows(page, origins, "destination", area)))
        flows += [Flow(row.place, int(row.value), leaving=False) for row in origins.rows]
    if destinations:
        headline = findings.largest_destination(page, area, destinations)
        chart = bar_chart(figures, destinations, headline, f"{query}of=destination&")
        charts.append(replace(chart, all_path=_all_flows(page, destinations, "origin", area)))
        flows += [Flow(row.place, int(row.value), leaving=True) for row in destinations.rows]
    last_ranking = destinations or origins
    if last_ranking and page.local_name(area) in read_world().countries:
        charts.append(
            _chart(
                figures,
                last_ranking.set,
                headline,
                f"{query}of=both&",
                lambda texts: flow_svg(texts, page, area, flows),
            )
        )
    return charts


def _all_flows(page: Page, ranking: Ranking, role: str, area: IRI) -> str:
    """The address of the page of all flows of an area."""
    return f"/statistics/{ranking.set.name}?{role}={page.local_name(area)}"


def _ranking_of_flows(
    figures: Figures, pairs: Sequence[Observation], partner_of: Callable[[Observation], IRI]
) -> Ranking | None:
    """The countries in the largest flows of a country; None without flows."""
    country = figures.page.site.addresses.resource("country", "")
    # an unknown origin is no country
    flows = [
        pair for pair in pairs if pair.value > 0 and partner_of(pair).value.startswith(country)
    ]
    largest_pairs = sorted(flows, key=lambda pair: -pair.value)[:_MAX_FLOWS]
    if not largest_pairs:
        return None
    rows = tuple(PlaceFigure(partner_of(pair), pair.value) for pair in largest_pairs)
    figure_set = figures.sets[largest_pairs[0].dataset]
    return Ranking(figure_set, largest_pairs[0].year, rows)


def _chart(
    figures: Figures,
    figure_set: FigureSet,
    title: str,
    query: str,
    draw: Callable[[PictureTexts], str],
    rows: Sequence[PlaceFigure | YearFigure] = (),
) -> Chart:
    page = figures.page
    address = f"{page.site.public_base}statistics/{figure_set.name}"
    sources = (figure_set.source.line, f"GCM Graph · {address}")
    texts = PictureTexts(title, figure_set.title.text, sources, page.language)
    path = f"/statistics/{figure_set.name}?{query or 'picture=bars&'}format=svg"
    return Chart(figure_set, draw(texts), rows, path)


def line_chart(figures: Figures, series: Series, query: str, width: int = CHART_WIDTH) -> Chart:
    """The line of a series, with its last figure."""
    return _chart(
        figures,
        series.set,
        findings.change(figures.page, series),
        query,
        lambda texts: drawings.draw("lines", texts, [series.points], [drawings.FILL], width),
        series.points,
    )


def bar_chart(figures: Figures, ranking: Ranking, headline: str, query: str = "") -> Chart:
    """The largest figures of a year as bars."""
    bars = [(figures.page.label(row.place).text, row.value) for row in ranking.rows]
    return _chart(
        figures,
        ranking.set,
        headline,
        query,
        lambda texts: drawings.draw("bars", texts, bars),
        ranking.rows,
    )


def objective_figures(page: Page, objective: IRI) -> list[Chart]:
    """The largest figures of the datasets that belong to an objective, as bars."""
    figures = Figures(page)
    return [
        bar_chart(figures, ranking, f"{ranking.set.title.text} ({ranking.year})")
        for ranking in objective_rankings(figures, objective)
    ]
