"""Places of a reading checked against the documents that are present, and their pages against the printed pages.

Pages are checked without the canonical text's own page starts: the letters around the beginning of a passage must
occur together among the letters that the PDF paints on that page. Digits do not count: marks of notes and page
numbers are printed within sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gcmgraph.documents.document import Document
from gcmgraph.readings.forms import Locator
from gcmgraph.readings.model import ReviewedPage

#: Letters that must occur together on the page of a passage, its first one among them.
_TOGETHER = 24


@dataclass(frozen=True)
class PrintedPages:
    """The letters of each page of a PDF."""

    pages: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> PrintedPages:
        """The pages with some texts."""
        return cls(tuple(_letters(text) for text in texts))

    def having(self, document: Document, start: int) -> list[int]:
        """The 1-based pages that have the words of a document's block around an offset."""
        before = _letters(document.text[document.text.rfind("\n", 0, start) + 1 : start])
        block = before + _letters(document.text[start:].partition("\n")[0])
        first = max(0, min(len(before), len(block) - 1))
        begins = range(max(0, first - _TOGETHER + 1), min(first, max(0, len(block) - _TOGETHER)) + 1)
        words = {block[begin : begin + _TOGETHER] for begin in begins}
        return [number for number, page in enumerate(self.pages, 1) if any(one in page for one in words)]


def wrong_places(
    page: ReviewedPage, language: str, document: Document, printed: PrintedPages | None = None
) -> Iterator[str]:
    """One line for each place of a page and its practices that the document, or the printed page, does not have."""
    for file, what, locator in places(page, language):
        if locator.end > len(document.text):
            yield f"{file}: {what}: the place {locator} is outside of the document ({len(document.text)} characters)."
        elif not locator.holds_in(document):
            yield f"{file}: {what}: the document has other words at {locator}."
        elif printed and locator.page not in (pages := printed.having(document, locator.start)):
            yield f"{file}: {what}: {locator} is not on that page of the PDF{_but(pages)}."


def wrong_pages(document: Document, printed: PrintedPages) -> Iterator[str]:
    """One line for each block of a document whose page does not have its words."""
    for block in re.finditer(r"[^\n]+", document.text) if document.pages else ():
        number = document.page_at(block.start())
        if number not in (pages := printed.having(document, block.start())):
            yield f"{document.name}: the block at character {block.start()} is not on page {number}{_but(pages)}."


def _but(pages: list[int]) -> str:
    return f" but on page {' or '.join(map(str, pages))}" if pages else ", nor on another one"


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text).casefold()))


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
