"""Rows of a fact box: the label of a property, its values, and the statements that they show."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Term
from gcmgraph.publication.describe.description import Fact
from gcmgraph.publication.naming.labels import Label
from gcmgraph.text.partial_dates import Moment, Period
from gcmgraph.web.kinds.context import KindContext
from gcmgraph.web.kinds.quantities import Quantity, quantities

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


def term_rows(context: KindContext, *curies: str, coded: bool = True) -> list[BoxRow]:
    """A row for each property that has values, in the given order; `coded`: with the codes of resources."""
    made = (
        BoxRow(
            context.page.term_label(context.term(curie)),
            tuple(BoxValue((fact,), term=fact.object, coded=coded) for fact in context.facts(curie)),
        )
        for curie in curies
    )
    return [row for row in made if row.values]


def text_rows(context: KindContext, *curies: str) -> list[BoxRow]:
    """A row for each property that has texts, in the language of the page or the next best one."""
    made = (
        BoxRow(
            context.page.term_label(context.term(curie)),
            tuple(BoxValue((fact,), term=fact.object) for fact in context.texts(curie)),
        )
        for curie in curies
    )
    return [row for row in made if row.values]


def quantity_rows(context: KindContext, *curies: str) -> list[BoxRow]:
    """A row for each property that leads to amounts or numbers."""
    made = (
        BoxRow(
            context.page.term_label(context.term(curie)),
            tuple(BoxValue((found.fact,), quantity=found) for found in quantities(context, curie)),
            lines=True,
        )
        for curie in curies
    )
    return [row for row in made if row.values]


def corridor_rows(context: KindContext) -> list[BoxRow]:
    """A row of the corridors between countries."""
    values = tuple(
        _corridor(context, fact, fact.object) for fact in context.facts("gcm:corridor") if isinstance(fact.object, IRI)
    )
    return [BoxRow(context.page.term_label(context.term("gcm:corridor")), values)] if values else []


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
