# ruff: noqa: E501 - a case stands on one line
"""One kind of fact after the other, each with what must not be taken for it."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from practice_pages import PAGES, ReadPractice

from gcmgraph.errors import ExtractionError
from gcmreader.documents.reading import parse_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.amounts import parse_number
from gcmreader.extraction.clauses import Found
from gcmreader.extraction.document_reading import read_outline
from gcmreader.extraction.entities.named import Organisation
from gcmreader.extraction.reference import ReferenceData


def names(found: tuple[Found[Organisation], ...]) -> list[str]:
    return [f.value.iri.value.rsplit("/", 1)[1] if f.value.iri else f.value.name for f in found]


@pytest.mark.parametrize(
    ("language", "body", "leads", "partners"),
    [
        ("en", "The scheme is overseen by UNHCR, while IOM trains the staff.", ["unhcr"], ["iom"]),
        ("en", "Run by IOM, the scheme has helped many. UNHCR estimates that all of them stayed.", ["iom"], []),
        ("en", "The course, inspired by UNICEF, was held in 2019. IOM hosted it.", ["iom"], []),
        ("en", "IOM ran the desk. Costs were borne by UNHCR and the Riverside Trust.", ["iom"], ["unhcr", "Riverside Trust"]),
        ("en", "The desk is managed by Casa Abierta, a Mexican NGO, and IOM.", ["Casa Abierta", "iom"], []),
        ("fr", "En 2019, l'OIM et le HCR ont diffusé un guide. L'UNICEF a relevé que le guide est lu.", ["iom", "unhcr"], []),
        ("fr", "L'OIM gère la ligne, tandis que le HCR finance le matériel.", ["iom"], ["unhcr"]),
        (
            "fr",
            "Lancé par l'Agence des Marocains résidant à l'étranger, le guichet est géré avec l'appui du Haut Conseil des Maliens de l'extérieur.",
            ["Agence des Marocains résidant à l'étranger"],
            ["Haut Conseil des Maliens de l'extérieur"],
        ),
        (
            "fr",
            "Les Gouvernements du Kenya, de l'Ouganda et du Rwanda appliquent le texte depuis 2014.",
            ["Gouvernement du Kenya", "Gouvernement de l'Ouganda", "Gouvernement du Rwanda"],
            [],
        ),
    ],
)  # fmt: skip
def test_roles(practice: ReadPractice, language: str, body: str, leads: list[str], partners: list[str]) -> None:
    reading = practice(language, body)
    assert names(reading.leads) == leads
    assert names(reading.partners) == partners


@pytest.mark.parametrize(
    ("language", "body", "countries"),
    [
        ("en", "IOM ran the desk in border districts of two countries - Chad and Niger - from 2017 on.", ["TCD", "NER"]),
        ("en", "IOM ran the desk. Similar desks are being tested in Nepal.", []),
        ("en", "IOM ran the desk for workers from Mali, and officials from Togo attended.", []),
        ("fr", "L'OIM a ouvert le guichet dans les régions de Diffa et de Zinder du Niger.", ["NER"]),
        ("fr", "L'OIM aide les personnes bloquées en Libye.", []),
        ("fr", "Le Gouvernement salvadorien a ouvert cinq guichets.", ["SLV"]),
    ],
)  # fmt: skip
def test_places(practice: ReadPractice, language: str, body: str, countries: list[str]) -> None:
    found = practice(language, body).countries
    assert sorted(c.value.value.rsplit("/", 1)[1] for c in found) == sorted(countries)


@pytest.mark.parametrize(
    ("language", "title", "body", "start", "end"),
    [
        ("en", "Desk", "The desk has operated since 15 January 2019. Between 2019 and 2021, 40 people were counted.", "2019-01-15", None),
        ("en", "Desk", "IOM ran the desk under the Act of 2007.", None, None),
        ("en", "Training of guards", "A course for guards was held in Lima in August 2022 by IOM.", "2022-08", "2022-08"),
        ("fr", "Accord sur les cartes", "Aux termes d'un accord signé à Kigali en février 2014, les cartes sont acceptées.", "2014-02", None),
        ("fr", "Projet", "Lancé en 2016 par l'OIM, le projet s'est achevé. Il s'est achevé à la fin de 2020.", "2016", "2020"),
    ],
)  # fmt: skip
def test_periods(
    practice: ReadPractice, language: str, title: str, body: str, start: str | None, end: str | None
) -> None:
    period = practice(language, body, title).period
    assert (period.start and str(period.start.value), period.end and str(period.end.value)) == (start, end)


@pytest.mark.parametrize(
    ("language", "body", "amount"),
    [
        ("en", "The project cost a little over one million United States dollars.", (1000000, "USD")),
        ("en", "The project is part of a programme worth €50 million.", None),
        ("en", "Each family receives 450 dollars a month.", None),
    ],
)
def test_amounts(practice: ReadPractice, language: str, body: str, amount: tuple[int, str] | None) -> None:
    found = practice(language, body).amount
    assert (found and (int(found.value.value), found.value.currency)) == amount


@given(st.integers(0, 10**9))
def test_a_number_is_read_alike_in_every_grouping(number: int) -> None:
    for text in (f"{number}", f"{number:,}", f"{number:,}".replace(",", " "), f"{number:,}".replace(",", ".")):
        assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.5"),
        ("beaucoup", None),
    ],
)
def test_numbers(text: str, number: int | str | None) -> None:
    assert parse_number(text) == (None if number is None else Decimal(number))


def test_works_cited_in_the_sentence(practice: ReadPractice) -> None:
    body = "IOM ran it. A survey of the Council of Europe (2019) praised it, as did others (IOM, 2020)."
    assert {c.value.text for c in practice("en", body).citations} == {"Council of Europe (2019)", "IOM, 2020"}


@pytest.mark.parametrize(
    ("language", "body", "message"),
    [
        ("en", "IOM ran the project from 2021 to 2019.", r"ends \(2019\) before it starts \(2021\)"),
    ],
)  # fmt: skip
def test_contradictions_are_refused_with_their_line(
    practice: ReadPractice, language: str, body: str, message: str
) -> None:
    with pytest.raises(ExtractionError, match=message) as caught:
        practice(language, body)
    assert str(caught.value).startswith("page.md:7: ")


def test_a_target_that_is_none_is_refused_with_the_nearest(known: ReferenceData) -> None:
    text = "Objective 9\n\nRelated actions\n\na. **Keep** the lists\n\nRelevant SDGs\n\nSDG 16: Peace\n\n16.99: More peace\n"
    outline = segment(parse_document(text.encode(), name="page.md", slug="page"), "en")
    with pytest.raises(ExtractionError, match=r"page\.md:11: 16\.99 is no SDG target\. Did you mean 16\.9\?"):
        read_outline(outline, known)


def test_the_gazetteer_tells_names_from_beginnings_of_names(known: ReferenceData) -> None:
    def found(text: str) -> list[str]:
        return [m.iri.value.rsplit("/", 1)[1] for m in known.names.mentions(text)]

    assert found("the Niger and Nigeria, Guinea-Bissau and Guinea") == ["NER", "NGA", "GNB", "GIN"]
    assert found("turkey in chad, iom and who") == []
    assert known.names.country("KEN") == known.names.lookup("Kenya")
    assert known.names.nearest_country("Kenia", "en") == "Kenya"
    assert known.names.nearest_country("Xqzwv", "en") is None


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
def test_a_hundred_kilobytes_in_one_sentence_are_read_in_time(known: ReferenceData, sentence: str) -> None:
    body = "It is. " + sentence * (100_000 // len(sentence)) + "."
    text = PAGES["en"].format(title="Horizons", body=body)
    outline = segment(parse_document(text.encode(), name="page.md", slug="page"), "en")
    began = process_time()
    read_outline(outline, known)
    assert process_time() - began < 10  # of this process alone: about 1 s


def test_the_title_of_a_page_tells_its_objective_in_every_language(known: ReferenceData) -> None:
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
