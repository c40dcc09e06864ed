# ruff: noqa: E501 - a case stands on one line
"""Contents of a proposal besides its facts; wordings of the lexicon against the names of the reference data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from practice_pages import PAGES

from gcmgraph.lexicon.names_in_texts import fold
from gcmgraph.lexicon.words import read_wordings
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables
from gcmreader.documents.reading import parse_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.document_facts import DocumentReading, read_outline
from gcmreader.extraction.reference_data import ReferenceData
from gcmreader.extraction.statements import reading_quads
from gcmreader.lexicon import lexicon_for, readable_tags

ReadPage = Callable[[str, str], DocumentReading]
ADDRESSES = Addresses()


def quads_of(reading: DocumentReading, known: ReferenceData) -> list[Quad]:
    return list(reading_quads(reading, known, ADDRESSES))


def objects(quads: Iterable[Quad], predicate: str) -> set[str]:
    return {
        quad.object.value.removeprefix(f"{ADDRESSES.base}id/")
        for quad in quads
        if quad.predicate.value.endswith(predicate) and isinstance(quad.object, IRI)
    }


def test_unknown_organisation_becomes_a_candidate(
    known: ReferenceData, read_page: ReadPage
) -> None:
    for language, body, lead in (
        ("en", "The desk is run by the Riverside Trust.", "source/page/candidate/riverside-trust"),
        ("en", "The desk is run by the Riverside Trust (RT).", "source/page/candidate/rt"),
        ("en", "In 2019, Ghana opened a desk.", "source/page/candidate/government-gha"),
        (
            "fr",
            "Le Gouvernement ghanéen a ouvert un guichet.",
            "source/page/candidate/government-gha",
        ),
        ("es", "El Gobierno de Ghana abrió una oficina.", "source/page/candidate/government-gha"),
        ("en", "The desk is run by IOM.", "organisation/iom"),
    ):
        quads = quads_of(
            read_page(PAGES[language].format(title="Horizons", body=body), language), known
        )
        assert objects(quads, "leadOrganisation") == {lead}


def test_known_government_has_its_address(known: ReferenceData, read_page: ReadPage) -> None:
    government = IRI(ADDRESSES.resource("organisation", "government-gha"))
    names = replace(known, names=type("Known", (), {"iris": frozenset({government})}))  # type: ignore[arg-type]
    reading = read_page(
        PAGES["en"].format(title="Horizons", body="In 2019, Ghana opened a desk."), "en"
    )
    assert objects(quads_of(reading, names), "leadOrganisation") == {"organisation/government-gha"}


def test_practices_with_one_title_have_two_addresses(
    known: ReferenceData, read_page: ReadPage
) -> None:
    body = "Agreements on work\n\nIOM wrote the first one of them.\n\nAgreements on work\n\nUNHCR wrote the second one of them.\n"
    reading = read_page(f"Objective 9\n\nExamples of practices\n\n{body}", "en")
    practices = {
        q.subject
        for q in quads_of(reading, known)
        if q.predicate.value.endswith("leadOrganisation")
    }
    assert {p.value.rsplit("/", 1)[1] for p in practices} == {
        "agreements-on-work",
        "agreements-on-work-2",
    }  # type: ignore[union-attr]


GOALS = "Objective 9\n\nRelevant SDGs\n\nSDG 10: Reduced\n\n10.7: {text}\n"
TEXTS = {
    ("10.7", "en"): "Make it easy to move in order and in safety",
    ("10.2", "en"): "Open the doors of every house to everyone",
    ("10.7", "fr"): "Ouvrir les portes de chaque maison",
}


def test_target_with_another_text_is_a_deviation(known: ReferenceData) -> None:
    for text, deviations in (
        ("Make it easy to move in order and safety.", []),
        ("Open the doors of every house to everyone", [("target 10.7", "10.2")]),
        ("Count all the lamps of the street by night", [("target 10.7", None)]),
    ):
        outline = segment(
            parse_document(GOALS.format(text=text).encode(), name="page.md", slug="page"), "en"
        )
        reading = read_outline(outline, replace(known, target_texts=TEXTS))
        assert [(d.about, d.instead) for d in reading.deviations] == deviations
    named = {
        q.subject
        for q in quads_of(reading, known)
        if q.predicate.value.endswith(("Label", "definition"))
    }
    assert not {thing for thing in named if isinstance(thing, IRI) and "/id/sdg/" in thing.value}


def test_misprinted_letter_is_a_deviation(read_page: ReadPage) -> None:
    lines = "\n\n".join(f"{letter}. **Keep** the list {letter}" for letter in "abcdx")
    reading = read_page(f"Objective 9\n\nRelated actions\n\n{lines}\n", "en")
    assert [(d.about, d.printed) for d in reading.deviations] == [("action e", "x")]


#: Names of a type which in running text mostly mean another: an online platform, a protocol of what
#: to do.
MEANT_OTHERWISE = {"platform", "plateforme", "protocol", "dispositif"}


def practice_types() -> dict[str, IRI]:
    """The types of practices by folded label."""
    types = ADDRESSES.resource("concept", "practice-type/")
    return {
        fold(quad.object.value).casefold(): quad.subject
        for table in read_tables(Repository.find().reference, ADDRESSES)
        for quad in table.quads
        if isinstance(quad.subject, IRI)
        and quad.subject.value.startswith(types)
        and quad.predicate.value.rpartition("#")[2] in {"prefLabel", "altLabel", "hiddenLabel"}
        and isinstance(quad.object, Literal)
    }


def test_a_name_of_a_practice_type_says_no_other_type() -> None:
    names = {
        name: concept for name, concept in practice_types().items() if name not in MEANT_OTHERWISE
    }
    for language in readable_tags():
        for section in ("kinds", "kinds_in_text"):
            for kind, words in lexicon_for(language).table(section).items():
                said = {
                    concept.value
                    for name, concept in names.items()
                    if re.fullmatch(words, name, re.IGNORECASE)
                }
                assert {concept for concept in said if not concept.endswith(f"/{kind}")} == set(), (
                    language,
                    kind,
                )


def wordings(language: str) -> dict[str, Any]:
    return read_wordings("gcmgraph.lexicon", language) | read_wordings(
        "gcmreader.lexicon", language
    )


def test_each_language_has_every_wording(known: ReferenceData) -> None:
    said = {
        tag: {(part, name) for part, names in wordings(tag).items() for name in names}
        for tag in readable_tags()
    }
    for language, own in said.items():
        # adjectives, and wordings of topics that names do not find, differ by language
        missing = {
            name
            for name in set().union(*said.values()) - own
            if name[0] not in {"adjectives", "topics"}
        }
        assert missing == set(), f"say it in {language}, too"
        lexicon = lexicon_for(language)
        assert [
            iso3 for iso3 in lexicon.table("adjectives") if known.names.country(iso3) is None
        ] == []
        for section, names in wordings(language).items():
            for name, value in names.items():
                if not (isinstance(value, list) and isinstance(value[0], list)):
                    re.compile(lexicon.fragment(section, name))
