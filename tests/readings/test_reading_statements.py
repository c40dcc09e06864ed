"""Readings as quads: what each document states with its evidence, and what the editors say."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_page import ENGLISH, TEXTS, place, practice_yaml, write_page

from gcmgraph.publication.assembly import read_known
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.readings.files import read_readings
from gcmgraph.readings.records import PresentDocuments, Records, read_records
from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import write_all

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
PRACTICE = V("practice:open-counter")


@pytest.fixture(scope="module")
def known(small_repository: Repository) -> list[Quad]:
    return list(read_known(small_repository, ADDRESSES))


def records(
    folder: Path,
    known: list[Quad],
    practice: str | None = None,
    texts: dict[str, str] | None = None,
) -> Records:
    """The records of the invented page with a practice, with some documents present."""
    write_page(folder, practice)
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
        if isinstance(q.graph_name, IRI)
        and (q.subject, q.predicate, q.object) == (subject, V(predicate), obj)
    }


GHANA = place("Ghana")
RESULT, FUNDING = IRI(f"{PRACTICE.value}#result-1"), IRI(f"{PRACTICE.value}#funding")
ENGLISH_GRAPH, BOTH = (
    {"source/objective-12.en"},
    {"source/objective-12.en", "source/objective-12.fr"},
)
RATIONALE = "    rationale: {en: It answers., fr: Il répond., es: Responde.}\n"
#: Facts of the practice beside those of the file, and statements with the graphs that they are in.
STATED: dict[str, tuple[str, list[tuple[IRI, str, object, set[str]]]]] = {
    "page and practice": ("", [
        (PRACTICE, "gcm:country", V("country:GHA"), BOTH),
        (PRACTICE, "schema:startDate", typed("2019-03", "gYearMonth"), BOTH),
        (PRACTICE, "dct:title", text("Open Counter", "en"), ENGLISH_GRAPH),
        (PRACTICE, "dct:description", text("A counter for migrants.", "en"), {"curated"}),
        (RESULT, "schema:value", typed("1200", "integer"), ENGLISH_GRAPH),
        (RESULT, "schema:unitText", text("people a year", "en"), {"curated"}),
        (V("objective:12"), "gcm:relevantTarget", V("sdg:10.7"), BOTH),
        (V("action:12a"), "gcm:instrument", V("instrument:gcm"), ENGLISH_GRAPH),
    ]),
    "funders with and without an amount": (
        "".join(f"  - {fact}\n    en: {GHANA}\n"
                for fact in ("amount: 12000000 EUR", "funder: eu", "funder: iom\n    amount: 5000 USD")),
        [
            (FUNDING, "schema:funder", V("organisation:eu"), ENGLISH_GRAPH),
            (IRI(f"{FUNDING.value}-amount"), "schema:value", typed("12000000", "integer"), ENGLISH_GRAPH),
            (IRI(f"{FUNDING.value}-2"), "schema:funder", V("organisation:iom"), ENGLISH_GRAPH),
            (IRI(f"{FUNDING.value}-2"), "dct:isPartOf", FUNDING, ENGLISH_GRAPH),
            (FUNDING, "dct:isPartOf", FUNDING, set()),
            (IRI(f"{FUNDING.value}-2-amount"), "schema:currency", Literal("USD"), ENGLISH_GRAPH),
        ],
    ),
    "judgements with rationales": (
        f"supports:\n  - action: 12a\n{RATIONALE}  - action: 5a\n    on: 2026-11-29\n{RATIONALE}",
        [
            (PRACTICE, "gcm:supportsAction", V("action:12a"), {"curated"}),
            (IRI(f"{PRACTICE.value}#judgement-12a"), "gcm:rationale", text("It answers.", "en"), {"curated"}),
            (IRI(f"{PRACTICE.value}#judgement-12a"), "dct:created", typed("2026-11-27", "date"), {"curated"}),
            (PRACTICE, "gcm:supportsAction", V("action:5a"), {"curated"}),
            (IRI(f"{PRACTICE.value}#judgement-5a"), "dct:created", typed("2026-11-29", "date"), {"curated"}),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STATED)
def test_statements_are_in_the_graphs_of_their_sources(
    tmp_path: Path, known: list[Quad], name: str
) -> None:
    extra, expected = STATED[name]
    found = quads(records(tmp_path, known, practice_yaml(extra=extra)))
    for subject, predicate, value, where in expected:
        assert graphs(found, subject, predicate, value) == where


def test_evidence_has_no_words_without_the_document(tmp_path: Path, known: list[Quad]) -> None:
    found = quads(records(tmp_path, known))
    evidence = [
        q.subject for q in found if (q.predicate, q.object) == (V("rdf:object"), V("country:GHA"))
    ]
    assert len(evidence) == 2
    # others cite these addresses: they do not change between releases
    assert {node.value.partition("#")[2] for node in evidence} == {"evidence-9662083a67661a08"}
    predicates = {q.predicate for q in found}
    assert V("oa:exact") not in predicates
    assert {V("oa:start"), V("oa:end"), V("gcm:textSha256")} <= predicates
    assert V("skos:definition") not in predicates


def test_evidence_has_the_words_of_a_present_document(tmp_path: Path, known: list[Quad]) -> None:
    first = place(ENGLISH.split()[2])  # where less text is before it than a prefix has
    found = quads(
        records(
            tmp_path, known, practice_yaml(extra=f"  - involved: iom\n    en: {first}\n"), TEXTS
        )
    )
    stated = {
        (q.subject.value, q.predicate): q.object.value for q in found if "oa" in q.predicate.value
    }
    passages = {
        subject.removesuffix("#quote")
        for subject, predicate in stated
        if predicate == V("oa:exact")
    }
    assert "Ghana" in {stated[f"{passage}#quote", V("oa:exact")] for passage in passages}
    assert any(0 < int(stated[f"{passage}#position", V("oa:start")]) < 32 for passage in passages)
    for passage in passages:
        start, end = (
            int(stated[f"{passage}#position", V(name)]) for name in ("oa:start", "oa:end")
        )
        quote = [
            stated[f"{passage}#quote", V(name)] for name in ("oa:prefix", "oa:exact", "oa:suffix")
        ]
        whole = TEXTS[passage.partition("objective-12.")[2][:2]]
        assert quote == [whole[max(0, start - 32) : start], whole[start:end], whole[end : end + 32]]
    definition = text(
        "Simplify forms for everyone who applies, in line with the Paris Agreement", "en"
    )
    assert graphs(found, V("action:12a"), "skos:definition", definition) == {
        "source/objective-12.en"
    }


def test_document_with_another_text_is_warned_and_gives_no_words(
    tmp_path: Path, known: list[Quad]
) -> None:
    read = records(tmp_path, known, texts={"en": ENGLISH.replace("Accra", "Kumasi")})
    assert any(
        "objective-12.en" in warning and "not the one that was read" in warning
        for warning in read.warnings
    )
    found = quads(read)
    assert V("oa:exact") not in {q.predicate for q in found}
    marked = {q.subject for q in found if q.predicate == V("skos:editorialNote")}
    assert marked == {V("source:objective-12.en")}, (
        "the document is marked as not verified against this copy"
    )


def test_document_without_text_changes_no_record(tmp_path: Path, known: list[Quad]) -> None:
    read = records(tmp_path, known, texts={"en": "\x00"})
    assert read.records == records(tmp_path, known).records
    assert len(read.records) == 2


#: A reading of the practice that is not published, and the problem.
LEFT_OUT = {
    **{f"  - {fact}\n    en: {GHANA}\n": message for fact, message in {
        "lead: nobody-knows": "There is no organisation 'nobody-knows'",
        "country: XXX": "There is no country 'XXX'",
        "corridor: GHA-XXX": "There is no country 'XXX'",
        'region: "999"': "M49 has no region '999'",
        "type: nonsense": "There is no concept 'practice-type/nonsense'",
        "instrument: no-law": "There is no instrument 'no-law'",
    }.items()},
    "": "is not reviewed",
}  # fmt: skip


@pytest.mark.parametrize("extra", LEFT_OUT)
def test_practice_with_a_problem_is_left_out(tmp_path: Path, known: list[Quad], extra: str) -> None:
    review = "" if extra else "reviewed: {by: Editors of the tests, on: 2026-11-27}\n"
    read = records(tmp_path, known, practice_yaml(extra=extra).replace(review, ""))
    assert [record.name for record in read.records] == ["objective 12"]
    assert LEFT_OUT[extra] in str(read.problems[0])
    assert f"{tmp_path / 'objective-12' / 'open-counter.yaml'}:" in str(read.problems[0])


def test_corridor_states_its_direction_where_there_is_one(
    tmp_path: Path, known: list[Quad]
) -> None:
    extra = "".join(
        f"  - corridor: {corridor}\n    en: {GHANA}\n" for corridor in ("GHA-ITA", "GHA>FRA")
    )
    read = records(tmp_path, known, practice_yaml(extra=extra))
    found = {(q.subject.value, q.predicate, q.object) for q in quads(read)}
    ends = {one for one in found if "#corridor-" in one[0] and one[1] != V("rdf:type")}
    assert ends == {
        (f"{PRACTICE.value}#corridor-GHA-ITA", V("gcm:connectsCountry"), V("country:GHA")),
        (f"{PRACTICE.value}#corridor-GHA-ITA", V("gcm:connectsCountry"), V("country:ITA")),
        (f"{PRACTICE.value}#corridor-GHA-FRA", V("gcm:originCountry"), V("country:GHA")),
        (f"{PRACTICE.value}#corridor-GHA-FRA", V("gcm:destinationCountry"), V("country:FRA")),
    }
    involved = {obj for s, p, obj in found if (s, p) == (PRACTICE.value, V("gcm:involvesCountry"))}
    assert involved == {V("country:GHA"), V("country:ITA"), V("country:FRA")}


def test_part_has_its_note_and_number_its_precision(tmp_path: Path, known: list[Quad]) -> None:
    texts = "{en: a, fr: b, es: c}"
    fact = f"{{country: GHA, en: {GHANA}}}"
    part = f"parts:\n  - {{part: counter-in-accra, title: {texts}, summary: {texts}, note: {texts}, facts: [{fact}]}}\n"
    found = quads(records(tmp_path, known, practice_yaml(extra=part)))
    notes = {(q.subject, q.object) for q in found if q.predicate == V("skos:editorialNote")}
    assert notes == {
        (V("practice:counter-in-accra"), text(w, tag))
        for tag, w in (("en", "a"), ("fr", "b"), ("es", "c"))
    }
    unbounded = quads(records(tmp_path, known, practice_yaml().replace("bound: exact, ", "")))
    for stated, count in ((found, 1), (unbounded, 0)):
        assert (
            len(
                [
                    q
                    for q in stated
                    if q.predicate == V("gcm:bound") and "source" in q.graph_name.value
                ]
            )
            == count
        )
