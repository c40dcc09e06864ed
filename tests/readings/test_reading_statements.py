"""Readings as quads: what each document states with its evidence, and what the editors say."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_page import ENGLISH, TEXTS, place, practice_yaml, write_page

from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.assembly import read_known
from gcmgraph.readings.files import read_readings
from gcmgraph.readings.records import PresentDocuments, Records, read_records
from gcmgraph.repository.layout import Repository
from gcmreader.documents.texts import write_all

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
PRACTICE = V("practice:open-counter")


@pytest.fixture(scope="module")
def known(repository: Repository) -> list[Quad]:
    return list(read_known(repository, ADDRESSES))


def records(folder: Path, known: list[Quad], texts: dict[str, str] | None = None) -> Records:
    """The records of the readings in a folder, with some documents present."""
    files = {}
    for language, content in (texts or {}).items():
        path = folder / f"objective-12.{language}.md"
        path.write_text(content, "utf-8")
        files[f"objective-12.{language}"] = path
    list(write_all(files.values()))
    return read_records(read_readings(folder), PresentDocuments(files), known, ADDRESSES)


def quads(read: Records) -> set[Quad]:
    assert read.problems == ()
    return {quad for record in read.records for quad in record.quads}


def graphs(found: set[Quad], subject: IRI, predicate: str, obj: object) -> set[str]:
    return {
        q.graph_name.value.removeprefix(ADDRESSES.graph(""))
        for q in found
        if isinstance(q.graph_name, IRI) and (q.subject, q.predicate, q.object) == (subject, V(predicate), obj)
    }


def test_each_document_states_what_it_says(tmp_path: Path, known: list[Quad]) -> None:
    write_page(tmp_path)
    found = quads(records(tmp_path, known))
    both = {"source/objective-12.en", "source/objective-12.fr"}
    assert graphs(found, PRACTICE, "gcm:country", V("country:GHA")) == both
    assert graphs(found, PRACTICE, "schema:startDate", typed("2019-03", "gYearMonth")) == both
    assert graphs(found, PRACTICE, "dct:title", text("Open Counter", "en")) == {"source/objective-12.en"}
    assert graphs(found, V("practice:open-counter"), "dct:description", text("A counter for migrants.", "en")) == {
        "curated"
    }
    result = IRI(f"{PRACTICE.value}#result-1")
    assert graphs(found, result, "schema:value", typed("1200", "integer")) == {"source/objective-12.en"}
    assert graphs(found, result, "schema:unitText", text("people a year", "en")) == {"curated"}
    assert graphs(found, V("objective:12"), "gcm:relevantTarget", V("sdg:10.7")) == both
    assert graphs(found, V("action:12a"), "gcm:instrument", V("instrument:gcm")) == {"source/objective-12.en"}


def test_evidence_without_the_document_has_place_and_checksum_but_no_words(tmp_path: Path, known: list[Quad]) -> None:
    write_page(tmp_path)
    found = quads(records(tmp_path, known))
    evidence = [q.subject for q in found if (q.predicate, q.object) == (V("rdf:object"), V("country:GHA"))]
    assert len(evidence) == 2
    predicates = {q.predicate for q in found}
    assert V("oa:exact") not in predicates
    assert {V("oa:start"), V("oa:end"), V("gcm:textSha256")} <= predicates
    assert V("skos:definition") not in predicates


def test_a_present_document_adds_its_words(tmp_path: Path, known: list[Quad]) -> None:
    write_page(tmp_path)
    found = quads(records(tmp_path, known, TEXTS))
    exact = {q.subject: q.object for q in found if q.predicate == V("oa:exact")}
    starts = {q.subject: q.object for q in found if q.predicate == V("oa:start")}
    assert Literal("Ghana") in exact.values()
    for quote, words in exact.items():
        assert isinstance(quote, IRI)
        assert isinstance(words, Literal)
        position = IRI(quote.value.replace("#quote", "#position"))
        start = starts[position]
        assert isinstance(start, Literal)
        language = quote.value.partition("objective-12.")[2][:2]
        assert TEXTS[language][int(start.value) :].startswith(words.value)
    definition = text("Simplify forms for everyone who applies, in line with the Paris Agreement", "en")
    assert graphs(found, V("action:12a"), "skos:definition", definition) == {"source/objective-12.en"}


def test_another_text_leaves_the_reading_without_words(tmp_path: Path, known: list[Quad]) -> None:
    write_page(tmp_path)
    read = records(tmp_path, known, {"en": ENGLISH.replace("Accra", "Kumasi")})
    assert any("objective-12.en" in warning and "not the one that was read" in warning for warning in read.warnings)
    found = quads(read)
    assert V("oa:exact") not in {q.predicate for q in found}
    marked = {q.subject for q in found if q.predicate == V("skos:editorialNote")}
    assert marked == {V("source:objective-12.en")}, "the document is marked as not verified against this copy"


def test_a_document_without_text_leaves_the_reading_without_words(tmp_path: Path, known: list[Quad]) -> None:
    write_page(tmp_path)
    read = records(tmp_path, known, {"en": "\x00"})
    assert read.records == records(tmp_path, known).records
    assert len(read.records) == 2


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ("lead: nobody-knows", "There is no organisation 'nobody-knows'"),
        ("country: XXX", "There is no country 'XXX'"),
        ("corridor: GHA-XXX", "There is no country 'XXX'"),
        ('region: "999"', "M49 has no region '999'"),
        ("type: nonsense", "There is no concept 'practice-type/nonsense'"),
        ("instrument: no-law", "There is no instrument 'no-law'"),
    ],
)
def test_an_unknown_resource_holds_its_practice_back(
    tmp_path: Path, known: list[Quad], fact: str, message: str
) -> None:
    place = practice_yaml().partition("country: GHA\n    en: ")[2].partition("\n")[0]
    write_page(tmp_path, practice_yaml(extra=f"  - {fact}\n    en: {place}\n"))
    read = records(tmp_path, known)
    assert [record.name for record in read.records] == ["objective 12"]
    assert message in str(read.problems[0])
    assert f"{tmp_path / 'objective-12' / 'open-counter.yaml'}:" in str(read.problems[0])


def test_a_corridor_has_a_direction_only_where_the_reading_states_it(tmp_path: Path, known: list[Quad]) -> None:
    at = place("Ghana")
    write_page(
        tmp_path, practice_yaml(extra=f"  - corridor: GHA-ITA\n    en: {at}\n  - corridor: GHA>FRA\n    en: {at}\n")
    )
    found = {(q.subject.value, q.predicate, q.object) for q in quads(records(tmp_path, known))}
    ends = {one for one in found if "#corridor-" in one[0] and one[1] != V("rdf:type")}
    assert ends == {
        (f"{PRACTICE.value}#corridor-GHA-ITA", V("gcm:connectsCountry"), V("country:GHA")),
        (f"{PRACTICE.value}#corridor-GHA-ITA", V("gcm:connectsCountry"), V("country:ITA")),
        (f"{PRACTICE.value}#corridor-GHA-FRA", V("gcm:originCountry"), V("country:GHA")),
        (f"{PRACTICE.value}#corridor-GHA-FRA", V("gcm:destinationCountry"), V("country:FRA")),
    }
    involved = {obj for s, p, obj in found if (s, p) == (PRACTICE.value, V("gcm:involvesCountry"))}
    assert involved == {V("country:GHA"), V("country:ITA"), V("country:FRA")}


@pytest.mark.parametrize(("bound", "stated"), [("bound: exact, ", 1), ("", 0)])
def test_a_number_has_a_precision_only_where_the_reading_states_one(
    tmp_path: Path, known: list[Quad], bound: str, stated: int
) -> None:
    write_page(tmp_path, practice_yaml().replace("bound: exact, ", bound))
    found = quads(records(tmp_path, known))
    assert len([q for q in found if q.predicate == V("gcm:bound") and "source" in q.graph_name.value]) == stated


def test_the_note_of_a_part_is_published_of_the_part(tmp_path: Path, known: list[Quad]) -> None:
    texts = "{en: a, fr: b, es: c}"
    fact = f"{{country: GHA, en: {place('Ghana')}}}"
    part = f"parts:\n  - {{part: counter-in-accra, title: {texts}, summary: {texts}, note: {texts}, facts: [{fact}]}}\n"
    write_page(tmp_path, practice_yaml(extra=part))
    found = quads(records(tmp_path, known))
    notes = {(q.subject, q.object) for q in found if q.predicate == V("skos:editorialNote")}
    assert notes == {
        (V("practice:counter-in-accra"), text(w, code)) for code, w in (("en", "a"), ("fr", "b"), ("es", "c"))
    }


def test_a_reading_that_nobody_reviewed_is_not_published(tmp_path: Path, known: list[Quad]) -> None:
    write_page(tmp_path, practice_yaml().replace("reviewed: {by: Editors of the tests, on: 2026-11-27}\n", ""))
    read = records(tmp_path, known)
    assert [record.name for record in read.records] == ["objective 12"]
    assert "is not reviewed" in str(read.problems[0])


def test_funding_keeps_funders_and_amounts_together(tmp_path: Path, known: list[Quad]) -> None:
    place = practice_yaml().partition("country: GHA\n    en: ")[2].partition("\n")[0]
    facts = "".join(
        f"  - {fact}\n    en: {place}\n"
        for fact in ("amount: 12000000 EUR", "funder: eu", "funder: iom\n    amount: 5000 USD")
    )
    write_page(tmp_path, practice_yaml(extra=facts))
    found = quads(records(tmp_path, known))
    first, second = IRI(f"{PRACTICE.value}#funding"), IRI(f"{PRACTICE.value}#funding-2")
    here = {"source/objective-12.en"}
    assert graphs(found, first, "schema:funder", V("organisation:eu")) == here
    assert graphs(found, IRI(f"{first.value}-amount"), "schema:value", typed("12000000", "integer")) == here
    assert graphs(found, second, "schema:funder", V("organisation:iom")) == here
    assert graphs(found, IRI(f"{second.value}-amount"), "schema:currency", Literal("USD")) == here


def test_judgements_have_their_rationale(tmp_path: Path, known: list[Quad]) -> None:
    rationale = "    rationale: {en: It answers., fr: Il répond., es: Responde.}\n"
    supports = f"supports:\n  - action: 12a\n{rationale}  - action: 5a\n    on: 2026-11-29\n{rationale}"
    write_page(tmp_path, practice_yaml(extra=supports))
    found = quads(records(tmp_path, known))
    node = IRI(f"{PRACTICE.value}#judgement-12a")
    assert graphs(found, PRACTICE, "gcm:supportsAction", V("action:12a")) == {"curated"}
    assert graphs(found, node, "gcm:rationale", text("It answers.", "en")) == {"curated"}
    assert graphs(found, node, "dct:created", typed("2026-11-27", "date")) == {"curated"}
    later = IRI(f"{PRACTICE.value}#judgement-5a")
    assert graphs(found, PRACTICE, "gcm:supportsAction", V("action:5a")) == {"curated"}
    assert graphs(found, later, "dct:created", typed("2026-11-29", "date")) == {"curated"}
