"""Amounts of money and numbers of people in words, from the parts of a resource that state them."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.describe.description import Fact
from gcmgraph.text.ordering import natural
from gcmgraph.web.i18n.formatting import money, readable
from gcmgraph.web.kinds.context import KindContext


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
