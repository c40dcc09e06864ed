"""Files of the UN as published: M49, treaties, IOM's framework, UNBIS Thesaurus; errors with line and remedy."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from collected import UN, needs_un, read_rows
from gcmgraph.errors import DataError
from gcmgraph.linking.imports import import_files, imported_quads, read_statements
from gcmgraph.linking.targets import read_target
from gcmgraph.linking.un_files import NO_OPTIONS, ImportedStatements, ImportOptions, PublishedFile, ReferenceIndex
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_table

A = Addresses()
V = Vocabulary(A)
REPOSITORY = Repository.find()


@cache
def known() -> ReferenceIndex:
    return ReferenceIndex.of(REPOSITORY, A)


def statements_of(quads: tuple[Quad, ...], subject: IRI) -> set[tuple[object, object]]:
    return {(quad.predicate, quad.object) for quad in quads if quad.subject == subject}


def assert_problems(error: DataError, file: str, expected: list[tuple[int, str]]) -> None:
    """Compare the lines of the problems, and words of each."""
    lines = str(error).splitlines()
    assert [line.split(": ", 1)[0] for line in lines] == [f"{file}:{number}" for number, _ in expected]
    for line, (_, words) in zip(lines, expected, strict=True):
        assert words in line


M49_HEADER = (
    "Global Code;Global Name;Region Code;Region Name;Sub-region Code;Sub-region Name;Intermediate Region Code;"
    "Intermediate Region Name;Country or Area;M49 Code;ISO-alpha2 Code;ISO-alpha3 Code;Least Developed Countries (LDC);"
    "Land Locked Developing Countries (LLDC);Small Island Developing States (SIDS)"
)
KENYA = "001;World;002;Africa;202;Sub-Saharan Africa;014;Eastern Africa;Kenya;404;KE;KEN;;;"
NEPAL = "001;World;142;Asia;034;Southern Asia;;;Nepal;524;NP;NPL;x;x;"
SARK = "001;World;150;Europe;154;Northern Europe;830;Channel Islands;Sark;680;;;;;"


@cache
def two() -> ReferenceIndex:
    """Two countries as the table has them."""
    countries = read_table(REPOSITORY.reference / "countries.csv", A).quads
    return ReferenceIndex((q for q in countries if q.subject in {V("country:KEN"), V("country:NPL")}), A, REPOSITORY)


def m49(*rows: str) -> str:
    return "\r\n".join((M49_HEADER, *rows)) + "\r\n"


def read_m49(content: str, encoding: str = "utf-8") -> ImportedStatements:
    return read_statements("m49", [PublishedFile("m49.csv", "m49.csv", content.encode(encoding))], two(), NO_OPTIONS)


def test_m49_states_regions_and_groups_of_our_countries() -> None:
    reading = read_m49(m49(KENYA, NEPAL, SARK))
    assert read_m49(m49(KENYA, NEPAL, SARK), "utf-8-sig").quads == reading.quads
    assert {q.graph_name for q in reading.quads} == {V("graph:reference/un-m49")}
    groups = {(V("gcm:countryGroup"), V(f"concept:country-group/{group}")) for group in ("ldc", "lldc")}
    assert statements_of(reading.quads, V("country:KEN")) == {(V("gcm:region"), V("concept:m49/014"))}
    assert statements_of(reading.quads, V("country:NPL")) == {(V("gcm:region"), V("concept:m49/034")), *groups}
    assert statements_of(reading.quads, V("concept:m49/014")) == {
        (V("rdf:type"), V("skos:Concept")),
        (V("skos:inScheme"), V("concept:m49")),
        (V("skos:notation"), Literal("014")),
        (V("skos:prefLabel"), text("Eastern Africa", "en")),
        (V("skos:broader"), V("concept:m49/202")),
    }
    coded = {
        q.object.value for q in reading.quads if q.predicate == V("skos:notation") and isinstance(q.object, Literal)
    }
    assert coded == {"002", "202", "014", "142", "034"}, "no region without a country of ours"
    assert reading.notes[-1] == "m49.csv: 1 areas that are no countries of this graph were left out."


def test_differences_of_m49_from_reference_tables_are_noted() -> None:
    moved = KENYA.replace("014;Eastern Africa;Kenya", "017;Middle Africa;Republic of Kenia")
    changed = NEPAL.replace("NPL;x;x;", "NPL;;x;").replace("Southern Asia", "South Asia")
    notes = read_m49(m49(moved, changed)).notes
    for words in (
        "KEN: gcm:region is 017 in the file, 014 in ours",
        "KEN: the file calls it 'Republic of Kenia'",
        "NPL: gcm:countryGroup is lldc in the file, ldc, lldc in ours",
        "034: skos:prefLabel is South Asia in the file, none in ours",
    ):
        assert [note for note in notes if note.startswith(words)], words


def test_problems_of_m49_reported_together() -> None:
    rows = (
        KENYA.replace("404", "524"),
        NEPAL.replace(";x;x;", ";x;y;"),
        NEPAL,
        NEPAL.replace("034", "34"),
        NEPAL.replace("142;Asia", "019;Asia"),
        "001;World",
        KENYA.replace("404", "4"),
    )
    with pytest.raises(DataError) as caught:
        read_m49(m49(*rows))
    expected = [
        (2, "no row of countries.csv has m49 '524', iso2 'KE', iso3 'KEN'"),
        (3, "In the column 'lldc', 'y' is not of the form x"),
        (4, "The key 524 occurs here and in line 2"),
        (5, "In the column 'sub_region', '34' is not of the form"),
        (6, "The region 034 is 'Southern Asia in 019', further up 'Southern Asia in 142'"),
        (6, "The key 524 occurs here and in line 2"),
        (7, "has 2 cells, the header 15"),
        (8, "In the column 'm49', '4' is not of the form"),
    ]
    assert_problems(caught.value, "m49.csv", expected)


def test_m49_of_another_form_is_refused() -> None:
    for content, message in (
        ("", "m49.csv:1: The file is empty"),
        (m49(KENYA, NEPAL).replace("ISO-alpha3 Code;", "Code;"), "m49.csv:1: The metadata knows no column 'Code'"),
        (m49(KENYA), "m49.csv: The file lacks countries of this graph: NPL"),
        (m49(KENYA, NEPAL.replace("142;Asia;034;Southern Asia", ";;;")), "m49.csv:3: 'Nepal' is in no region"),
        (m49(KENYA, NEPAL, KENYA.replace("Kenya", "Réunion")), "m49.csv:4: Byte 0xE9 is not UTF-8"),
    ):
        with pytest.raises(DataError) as caught:
            read_m49(content, "iso-8859-1")
        assert str(caught.value).startswith(message)


ACTS = "Ratification, Acceptance(A), Approval(AA), Accession(a), Succession(d)"
PARTIES = (
    ("Denmark<superscript>1,2</superscript>", "12 Dec 2000", "8 Dec\t 2006 "),
    ("Côte d'Ivoire", "", "8 Jun 2017 a"),
    ("European Union", "12 Dec 2000", "6 Sep 2006 AA"),
    ("Congo", "14 Dec 2000", ""),
)
PROTOCOL = V("instrument:smuggling-protocol")
AS_OF = ImportOptions("2026-11-01")


def treaty(
    rows: tuple[tuple[str, ...], ...] = PARTIES,
    headings: tuple[str, ...] = ("Participant", "Signature", ACTS),
    number: str = "<Numsect>12</Numsect><Subnumsect>b</Subnumsect>",
    counts: tuple[int, int] = (3, 3),
) -> str:
    """A file in the UN's form. Each row begins in a line of its own: the first in line 4."""

    def row(cells: tuple[str, ...]) -> str:
        return "<Row>" + "".join(f"<Entry>{escape(cell)}</Entry>" for cell in cells) + "</Row>"

    return (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n<Document><Treaty><Header><Chapter><Header>CHAPTER XVIII</Header>'
        f"<Name>PENAL MATTERS</Name></Chapter><ExternalData>{number}<Status><Signatories>{counts[0]}</Signatories>"
        f"<Parties>{counts[1]}</Parties></Status></ExternalData></Header>\n<Participants><Table><TGroup><Thead>"
        f"{row(headings)}</Thead><Tbody><Rows>\n"
        + "\n".join(map(row, rows))
        + "</Rows></Tbody></TGroup></Table></Participants><Declarations><Participant>Fiji</Participant></Declarations>"
        "</Treaty></Document>"
    )


