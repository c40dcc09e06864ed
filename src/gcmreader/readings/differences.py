"""Facts of the proposal for a document that its reading lacks or contradicts.

A statement that the editor declines is recorded in the reading (`declined`), so that it is not
listed again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gcmgraph.readings.files import ReviewedFact, ReviewedPage, ReviewedPractice
from gcmgraph.readings.locators import Locator
from gcmgraph.sources.source_texts import Span
from gcmreader.extraction.document_facts import DocumentReading
from gcmreader.extraction.practices import PracticeReading
from gcmreader.readings.proposals import (
    ProposedFact,
    facts_of_page,
    facts_of_practice,
    locator_of,
)

#: Keys of facts of organisations. Which role an organisation has is an editor's decision.
_ORGANISATION_KEYS = ("lead", "partner", "involved", "funder", "event")
#: Keys of a reading that answer a proposed fact of a key. Roles of countries are an editor's, too.
_ANSWERING_KEYS: Mapping[str, tuple[str, ...]] = {
    "lead": _ORGANISATION_KEYS,
    "partner": _ORGANISATION_KEYS,
    "involved": _ORGANISATION_KEYS,
    "country": ("country", "origin", "destination", "donor", "corridor"),
    "start": ("start",),
    "end": ("end",),
    "amount": ("amount", "funder", "cost"),
}
#: Keys of which a practice has one value: another value of the reading contradicts the proposed
#: one.
_SINGLE_VALUED_KEYS = frozenset(("start", "end", "amount"))


@dataclass(frozen=True)
class Difference:
    """A proposed fact that a reading lacks or contradicts."""

    file: str
    language: str
    key: str
    value: str
    locator: Locator
    #: values of the reading that contradict the proposed one; empty where the reading lacks the
    #: fact
    contradictions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The difference as a reading lists it under `declined`: `fr country PHL`."""
        return f"{self.language} {self.key} {self.value}"

    def __str__(self) -> str:
        """One line: file, fact, place, and what the reading states."""
        reading = "the reading lacks it"
        if self.contradictions:
            reading = f"the reading states {', '.join(self.contradictions)}"
        page = f"page {self.locator.page}, " if self.locator.page else ""
        characters = f"characters {self.locator.start}-{self.locator.end}"
        return f"{self.file}: {self.name} ({page}{characters}); {reading}"


def differences(
    proposal: DocumentReading, page: ReviewedPage, language: str
) -> Iterator[Difference]:
    """Facts of a proposal that the reading of its page lacks or contradicts and did not decline."""
    yield from _undeclined(_page_differences(proposal, page, language), page.declined)
    for proposed_practice in proposal.practices:
        title = proposed_practice.title
        practice = _practice_at(page, language, title.span)
        if practice is None:
            locator = locator_of(proposal, title.span)
            missing = Difference(page.file, language, "practice", title.value, locator)
            yield from _undeclined([missing], page.declined)
        else:
            practice_differences = _practice_differences(
                proposal, proposed_practice, practice, language
            )
            yield from _undeclined(practice_differences, practice.declined)


def _undeclined(
    candidates: Iterable[Difference], declined: Collection[str]
) -> Iterator[Difference]:
    return (difference for difference in candidates if difference.name not in declined)


def _page_differences(
    proposal: DocumentReading, page: ReviewedPage, language: str
) -> Iterator[Difference]:
    """Actions, goals and targets that the reading of a page lacks in a language."""
    stated_values = {
        "action": {action.letter for action in page.actions if language in action.places},
        "goal": {goal.code for goal in page.goals if language in goal.places},
        "target": {target.code for target in page.targets if language in target.places},
    }
    for fact in facts_of_page(proposal):
        if fact.value not in stated_values[fact.key]:
            locator = locator_of(proposal, fact.span)
            yield Difference(page.file, language, fact.key, fact.value, locator)


def _practice_differences(
    proposal: DocumentReading,
    proposed_practice: PracticeReading,
    practice: ReviewedPractice,
    language: str,
) -> Iterator[Difference]:
    """Facts of a proposed practice that its reading lacks or contradicts."""
    for fact in dict.fromkeys(facts_of_practice(proposed_practice)):
        if fact.value not in _values_of_keys(practice, _ANSWERING_KEYS[fact.key]):
            yield Difference(
                practice.file,
                language,
                fact.key,
                fact.value,
                locator_of(proposal, fact.span),
                _contradictions(fact, practice),
            )


def _contradictions(fact: ProposedFact, practice: ReviewedPractice) -> tuple[str, ...]:
    """Values of a reading that contradict a proposed fact, each once."""
    if fact.key not in _SINGLE_VALUED_KEYS:
        return ()
    return tuple(dict.fromkeys(_values_of_keys(practice, (fact.key,))))


def _values_of_keys(practice: ReviewedPractice, keys: Collection[str]) -> list[str]:
    """The values of the facts of a practice and its parts that have one of some keys."""
    answers = (fact for fact in practice.all_facts if fact.key in keys)
    return [value for fact in answers for value in _values(fact)]


def _practice_at(page: ReviewedPage, language: str, title: Span) -> ReviewedPractice | None:
    """The practice whose title overlaps a stretch of the document."""
    for practice in page.practices:
        placed_title = practice.title.get(language)
        for locator in placed_title.places if placed_title else ():
            if locator.start < title.end and title.start < locator.end:
                return practice
    return None


def _values(fact: ReviewedFact) -> Iterator[str]:
    """The values of a fact that a proposal may have.

    Those of an event are its organisations, of a corridor its countries.
    """
    if fact.key == "corridor":
        yield from re.split("[->]", str(fact.value))
    elif fact.key == "funder":
        yield str(fact.value)
        yield str(fact.fields.get("amount", ""))
    elif fact.key == "event":
        yield from fact.value.get("organiser", ())
        yield from fact.value.get("participant", ())
    else:
        yield str(fact.value)
