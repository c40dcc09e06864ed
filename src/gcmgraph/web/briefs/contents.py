"""Contents of the briefs of a country and of an objective, for `briefs/country.html` and `briefs/objective.html`.

A country has its objectives, practices, partners, votes, treaties, evaluations, SDG targets and
figures, with sources; an objective has actions, practices by country, SDG targets, countries, figures,
documents of the United Nations and sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, ngettext

from gcmgraph.publication.lists.index import Listed
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.web.browse.page import ListPage
from gcmgraph.web.resources import country_views, views
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.resources.vote_views import country_votes
from gcmgraph.web.visualisation.charts import line_chart
from gcmgraph.web.visualisation.coverage import covered_objective
from gcmgraph.web.visualisation.figures import Figures, Series, objective_rankings

#: Limits that keep a brief on two A4 pages: lines of each list, characters of the name of an
#: objective or treaty, of a practice or source, and of a name among others.
MAX_PRACTICES = 11
MAX_COUNTED = 8
MAX_ROWS = 5
MAX_SOURCES = 18
MAX_FIGURES = 3
MAX_NAMED = 3
LIMITS = {
    "counted": MAX_COUNTED,
    "rows": MAX_ROWS,
    "figures": MAX_FIGURES,
    "named": MAX_NAMED,
    "name": 180,
    "line": 120,
    "among": 80,
}

#: Datasets whose figures are drawn as lines, the preferred ones first.
CHARTED_DATASETS = ("migrants-by-origin", "migrants-by-destination", "population")
MAX_CHARTS = 2

#: Width of a chart, of which two are in a row.
CHART_WIDTH = 480


class Sources:
    """Sources in the order in which a brief names them, with pages."""

    def __init__(self) -> None:
        self._pages: dict[Term, set[int]] = {}

    def number(self, source: Term, pages: Iterable[int] = ()) -> int:
        """The number of a source, which is named with some pages."""
        self._pages.setdefault(source, set()).update(pages)
        return [*self._pages].index(source) + 1

    def __len__(self) -> int:
        """The number of sources."""
        return len(self._pages)

    def listed(self) -> list[tuple[int, Term, list[int]]]:
        """The first sources by number, each with its pages."""
        named = [*self._pages.items()][:MAX_SOURCES]
        return [(number, source, sorted(pages)) for number, (source, pages) in enumerate(named, 1)]


def ranges(numbers: Sequence[int]) -> list[str]:
    """Ordered numbers as ranges.

    >>> ranges([3, 4, 5, 8])
    ['3–5', '8']
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number <= runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def _grouped(
    page: FactsPage, practices: ListPage, facet: str
) -> dict[tuple[IRI, ...], list[Listed]]:
    """Practices by the values of a facet, in the order of the first of each."""
    groups: dict[tuple[IRI, ...], list[Listed]] = {}
    for item in practices.items:
        groups.setdefault(page.facet_values(item, facet), []).append(item)
    return groups


def country_brief(page: FactsPage) -> Mapping[str, Any]:
    """The contents of the brief of a country."""
    objectives = country_views.objectives(page)
    practices = page.cards("country", MAX_PRACTICES)
    rank = {objective.iri: position for position, objective in enumerate(objectives)}
    groups = sorted(
        _grouped(page, practices, "objective").items(),
        key=lambda group: [rank.get(objective, 0) for objective in group[0]],
    )
    treaties = country_views.treaties(page)
    figures = Figures(page)
    series = figures.series(figures.of(page.iri))
    series_by_dataset = {item.set.name: item for item in series}
    charted = [series_by_dataset[name] for name in CHARTED_DATASETS if name in series_by_dataset]
    regions = [page.label(iri).text for iri in page.values("gcm:region")]
    kicker = " · ".join([gettext("Country brief"), *regions[:1]])
    return {
        "kicker": kicker,
        "practices": practices,
        "groups": groups,
        "objectives": objectives,
        "votes": country_votes(page),
        "treaties": treaties if country_views.concerns_treaties(page, treaties) else (),
        "series": [item for item in series if not item.set.in_percent],
        "missing": () if series else figures.sets_without(series),
        "charts": [line_chart(figures, item, "", CHART_WIDTH) for item in charted[:MAX_CHARTS]],
        "producer_of": _producer,
    }


def _producer(series: Series) -> Literal:
    """The producer of some figures with edition and licence, as a source."""
    source = series.set.source
    return Literal(source.short_line, language=source.language)


def objective_brief(page: FactsPage) -> Mapping[str, Any]:
    """The contents of the brief of an objective."""
    practices = page.cards("objective", MAX_PRACTICES)
    covered = covered_objective(page, page.iri)
    numbers = (
        ngettext("%(num)s practice", "%(num)s practices", practices.total),
        ngettext("%(num)s country", "%(num)s countries", covered.countries),
        ngettext(
            "%(num)s organisation",
            "%(num)s organisations",
            views.shared_values("organisation", page),
        ),
        ngettext(
            "%(covered)s of its %(num)s action has a practice",
            "%(covered)s of its %(num)s actions have a practice",
            len(covered.actions),
            covered=sum(action.practices > 0 for action in covered.actions),
        ),
    )
    paragraphs = views.un_paragraphs("gcm:objective", page)
    return {
        "kicker": gettext("Objective brief"),
        "numbers": numbers,
        "practices": practices,
        "groups": _grouped(page, practices, "country").items(),
        "covered": covered,
        "rankings": objective_rankings(Figures(page), page.iri),
        "uptake": list(dict.fromkeys(map(page.whole, paragraphs))),
    }
