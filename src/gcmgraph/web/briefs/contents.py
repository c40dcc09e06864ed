"""Sections of the briefs of a country and of an objective.

A country has practices by objective, partners, treaties, SDG targets, gaps and sources; an objective has actions,
practices by country, SDG targets, countries and sources.
"""

from __future__ import annotations

from flask_babel import gettext, ngettext

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.briefs.lines import (
    MAX_COUNTED,
    MAX_PRACTICES,
    MAX_ROWS,
    Brief,
    Group,
    Line,
    Lines,
    Run,
    Section,
    Table,
    grouped,
    matrix_path,
)
from gcmgraph.web.i18n.names import FACET_NAMES, KIND_NAMES
from gcmgraph.web.kinds.compact import ObjectivePage, objective_page
from gcmgraph.web.kinds.context import Card, KindContext
from gcmgraph.web.kinds.parties import CountryPage, Treaty, country_page
from gcmgraph.web.resources.facts import ResourcePage


def country_brief(context: KindContext, page: ResourcePage, path: str, public_base: str) -> Brief:
    """The brief of a country. `page` is that of `context`."""
    view, lines = country_page(context, MAX_PRACTICES), Lines(context, public_base)
    subject = page.link(context.iri) or path
    sections = (
        _practices(lines, view),
        _partners(lines),
        _treaties(lines, view, page, subject),
        _targets(lines),
        *([_gaps(lines, view)] if view.gaps else []),
        lines.sources("sources", subject),
    )
    objectives = len(view.covered) + len(view.gaps)
    figures = (
        ngettext("%(num)s practice", "%(num)s practices", view.practices.total),
        gettext("Objectives with a practice here: %(covered)s of %(all)s", covered=len(view.covered), all=objectives),
    )
    regions = [page.label(iri).text for iri in context.values("gcm:region")]
    kicker = " · ".join([gettext("Country brief"), *regions[:1]])
    return Brief(kicker, lines.title(coded=False), figures, sections, page.language, subject, path)


def _practices(lines: Lines, view: CountryPage) -> Section:
    here = lines.context.iri

    def line(card: Card) -> Line:
        return lines.practice(card, (iri for iri in card.countries.iris if iri != here))

    order = {objective: place for place, objective in enumerate(view.covered)}
    by_objective = grouped(view.practices.items, lambda card: card.objectives)
    groups = [
        Group(_objectives(lines, objectives), tuple(line(card) for card in cards))
        for objectives, cards in sorted(by_objective.items(), key=lambda item: [order.get(o, 0) for o in item[0]])
    ]
    for role in view.roles:
        cards = role.practices.items[:MAX_COUNTED]
        names = tuple(lines.name(card.iri, coded=False) for card in cards)
        more = (Run(f"+{role.practices.total - len(cards)}"),)
        names = names if len(cards) == role.practices.total else (*names, more)
        groups.append(Group((Run(str(FACET_NAMES[role.facet]), strong=True),), names, inline=True))
    note = (Run(gettext("No practice is recorded here yet.")),) if not view.practices else ()
    shown = view.practices
    rest = lines.rest(len(shown.items), shown.total, shown.address)
    return Section("practices", gettext("Practices by objective"), note, tuple(groups), rest=rest)


def _objectives(lines: Lines, objectives: tuple[IRI, ...]) -> Line:
    """Names of objectives, of several only the numbers."""
    if len(objectives) == 1:
        return lines.name(objectives[0])
    numbers = " · ".join(lines.context.page.notation(iri) or "" for iri in objectives)
    return (Run(f"{FACET_NAMES['objective']} {numbers}", strong=True),)


def _partners(lines: Lines) -> Section:
    context = lines.context
    here = context.having("country")
    leads, everyone = (context.counted(facet, here) for facet in ("lead", "organisation"))
    leading = {iri for iri, _ in leads}
    others = tuple(item for item in everyone if item[0] not in leading)
    groups = tuple(
        Group((Run(heading, strong=True),), lines.counted(found), inline=True)
        for heading, found in ((gettext("Leading"), leads), (gettext("Taking part"), others))
        if found
    )
    note = (Run(gettext("Number of practices here in brackets.")),) if groups else _none()
    shown = sum(len(group.items) for group in groups)
    rest = lines.rest(shown, len(leads) + len(others), matrix_path("organisation", country=context.key))
    return Section("partners", gettext("Partners"), note, groups, rest=rest)


def _treaties(lines: Lines, view: CountryPage, page: ResourcePage, subject: str) -> Section:
    headings = tuple(gettext(text) for text in ("Treaty", "Bound since", "How", "Signed", "List of parties of"))
    rows = tuple(_treaty(lines, treaty, page) for treaty in view.treaties[:MAX_ROWS])
    rest = lines.rest(len(rows), len(view.treaties), subject)
    table = Table((*headings, gettext("Source")), rows) if rows else None
    return Section("treaties", gettext("Treaties"), () if rows else _none(), table=table, rest=rest)


def _treaty(lines: Lines, treaty: Treaty, page: ResourcePage) -> tuple[Line, ...]:
    binding, signed, listed = (
        (Run(page.readable(day)),) if day else () for day in (treaty.binding_date, treaty.signature_date, treaty.as_of)
    )
    foreign = treaty.act.language if treaty.act and treaty.act.language != page.language else None
    act = (Run(treaty.act.text, foreign),) if treaty.act else ()
    sources = tuple(lines.source(graph) for graph in page.fact_graphs(treaty.facts))
    bound = binding or (Run(gettext("not bound")),)
    return lines.name(treaty.instrument), bound, act, signed, listed, sources


def _targets(lines: Lines) -> Section:
    context = lines.context
    found = context.counted("stated-target", context.having("country"))
    words = (
        gettext("Number of practices here in brackets.")
        if found
        else gettext("No practice here states a target itself; the targets of its objectives are on their pages.")
    )
    groups = (Group((), lines.counted(found), inline=True),) if found else ()
    rest = lines.rest(min(len(found), MAX_COUNTED), len(found), matrix_path("stated-target", country=context.key))
    return Section("targets", gettext("SDG targets that practices state"), (Run(words),), groups, rest=rest)


def _gaps(lines: Lines, view: CountryPage) -> Section:
    note = (Run(gettext("None is recorded. This does not mean that nothing is done.")),)
    groups = (Group((), tuple(lines.short_name(iri) for iri in view.gaps), inline=True),)
    return Section("gaps", gettext("Objectives without a practice here"), note, groups)


def _none() -> Line:
    return (Run(gettext("None is recorded.")),)


def objective_brief(context: KindContext, page: ResourcePage, path: str, public_base: str) -> Brief:
    """The brief of an objective. `page` is that of `context`."""
    view, lines = objective_page(context, MAX_PRACTICES), Lines(context, public_base)
    subject = page.link(context.iri) or path
    sections = (
        _actions(lines, view),
        _practices_by_country(lines, view),
        _targets_of_objective(lines, view),
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


def _practices_by_country(lines: Lines, view: ObjectivePage) -> Section:
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


def _targets_of_objective(lines: Lines, view: ObjectivePage) -> Section:
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
