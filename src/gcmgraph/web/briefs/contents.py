"""Sections of the briefs of a country and of an objective, as lines of runs of text, which HTML and DOCX show alike.

A country has practices by objective, partners, figures, evaluations, treaties, SDG targets, gaps and sources; an
objective has actions, practices by country, SDG targets, countries, figures, documents of the United Nations and
sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlencode

from flask_babel import gettext, ngettext, pgettext

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.publication.descriptions import choose
from gcmgraph.text import Period, beginning
from gcmgraph.web.i18n import FACET_NAMES, KIND_NAMES, number
from gcmgraph.web.resources import views
from gcmgraph.web.resources.facts import Card, Cards, FactsPage
from gcmgraph.web.visualisation.drawings import CoveredAction, covered_objective
from gcmgraph.web.visualisation.figures import Figures, FigureSet, objective_rankings


@dataclass(frozen=True)
class Run:
    """A text in one language and one style."""

    text: str
    #: a language tag, where it is another one than that of the brief
    language: str | None = None
    #: a path on this server without a language, or a web address
    address: str | None = None
    strong: bool = False
    quiet: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Group:
    """Lines under a heading of their own, each on a line or all in one paragraph."""

    heading: Line
    items: tuple[Line, ...]
    inline: bool = False


@dataclass(frozen=True)
class BriefTable:
    """A table; each row has one cell for each heading."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Section:
    """A section: a note, then groups or a table, then where to find what was left out."""

    #: the fragment of its heading
    name: str
    heading: str
    note: Line = ()
    groups: tuple[Group, ...] = ()
    table: BriefTable | None = None
    #: "All 40 practices: …"
    rest: Line = ()


@dataclass(frozen=True)
class Brief:
    """A brief in one language."""

    kicker: str
    title: Line
    figures: tuple[str, ...]
    sections: tuple[Section, ...]
    language: str
    #: the path of the page of the resource, and that of the brief, without a language
    subject: str
    path: str


#: Limits that keep a brief on two A4 pages: lines of each list, characters of the name of an objective or treaty, of
#: a practice or source, and of a name among others.
MAX_PRACTICES, MAX_COUNTED, MAX_ROWS, MAX_SOURCES, MAX_FIGURES, MAX_NAMED = 11, 8, 5, 7, 3, 3
MAX_NAME, MAX_LINE_NAME, MAX_NAME_AMONG = 180, 120, 80


