"""A resource for view models, in one dataset version and one language; blocks of its page.

Blocks are rows of a fact box with the statements that they show, amounts and numbers in words, and practices as cards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.properties import ValueForm, box_of
from gcmgraph.publication.describe.description import Description, Fact
from gcmgraph.publication.labels import Label, choose
from gcmgraph.publication.lists.index import KindIndex, Listed
from gcmgraph.text import Moment, Period, natural
from gcmgraph.web.browse.page import ListRequest
from gcmgraph.web.i18n import money, readable
from gcmgraph.web.services import Snapshot
from gcmgraph.web.templating import Page


@dataclass(frozen=True)
class KindContext:
    """A described resource, the dataset version and the page in whose language it is shown."""

    addresses: Addresses
    snapshot: Snapshot
    page: Page
    description: Description
    #: the language in addresses of lists; None for none
    address_language: str | None = None

    @property
    def iri(self) -> IRI:
        """The resource."""
        return self.description.iri

    @property
    def key(self) -> str:
        """The last part of the resource's address: the value of a facet."""
        return self.iri.value.removeprefix(f"{self.addresses.base}id/").partition("/")[2]

    @property
    def practices(self) -> KindIndex:
        """The index of practices."""
        return self.snapshot.listings.of("practice")

    def term(self, curie: str) -> IRI:
        """The IRI of a property or class."""
        return IRI(self.addresses.expand(curie))

    def facts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The stated facts of a property of the resource, or of one of its parts, ordered by code and name."""
        facts = self.description.facts if of is None else self.description.parts.get(of, ())
        predicate = self.term(curie)
        found = [fact for fact in facts if fact.predicate == predicate and not fact.inferred]
        return tuple(sorted(found, key=lambda fact: self.order(fact.object)))

    def documents(self) -> tuple[Fact, ...]:
        """The facts about source documents, those in the language of the page first."""

        def other_language(fact: Fact) -> bool:
            label = self.page.label(fact.object) if isinstance(fact.object, IRI) else None
            return label is None or label.language != self.page.language

        return tuple(sorted(self.facts("dct:source"), key=other_language))

    def texts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The texts of a property in the language of the page, or in the next best one."""
        facts = self.facts(curie, of)
        best = choose((fact.object for fact in facts if isinstance(fact.object, Literal)), self.page.language)
        if best is None:
            return ()
        return tuple(f for f in facts if isinstance(f.object, Literal) and f.object.language == best.language)

    def values(self, curie: str, of: IRI | None = None) -> tuple[IRI, ...]:
        """The resources that are values of a property."""
        return tuple(fact.object for fact in self.facts(curie, of) if isinstance(fact.object, IRI))

    def order(self, term: Term) -> tuple[list[tuple[int, str]], str]:
        """A sort key: the code of a resource, then its name; of a literal its text."""
        if isinstance(term, IRI):
            return natural(self.page.notation(term) or ""), self.page.label(term).text.casefold()
        return [], str(getattr(term, "value", term))

    def having(self, facet: str, key: str | None = None) -> BitMap:
        """The places of the practices that have a value of a facet: by default this resource."""
        return self.practices.postings(facet).get(self.key if key is None else key) or BitMap()

    def referring(self, kind: str, facet: str) -> tuple[IRI, ...]:
        """The resources of a kind that have this resource as a value of a facet, ordered by code and name."""
        index = self.snapshot.listings.of(kind)
        places = index.postings(facet).get(self.key) or BitMap()
        return self.sorted(index.iris(places))

    def counted(self, facet: str, among: BitMap) -> tuple[tuple[IRI, int], ...]:
        """The values of a facet of some practices with the number of those that have it, the most frequent first."""
        found, index = self.practices.facet(facet), self.practices
        if found is None:
            return ()
        counts = {
            IRI(found.value(key, self.addresses)): index.count(places & among)
            for key, places in index.postings(facet).items()
            if places & among
        }
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], self.order(item[0]))))

    def sorted(self, iris: Iterable[IRI]) -> tuple[IRI, ...]:
        """Resources ordered by code, then by name."""
        found = list(iris)
        return tuple(sorted(found, key=self.order))

    def list_address(self, **values: str) -> str:
        """The address of the list of practices with these values of facets (`_` for `-`)."""
        filters = {name.replace("_", "-"): (key,) for name, key in values.items()}
        return ListRequest("practice", filters, language=self.address_language).address()


#: Countries of a corridor whose direction is stated, from and to.
_ENDS = ("gcm:originCountry", "gcm:destinationCountry")


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


def box_rows(context: KindContext, kind: str) -> tuple[BoxRow, ...]:
    """The rows of the fact box of a kind that have values, in the order of `properties`."""
    rows = (_row(context, curie, form) for curie, form in box_of(kind))
    return tuple(row for row in rows if row.values)


def _row(context: KindContext, curie: str, form: ValueForm) -> BoxRow:
    if form is ValueForm.PERIOD:
        period = period_of(context)
        return BoxRow(Label(gettext("When"), context.page.language), (period,) if period else ())
    values = tuple(_BOX_VALUES[form](context, curie))
    return BoxRow(context.page.term_label(context.term(curie)), values, form is ValueForm.QUANTITY)


def _terms(context: KindContext, curie: str) -> Iterator[BoxValue]:
    return (BoxValue((fact,), term=fact.object) for fact in context.facts(curie))


def _names(context: KindContext, curie: str) -> Iterator[BoxValue]:
    return (BoxValue((fact,), term=fact.object, coded=False) for fact in context.facts(curie))


