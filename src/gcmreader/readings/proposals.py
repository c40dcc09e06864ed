"""An extraction compared with the reading of the same page, and a first draft of a reading.

A proposal is what the reader of documents extracts by rules. It never changes a reading: an editor decides, and a
statement that the editor declines is recorded in the reading (`declined`), so that it is not listed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from slugify import slugify

from gcmgraph.documents import Document, Span
from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI
from gcmgraph.rdfio.media import write_whole
from gcmgraph.readings.files import PAGE, ReviewedFact, ReviewedPage, ReviewedPractice
from gcmgraph.readings.forms import EDITORS_LANGUAGES, Locator
from gcmreader.extraction.clauses import Found
from gcmreader.extraction.document_reading import DocumentReading
from gcmreader.extraction.practices import PracticeReading

#: Longest slug of a new practice, and words that it does not end with (docs/readings.md, "Slugs").
NEW_SLUG = 60
LEADING_WORDS = frozenset("a an and as at by for from in of on or s the to under with without".split())

#: Keys of a reading that answer a proposed fact of a key: the roles of organisations and countries are an editor's.
_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "lead": ("lead", "partner", "involved", "funder", "event"),
    "partner": ("lead", "partner", "involved", "funder", "event"),
    "involved": ("lead", "partner", "involved", "funder", "event"),
    "country": ("country", "origin", "destination", "donor", "corridor"),
    "start": ("start",),
    "end": ("end",),
    "amount": ("amount", "funder", "cost"),
}


@dataclass(frozen=True, order=True)
class ProposedFact:
    """A fact that the reader extracts: key and value as readings write them, and its place."""

    key: str
    value: str
    span: Span


@dataclass(frozen=True)
class Difference:
    """A proposed fact that a reading lacks or contradicts."""

    file: str
    language: str
    key: str
    value: str
    #: what the reading states instead; empty where it states nothing
    stated: tuple[str, ...]
    locator: Locator

    @property
    def name(self) -> str:
        """The difference as a reading lists it under `declined`: `fr country PHL`."""
        return f"{self.language} {self.key} {self.value}"

    def __str__(self) -> str:
        """One line: file, fact, place, and what the reading states."""
        instead = f"; the reading states {', '.join(self.stated)}" if self.stated else "; the reading lacks it"
        page = f"page {self.locator.page}, " if self.locator.page else ""
        return f"{self.file}: {self.name} ({page}characters {self.locator.start}-{self.locator.end}){instead}"


def proposed_facts(practice: PracticeReading) -> tuple[ProposedFact, ...]:
    """The facts of a proposed practice that readings record, in the order of their keys."""
    facts: list[ProposedFact] = []
    for key, organisations in (
        ("lead", practice.leads),
        ("partner", practice.partners),
        ("involved", practice.involved),
    ):
        facts += [ProposedFact(key, found.value.slug, found.span) for found in organisations]
    facts += [ProposedFact("country", _local(found.value), found.span) for found in practice.countries]
    moments = (("start", practice.period.start), ("end", practice.period.end))
    facts += [ProposedFact(key, str(found.value), found.span) for key, found in moments if found]
    if practice.amount:
        amount = practice.amount.value
        facts.append(ProposedFact("amount", f"{amount.value:f} {amount.currency}", practice.amount.span))
    return tuple(facts)


def differences(proposal: DocumentReading, page: ReviewedPage, language: str) -> Iterator[Difference]:
    """Facts of a proposal that the reading of its page lacks or contradicts, declined ones left out."""
    document = proposal.outline.document
    declined = {page.file: page.declined, **{practice.file: practice.declined for practice in page.practices}}
    for difference in (
        *_page_differences(proposal, page, language, document),
        *_practice_differences(proposal, page, language, document),
    ):
        if difference.name not in declined[difference.file]:
            yield difference


def _page_differences(
    proposal: DocumentReading, page: ReviewedPage, language: str, document: Document
) -> Iterator[Difference]:
    stated = {
        "action": {action.letter for action in page.actions if language in action.places},
        "goal": {goal.code for goal in page.goals if language in goal.places},
        "target": {target.code for target in page.targets if language in target.places},
    }
    for key, value, span in _of_page(proposal):
        if value not in stated[key]:
            yield Difference(page.file, language, key, value, (), Locator.of(document, span.start, span.end))


def _of_page(proposal: DocumentReading) -> Iterator[tuple[str, str, Span]]:
    """The actions, goals and targets of a page: kind, value and passage."""
    yield from (("action", action.letter, action.span) for action in proposal.actions)
    yield from (("goal", str(goal.number), goal.span) for goal in proposal.outline.goals)
    yield from (("target", target.code, target.span) for target in proposal.outline.targets)


def _practice_differences(
    proposal: DocumentReading, page: ReviewedPage, language: str, document: Document
) -> Iterator[Difference]:
    for proposed in proposal.practices:
        practice = _practice_at(page, language, proposed.title.span)
        if practice is None:
            span = proposed.title.span
            locator = Locator.of(document, span.start, span.end)
            yield Difference(page.file, language, "practice", proposed.title.value, (), locator)
            continue
        facts = [*practice.facts, *(fact for part in practice.parts for fact in part.facts)]
        for fact in dict.fromkeys(proposed_facts(proposed)):
            stated = [value for one in facts if one.key in _ANSWERS[fact.key] for value in _values(one)]
            if fact.value not in stated:
                same = [value for one in facts if one.key == fact.key for value in _values(one)]
                instead = tuple(dict.fromkeys(same)) if fact.key in {"start", "end", "amount"} else ()
                locator = Locator.of(document, fact.span.start, fact.span.end)
                yield Difference(practice.file, language, fact.key, fact.value, instead, locator)


def _practice_at(page: ReviewedPage, language: str, title: Span) -> ReviewedPractice | None:
    """The practice whose title overlaps a stretch of the document."""
    for practice in page.practices:
        placed = practice.title.get(language)
        if placed and any(place.start < title.end and title.start < place.end for place in placed.places):
            return practice
    return None


def _values(fact: ReviewedFact) -> Iterator[str]:
    """The values of a fact that a proposal may have: of an event its organisations, of a corridor its countries."""
    if fact.key == "corridor":
        yield from re.split("[->]", str(fact.value))
    elif fact.key == "funder":
        yield str(fact.value)
        yield str(fact.fields.get("amount", ""))
    elif fact.key == "event":
        yield from (*fact.value.get("organiser", ()), *fact.value.get("participant", ()))
    else:
        yield str(fact.value)


def _local(iri: IRI) -> str:
    return iri.value.rsplit("/", 1)[1]


def draft_page(proposals: Mapping[str, DocumentReading]) -> dict[str, object]:
    """The reading of a page as a proposal, not reviewed, from its documents by language."""
    documents = {language: reading.outline.document for language, reading in proposals.items()}
    return {
        "objective": next(iter(proposals.values())).objective.value,
        "documents": {
            language: {"source": document.slug, "sha256": document.sha256, "text_sha256": document.text_sha256}
            for language, document in documents.items()
        },
        "title": {code: _placed(r.title, r) for code, r in proposals.items() if r.title},
        "actions": [{**entry, "label": dict.fromkeys(EDITORS_LANGUAGES, "")} for entry in _joined("action", proposals)],
        "goals": _joined("goal", proposals),
        "targets": _joined("target", proposals),
    }


def new_slug(title: str) -> str:
    """The slug of a new practice by its title: whole words, the last of which is none that leads to another."""
    words = slugify(title, max_length=NEW_SLUG, word_boundary=True, save_order=True).split("-")
    while words and words[-1] in LEADING_WORDS:
        words.pop()
    return "-".join(words)


def draft_practices(proposals: Mapping[str, DocumentReading]) -> list[dict[str, object]]:
    """The readings of a page's practices as proposals: the languages are joined by the order of the page."""
    count = max((len(reading.practices) for reading in proposals.values()), default=0)
    drafts = []
    for number in range(count):
        same = {code: r.practices[number] for code, r in proposals.items() if number < len(r.practices)}
        language, first = next(iter(same.items()))
        slug = new_slug(same.get("en", first).title.value) or f"practice-{number + 1}"
        facts: dict[tuple[str, str], dict[str, object]] = {}
        for code, practice in same.items():
            for fact in proposed_facts(practice):
                entry = facts.setdefault((fact.key, fact.value), {fact.key: fact.value})
                entry.setdefault(code, _at(proposals[code], fact.span))
        drafts.append(
            {
                "practice": slug,
                "objective": proposals[language].objective.value,
                "position": number + 1,
                "title": {code: _placed(practice.title, proposals[code]) for code, practice in same.items()},
                "summary": dict.fromkeys(EDITORS_LANGUAGES, ""),
                "facts": list(facts.values()),
            }
        )
    return drafts


