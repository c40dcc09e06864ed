# ruff: noqa: E501 - a case stands on one line
"""Facts of sentences and of the real documents, each with what must not be taken for it, and scores of invented pages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from practice_pages import PAGES, ReadPractice

from collected import read_rows
from gcmgraph.platform.errors import ExtractionError
from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import parse_document, read_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.budgets import Amount, parse_number
from gcmreader.extraction.document_facts import DocumentReading, read_outline
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.passages import Extracted
from gcmreader.extraction.practices import PracticeReading
from gcmreader.extraction.reference_data import ReferenceData
from tools.measures.readings import CORPUS, score_folder


@given(st.integers(0, 10**9))
@example(12)
def test_number_is_read_in_every_grouping(number: int) -> None:
    for text in (
        f"{number}",
        f"{number:,}",
        f"{number:,}".replace(",", " "),
        f"{number:,}".replace(",", "."),
    ):
        assert parse_number(text) == Decimal(number)
    assert (parse_number("12,5"), parse_number("beaucoup")) == (Decimal("12.5"), None)


def test_contradictions_are_refused_with_their_line(practice: ReadPractice) -> None:
    with pytest.raises(
        ExtractionError, match=r"^page\.md:7: .*ends \(2019\) before it starts \(2021\)"
    ):
        practice("en", "IOM ran the project from 2021 to 2019.")


def test_unknown_target_is_refused_with_the_nearest(known: ReferenceData) -> None:
    text = "Objective 9\n\nRelated actions\n\na. **Keep** the lists\n\nRelevant SDGs\n\nSDG 16: Peace\n\n16.99: More peace\n"
    outline = segment(parse_document(text.encode(), name="page.md", slug="page"), "en")
    with pytest.raises(
        ExtractionError, match=r"page\.md:11: 16\.99 is no SDG target\. Did you mean 16\.9\?"
    ):
        read_outline(outline, known)


def test_longer_names_precede_their_beginnings(known: ReferenceData) -> None:
    def found(text: str) -> list[str]:
        return [m.iri.value.rsplit("/", 1)[1] for m in known.names.mentions(text)]

    assert found("the Niger and Nigeria, Guinea-Bissau and Guinea") == ["NER", "NGA", "GNB", "GIN"]
    assert found("turkey in chad, iom and who") == []
    assert known.names.country("KEN") == known.names.lookup("Kenya")


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "sentence",
    ["The Ministry of Health and the Ministry of Labour, in partnership with IOM and UNHCR and the people of it, ",
     "1 000 ", "for the workers and the women of the ", "IOM and ", "Word ", "a, b, c and d, ", "made by the of and ",
     "(the ", "It provides help to victims and to migrants and to ", "from 2019 to ",
     ", and in Kenya IOM, which gives 12 million euros"],
)  # fmt: skip
def test_long_sentence_is_read_in_time(known: ReferenceData, sentence: str) -> None:
    body = "It is. " + sentence * (100_000 // len(sentence)) + "."
    text = PAGES["en"].format(title="Horizons", body=body)
    outline = segment(parse_document(text.encode(), name="page.md", slug="page"), "en")
    began = process_time()
    read_outline(outline, known)
    assert process_time() - began < 10  # of this process alone: about 1 s


def test_title_of_a_page_names_its_objective(known: ReferenceData) -> None:
    for number, title in known.titles:
        if title.language is None or len(title.value.split()) < 4:  # a short label of the hub
            continue
        heading = {
            "en": "Associated actions",
            "fr": "Actions connexes",
            "es": "Acciones conexas",
        }.get(title.language)
        if heading is None:  # a language of the interface that documents are not read in
            continue
        text = f"**{title.value.upper()}**\n\n**{heading}**\n\n**a. Keep the lists** of the desk\n"
        outline = segment(
            parse_document(text.encode(), name="page.md", slug="page"), title.language
        )
        reading = read_outline(outline, known)
        assert (reading.objective.value, reading.title and reading.title.value) == (
            number,
            title.value,
        )


CASES = read_rows(Path(__file__).with_name("wordings.csv"))


def fact(practice: PracticeReading, name: str) -> str:
    """A fact as the table writes it: several values in alphabetical order with `|` between them."""
    if name in {"leads", "partners", "involved"}:
        return "|".join(sorted(found.value.slug for found in getattr(practice, name)))
    if name == "countries":
        return "|".join(
            sorted({found.value.value.rsplit("/", 1)[1] for found in practice.countries})
        )
    if name == "amount":
        amount = practice.amount and practice.amount.value
        return f"{amount.value:f} {amount.currency}" if amount else ""
    moment = practice.period.start if name == "start" else practice.period.end
    return str(moment.value) if moment else ""


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['fact']}-{case['language']}-{case['body'][:60]}"
)
def test_each_wording_gives_its_fact(practice: ReadPractice, case: dict[str, str]) -> None:
    assert (
        fact(practice(case["language"], case["body"], case["title"]), case["fact"])
        == case["expected"]
    )


@pytest.mark.parametrize(
    ("language", "body", "works"),
    [
        (
            "en",
            "IOM ran it. A survey of the Council of Europe (2019) praised it, as did others (IOM, 2020).",
            {"Council of Europe (2019)", "IOM, 2020"},
        ),
        (
            "es",
            "La OIM gestiona la línea (OIM, s.f.; ACNUR, 2018). Un estudio del Consejo de Europa (2019) la elogia.",
            {"OIM, s.f.", "ACNUR, 2018", "Consejo de Europa (2019)"},
        ),
    ],
)
def test_cited_works_are_found(
    practice: ReadPractice, language: str, body: str, works: set[str]
) -> None:
    assert {found.value.text for found in practice(language, body).citations} == works


SOURCES = Repository.find().root / "data" / "sources"


def read(name: str, known: ReferenceData) -> DocumentReading:
    return read_outline(segment(read_document(SOURCES / name)), known)


@pytest.fixture(scope="module")
def page(known: ReferenceData) -> DocumentReading:
    return read("objective-09.fr.md", known)


def local(found: tuple[Extracted[Organisation], ...]) -> list[str]:
    return [f.value.iri.value.rsplit("/", 1)[1] if f.value.iri else f.value.name for f in found]


#: Types, leads, partners, countries, start and end, amount, and citations of each practice of the
#: page.
PRACTICES = [
    ("plan", "rcm", "", "", "2019 2025", None, "Conférence régionale sur la migration, 2018"),
    (
        "programme",
        "eu unodc",
        "iom",
        "AFG IRN IRQ PAK",
        "2018 2022",
        Amount(Decimal(12_000_000), "EUR"),
        "ONUDC, s.d.",
    ),
    ("network", "unodc", "aiamp", "", "", None, "ONUDC, 2018"),
]


def test_practices_of_the_page_have_their_facts(page: DocumentReading) -> None:
    assert [
        (
            " ".join(kind.value for kind in practice.kinds),
            " ".join(local(practice.leads)),
            " ".join(local(practice.partners)),
            " ".join(country.value.value.rsplit("/", 1)[1] for country in practice.countries),
            " ".join(
                str(found.value) for found in (practice.period.start, practice.period.end) if found
            ),
            practice.amount and practice.amount.value,
            " ".join(citation.value.text for citation in practice.citations),
        )
        for practice in page.practices
    ] == PRACTICES


#: fact: precision and recall reached, by folder; kinds not listed reach 1.0 in both
REACHED = {
    "dev": {"type": (0.97, 0.97),  # its annotator calls a joint initiative a project
            "partner": (1.0, 0.98), "country": (1.0, 0.99), "end": (1.0, 0.90)},
    "heldout-a": {"type": (1.0, 0.97), "lead": (0.98, 1.0), "partner": (1.0, 0.90), "country": (1.0, 0.91),
                  "start": (1.0, 0.94), "amount": (1.0, 0.92), "reference": (1.0, 0.94)},
    "heldout-b": {"type": (0.90, 0.88), "lead": (1.0, 0.98), "partner": (0.98, 0.97), "country": (0.99, 0.95),
                  "start": (1.0, 0.95), "end": (1.0, 0.94), "amount": (1.0, 0.91)},
    "heldout-c": {"type": (0.94, 0.92), "lead": (0.92, 0.88), "partner": (0.95, 0.80), "country": (0.98, 0.79),
                  "start": (0.94, 0.94), "end": (0.95, 0.95), "amount": (0.94, 0.85)},
}  # fmt: skip
SLACK = 0.02


@pytest.mark.parametrize("folder", REACHED)
def test_no_score_falls_below_what_was_reached(folder: str) -> None:
    below = []
    for kind, score in score_folder(CORPUS / folder).items():
        precision, recall = REACHED[folder].get(kind, (1.0, 1.0))
        if score.precision < precision - SLACK or score.recall < recall - SLACK:
            below.append(
                f"{kind}: {score.precision:.2f}/{score.recall:.2f}, was {precision}/{recall}"
            )
    assert below == []
