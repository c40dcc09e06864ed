"""Places of a reading checked against the documents that are present."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.documents.document import Document
from gcmgraph.readings.model import Locator, ReviewedPage


def wrong_places(page: ReviewedPage, language: str, document: Document) -> Iterator[str]:
    """One line for each place of a page and its practices that the document does not have."""
    for file, what, locator in places(page, language):
        if locator.end > len(document.text):
            yield f"{file}: {what}: the place {locator} is outside of the document ({len(document.text)} characters)."
        elif not locator.holds_in(document):
            yield f"{file}: {what}: the document has other words at {locator}."
        elif document.pages and locator.page != document.page_at(locator.start):
            yield f"{file}: {what}: {locator} is on page {document.page_at(locator.start)}."


def places(page: ReviewedPage, language: str) -> Iterator[tuple[str, str, Locator]]:
    """Every place of a page and its practices in one language: file, what it proves, and the place."""
    for file, what, by_language in _all_places(page):
        for locator in by_language.get(language, ()):
            yield file, what, locator


def _all_places(page: ReviewedPage) -> Iterator[tuple[str, str, dict[str, tuple[Locator, ...]]]]:
    yield page.file, "title", {language: one.places for language, one in page.title.items()}
    for action in page.actions:
        yield page.file, f"action {action.letter}", dict(action.places)
        for fact in (*action.instruments, *action.principles):
            yield page.file, f"line {fact.line} ({fact.key})", dict(fact.places)
    for reference in (*page.goals, *page.targets):
        yield page.file, f"SDG {reference.code}", dict(reference.places)
    for practice in page.practices:
        for what, texts in (("title", practice.title), ("short name", practice.short_names)):
            yield practice.file, what, {language: one.places for language, one in texts.items()}
        for fact in (*practice.facts, *(fact for part in practice.parts for fact in part.facts)):
            yield practice.file, f"line {fact.line} ({fact.key})", dict(fact.places)