def read_treaty(
    content: str, options: ImportOptions = AS_OF, names: tuple[str, ...] = ("b.xml",)
) -> ImportedStatements:
    files = [PublishedFile(name, name, content.encode("iso-8859-1")) for name in names]
    return read_statements("treaties", files, known(), options)


def test_row_of_a_treaty_is_a_participation() -> None:
    quads = read_treaty(treaty()).quads
    assert {q.graph_name for q in quads} == {V("graph:reference/un-treaties")}
    assert statements_of(quads, IRI(f"{PROTOCOL.value}#participation-DNK")) == {
        (V("rdf:type"), V("gcm:TreatyParticipation")),
        (V("gcm:participationIn"), PROTOCOL),
        (V("gcm:participant"), V("country:DNK")),
        (V("gcm:signatureDate"), typed("2000-12-12", "date")),
        (V("gcm:bindingDate"), typed("2006-12-08", "date")),
        (V("gcm:bindingAction"), Literal("ratification (no flag in source)")),
        (V("gcm:asOf"), typed("2026-11-01", "date")),
    }
    acts = {q.subject.value.rpartition("-")[2]: q.object for q in quads if q.predicate == V("gcm:bindingAction")}  # type: ignore[union-attr]
    assert (acts["CIV"], acts["eu"]) == (Literal("accession"), Literal("approval"))
    assert "COG" not in acts
    assert len({q.subject for q in quads}) == 4, "declarations behind the table are no participations"
    for counts, notes in (
        ((3, 3), ()),
        ((9, 3), ("b.xml: the file counts 9 signatories, its table has 3.",)),
        ((3, 0), ("b.xml: the file counts 0 parties, its table has 3.",)),
    ):
        assert read_treaty(treaty(counts=counts)).notes == notes