class Lines:
    """Lines of one brief, and the sources that they name by numbers."""

    def __init__(self, page: FactsPage, public_base: str) -> None:
        self.page = page
        self._public_base = public_base
        self._sources: dict[Term, set[int]] = {}

    def name(self, iri: IRI, most: int = MAX_NAME, *, coded: bool = True) -> Line:
        """The linked name of a resource in `most` characters at most, with its code."""
        page = self.page
        label, code = page.label(iri), page.notation(iri)
        run = Run(beginning(label.text, most), page.other_language(label), page.link(iri) or page.foreign(iri))
        return (Run(code, strong=True), Run(" "), run) if coded and code and code != label.text else (run,)

    def title(self, *, coded: bool) -> Line:
        """The name of the subject of the brief, without a link."""
        return tuple(replace(run, address=None) for run in self.name(self.page.iri, coded=coded))

    def short_name(self, iri: IRI) -> Line:
        """The linked short name of an objective, with its number; its whole name where it has no short one."""
        known = self.page.snapshot.store.triples(iri, self.page.term("skos:altLabel"))
        found = choose((t.object for t in known if isinstance(t.object, Literal)), self.page.language)
        name = self.name(iri)
        return (*name[:-1], replace(self.text(found)[0], address=name[-1].address)) if found else name

    def text(self, literal: Literal) -> Line:
        """A text in its language."""
        words = beginning(literal.value, MAX_LINE_NAME)
        return (Run(words, literal.language if literal.language != self.page.language else None),)

    def practice(self, card: Card, countries: Iterable[IRI] = ()) -> Line:
        """A practice: its name, leading organisations, `countries`, types, period, parts, source with pages."""
        listed, values = card.listed, self.page.facet_values
        runs = [*self.name(listed.iri, MAX_LINE_NAME, coded=False)]
        leads, types = self.first(values(listed, "lead")), self.joined(values(listed, "type"), linked=False)
        for named in (leads, self.joined(countries), types):
            runs += [Run(" – "), *named] if named else []
        if listed.period.dated:
            runs.append(Run(f" – {self._period(listed.period)}"))
        if card.parts:
            runs += [Run(f" – {_said(gettext('Parts'))}"), *self.first(card.parts)]
        references = [self._reference(*found) for found in views.described_on(self.page, listed.iri)]
        return (*runs, Run(f" [{self._joined(references)}]", quiet=True)) if references else tuple(runs)

    def first(self, iris: Sequence[IRI]) -> Line:
        """The names of the first resources of several, and the number of the others."""
        return self.joined(iris[:MAX_NAMED], len(iris) - MAX_NAMED)

    def joined(self, iris: Iterable[IRI], more: int = 0, *, linked: bool = True) -> Line:
        """The names of resources, and the number of more."""
        comma, runs = Run(pgettext("between names in a list", ", ")), list[Run]()
        for iri in iris:
            name = self.name(iri, MAX_NAME_AMONG, coded=False)
            runs += [*([comma] if runs else []), *(name if linked else (replace(name[0], address=None),))]
        return (*runs, Run(f" +{more}")) if more > 0 else tuple(runs)

    def counted(self, found: Sequence[tuple[IRI, int]]) -> tuple[Line, ...]:
        """Resources with numbers of practices."""
        return tuple(
            (*self.name(iri, MAX_NAME_AMONG), Run(f" ({count})", quiet=True)) for iri, count in found[:MAX_COUNTED]
        )

    def source(self, term: Term) -> Run:
        """A reference to a source by its number."""
        self._sources.setdefault(term, set())
        return Run(f"[{self._number(term)}]", quiet=True)

    def sources(self, name: str, path: str) -> Section:
        """The section of the sources named so far. `path` leads to all of them."""
        items = []
        for term, pages in [*self._sources.items()][:MAX_SOURCES]:
            words = (
                self.text(term)
                if isinstance(term, Literal)
                else self.name(term, MAX_LINE_NAME)
                if isinstance(term, IRI)
                else ()
            )
            at = f", {self._pages(sorted(pages))}" if pages else ""
            items.append((Run(f"[{self._number(term)}] "), *words, Run(at)))
        groups = (Group((), tuple(items)),) if items else ()
        note = (Run(gettext("The page of each practice shows the words behind each fact.")),) if items else ()
        rest = self.rest(len(items), len(self._sources), path)
        return Section(name, gettext("Sources"), note, groups, rest=rest)

    def rest(self, shown: int, total: int, path: str) -> Line:
        """The address of a whole list; an empty line where all of it is shown."""
        if shown >= total:
            return ()
        words = gettext("%(shown)s of %(all)s are listed here. All of them:", shown=shown, all=total)
        return (Run(f"{words} ", quiet=True), Run(f"{self._public_base}{path[1:]}", address=path))

    def _period(self, period: Period) -> str:
        start, end = (self.page.moment(m) if m else "" for m in (period.start, period.end))
        if start and end:
            return start if period.start == period.end else f"{start}–{end}"
        if start:
            day = period.start is not None and period.start.day
            return str(
                pgettext("a day", "since %(date)s", date=start) if day else gettext("since %(date)s", date=start)
            )
        day = period.end is not None and period.end.day
        return str(pgettext("a day", "until %(date)s", date=end) if day else gettext("until %(date)s", date=end))

    def _reference(self, source: Term, pages: list[int]) -> str:
        self._sources.setdefault(source, set()).update(pages)
        number = str(self._number(source))
        return f"{number}, {self._pages(pages)}" if pages else number

    def _number(self, term: Term) -> int:
        return [*self._sources].index(term) + 1

    def _pages(self, pages: list[int]) -> str:
        return str(gettext("p. %(pages)s", pages=self._joined(ranges(pages))))

    def _joined(self, texts: Iterable[str]) -> str:
        return str(pgettext("between names in a list", ", ")).join(texts)


def _said(name: str) -> str:
    """A name and the colon of the language."""
    return str(pgettext("a name and what is said of it", "%(name)s: %(what)s", name=name, what=""))