def _texts(context: KindContext, curie: str) -> Iterator[BoxValue]:
    return (BoxValue((fact,), term=fact.object) for fact in context.texts(curie))


def _quantities(context: KindContext, curie: str) -> Iterator[BoxValue]:
    return (BoxValue((found.fact,), quantity=found) for found in quantities(context, curie))


def _corridors(context: KindContext, curie: str) -> Iterator[BoxValue]:
    return (_corridor(context, fact, fact.object) for fact in context.facts(curie) if isinstance(fact.object, IRI))


#: Values of a row, by their form.
_BOX_VALUES: Mapping[ValueForm, Callable[[KindContext, str], Iterator[BoxValue]]] = {
    ValueForm.TERM: _terms,
    ValueForm.NAME: _names,
    ValueForm.TEXT: _texts,
    ValueForm.QUANTITY: _quantities,
    ValueForm.CORRIDOR: _corridors,
}


def _corridor(context: KindContext, fact: Fact, node: IRI) -> BoxValue:
    ends = [country for role in _ENDS for country in context.values(role, node)]
    if ends:
        return BoxValue((fact,), corridor=tuple(ends), directed=True)
    return BoxValue((fact,), corridor=context.values("gcm:connectsCountry", node))


def period_of(context: KindContext, of: IRI | None = None) -> BoxValue | None:
    """The period of a resource or of one of its parts, as precise as it is stated; None without a date."""
    starts, ends = (context.facts(curie, of) for curie in ("schema:startDate", "schema:endDate"))
    start, end = (Moment.parse(facts[0].object.value) if facts else None for facts in (starts, ends))
    period = Period(start, end)
    return BoxValue((*starts[:1], *ends[:1]), period=period) if period.dated else None


@dataclass(frozen=True)
class Quantity:
    """A number with its unit or currency, as people write it."""

    #: empty where no number is stated
    text: str
    #: "at least", "about" …
    bound: IRI | None
    unit: Literal | None
    funders: tuple[IRI, ...]
    #: the statement with the number, or the one that names the part
    fact: Fact


def quantities(context: KindContext, curie: str) -> tuple[Quantity, ...]:
    """The quantities that a property of the resource names, those with funders included."""
    facts = sorted(
        context.facts(curie), key=lambda fact: natural(getattr(fact.object, "value", ""))
    )  # a sum precedes its parts
    return tuple(quantity_of(context, fact) for fact in facts)


def quantity_of(context: KindContext, fact: Fact) -> Quantity:
    """The quantity in the part that a fact names, or in its value."""
    part = fact.object
    if not isinstance(part, IRI):
        text = readable(part, context.page.language) if isinstance(part, Literal) else ""
        return Quantity(text, None, None, (), fact)
    amounts = context.values("schema:amount", part)
    stated = amounts[0] if amounts else part  # a grant has an amount; a cost or result is one
    numbers, currencies = context.facts("schema:value", stated), context.facts("schema:currency", stated)
    bounds = (*context.values("gcm:bound", stated), *context.values("gcm:bound", part))
    units = context.texts("schema:unitText", stated)
    number = numbers[0] if numbers else None
    return Quantity(
        _text(context, number, currencies[0] if currencies else None),
        bounds[0] if bounds else None,
        units[0].object if units and isinstance(units[0].object, Literal) else None,
        context.values("schema:funder", part),
        number if number is not None and number.evidence else fact,
    )


def _text(context: KindContext, number: Fact | None, currency: Fact | None) -> str:
    if number is None or not isinstance(number.object, Literal):
        return ""
    if currency is None or not isinstance(currency.object, Literal):
        return readable(number.object, context.page.language)
    return money(number.object.value, currency.object.value, context.page.language)


#: Limit on the cards of a page: a list of more has a page of its own.
MAX_CARDS = 12

#: Limit on the countries and organisations named on a card.
MAX_NAMED = 3


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


def practice_cards(context: KindContext, selected: BitMap, address: str, most: int = MAX_CARDS) -> Cards:
    """Cards of the first of some practices, in the order of their titles."""
    index = context.practices
    wholes = index.wholes(selected)
    return Cards(cards_of(context, wholes, selected, most), len(wholes), len(selected & index.parts), address)


def cards_of(
    context: KindContext, items: BitMap, selected: BitMap | None = None, most: int = MAX_CARDS
) -> tuple[Card, ...]:
    """Cards of the first items in the order of their titles, each with its parts that are selected."""
    listed = context.practices.ordered(items, "title", context.page.language, 0, most)
    return tuple(_card(context, item, BitMap() if selected is None else selected) for item in listed)


def _card(context: KindContext, item: Listed, selected: BitMap) -> Card:
    def values(name: str) -> tuple[IRI, ...]:
        facet = context.practices.facet(name)
        keys = item.values.get(name, ())
        return tuple(IRI(facet.value(key, context.addresses)) for key in keys) if facet else ()

    (place,) = context.practices.rows([item.iri])
    return Card(
        item.iri,
        item.period,
        values("type"),
        _named(values("country")),
        _named(values("lead")),
        values("objective"),
        values("stated-target"),
        _named(_parts(context.practices, place, selected)),
        bool(selected) and place not in selected,
    )


def _parts(index: KindIndex, place: int, selected: BitMap) -> tuple[IRI, ...]:
    """The selected parts of a practice."""
    return tuple(index.iris(index.parts_of(place, selected)))


def _named(iris: tuple[IRI, ...]) -> Named:
    return Named(iris[:MAX_NAMED], max(0, len(iris) - MAX_NAMED))
