"""The brief of an objective: its actions, practices by country, SDG targets, countries, gaps, sources."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.briefs.model import Brief, Group, Line, Run, Section
from gcmgraph.web.briefs.parts import MAX_COUNTED, MAX_PRACTICES, Lines, grouped, matrix_path
from gcmgraph.web.i18n.names import KIND_NAMES
from gcmgraph.web.kinds.compact import ObjectivePage, objective_page
from gcmgraph.web.kinds.context import KindContext
from gcmgraph.web.resources.facts import ResourcePage


def objective_brief(context: KindContext, page: ResourcePage, path: str, public_base: str) -> Brief:
    """The brief of an objective. `page` is that of `context`."""
    view, lines = objective_page(context, MAX_PRACTICES), Lines(context, public_base)
    subject = page.link(context.iri) or path
    sections = (
        _actions(lines, view),
        _practices(lines, view),
        _targets(lines, view),
        _countries(lines),
        lines.sources("sources", subject),
    )
    figures = (
        ngettext("%(num)s practice", "%(num)s practices", view.practices.total),
        ngettext("%(num)s country", "%(num)s countries", view.countries),
        ngettext("%(num)s organisation", "%(num)s organisations", view.organisations),
        ngettext(
            "%(covered)s of its %(num)s action has a practice",
            "%(covered)s of its %(num)s actions have a practice",
            len(view.actions),
            covered=view.covered,
        ),
    )
    return Brief(gettext("Objective brief"), lines.title(coded=True), figures, sections, page.language, subject, path)


def _actions(lines: Lines, view: ObjectivePage) -> Section:
    """Actions with a practice, and those without."""
    covered = tuple(
        (*lines.name(action.iri), Run(f" – {_count(action.practices)}")) for action in view.actions if action.practices
    )
    missing = tuple(lines.name(action.iri) for action in view.actions if not action.practices)
    groups = [
        Group((Run(heading, strong=True),), items)
        for heading, items in ((gettext("With a practice"), covered), (gettext("Gaps: no practice yet"), missing))
        if items
    ]
    note = (Run(gettext("Editors chose these actions; the source does not name them.")),)
    return Section("actions", str(KIND_NAMES["action"]), note, tuple(groups))


def _count(practices: int) -> str:
    return str(ngettext("%(num)s practice", "%(num)s practices", practices))


def _practices(lines: Lines, view: ObjectivePage) -> Section:
    shown = view.practices
    by_countries = grouped(shown.items, lambda card: card.countries.iris)
    more = {card.countries.iris: card.countries.more for card in shown.items}
    groups = []
    for countries, cards in by_countries.items():
        heading = _countries_named(lines, countries, more[countries])
        groups.append(Group(heading, tuple(lines.practice(card) for card in cards)))
    note = (Run(gettext("No practice is recorded here yet.")),) if not shown else ()
    rest = lines.rest(len(shown.items), shown.total, shown.address)
    return Section("practices", gettext("Practices by country"), note, tuple(groups), rest=rest)


def _countries_named(lines: Lines, countries: tuple[IRI, ...], more: int) -> Line:
    if not countries:
        return (Run(gettext("Without a country"), strong=True),)
    return lines.joined(countries, more)


def _targets(lines: Lines, view: ObjectivePage) -> Section:
    context = lines.context
    stated = context.counted("stated-target", context.having("objective"))
    named: tuple[Fact, ...] = view.targets or view.goals
    groups = [
        Group(
            (Run(gettext("Named by the guidance"), strong=True),),
            tuple(lines.name(f.object) for f in named[:MAX_COUNTED] if isinstance(f.object, IRI)),
            inline=True,
        ),
        Group((Run(gettext("Stated by practices"), strong=True),), lines.counted(stated), inline=True),
    ]
    total = len(named) + len(stated)
    rest = lines.rest(sum(len(g.items) for g in groups), total, context.page.link(context.iri) or "/")
    return Section("targets", str(KIND_NAMES["sdg"]), (), tuple(group for group in groups if group.items), rest=rest)


def _countries(lines: Lines) -> Section:
    context = lines.context
    found = context.counted("country", context.having("objective"))
    rest = lines.rest(min(len(found), MAX_COUNTED), len(found), matrix_path("country", objective=context.key))
    note = (Run(gettext("Number of practices in brackets.") if found else gettext("None is recorded.")),)
    groups = (Group((), lines.counted(found), inline=True),) if found else ()
    return Section("countries", str(KIND_NAMES["country"]), note, groups, rest=rest)