def ranges(numbers: Sequence[int]) -> list[str]:
    """Ordered numbers as ranges: `3–5`, `8`."""
    if not numbers:
        return []
    breaks = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(numbers)) if b > a + 1), len(numbers)]
    runs = [numbers[start:end] for start, end in pairwise(breaks)]
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def grouped(cards: Iterable[Card], key: Callable[[Card], tuple[IRI, ...]]) -> dict[tuple[IRI, ...], list[Card]]:
    """Cards by the value of a key, in the order of their first cards."""
    groups: dict[tuple[IRI, ...], list[Card]] = {}
    for card in cards:
        groups.setdefault(key(card), []).append(card)
    return groups


def country_brief(page: FactsPage, path: str, public_base: str) -> Brief:
    """The brief of a country."""
    lines = Lines(page, public_base)
    subject = page.link(page.iri) or path
    covered, gaps = (views.covered_objectives(page, covered=half) for half in (True, False))
    practices = page.cards("country", MAX_PRACTICES)
    sections = (
        _practices(lines, practices, covered),
        _partners(lines),
        *_figures(lines),
        _evaluations(lines),
        _treaties(lines, subject),
        _counted(
            lines,
            "targets",
            gettext("SDG targets that practices state"),
            ("stated-target", "country"),
            gettext("Number of practices here in brackets."),
            gettext("No practice here states a target itself; the targets of its objectives are on their pages."),
        ),
        *([_gaps(lines, gaps)] if gaps else []),
        lines.sources("sources", subject),
    )
    figures = (
        ngettext("%(num)s practice", "%(num)s practices", practices.total),
        gettext(
            "Objectives with a practice here: %(covered)s of %(all)s", covered=len(covered), all=len(covered + gaps)
        ),
    )
    regions = [page.label(iri).text for iri in page.values("gcm:region")]
    kicker = " · ".join([gettext("Country brief"), *regions[:1]])
    return Brief(kicker, lines.title(coded=False), figures, sections, page.language, subject, path)


def _practices(lines: Lines, practices: Cards, covered: list[IRI]) -> Section:
    here = lines.page.iri

    def line(card: Card) -> Line:
        countries = lines.page.facet_values(card.listed, "country")[:MAX_NAMED]
        return lines.practice(card, (iri for iri in countries if iri != here))

    order = {objective: place for place, objective in enumerate(covered)}
    by_objective = grouped(practices.items, lambda card: lines.page.facet_values(card.listed, "objective"))
    groups = [
        Group(_objectives(lines, objectives), tuple(line(card) for card in cards))
        for objectives, cards in sorted(by_objective.items(), key=lambda item: [order.get(o, 0) for o in item[0]])
    ]
    for facet, of_role in views.country_roles(lines.page):
        cards = of_role.items[:MAX_COUNTED]
        names = tuple(lines.name(card.listed.iri, coded=False) for card in cards)
        more = (Run(f"+{of_role.total - len(cards)}"),)
        names = names if len(cards) == of_role.total else (*names, more)
        groups.append(Group((Run(str(FACET_NAMES[facet]), strong=True),), names, inline=True))
    note = (Run(gettext("No practice is recorded here yet.")),) if not practices else ()
    rest = lines.rest(len(practices.items), practices.total, practices.address)
    return Section("practices", gettext("Practices by objective"), note, tuple(groups), rest=rest)


def _objectives(lines: Lines, objectives: tuple[IRI, ...]) -> Line:
    """Names of objectives, of several only the numbers."""
    if len(objectives) == 1:
        return lines.name(objectives[0])
    numbers = " · ".join(lines.page.notation(iri) or "" for iri in objectives)
    return (Run(f"{FACET_NAMES['objective']} {numbers}", strong=True),)


def _partners(lines: Lines) -> Section:
    page = lines.page
    here = page.having("country")
    leads, everyone = (page.counted(facet, here) for facet in ("lead", "organisation"))
    leading = {iri for iri, _ in leads}
    others = tuple(item for item in everyone if item[0] not in leading)
    groups = tuple(
        Group((Run(heading, strong=True),), lines.counted(found), inline=True)
        for heading, found in ((gettext("Leading"), leads), (gettext("Taking part"), others))
        if found
    )
    note = (Run(gettext("Number of practices here in brackets.")),) if groups else _none()
    shown = sum(len(group.items) for group in groups)
    rest = lines.rest(shown, len(leads) + len(others), f"/matrix/organisation?{urlencode({'country': page.key})}")
    return Section("partners", gettext("Partners"), note, groups, rest=rest)


