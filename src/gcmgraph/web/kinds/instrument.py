"""The page of a legal instrument: its parties, the actions and practices that name it."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.box import BoxRow, term_rows, text_rows
from gcmgraph.web.kinds.cards import Cards, practice_cards
from gcmgraph.web.kinds.context import KindContext


@dataclass(frozen=True)
class InstrumentPage:
    """View model of the page of a legal instrument, before the complete list of statements."""

    box: tuple[BoxRow, ...]
    #: number of the countries recorded as parties
    parties: int
    actions: tuple[IRI, ...]
    practices: Cards
    links: tuple[Fact, ...]


def instrument_page(context: KindContext) -> InstrumentPage:
    """The view model of a legal instrument."""
    parties = context.snapshot.store.quads(predicate=context.term("gcm:participationIn"), object=context.iri)
    return InstrumentPage(
        (
            *text_rows(context, "skos:altLabel"),
            *term_rows(context, "eli:type_document", "eli:date_document", "eli:first_date_entry_in_force"),
            *term_rows(context, "eli:jurisdiction", "gcm:supplements"),
        ),
        len({quad.subject for quad in parties}),
        context.referring("action", "instrument"),
        practice_cards(context, context.having("instrument"), context.list_address(instrument=context.key)),
        (*context.facts("skos:exactMatch"), *context.facts("skos:closeMatch")),
    )