def test_forms_of_xml_make_no_difference() -> None:
    """Indentation, attributes, empty elements; what follows the table need not be valid."""
    indented = treaty().replace("<Entry></Entry>", "<Entry />").replace("<Entry>", '\n      <Entry colname="1">')
    indented = indented.replace("<Row>", '<Row rowsep="0">').replace("<Table>", '<Table colsep="0" frame="none">')
    for other in (indented, treaty().replace("Fiji", "Fiji & others")):
        assert set(read_treaty(other).quads) == set(read_treaty(treaty()).quads)


def test_problems_of_a_treaty_reported_together_with_remedy() -> None:
    rows = (
        ("Atlantis", "12 Dec 2000", ""),
        ("Denmark", "31 Feb 2001", "8 Dec 2006 x"),
        ("Fiji", "", ""),
        ("Kenya", "5 January 2005", ""),
        ("DENMARK", "", "1 Jan 2027 a"),
    )
    with pytest.raises(DataError) as caught:
        read_treaty(treaty(rows, counts=(3, 2)))
    expected = [
        (4, "--leave-out 'Atlantis'"),
        (5, "'Signature', '31 Feb 2001' is no date"),
        (5, "'x' in '8 Dec 2006 x' is no letter"),
        (6, "'Fiji' has no date at all"),
        (7, "'5 January 2005' is no date"),
        (8, "later than --as-of 2026-11-01"),
        (8, "occurs here and in line 5"),
    ]
    assert_problems(caught.value, "b.xml", expected)


def test_treaty_of_another_form_is_refused() -> None:
    for content, words in (
        (treaty(headings=("Participant", "Signature", "Ratification, Notification(n)")), "headings"),
        (treaty((("Denmark", "12 Dec 2000"),)), "has 2 cells, the head 3"),
        (treaty(()), "has no rows"),
        (treaty(number="<Numsect>14</Numsect>"), "XVIII-14 is not in this graph"),
        (treaty(number=""), "does not say which treaty"),
        (treaty().replace("Participants>", "Others>"), "no table of participants"),
        (treaty().replace("</Rows>", ""), "not valid XML"),
        (treaty().replace("iso-8859-1", "klingon"), "not valid XML"),
        (treaty().replace("\n<Document>", '\n<!DOCTYPE d [<!ENTITY a "b">]>\n<Document>'), "DOCTYPE"),
        ("", "not valid XML"),
    ):
        with pytest.raises(DataError, match=words) as caught:
            read_treaty(content)
        assert str(caught.value).startswith("b.xml")


