"""Sections of lines, each a sequence of runs of text, which HTML and DOCX show alike.

Lines that briefs have in common: practices, counted resources, numbered sources, where to find what is left out.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlencode

from flask_babel import gettext, pgettext

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.publication.naming.labels import choose
from gcmgraph.text.partial_dates import Period
from gcmgraph.web.kinds.context import Card, KindContext
from gcmgraph.web.kinds.sources import DescribedOn, described_on


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
class Table:
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
    table: Table | None = None
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
MAX_PRACTICES, MAX_COUNTED, MAX_ROWS, MAX_SOURCES = 12, 8, 5, 9
MAX_NAME, MAX_LINE_NAME, MAX_NAME_AMONG = 180, 120, 80


class Lines:
    """Lines of one brief, and the sources that they name by numbers."""

    def __init__(self, context: KindContext, public_base: str) -> None:
        self.context = context
        self._public_base = public_base
        self._sources: dict[Term, set[int]] = {}

    def name(self, iri: IRI, most: int = MAX_NAME, *, coded: bool = True) -> Line:
        """The linked name of a resource in `most` characters at most, with its code."""
        page = self.context.page
        label, code = page.label(iri), page.notation(iri)
        foreign = label.language if label.language != page.language else None
        text = textwrap.shorten(label.text, most, placeholder=" …")
        run = Run(text, foreign, page.link(iri) or page.foreign(iri))
        return (Run(code, strong=True), Run(" "), run) if coded and code and code != label.text else (run,)

    def title(self, *, coded: bool) -> Line:
        """The name of the subject of the brief, without a link."""
        return tuple(replace(run, address=None) for run in self.name(self.context.iri, coded=coded))

    def short_name(self, iri: IRI) -> Line:
        """The linked short name of an objective, with its number; its whole name where it has no short one."""
        known = self.context.snapshot.store.triples(iri, self.context.term("skos:altLabel"))
        found = choose((t.object for t in known if isinstance(t.object, Literal)), self.context.page.language)
        name = self.name(iri)
        return (*name[:-1], replace(self.text(found)[0], address=name[-1].address)) if found else name

    def text(self, literal: Literal) -> Line:
        """A text in its language."""
        words = textwrap.shorten(literal.value, MAX_LINE_NAME, placeholder=" …")
        return (Run(words, literal.language if literal.language != self.context.page.language else None),)

    def practice(self, card: Card, countries: Iterable[IRI] = ()) -> Line:
        """A practice: its name, leading organisations, `countries`, types, period, parts, source with pages."""
        runs = [*self.name(card.iri, MAX_LINE_NAME, coded=False)]
        leads = self.joined(card.leads.iris, card.leads.more)
        for named in (leads, self.joined(countries), self.joined(card.types, linked=False)):
            runs += [Run(" – "), *named] if named else []
        if card.period.dated:
            runs.append(Run(f" – {self._period(card.period)}"))
        if card.parts.iris:
            runs += [Run(f" – {_said(gettext('Parts'))}"), *self.joined(card.parts.iris, card.parts.more)]
        references = [self._reference(found) for found in described_on(self.context, card.iri)]
        return (*runs, Run(f" [{self._joined(references)}]", quiet=True)) if references else tuple(runs)

    def joined(self, iris: Iterable[IRI], more: int = 0, *, linked: bool = True) -> Line:
        """The names of resources, and the number of more."""
        comma, runs = Run(pgettext("between names in a list", ", ")), list[Run]()
        for iri in iris:
            name = self.name(iri, MAX_NAME_AMONG, coded=False)
            runs += [*([comma] if runs else []), *(name if linked else (replace(name[0], address=None),))]
        return (*runs, Run(f" +{more}")) if more else tuple(runs)

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
            at = f", {self._pages(tuple(sorted(pages)))}" if pages else ""
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
        start, end = (self.context.page.moment(m) if m else "" for m in (period.start, period.end))
        if start and end:
            return start if period.start == period.end else f"{start}–{end}"
        return str(gettext("since %(date)s", date=start) if start else gettext("until %(date)s", date=end))

    def _reference(self, found: DescribedOn) -> str:
        self._sources.setdefault(found.source, set()).update(found.pages)
        number = str(self._number(found.source))
        return f"{number}, {self._pages(found.pages)}" if found.pages else number

    def _number(self, term: Term) -> int:
        return [*self._sources].index(term) + 1

    def _pages(self, pages: tuple[int, ...]) -> str:
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


def matrix_path(rows: str, **values: str) -> str:
    """The path of the matrix by a facet of the practices with these values."""
    return f"/matrix/{rows}?{urlencode(values)}"
