"""The page of an SDG goal or target: the objectives that name it, the practices that state it."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.cards import Cards, practice_cards
from gcmgraph.web.kinds.context import KindContext


@dataclass(frozen=True)
class TargetPage:
    """View model of the page of an SDG goal or target, before the complete list of statements."""

    definitions: tuple[Fact, ...]
    goals: tuple[Fact, ...]
    #: targets of a goal
    targets: tuple[IRI, ...]
    objectives: tuple[IRI, ...]
    actions: tuple[IRI, ...]
    #: practices that state a target themselves
    stated: Cards
    #: practices whose objective or action names it
    inherited: Cards
    #: the UN's own page, where one is linked
    matches: tuple[Fact, ...]


def target_page(context: KindContext) -> TargetPage:
    """The view model of an SDG goal or target."""
    is_goal = not context.values("sdgo:isTargetOf")
    facet = "goal" if is_goal else "target"
    stated, inherited = context.having("stated-target"), context.having("inherited-target")
    if is_goal:  # of a goal, no facet separates what practices state
        inherited = context.having("goal")
    through = context.list_address(**{"goal" if is_goal else "inherited_target": context.key})
    return TargetPage(
        context.texts("skos:definition"),
        context.facts("sdgo:isTargetOf"),
        context.referring("sdg", "goal"),
        context.referring("objective", facet),
        _actions(context),
        practice_cards(context, stated, context.list_address(stated_target=context.key)),
        practice_cards(context, inherited - stated, through),
        context.facts("skos:exactMatch"),
    )


def _actions(context: KindContext) -> tuple[IRI, ...]:
    """The actions that name it."""
    store, curies = context.snapshot.store, ("gcm:relevantTarget", "gcm:relevantGoal")
    start = f"{context.addresses.base}id/action/"
    subjects = {q.subject for c in curies for q in store.quads(predicate=context.term(c), object=context.iri)}
    return context.sorted(s for s in subjects if isinstance(s, IRI) and s.value.startswith(start))
