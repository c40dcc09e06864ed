"""The page of a practice: who, where, when, how much, for whom, results."""

from __future__ import annotations

from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.context import BoxRow, BoxValue, Cards, KindContext, box_rows, cards_of, period_of


@dataclass(frozen=True)
class PracticeEvent:
    """An event of a practice."""

    title: tuple[Fact, ...]
    period: BoxValue | None
    organisers: tuple[Fact, ...]
    named: Fact


@dataclass(frozen=True)
class PracticePage:
    """View model of the page of a practice, before the complete list of statements."""

    also_called: tuple[Fact, ...]
    descriptions: tuple[Fact, ...]
    box: tuple[BoxRow, ...]
    outcomes: tuple[Fact, ...]
    objectives: tuple[Fact, ...]
    actions: tuple[Fact, ...]
    stated_targets: tuple[Fact, ...]
    inherited_targets: tuple[IRI, ...]
    wholes: tuple[Fact, ...]
    parts: Cards
    events: tuple[PracticeEvent, ...]
    citations: tuple[Fact, ...]
    sources: tuple[Fact, ...]


def practice_page(context: KindContext) -> PracticePage:
    """The view model of a practice."""
    stated = context.facts("gcm:relevantTarget")
    return PracticePage(
        context.texts("skos:altLabel"),
        context.texts("dct:description"),
        box_rows(context, "practice"),
        context.texts("gcm:outcome"),
        context.facts("gcm:objective"),
        context.facts("gcm:supportsAction"),
        stated,
        _inherited(context, {fact.object for fact in stated if isinstance(fact.object, IRI)}),
        context.facts("dct:isPartOf"),
        _parts(context),
        _events(context),
        _citations(context),
        context.documents(),
    )


def _inherited(context: KindContext, stated: set[IRI]) -> tuple[IRI, ...]:
    """The SDG targets of the practice's objectives and actions that it does not state itself."""
    facet = context.practices.facet("inherited-target")
    for item in context.practices.listed(context.practices.places([context.iri])):
        keys = item.values.get("inherited-target", ())
        found = (IRI(facet.value(key, context.addresses)) for key in keys) if facet else ()
        return context.sorted(iri for iri in found if iri not in stated)
    return ()


def _parts(context: KindContext) -> Cards:
    """The practices that are parts of this one."""
    index = context.practices
    parts = BitMap(part for place in index.places([context.iri]) for part in index.parts_of(place, index.parts))
    return Cards(cards_of(context, parts, most=len(parts)), len(parts), 0, "")


def _events(context: KindContext) -> tuple[PracticeEvent, ...]:
    events = [
        PracticeEvent(
            context.texts("dct:title", fact.object),
            period_of(context, fact.object),
            (*context.facts("schema:organizer", fact.object), *context.facts("schema:contributor", fact.object)),
            fact,
        )
        for fact in context.facts("dct:hasPart")
        if isinstance(fact.object, IRI) and fact.object in context.description.parts
    ]
    return tuple(sorted(events, key=_event_order))


def _event_order(event: PracticeEvent) -> tuple[bool, str]:
    start = event.period.period.start if event.period and event.period.period else None
    return start is None, str(start)


def _citations(context: KindContext) -> tuple[Fact, ...]:
    """The citations of the works that the source refers to."""
    works = [fact.object for fact in context.facts("dct:references") if isinstance(fact.object, IRI)]
    return tuple(fact for work in works for fact in context.texts("dct:bibliographicCitation", work)[:1])