def test_unknown_participant_can_be_left_out(tmp_path: Path) -> None:
    file, imports = tmp_path / "b.xml", tmp_path / "imports"
    rows = (*PARTIES, ("Niue", "", "[16 Jul 2012 a]"))
    file.write_bytes(treaty(rows, counts=(3, 4)).encode("iso-8859-1"))
    import_files(imports, "treaties", [file], "2026-11-24", known(), ImportOptions("2026-11-01", ("Niue",)))
    quads = set(imported_quads(imports, known))
    assert set(read_treaty(treaty()).quads) < quads
    stated = {q.object for q in quads if q.subject == V("graph:reference/un-treaties")}
    assert {text("Left out when imported: Niue.", "en"), typed("2026-11-01", "date")} < stated
    with pytest.raises(DataError, match="No participant is called 'Nieu'"):
        read_treaty(treaty(rows), ImportOptions("2026-11-01", ("Nieu", "Niue")))


@needs_un
def test_all_names_of_the_lists_of_2014_are_found() -> None:
    for part, count in (("a", 167), ("b", 152)):
        listed = [row for row in read_rows(UN / "treaties.csv") if row["treaty"] == f"XVIII-12-{part}"]
        cells = tuple((row["participant"], row["raw_signature"], row["raw_action"]) for row in listed)
        quads = read_treaty(treaty(cells, number=f"<Numsect>12</Numsect><Subnumsect>{part}</Subnumsect>")).quads
        found = {q.object for q in quads if q.predicate == V("gcm:participant")}
        assert len(found) == count
        assert found == {V(f"country:{row['iso3']}") if row["iso3"] else V("organisation:eu") for row in listed}


LINKS = {"1a11": ["7", "15"], "1a12": ["7"]}
#: Invented titles in the form of the framework.
FRAMEWORK = [
    {"id": "1", "title": "A", "long_term_outcomes": [
        {"id": "1a", "title": "B", "short_term_outcomes": [
            {"id": "1a1", "title": "C", "outputs": [{"id": "1a11", "title": "Kites fly."}]}]}]}
]  # fmt: skip


def read_iom(*contents: object) -> ImportedStatements:
    files = [PublishedFile(f"{n}.json", f"{n}.json", json.dumps(one).encode()) for n, one in enumerate(contents)]
    return read_statements("iom", files, known(), NO_OPTIONS)


def test_objectives_are_linked_with_outputs_of_iom() -> None:
    reading, output = read_iom(LINKS, FRAMEWORK), IRI(A.graph("reference/un-iom") + "#output-1a11")
    assert statements_of(reading.quads, output) == {
        (V("skos:notation"), Literal("1a11")),
        (V("skos:prefLabel"), text("Kites fly.", "en")),
    }
    assert statements_of(reading.quads, V("objective:15")) == {(V("skos:relatedMatch"), output)}
    assert (len(reading.quads), reading.notes) == (6, ("2 outputs with 3 links to objectives.",))
    assert len(read_iom(LINKS).quads) == 5


def test_json_and_turtle_of_another_form_are_refused() -> None:
    unknown = r"output 1a11: In the column 'objective', no row of objectives\.csv has number '24'"
    for kind, content, message in (
        ("iom", '{"1a11": ["24"]}', rf"^x\.json, {unknown}"),
        ("iom", '{"a b": ["7"]}', r"^x\.json, output a b: In the column 'code', 'a b' is not of the form"),
        *(
            ("iom", content, r"^x\.json: This is not the results framework of IOM")
            for content in ('{"1a11": 7}', "[1]", '"x"')
        ),
        *(("iom", content, r"^x\.json: No output with its objectives") for content in (json.dumps(FRAMEWORK), "{}")),
        ("unbis", "<http://example.org/> <http://example.org/> 1 .", "No concept of the UNBIS Thesaurus"),
        ("unbis", "[", "This is not the JSON of the thesaurus."),
        ("unbis", '{"topics": [{"url": "not an address", "labels": {}, "related": []}]}', "This is not the JSON"),
        ("unbis", '{"topics": []}', "No concept of the UNBIS Thesaurus"),
    ):
        name = "x.ttl" if content.startswith("<") else "x.json"
        with pytest.raises(DataError, match=message):
            read_statements(kind, [PublishedFile(name, name, content.encode())], known(), NO_OPTIONS)