def _figures(lines: Lines) -> list[Section]:
    """The last figures of a country by producer, edition and licence."""
    page, figures = lines.page, Figures(lines.page)
    by_source: dict[Run, list[Line]] = {}
    for one in figures.series(figures.of(page.iri)):
        year, value = one.last
        dollars = f" {page.label(one.set.unit).text}" if one.set.unit and one.set.in_dollars else ""
        basis = f", {page.label(one.basis).text}" if one.basis else ""
        line = (*lines.name(one.set.iri), Run(f" {number(value, page.language)}{dollars} ({year}{basis})"))
        by_source.setdefault(_source(figures, one.set), []).append(line)
    return _numbers([Group((source,), tuple(items), inline=True) for source, items in by_source.items()])


def _source(figures: Figures, of: FigureSet) -> Run:
    return Run(figures.source(of), figures.source_language(of), quiet=True)


def _largest_figures(lines: Lines) -> list[Section]:
    """The largest figures of the datasets that belong to an objective, each with its source and licence."""
    language, figures, groups = lines.page.language, Figures(lines.page), list[Group]()
    for one in objective_rankings(figures, lines.page.iri):
        rows = one.rows[:MAX_FIGURES]
        items = [(*lines.name(iri, coded=False), Run(f" {number(value, language)}")) for iri, value in rows]
        heading = (*lines.name(one.set.iri), Run(f" ({one.year})"))
        groups.append(Group(heading, (*items, (_source(figures, one.set),)), inline=True))
    return _numbers(groups)


def _numbers(groups: list[Group]) -> list[Section]:
    note = (Run(gettext("A missing figure is not zero. The page of each dataset has the notes of its producer.")),)
    return [Section("numbers", gettext("Figures"), note, tuple(groups))] if groups else []


def _uptake(lines: Lines, subject: str) -> list[Section]:
    """The newest documents of the United Nations with paragraphs that concern an objective."""
    found = views.un_paragraphs("gcm:objective", lines.page)
    documents = list(dict.fromkeys(one.document for one in found))
    items = tuple(lines.name(iri, MAX_NAME_AMONG) for iri in documents[:MAX_ROWS])
    rest = lines.rest(len(items), len(documents), f"{subject}#uptake")
    heading = gettext("Taken up by the United Nations")
    return [Section("uptake", heading, groups=(Group((), items, inline=True),), rest=rest)] if items else []


def _evaluations(lines: Lines) -> Section:
    """The newest evaluation, with the date and the address of the list in one paragraph."""
    if (found := views.evaluations("country", lines.page)) is None:
        return Section("evaluations", str(KIND_NAMES["evaluation"]), _none())
    iri, year = found.items[0]
    newest = (*lines.name(iri, MAX_NAME_AMONG, coded=False), Run(f" ({year})", quiet=True))
    date = lines.page.readable(found.as_of) if found.as_of else ""
    dated = (Run(gettext("List of evaluations as of %(date)s.", date=date) + " "),) if date else ()
    groups = (Group((), (newest, (*dated, *lines.rest(1, found.total, found.address))), inline=True),)
    return Section("evaluations", str(KIND_NAMES["evaluation"]), groups=groups)


def _treaties(lines: Lines, subject: str) -> Section:
    headings = tuple(gettext(text) for text in ("Treaty", "Bound since", "How", "Signed", "List of parties of"))
    found = views.treaties(lines.page)
    rows = tuple(_treaty(lines, treaty) for treaty in found[:MAX_ROWS])
    rest = lines.rest(len(rows), len(found), subject)
    table = BriefTable((*headings, gettext("Source")), rows) if rows else None
    return Section("treaties", gettext("Treaties"), () if rows else _none(), table=table, rest=rest)


def _treaty(lines: Lines, treaty: views.Treaty) -> tuple[Line, ...]:
    page = lines.page
    binding, signed, listed = (
        (Run(page.readable(day)),) if day else () for day in (treaty.binding_date, treaty.signature_date, treaty.as_of)
    )
    act = (Run(treaty.act.text, page.other_language(treaty.act)),) if treaty.act else ()
    sources = tuple(lines.source(graph) for graph in page.evidence.graphs(treaty.facts))
    bound = binding or (Run(gettext("not bound")),)
    return lines.name(treaty.instrument), bound, act, signed, listed, sources


