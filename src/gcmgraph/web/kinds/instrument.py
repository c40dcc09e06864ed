"""The page of a legal instrument: its parties, the actions and practices that name it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.box import BoxRow, term_rows, text_rows
from gcmgraph.web.kinds.cards import Cards, practice_cards
from gcmgraph.web.kinds.context import KindContext


@dataclass(frozen=True)
class PartyCount:
    """A number of parties, and the date of its source."""

    number: int
    date: Literal


@dataclass(frozen=True)
class InstrumentPage:
    """View model of the page of a legal instrument, before the complete list of statements."""

    box: tuple[BoxRow, ...]
    #: number of the countries recorded as parties
    parties: int
    #: parties in the list, and by the depositary's page; None where unknown
    listed: PartyCount | None
    total: PartyCount | None
    actions: tuple[IRI, ...]
    practices: Cards
    links: tuple[Fact, ...]


def instrument_page(context: KindContext) -> InstrumentPage:
    """The view model of a legal instrument."""
    parties = list(context.snapshot.store.quads(predicate=context.term("gcm:participationIn"), object=context.iri))
    return InstrumentPage(
        (
            *text_rows(context, "skos:altLabel"),
            *term_rows(context, "eli:type_document", "eli:date_document", "eli:first_date_entry_in_force"),
            *term_rows(context, "eli:jurisdiction", "gcm:supplements"),
        ),
        len({quad.subject for quad in parties}),
        _listed(context, {quad.subject for quad in parties if isinstance(quad.subject, IRI)}),
        _total(context),
        context.referring("action", "instrument"),
        practice_cards(context, context.having("instrument"), context.list_address(instrument=context.key)),
        (*context.facts("skos:exactMatch"), *context.facts("skos:closeMatch")),
    )


def _listed(context: KindContext, participations: Iterable[IRI]) -> PartyCount | None:
    """The parties in the list: participations with a binding date."""
    bound = {one for one in participations if _value(context, one, "gcm:bindingDate")}
    dates = {date for one in bound if (date := _value(context, one, "gcm:asOf"))}
    return PartyCount(len(bound), max(dates, key=lambda date: date.value)) if dates else None


def _total(context: KindContext) -> PartyCount | None:
    """The parties by the depositary's page."""
    store, bound = context.snapshot.store, context.term("gcm:bindingDate")
    for quad in store.quads(predicate=context.term("schema:observationAbout"), object=context.iri):
        status = quad.subject
        counted = isinstance(status, IRI) and any(store.quads(status, context.term("schema:measuredProperty"), bound))
        if counted and isinstance(status, IRI):
            number, date = _value(context, status, "schema:value"), _value(context, status, "gcm:asOf")
            return PartyCount(int(number.value), date) if number and date else None
    return None


def _value(context: KindContext, subject: IRI, curie: str) -> Literal | None:
    found = (quad.object for quad in context.snapshot.store.quads(subject, context.term(curie)))
    return next((value for value in found if isinstance(value, Literal)), None)
