from __future__ import annotations

from collections.abc import Callable

import pytest
from practice_pages import PAGES, ReadPractice

from gcmreader.documents.reading import parse_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.document_facts import DocumentReading, read_outline
from gcmreader.extraction.practices import PracticeReading
from gcmreader.extraction.reference_data import ReferenceData
from tools.measures.readings import reference


@pytest.fixture(scope="session")
def known() -> ReferenceData:
    return reference()


@pytest.fixture(scope="session")
def read_page(known: ReferenceData) -> Callable[[str, str], DocumentReading]:
    def read(text: str, language: str) -> DocumentReading:
        return read_outline(
            segment(parse_document(text.encode(), name="page.md", slug="page"), language), known
        )

    return read


@pytest.fixture(scope="session")
def practice(read_page: Callable[[str, str], DocumentReading]) -> ReadPractice:
    """Return a reader of one practice, given its language, its text and its title."""

    def read(language: str, body: str, title: str = "Horizons") -> PracticeReading:
        return read_page(PAGES[language].format(title=title, body=body), language).practices[0]

    return read