def _counted(lines: Lines, name: str, heading: str, facets: tuple[str, str], note: str, empty: str) -> Section:
    """The most frequent values of a facet among the practices that have the subject as a value of another."""
    facet, of = facets
    found = lines.page.counted(facet, lines.page.having(of))
    groups = (Group((), lines.counted(found), inline=True),) if found else ()
    rest = lines.rest(min(len(found), MAX_COUNTED), len(found), f"/matrix/{facet}?{urlencode({of: lines.page.key})}")
    return Section(name, heading, (Run(note if found else empty),), groups, rest=rest)


def _gaps(lines: Lines, gaps: list[IRI]) -> Section:
    note = (Run(gettext("None is recorded. This does not mean that nothing is done.")),)
    groups = (Group((), tuple(lines.short_name(iri) for iri in gaps), inline=True),)
    return Section("gaps", gettext("Objectives without a practice here"), note, groups)


def _none() -> Line:
    return (Run(gettext("None is recorded.")),)


def objective_brief(page: FactsPage, path: str, public_base: str) -> Brief:
    """The brief of an objective."""
    lines, practices = Lines(page, public_base), page.cards("objective", MAX_PRACTICES)
    covered = covered_objective(page, page.iri)
    subject = page.link(page.iri) or path
    sections = (
        _actions(lines, covered.actions),
        _practices_by_country(lines, practices),
        _targets_of_objective(lines),
        _counted(
            lines,
            "countries",
            str(KIND_NAMES["country"]),
            ("country", "objective"),
            gettext("Number of practices in brackets."),
            gettext("None is recorded."),
        ),
        *_largest_figures(lines),
        *_uptake(lines, subject),
        lines.sources("sources", subject),
    )
    figures = (
        ngettext("%(num)s practice", "%(num)s practices", practices.total),
        ngettext("%(num)s country", "%(num)s countries", covered.countries),
        ngettext("%(num)s organisation", "%(num)s organisations", views.shared_values("organisation", page)),
        ngettext(
            "%(covered)s of its %(num)s action has a practice",
            "%(covered)s of its %(num)s actions have a practice",
            len(covered.actions),
            covered=sum(action.practices > 0 for action in covered.actions),
        ),
    )
    return Brief(gettext("Objective brief"), lines.title(coded=True), figures, sections, page.language, subject, path)


def _actions(lines: Lines, actions: Sequence[CoveredAction]) -> Section:
    """Actions with a practice, and those without."""
    covered = tuple(
        (*lines.name(action.iri), Run(f" – {_count(action.practices)}")) for action in actions if action.practices
    )
    missing = tuple(lines.name(action.iri) for action in actions if not action.practices)
    groups = [
        Group((Run(heading, strong=True),), items)
        for heading, items in ((gettext("With a practice"), covered), (gettext("Gaps: no practice yet"), missing))
        if items
    ]
    note = (Run(gettext("Editors chose these actions; the source does not name them.")),)
    return Section("actions", str(KIND_NAMES["action"]), note, tuple(groups))


def _count(practices: int) -> str:
    return str(ngettext("%(num)s practice", "%(num)s practices", practices))


def _practices_by_country(lines: Lines, shown: Cards) -> Section:
    by_countries = grouped(shown.items, lambda card: lines.page.facet_values(card.listed, "country"))
    groups = [
        Group(
            lines.first(countries) if countries else (Run(gettext("Without a country"), strong=True),),
            tuple(lines.practice(card) for card in cards),
        )
        for countries, cards in by_countries.items()
    ]
    note = (Run(gettext("No practice is recorded here yet.")),) if not shown else ()
    rest = lines.rest(len(shown.items), shown.total, shown.address)
    return Section("practices", gettext("Practices by country"), note, tuple(groups), rest=rest)


def _targets_of_objective(lines: Lines) -> Section:
    page = lines.page
    stated = page.counted("stated-target", page.having("objective"))
    named = page.facts("gcm:relevantTarget") or page.facts("gcm:relevantGoal")
    groups = [
        Group(
            (Run(gettext("Named by the guidance"), strong=True),),
            tuple(lines.name(f.object) for f in named[:MAX_COUNTED] if isinstance(f.object, IRI)),
            inline=True,
        ),
        Group((Run(gettext("Stated by practices"), strong=True),), lines.counted(stated), inline=True),
    ]
    total = len(named) + len(stated)
    rest = lines.rest(sum(len(g.items) for g in groups), total, page.link(page.iri) or "/")
    return Section("targets", str(KIND_NAMES["sdg"]), (), tuple(group for group in groups if group.items), rest=rest)
