# ruff: noqa: E501 - a case stands on one line
"""One kind of fact after the other, each with what must not be taken for it."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from practice_pages import PAGES, ReadPractice

from gcmgraph.errors import ExtractionError
from gcmreader.documents.reading import parse_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.budgets_periods import parse_number
from gcmreader.extraction.practices import ReferenceData
from gcmreader.extraction.statements import read_outline


@given(st.integers(0, 10**9))
@example(12)
def test_numbers_in_every_grouping(number: int) -> None:
    for text in (f"{number}", f"{number:,}", f"{number:,}".replace(",", " "), f"{number:,}".replace(",", ".")):
        assert parse_number(text) == Decimal(number)
    assert (parse_number("12,5"), parse_number("beaucoup")) == (Decimal("12.5"), None)


def test_contradictions_are_refused_with_their_line(practice: ReadPractice) -> None:
    with pytest.raises(ExtractionError, match=r"^page\.md:7: .*ends \(2019\) before it starts \(2021\)"):
        practice("en", "IOM ran the project from 2021 to 2019.")


def test_unknown_target_is_refused_with_the_nearest(known: ReferenceData) -> None:
    text = "Objective 9\n\nRelated actions\n\na. **Keep** the lists\n\nRelevant SDGs\n\nSDG 16: Peace\n\n16.99: More peace\n"
    outline = segment(parse_document(text.encode(), name="page.md", slug="page"), "en")
    with pytest.raises(ExtractionError, match=r"page\.md:11: 16\.99 is no SDG target\. Did you mean 16\.9\?"):
        read_outline(outline, known)


def test_names_and_beginnings_of_names(known: ReferenceData) -> None:
    def found(text: str) -> list[str]:
        return [m.iri.value.rsplit("/", 1)[1] for m in known.names.mentions(text)]

    assert found("the Niger and Nigeria, Guinea-Bissau and Guinea") == ["NER", "NGA", "GNB", "GIN"]
    assert found("turkey in chad, iom and who") == []
    assert known.names.country("KEN") == known.names.lookup("Kenya")


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "sentence",
    [
        "The Ministry of Health and the Ministry of Labour, in partnership with IOM and UNHCR and the people of it, ",
        "1 000 ",
        "for the workers and the women of the ",
        "IOM and ",
        "Word ",
        "a, b, c and d, ",
        "made by the of and ",
        "(the ",
        "It provides help to victims and to migrants and to ",
        "from 2019 to ",
        ", and in Kenya IOM, which gives 12 million euros",
    ],
)
def test_time_of_a_long_sentence(known: ReferenceData, sentence: str) -> None:
    body = "It is. " + sentence * (100_000 // len(sentence)) + "."
    text = PAGES["en"].format(title="Horizons", body=body)
    outline = segment(parse_document(text.encode(), name="page.md", slug="page"), "en")
    began = process_time()
    read_outline(outline, known)
    assert process_time() - began < 10  # of this process alone: about 1 s


def test_objective_by_the_title_of_a_page(known: ReferenceData) -> None:
    for number, title in known.titles:
        if title.language is None or len(title.value.split()) < 4:  # a short label of the hub
            continue
        heading = {"en": "Associated actions", "fr": "Actions connexes", "es": "Acciones conexas"}.get(title.language)
        if heading is None:  # a language of the interface that documents are not read in
            continue
        text = f"**{title.value.upper()}**\n\n**{heading}**\n\n**a. Keep the lists** of the desk\n"
        outline = segment(parse_document(text.encode(), name="page.md", slug="page"), title.language)
        reading = read_outline(outline, known)
        assert (reading.objective.value, reading.title and reading.title.value) == (number, title.value)
