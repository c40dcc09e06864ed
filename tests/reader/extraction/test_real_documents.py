"""What issue 2 asks of the graph of objective 9, read from the real documents."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import read_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.budgets_periods import Amount
from gcmreader.extraction.clauses import Found
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.practices import ReferenceData
from gcmreader.extraction.statements import DocumentReading, read_outline

SOURCES = Repository.find().root / "data" / "sources"


def read(name: str, known: ReferenceData) -> DocumentReading:
    return read_outline(segment(read_document(SOURCES / name)), known)


@pytest.fixture(scope="module")
def page(known: ReferenceData) -> DocumentReading:
    return read("objective-09.fr.md", known)


def local(found: tuple[Found[Organisation], ...]) -> list[str]:
    return [f.value.iri.value.rsplit("/", 1)[1] if f.value.iri else f.value.name for f in found]


#: Types, leads, partners, countries, start and end, amount, and citations of each practice of the page.
PRACTICES = [
    ("plan", "rcm", "", "", "2019 2025", None, "Conférence régionale sur la migration, 2018"),
    ("programme", "eu unodc", "iom", "AFG IRN IRQ PAK", "2018 2022", Amount(Decimal(12_000_000), "EUR"), "ONUDC, s.d."),
    ("network", "unodc", "aiamp", "", "", None, "ONUDC, 2018"),
]


def test_facts_of_practices(page: DocumentReading) -> None:
    assert [
        (
            " ".join(kind.value for kind in practice.kinds),
            " ".join(local(practice.leads)),
            " ".join(local(practice.partners)),
            " ".join(country.value.value.rsplit("/", 1)[1] for country in practice.countries),
            " ".join(str(found.value) for found in (practice.period.start, practice.period.end) if found),
            practice.amount and practice.amount.value,
            " ".join(citation.value.text for citation in practice.citations),
        )
        for practice in page.practices
    ] == PRACTICES


def test_actions_and_instruments(page: DocumentReading) -> None:
    assert [a.letter for a in page.actions] == list("abcdef")
    assert [i.value.value.rsplit("/", 1)[1] for i in page.actions[0].instruments] == ["smuggling-protocol", "untoc"]
    assert all(a.label is not None for a in page.actions)