def _joined(key: str, proposals: Mapping[str, DocumentReading]) -> list[dict[str, object]]:
    """One entry for each action, goal or target, with its place in each language."""
    entries: dict[str, dict[str, object]] = {}
    for language, proposal in proposals.items():
        for kind, value, span in _of_page(proposal):
            if kind == key:
                entries.setdefault(value, {key: value}).setdefault(language, _at(proposal, span))
    return list(entries.values())


def _placed(found: Found[str], proposal: DocumentReading) -> dict[str, str]:
    return {"text": found.value, "at": _at(proposal, found.span)}


def _at(proposal: DocumentReading, span: Span) -> str:
    return str(Locator.of(proposal.outline.document, span.start, span.end))


def write_drafts(folder: Path, proposals: Mapping[str, DocumentReading]) -> Iterator[Path]:
    """Write the proposals of one page, by language, into its folder; yields the files. Raises `DataError`."""
    if (folder / PAGE).exists():
        raise DataError(
            "There is a reading of this page already, without this document.",
            place=Place(str(folder / PAGE)),
            hint="Add the document under 'documents', with its hashes, and run the command again.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    drafts = {PAGE: draft_page(proposals)}
    drafts |= {f"{draft['practice']}.yaml": draft for draft in draft_practices(proposals)}
    for name, draft in drafts.items():
        text = yaml.safe_dump(draft, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
        write_whole(folder / name, text.encode())
        yield folder / name
