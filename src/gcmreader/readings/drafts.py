"""First drafts of readings: files that an editor completes, from the proposals for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from slugify import slugify

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.media import write_whole
from gcmgraph.readings.files import PAGE
from gcmgraph.readings.forms import EDITORS_LANGUAGES
from gcmgraph.sources.source_texts import Span
from gcmreader.extraction.document_facts import DocumentReading
from gcmreader.extraction.passages import Extracted
from gcmreader.extraction.practices import PracticeReading
from gcmreader.readings.proposals import facts_of_page, facts_of_practice, locator_of

#: Longest slug of a new practice, and words that it does not end with (docs/readings.md, "Slugs").
NEW_SLUG = 60
LEADING_WORDS = frozenset(
    "a an and as at by for from in of on or s the to under with without".split()
)


def write_drafts(folder: Path, proposals: Mapping[str, DocumentReading]) -> Iterator[Path]:
    """Write the proposals of one page, by language, into its folder; yields the files.

    Raises `DataError`.
    """
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
        text = yaml.safe_dump(
            draft, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
        )
        write_whole(folder / name, text.encode())
        yield folder / name


def draft_page(proposals: Mapping[str, DocumentReading]) -> dict[str, object]:
    """The reading of a page as a proposal, not reviewed, from its documents by language."""
    first_proposal = next(iter(proposals.values()))
    actions = [
        {**action, "label": dict.fromkeys(EDITORS_LANGUAGES, "")}
        for action in _entries("action", proposals)
    ]
    return {
        "objective": first_proposal.objective.value,
        "documents": {
            language: _document_entry(proposal) for language, proposal in proposals.items()
        },
        "title": {
            language: _placed(proposal.title, proposal)
            for language, proposal in proposals.items()
            if proposal.title
        },
        "actions": actions,
        "goals": _entries("goal", proposals),
        "targets": _entries("target", proposals),
    }


def _document_entry(proposal: DocumentReading) -> dict[str, str]:
    document = proposal.outline.document
    return {
        "source": document.slug,
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
    }


def _entries(key: str, proposals: Mapping[str, DocumentReading]) -> list[dict[str, object]]:
    """One entry for each action, goal or target, with its place in each language."""
    entries: dict[str, dict[str, object]] = {}
    for language, proposal in proposals.items():
        for fact in facts_of_page(proposal):
            if fact.key == key:
                entry = entries.setdefault(fact.value, {key: fact.value})
                entry.setdefault(language, _place(proposal, fact.span))
    return list(entries.values())


def new_slug(title: str) -> str:
    """The slug of a new practice by its title: whole words, without leading words at the end.

    >>> new_slug("Regional Network for the Protection of the Rights of Migrants in the North")
    'regional-network-for-the-protection-of-the-rights'
    """
    words = slugify(title, max_length=NEW_SLUG, word_boundary=True, save_order=True).split("-")
    while words and words[-1] in LEADING_WORDS:
        words.pop()
    return "-".join(words)


def draft_practices(proposals: Mapping[str, DocumentReading]) -> list[dict[str, object]]:
    """The readings of a page's practices as proposals.

    Practices with the same position in the documents of the languages are one practice.
    """
    count = max((len(proposal.practices) for proposal in proposals.values()), default=0)
    drafts = []
    for index in range(count):
        practices = {
            language: proposal.practices[index]
            for language, proposal in proposals.items()
            if index < len(proposal.practices)
        }
        drafts.append(_draft_practice(index + 1, practices, proposals))
    return drafts


def _draft_practice(
    position: int,
    practices: Mapping[str, PracticeReading],
    proposals: Mapping[str, DocumentReading],
) -> dict[str, object]:
    """The reading of a practice, of which some languages have a proposal."""
    first_language, first_practice = next(iter(practices.items()))
    title = practices.get("en", first_practice).title.value
    facts: dict[tuple[str, str], dict[str, object]] = {}
    for language, practice in practices.items():
        for fact in facts_of_practice(practice):
            entry = facts.setdefault((fact.key, fact.value), {fact.key: fact.value})
            entry.setdefault(language, _place(proposals[language], fact.span))
    return {
        "practice": new_slug(title) or f"practice-{position}",
        "objective": proposals[first_language].objective.value,
        "position": position,
        "title": {
            language: _placed(practice.title, proposals[language])
            for language, practice in practices.items()
        },
        "summary": dict.fromkeys(EDITORS_LANGUAGES, ""),
        "facts": list(facts.values()),
    }


def _placed(text: Extracted[str], proposal: DocumentReading) -> dict[str, str]:
    return {"text": text.value, "at": _place(proposal, text.span)}


def _place(proposal: DocumentReading, span: Span) -> str:
    return str(locator_of(proposal, span))
