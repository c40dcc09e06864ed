"""Headlines of charts: what the figures of a country state, in a sentence."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from gcmgraph.rdf.terms import IRI
from gcmgraph.web.i18n import number, rounded
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figures import Ranking, Series

#: The people that a dataset counts, as the subject of a sentence.
_PEOPLE = {
    "migrants-by-origin": lazy_gettext("people born here who live abroad"),
    "migrants-by-destination": lazy_gettext("people from abroad who live here"),
    "population": lazy_gettext("inhabitants"),
}


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
