"""Places of readings compared with their documents, and page numbers with the printed pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.readings.files import ReviewedFact, ReviewedPage, places_of
from gcmgraph.readings.locators import Locator, Places
from gcmgraph.sources.source_texts import Document
from gcmreader.readings.printed_pages import PrintedPages

_BLOCK = re.compile(r"[^\n]+")


@dataclass(frozen=True)
class _PlacedStatement:
    """A statement of a reading: its file, what it is, and its places by language."""

    file: str
    name: str
    places: Places


def wrong_places(
    page: ReviewedPage, language: str, document: Document, printed: PrintedPages | None = None
) -> Iterator[str]:
    """One line for each place of a page and its practices that is wrong.

    The document, or the printed page of that number, does not have the words.
    """
    for statement in _statements(page):
        for locator in statement.places.get(language, ()):
            problem = _problem(locator, document, printed)
            if problem:
                yield f"{statement.file}: {statement.name}: {problem}"


def _problem(locator: Locator, document: Document, printed: PrintedPages | None) -> str | None:
    """Return a sentence on what is wrong with a place; None if it is right."""
    if locator.end > len(document.text):
        characters = len(document.text)
        return f"the place {locator} is outside of the document ({characters} characters)."
    if not locator.holds_in(document):
        return f"the document has other words at {locator}."
    if printed:
        numbers = printed.numbers_at(document, locator.start)
        if locator.page not in numbers:
            return f"{locator} is not on that page of the PDF{_correct_pages(numbers)}."
    return None


def wrong_pages(document: Document, printed: PrintedPages) -> Iterator[str]:
    """One line for each block of a document whose page does not have its words."""
    if not document.pages:
        return
    for block in _BLOCK.finditer(document.text):
        number = document.page_at(block.start())
        numbers = printed.numbers_at(document, block.start())
        if number not in numbers:
            block_name = f"the block at character {block.start()}"
            correct_pages = _correct_pages(numbers)
            yield f"{document.name}: {block_name} is not on page {number}{correct_pages}."


def _correct_pages(numbers: list[int]) -> str:
    if not numbers:
        return ", nor on another one"
    return f" but on page {' or '.join(map(str, numbers))}"


def _statements(page: ReviewedPage) -> Iterator[_PlacedStatement]:
    """The statements of a page and its practices that have places."""
    yield _PlacedStatement(page.file, "title", places_of(page.title))
    for action in page.actions:
        yield _PlacedStatement(page.file, f"action {action.letter}", action.places)
        for fact in (*action.instruments, *action.principles):
            yield _of_fact(page.file, fact)
    for reference in (*page.goals, *page.targets):
        yield _PlacedStatement(page.file, f"SDG {reference.code}", reference.places)
    for practice in page.practices:
        yield _PlacedStatement(practice.file, "title", places_of(practice.title))
        yield _PlacedStatement(practice.file, "short name", places_of(practice.short_names))
        for fact in practice.all_facts:
            yield _of_fact(practice.file, fact)


def _of_fact(file: str, fact: ReviewedFact) -> _PlacedStatement:
    return _PlacedStatement(file, f"line {fact.line} ({fact.key})", fact.places)
