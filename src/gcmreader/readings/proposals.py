"""Facts that the reader extracts from a document by rules, in the form of readings.

A proposal never changes a reading: an editor decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.readings.locators import Locator
from gcmgraph.sources.source_texts import Span
from gcmreader.extraction.document_facts import DocumentReading
from gcmreader.extraction.practices import PracticeReading


@dataclass(frozen=True, order=True)
class ProposedFact:
    """A fact that the reader extracts: key and value as readings write them, and its place."""

    key: str
    value: str
    span: Span


def facts_of_page(proposal: DocumentReading) -> Iterator[ProposedFact]:
    """The actions, goals and targets of a proposed page."""
    for action in proposal.actions:
        yield ProposedFact("action", action.letter, action.span)
    for goal in proposal.outline.goals:
        yield ProposedFact("goal", str(goal.number), goal.span)
    for target in proposal.outline.targets:
        yield ProposedFact("target", target.code, target.span)


def facts_of_practice(practice: PracticeReading) -> Iterator[ProposedFact]:
    """The facts of a proposed practice that readings record, in the order of their keys."""
    organisations = {
        "lead": practice.leads,
        "partner": practice.partners,
        "involved": practice.involved,
    }
    for key, extracted_organisations in organisations.items():
        for organisation in extracted_organisations:
            yield ProposedFact(key, organisation.value.slug, organisation.span)
    for country in practice.countries:
        iso3 = country.value.value.rsplit("/", 1)[1]
        yield ProposedFact("country", iso3, country.span)
    for key, moment in (("start", practice.period.start), ("end", practice.period.end)):
        if moment:
            yield ProposedFact(key, str(moment.value), moment.span)
    if practice.amount:
        amount = practice.amount.value
        yield ProposedFact("amount", f"{amount.value:f} {amount.currency}", practice.amount.span)


def locator_of(proposal: DocumentReading, span: Span) -> Locator:
    """The locator of a stretch of the document of a proposal."""
    return Locator.of(proposal.outline.document, span.start, span.end)
