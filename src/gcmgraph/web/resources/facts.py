"""A described resource for its page, in one dataset version and one language; blocks of the page.

Blocks are rows of a fact box with the statements that they show, amounts and numbers in words, and practices as cards.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.properties import SUMMARIES, ValueForm, box_of
from gcmgraph.publication.describe.description import (
    Description,
    Fact,
)
from gcmgraph.publication.labels import Label, choose
from gcmgraph.publication.lists.index import KindIndex, Listed
from gcmgraph.text import Moment, Period, natural
from gcmgraph.web.browse.page import ListRequest
from gcmgraph.web.i18n import money, readable
from gcmgraph.web.resources.evidence import EvidencePage
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.visualisation.drawings import CountryMap, NetworkDrawing, drawing_around, resource_map

#: Maximum number of characters of a summary.
_SUMMARY = 200

#: Limit on the cards of a page: a list of more has a page of its own.
MAX_CARDS = 12

#: Limit on the countries and organisations named on a card.
MAX_NAMED = 3

#: Countries of a corridor whose direction is stated, from and to.
_ENDS = ("gcm:originCountry", "gcm:destinationCountry")


@dataclass(frozen=True)
class Quantity:
    """A number with its unit or currency, as people write it."""

    #: empty where no number is stated
    text: str
    #: the statement with the number, or the one that names the part
    fact: Fact
    #: "at least", "about" …
    bound: IRI | None = None
    unit: Literal | None = None
    funders: tuple[IRI, ...] = ()


@dataclass(frozen=True)
class BoxValue:
    """A value of a row, and the statements that it shows. Exactly one of the other fields is set."""

    facts: tuple[Fact, ...]
    term: Term | None = None
    quantity: Quantity | None = None
    period: Period | None = None
    #: whether the code of the term is shown before its name
    coded: bool = True
    #: countries of origin and of destination, or two countries without direction
    corridor: tuple[IRI, ...] = ()
    directed: bool = False


@dataclass(frozen=True)
class BoxRow:
    """The values of one property."""

    label: Label
    values: tuple[BoxValue, ...]
    #: whether each value has a line of its own
    lines: bool = False


@dataclass(frozen=True)
class Named:
    """The first resources of several, and the number of the others."""

    iris: tuple[IRI, ...]
    more: int


@dataclass(frozen=True)
class Card:
    """A practice in short."""

    iri: IRI
    period: Period
    types: tuple[IRI, ...]
    countries: Named
    leads: Named
    objectives: tuple[IRI, ...]
    #: SDG targets that the practice states itself
    targets: tuple[IRI, ...]
    #: the parts of the practice that are in the selection
    parts: Named
    #: whether only parts of the practice are in the selection
    through_part: bool


@dataclass(frozen=True)
class Cards:
    """The first practices of a selection by title, and the number of all."""

    items: tuple[Card, ...]
    total: int
    #: parts of practices in the selection
    part_count: int
    #: address of the list of all
    address: str

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.items)


class FactsPage(EvidencePage):
    """The page of a described resource."""

    def __init__(
        self,
        site: Site,
        snapshot: Snapshot,
        language: str,
        description: Description,
        address_language: str | None = None,
    ) -> None:
        """`address_language`: the language in addresses of lists; None for none."""
        super().__init__(site, snapshot, language)
        self.description = description
        self.address_language = address_language
        self.iri = description.iri
        #: the last part of the resource's address: the value of a facet
        self.key = self.local_name(self.iri)

    @property
    def practices(self) -> KindIndex:
        """The index of practices."""
        return self.snapshot.listings.of("practice")

    def local_name(self, iri: IRI) -> str:
        """The part of an address after its kind, which is the key of the resource in facets."""
        return iri.value.removeprefix(f"{self.site.addresses.base}id/").partition("/")[2]

    def facts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The stated facts of a property of the resource, or of one of its parts, ordered by code and name."""
        facts = self.description.facts if of is None else self.description.parts.get(of, ())
        predicate = self.term(curie)
        found = [fact for fact in facts if fact.predicate == predicate and not fact.inferred]
        return tuple(sorted(found, key=lambda fact: self.order(fact.object)))

    def documents(self) -> tuple[Fact, ...]:
        """The facts about source documents, those in the language of the page first."""

        def other_language(fact: Fact) -> bool:
            label = self.label(fact.object) if isinstance(fact.object, IRI) else None
            return label is None or label.language != self.language

        return tuple(sorted(self.facts("dct:source"), key=other_language))

    def texts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The texts of a property in the language of the page, or in the next best one."""
        facts = self.facts(curie, of)
        best = choose((fact.object for fact in facts if isinstance(fact.object, Literal)), self.language)
        return tuple(f for f in facts if best and isinstance(f.object, Literal) and f.object.language == best.language)

    def values(self, curie: str, of: IRI | None = None) -> tuple[IRI, ...]:
        """The resources that are values of a property."""
        return tuple(fact.object for fact in self.facts(curie, of) if isinstance(fact.object, IRI))

    def order(self, term: Term) -> tuple[list[tuple[int, str]], str]:
        """A sort key: the code of a resource, then its name; of a literal its text."""
        if isinstance(term, IRI):
            return natural(self.notation(term) or ""), self.label(term).text.casefold()
        return [], str(getattr(term, "value", term))

    def sorted(self, iris: Iterable[IRI]) -> tuple[IRI, ...]:
        """Resources ordered by code, then by name."""
        return tuple(sorted(iris, key=self.order))

    def summary(self) -> str:
        """The beginning of the resource's description, for link previews; else its label."""
        texts = (choose(self.description.texts(self.term(curie)), self.language) for curie in SUMMARIES)
        text = next((text.value for text in texts if text), None) or self.label(self.iri).text
        return textwrap.shorten(text, _SUMMARY, placeholder=" …")

    def map(self) -> CountryMap | None:
        """The map of the resource; None where it has none."""
        return resource_map(self.site, self.snapshot, self.description)

    def network(self) -> NetworkDrawing | None:
        """The drawing of an organisation's partners; None for other resources, or without partners."""
        if self.term("gcm:Organisation") not in self.description.values(self._type):
            return None
        return drawing_around(self.site, self.snapshot, self.iri, self.language)

    # lists

    def having(self, facet: str, key: str | None = None) -> BitMap:
        """The row numbers of the practices that have a value of a facet: by default this resource."""
        return self.practices.postings(facet).get(self.key if key is None else key) or BitMap()

    def referring(self, kind: str, facet: str) -> tuple[IRI, ...]:
        """The resources of a kind that have this resource as a value of a facet, ordered by code and name."""
        index = self.snapshot.listings.of(kind)
        return self.sorted(index.iris(index.postings(facet).get(self.key) or ()))

    def facet_values(self, item: Listed, name: str) -> tuple[IRI, ...]:
        """The resources that are values of a facet of a listed practice."""
        facet = self.practices.facet(name)
        keys = item.values.get(name, ())
        return tuple(IRI(facet.value(key, self.site.addresses)) for key in keys) if facet else ()

    def counted(self, facet: str, among: BitMap) -> tuple[tuple[IRI, int], ...]:
        """The values of a facet of some practices with the number of those that have it, the most frequent first."""
        found, index = self.practices.facet(facet), self.practices
        counts = {
            IRI(found.value(key, self.site.addresses)): index.count(rows & among)
            for key, rows in index.postings(facet).items()
            if found and rows & among
        }
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], self.order(item[0]))))

    def list_address(self, facet: str, key: str | None = None) -> str:
        """The address of the list of the practices that have a value of a facet: by default this resource."""
        filters = {facet: (self.key if key is None else key,)}
        return ListRequest("practice", filters, language=self.address_language).address()

    # fact boxes

    def box(self) -> tuple[BoxRow, ...]:
        """The rows of the fact box that have values, in the order of `properties`."""
        kind = self.site.addresses.kind_of(self.iri.value) or ""
        rows = (self._row(curie, form) for curie, form in box_of(kind))
        return tuple(row for row in rows if row.values)

    def _row(self, curie: str, form: ValueForm) -> BoxRow:
        if form is ValueForm.PERIOD:
            period = self.period()
            return BoxRow(Label(gettext("When"), self.language), (period,) if period else ())
        label = self.term_label(self.term(curie))
        if form is ValueForm.QUANTITY:
            # a sum precedes its parts
            facts = sorted(self.facts(curie), key=lambda fact: natural(getattr(fact.object, "value", "")))
            found = map(self.quantity, facts)
            return BoxRow(label, tuple(BoxValue((one.fact,), quantity=one) for one in found), lines=True)
        if form is ValueForm.CORRIDOR:
            return BoxRow(label, tuple(map(self._corridor, self.facts(curie))))
        facts_of = self.texts if form is ValueForm.TEXT else self.facts
        coded = form is not ValueForm.NAME
        return BoxRow(label, tuple(BoxValue((fact,), term=fact.object, coded=coded) for fact in facts_of(curie)))

    def _corridor(self, fact: Fact) -> BoxValue:
        part = fact.object if isinstance(fact.object, IRI) else self.iri
        ends = tuple(country for role in _ENDS for country in self.values(role, part))
        countries = ends or self.values("gcm:connectsCountry", part)
        return BoxValue((fact,), corridor=countries, directed=bool(ends))

    def period(self, of: IRI | None = None) -> BoxValue | None:
        """The period of the resource or of one of its parts, as precise as it is stated; None without a date."""
        starts, ends = (self.facts(curie, of) for curie in ("schema:startDate", "schema:endDate"))
        start, end = (Moment.parse(facts[0].object.value) if facts else None for facts in (starts, ends))
        period = Period(start, end)
        return BoxValue((*starts[:1], *ends[:1]), period=period) if period.dated else None

    def quantity(self, fact: Fact) -> Quantity:
        """The quantity in the part that a fact names, or in its value."""
        part = fact.object
        if not isinstance(part, IRI):
            return Quantity(readable(part, self.language) if isinstance(part, Literal) else "", fact)
        # a grant has an amount; a cost or result is one
        stated = next(iter(self.values("schema:amount", part)), part)
        number = next(iter(self.facts("schema:value", stated)), None)
        bounds = (*self.values("gcm:bound", stated), *self.values("gcm:bound", part))
        units = [fact.object for fact in self.texts("schema:unitText", stated) if isinstance(fact.object, Literal)]
        return Quantity(
            self._amount(number, next(iter(self.facts("schema:currency", stated)), None)),
            number if number is not None and number.evidence else fact,
            next(iter(bounds), None),
            next(iter(units), None),
            self.values("schema:funder", part),
        )

    def _amount(self, number: Fact | None, currency: Fact | None) -> str:
        if number is None or not isinstance(number.object, Literal):
            return ""
        if currency is None or not isinstance(currency.object, Literal):
            return readable(number.object, self.language)
        return money(number.object.value, currency.object.value, self.language)

    # cards

    def cards(self, facet: str, most: int = MAX_CARDS, *, without: str = "") -> Cards:
        """Cards of practices that have this resource as a value of a facet, and not as one of another, by title."""
        index, selected = self.practices, self.having(facet)
        if without:
            selected = selected - self.having(without)
        wholes = index.wholes(selected)
        cards = self.cards_of(wholes, selected, most)
        return Cards(cards, len(wholes), len(selected & index.parts), self.list_address(facet))

    def cards_of(self, items: BitMap, selected: BitMap | None = None, most: int = MAX_CARDS) -> tuple[Card, ...]:
        """Cards of the first items in the order of their titles, each with its parts that are selected."""
        listed = self.practices.ordered(items, "title", self.language, 0, most)
        return tuple(self._card(item, BitMap() if selected is None else selected) for item in listed)

    def _card(self, item: Listed, selected: BitMap) -> Card:
        index = self.practices
        (row,) = index.rows([item.iri])
        parts = index.iris(index.parts_of(row, selected))
        return Card(
            item.iri,
            item.period,
            self.facet_values(item, "type"),
            _named(self.facet_values(item, "country")),
            _named(self.facet_values(item, "lead")),
            self.facet_values(item, "objective"),
            self.facet_values(item, "stated-target"),
            _named(tuple(parts)),
            bool(selected) and row not in selected,
        )


def _named(iris: tuple[IRI, ...]) -> Named:
    return Named(iris[:MAX_NAMED], max(0, len(iris) - MAX_NAMED))