def test_files_and_options_of_another_kind_are_refused() -> None:
    file = PublishedFile("x", "x", m49(KENYA, NEPAL).encode())
    for files, options, message in (([file], AS_OF, "for treaties alone"), ([file, file], NO_OPTIONS, "2 were given")):
        with pytest.raises(DataError, match=message):
            read_statements("m49", files, known(), options)
    for as_of in (None, "1 November 2026"):
        with pytest.raises(DataError, match="--as-of"):
            read_treaty(treaty(), ImportOptions(as_of))
    with pytest.raises(DataError, match=r"two\.xml: 'one\.xml' is about XVIII-12-b, too"):
        read_treaty(treaty(), AS_OF, ("one.xml", "two.xml"))


#: Invented concepts in the form that the UN Library describes.
TURTLE = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix eu: <http://eurovoc.europa.eu/schema#> .
@prefix : <http://metadata.un.org/thesaurus/> . @prefix other: <http://example.org/> .
:14 a skos:ConceptScheme, eu:Domain ; skos:prefLabel "Social questions"@en .
:1405 a eu:MicroThesaurus ; skos:inScheme :14 .
:140599 a skos:Concept ; skos:prefLabel "Questions of kites"@en, "Questions de cerfs-volants"@fr .
:1999999 a skos:Concept ; skos:inScheme :1405 ; skos:broader :140599 ; skos:related :1999998 ;
  skos:prefLabel "KITES"@en, "طائرات ورقية"@ar ; skos:altLabel "Paper kites"@en .
other:x skos:prefLabel "Something else"@en ; skos:broader [] .
"""
TOPIC = {
    "url": "http://metadata.un.org/thesaurus/1999999",
    "labels": {"en": "KITES", "ar": "طائرات ورقية", "xx": "?"},
    "related": ["1999998", "140599"],
}


def shown(name: str, data: str) -> set[str]:
    quads = read_statements("unbis", [PublishedFile(name, name, data.encode())], known(), NO_OPTIONS).quads
    assert {quad.graph_name for quad in quads} == {IRI("https://w3id.org/gcmgraph/graph/reference/un-unbis")}
    return {str(quad.triple).replace("http://www.w3.org/2004/02/skos/core#", "skos:") for quad in quads}


def test_names_and_relations_in_turtle_and_json() -> None:
    concept = "<http://metadata.un.org/thesaurus/1999999>"
    both = {
        f'{concept} <skos:prefLabel> "KITES"@en',
        f'{concept} <skos:prefLabel> "طائرات ورقية"@ar',
        f"{concept} <skos:broader> <http://metadata.un.org/thesaurus/140599>",
        f"{concept} <skos:related> <http://metadata.un.org/thesaurus/1999998>",
    }
    assert shown("topics.json", json.dumps({"topics": [TOPIC]})) == both
    turtle = shown("unbist.ttl", TURTLE)
    assert both < turtle
    assert f'{concept} <skos:altLabel> "Paper kites"@en' in turtle
    assert not any("example.org" in one or "rdf-syntax" in one for one in turtle)


def test_import_in_the_next_build(tmp_path: Path) -> None:
    file = tmp_path / "topics.json"
    file.write_text(json.dumps({"topics": [TOPIC]}), "utf-8")
    change = import_files(tmp_path / "imports", "unbis", [file], "2026-11-27", known())
    assert len(change.added) == 4
    assert read_target(str(file)).entities["http://metadata.un.org/thesaurus/1999999"].label == "KITES"
    again = {quad for quad in imported_quads(tmp_path / "imports", known) if quad in set(change.added)}
    assert again == set(change.added)
