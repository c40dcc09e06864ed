"""Headlines of charts: what the figures of a country or a dataset state, in a sentence."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from gcmgraph.rdf.terms import IRI
from gcmgraph.web.i18n import number, rounded
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figures import FigureSet, Number, PlaceFigure, Ranking, Series

#: The people that a dataset counts, as the subject of a sentence.
_PEOPLE = {
    "migrants-by-origin": lazy_gettext("people born here who live abroad"),
    "migrants-by-destination": lazy_gettext("people from abroad who live here"),
    "population": lazy_gettext("inhabitants"),
}

#: Where the figure of a dataset is highest, as a sentence.
_HIGHEST = {
    "asylum-seekers-by-asylum": lazy_gettext(
        "Most asylum-seekers are in %(place)s: %(figure)s at the end of %(year)s"
    ),
    "asylum-seekers-by-origin": lazy_gettext(
        "Most asylum-seekers are from %(place)s: %(figure)s at the end of %(year)s"
    ),
    "asylum-seekers-per-1000": lazy_gettext(
        "%(place)s has most asylum-seekers for its population: %(figure)s at the end of %(year)s"
    ),
    "change-of-emigrants": lazy_gettext(
        "The number of emigrants of %(place)s grew most: by %(figure)s from 1990 to %(year)s"
    ),
    "change-of-immigrants": lazy_gettext(
        "The number of immigrants in %(place)s grew most: by %(figure)s from 1990 to %(year)s"
    ),
    "deaths-by-country": lazy_gettext(
        "Most deaths and disappearances were recorded in %(place)s: %(figure)s in %(year)s"
    ),
    "deaths-by-route": lazy_gettext(
        "Most deaths and disappearances were recorded on one route, %(place)s: %(figure)s in %(year)s"
    ),
    "emigrants-per-1000": lazy_gettext(
        "%(place)s has most emigrants for its population: %(figure)s in %(year)s"
    ),
    "gdp": lazy_gettext("%(place)s has the largest economy: %(figure)s in %(year)s"),
    "immigrants-per-1000": lazy_gettext(
        "%(place)s has most immigrants for its population: %(figure)s in %(year)s"
    ),
    "internally-displaced": lazy_gettext(
        "Most people displaced within their country are in %(place)s: %(figure)s at the end of %(year)s"
    ),
    "internally-displaced-per-1000": lazy_gettext(
        "%(place)s has most displaced people for its population: %(figure)s at the end of %(year)s"
    ),
    "migrants-by-destination": lazy_gettext(
        "Most international migrants live in %(place)s: %(figure)s in %(year)s"
    ),
    "migrants-by-origin": lazy_gettext(
        "Most international migrants are from %(place)s: %(figure)s in %(year)s"
    ),
    "population": lazy_gettext("%(place)s has most inhabitants: %(figure)s in %(year)s"),
    "refugees-by-asylum": lazy_gettext(
        "Most refugees are in %(place)s: %(figure)s at the end of %(year)s"
    ),
    "refugees-by-origin": lazy_gettext(
        "Most refugees are from %(place)s: %(figure)s at the end of %(year)s"
    ),
    "refugees-per-1000": lazy_gettext(
        "%(place)s has most refugees for its population: %(figure)s at the end of %(year)s"
    ),
    "remittances-paid": lazy_gettext("%(place)s paid most in remittances: %(figure)s in %(year)s"),
    "remittances-paid-of-gdp": lazy_gettext(
        "%(place)s paid most in remittances for its economy: %(figure)s of GDP in %(year)s"
    ),
    "remittances-received": lazy_gettext(
        "%(place)s received most in remittances: %(figure)s in %(year)s"
    ),
    "remittances-received-of-gdp": lazy_gettext(
        "%(place)s received most in remittances for its economy: %(figure)s of GDP in %(year)s"
    ),
    "women-among-emigrants": lazy_gettext(
        "The share of women and girls is highest among emigrants of %(place)s: %(figure)s in %(year)s"
    ),
    "women-among-immigrants": lazy_gettext(
        "The share of women and girls is highest among immigrants in %(place)s: %(figure)s in %(year)s"
    ),
}

#: The same for any other dataset.
_HIGHEST_FIGURE = lazy_gettext("%(place)s has the highest figure of %(year)s: %(figure)s")


def with_unit(page: Page, figure_set: FigureSet, value: Number) -> str:
    """A figure with its unit, but for a number of people."""
    written = number(value, page.language)
    if figure_set.unit is None or not (figure_set.in_dollars or figure_set.is_rate):
        return written
    return f"{written} {page.label(figure_set.unit).text}"


def highest(page: Page, figure_set: FigureSet, row: PlaceFigure, year: int) -> str:
    """A sentence on where the figure of a year is highest."""
    sentence = str(_HIGHEST.get(figure_set.name, _HIGHEST_FIGURE))
    place = page.label(row.place).text
    return sentence % {
        "place": place,
        "figure": with_unit(page, figure_set, row.value),
        "year": year,
    }


def highest_of(page: Page, figure_set: FigureSet, row: PlaceFigure, year: int) -> str:
    """A sentence on the place with the highest figure of a year among some."""
    sentence: str = gettext(
        "Highest of these in %(year)s: %(place)s, %(figure)s",
        place=page.label(row.place).text,
        figure=with_unit(page, figure_set, row.value),
        year=year,
    )
    return sentence


def course(page: Page, series: Series) -> str:
    """The first and the last figure of a series of any unit."""
    sentence: str = gettext(
        "%(place)s: from %(first)s in %(first_year)s to %(last)s in %(last_year)s",
        place=page.label(series.place).text,
        first=with_unit(page, series.set, series.first.value),
        first_year=series.first.year,
        last=with_unit(page, series.set, series.last.value),
        last_year=series.last.year,
    )
    return sentence


def change(page: Page, series: Series) -> str:
    """The first and the last figure of a series; of a dataset that does not count people, its title and the last."""
    name = page.label(series.place).text
    people = _PEOPLE.get(series.set.name)
    if people is None:
        last_figure = number(series.last.value, page.language)
        return f"{name}: {series.set.title.text}, {last_figure} ({series.last.year})"
    values = {
        "name": name,
        "people": people,
        "first": rounded(int(series.first.value), page.language),
        "first_year": series.first.year,
        "last": rounded(int(series.last.value), page.language),
        "last_year": series.last.year,
    }
    sentence: str
    if series.last.value > series.first.value:
        sentence = gettext(
            "%(name)s: %(people)s rose from %(first)s in %(first_year)s to %(last)s in %(last_year)s",
            **values,
        )
    elif series.last.value < series.first.value:
        sentence = gettext(
            "%(name)s: %(people)s fell from %(first)s in %(first_year)s to %(last)s in %(last_year)s",
            **values,
        )
    else:
        sentence = gettext(
            "%(name)s: %(people)s were %(last)s in %(first_year)s and in %(last_year)s", **values
        )
    return sentence


def largest_origin(page: Page, area: IRI, ranking: Ranking) -> str:
    """The country from which most immigrants of an area are."""
    sentence: str = gettext(
        "%(name)s: %(country)s is the largest country of origin, with %(people)s people (%(year)s)",
        **_largest(page, area, ranking),
    )
    return sentence


def largest_destination(page: Page, area: IRI, ranking: Ranking) -> str:
    """The country in which most emigrants of an area live."""
    sentence: str = gettext(
        "%(name)s: %(country)s is the largest country of destination, with %(people)s people (%(year)s)",
        **_largest(page, area, ranking),
    )
    return sentence


def _largest(page: Page, area: IRI, ranking: Ranking) -> dict[str, object]:
    largest = ranking.rows[0]
    return {
        "name": page.label(area).text,
        "country": page.label(largest.place).text,
        "people": rounded(int(largest.value), page.language),
        "year": ranking.year,
    }
