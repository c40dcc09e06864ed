"""Practices as cards, with the address of the whole list."""

from __future__ import annotations

from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.publication.lists.index import KindIndex, Listed
from gcmgraph.text.partial_dates import Period
from gcmgraph.web.kinds.context import KindContext

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
    cards = tuple(_card(context, item, BitMap() if selected is None else selected) for item in listed)
    context.snapshot.store.expect(iri for card in cards for iri in _iris(card))
    return cards


def _card(context: KindContext, item: Listed, selected: BitMap) -> Card:
    def values(name: str) -> tuple[IRI, ...]:
        facet = context.practices.facet(name)
        keys = item.values.get(name, ())
        return tuple(IRI(facet.value(key, context.addresses)) for key in keys) if facet else ()

    (place,) = context.practices.places([item.iri])
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
    parts = index.parts_of(place, selected)
    iris = index.iris(parts)
    return tuple(iris[part] for part in parts)


def _named(iris: tuple[IRI, ...]) -> Named:
    return Named(iris[:MAX_NAMED], max(0, len(iris) - MAX_NAMED))


def _iris(card: Card) -> tuple[IRI, ...]:
    return (
        card.iri,
        *card.types,
        *card.countries.iris,
        *card.leads.iris,
        *card.objectives,
        *card.targets,
        *card.parts.iris,
    )
