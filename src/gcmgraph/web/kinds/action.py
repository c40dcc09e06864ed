"""The page of an action: its text with other wordings, the practices that support it, its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.box import BoxRow, term_rows
from gcmgraph.web.kinds.cards import Cards, practice_cards
from gcmgraph.web.kinds.context import KindContext
from gcmgraph.web.kinds.wordings import CompactText, compact_text


@dataclass(frozen=True)
class ActionPage:
    """View model of the page of an action, before the complete list of statements."""

    text: CompactText
    notes: tuple[Fact, ...]
    objectives: tuple[Fact, ...]
    box: tuple[BoxRow, ...]
    practices: Cards
    #: all actions of its objective
    siblings: tuple[IRI, ...]


def action_page(context: KindContext) -> ActionPage:
    """The view model of an action."""
    return ActionPage(
        compact_text(context, "skos:definition"),
        context.texts("skos:editorialNote"),
        context.facts("gcm:objective"),
        tuple(term_rows(context, "gcm:instrument", "gcm:principle", "gcm:relevantTarget")),
        practice_cards(context, context.having("action"), context.list_address(action=context.key)),
        _siblings(context),
    )


def _siblings(context: KindContext) -> tuple[IRI, ...]:
    index = context.snapshot.listings.of("action")
    start = f"{context.addresses.base}id/objective/"
    keys = [iri.value.removeprefix(start) for iri in context.values("gcm:objective")]
    places = {place for key in keys for place in index.postings("objective").get(key, ())}
    return context.sorted(index.iris(places).values())
