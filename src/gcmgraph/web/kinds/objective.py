"""The page of an objective: its actions with their practices, practices as cards, SDG targets, countries."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.cards import MAX_CARDS, Cards, practice_cards
from gcmgraph.web.kinds.context import KindContext
from gcmgraph.web.kinds.wordings import CompactText, compact_text


@dataclass(frozen=True)
class ActionCoverage:
    """An action, the number of the practices that support it, and the address of their list."""

    iri: IRI
    practices: int
    address: str


@dataclass(frozen=True)
class ObjectivePage:
    """View model of the page of an objective, before the complete list of statements."""

    short_names: tuple[Fact, ...]
    title: CompactText
    practices: Cards
    #: numbers of the countries and organisations of its practices
    countries: int
    organisations: int
    actions: tuple[ActionCoverage, ...]
    goals: tuple[Fact, ...]
    targets: tuple[Fact, ...]
    documents: tuple[Fact, ...]
    #: legal instruments that its actions name
    instruments: tuple[IRI, ...]

    @property
    def covered(self) -> int:
        """The number of its actions that a practice supports."""
        return sum(action.practices > 0 for action in self.actions)


def objective_page(context: KindContext, most: int = MAX_CARDS) -> ObjectivePage:
    """The view model of an objective, with `most` cards at most."""
    practices = context.having("objective")

    def count(facet: str) -> int:
        return sum(bool(places & practices) for places in context.practices.postings(facet).values())

    return ObjectivePage(
        context.texts("skos:altLabel"),
        compact_text(context, "skos:prefLabel"),
        practice_cards(context, practices, context.list_address(objective=context.key), most),
        count("country"),
        count("organisation"),
        tuple(action_coverage(context, action) for action in context.referring("action", "objective")),
        context.facts("gcm:relevantGoal"),
        context.facts("gcm:relevantTarget"),
        context.documents(),
        _instruments(context),
    )


def _instruments(context: KindContext) -> tuple[IRI, ...]:
    index = context.snapshot.listings.of("action")
    own, facet = index.postings("objective").get(context.key), index.facet("instrument")
    if not own or facet is None:
        return ()
    keys = (key for key, places in index.postings("instrument").items() if places & own)
    return context.sorted(IRI(facet.value(key, context.addresses)) for key in keys)


def action_coverage(context: KindContext, action: IRI) -> ActionCoverage:
    """The number of the practices that support an action."""
    key = action.value.removeprefix(f"{context.addresses.base}id/action/")
    practices = context.practices.count(context.having("action", key))
    return ActionCoverage(action, practices, context.list_address(action=key))
