"""Contents of the briefs of a country and of an objective, for `briefs/country.html` and `briefs/objective.html`.

A country has practices by objective, partners, figures, evaluations, treaties, SDG targets, gaps
and sources; an objective has actions, practices by country, SDG targets, countries, figures,
documents of the United Nations and sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, ngettext

from gcmgraph.publication.lists.index import Listed
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.web.browse.page import ListPage
from gcmgraph.web.resources import country_views, views
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.visualisation.coverage import covered_objective
from gcmgraph.web.visualisation.figures import Figures, Series, objective_rankings

#: Limits that keep a brief on two A4 pages: lines of each list, characters of the name of an
#: objective or treaty, of a practice or source, and of a name among others.
MAX_PRACTICES = 11
MAX_COUNTED = 8
MAX_ROWS = 5
MAX_SOURCES = 7
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
    in_country = country_views.objectives(page)
    covered = [objective.iri for objective in in_country if objective.practices]
    gaps = [objective.iri for objective in in_country if not objective.practices]
    practices = page.cards("country", MAX_PRACTICES)
    rank = {objective: position for position, objective in enumerate(covered)}
    groups = sorted(
        _grouped(page, practices, "objective").items(),
        key=lambda group: [rank.get(objective, 0) for objective in group[0]],
    )
    figures = Figures(page)
    series_by_source: dict[str, list[Series]] = {}
    for series in figures.series(figures.of(page.iri)):
        series_by_source.setdefault(series.set.source.short_line, []).append(series)
    regions = [page.label(iri).text for iri in page.values("gcm:region")]
    numbers = (
        ngettext("%(num)s practice", "%(num)s practices", practices.total),
        gettext(
            "Objectives with a practice here: %(covered)s of %(all)s",
            covered=len(covered),
            all=len(in_country),
        ),
    )
    kicker = " · ".join([gettext("Country brief"), *regions[:1]])
    return {
        "kicker": kicker,
        "numbers": numbers,
        "practices": practices,
        "groups": groups,
        "gaps": gaps,
        "series": series_by_source.items(),
    }


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
