"""UN M49, treaties and IOM's results framework as published: statements, notes, and errors with line and remedy."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from gcmgraph.errors import DataError
from gcmgraph.linking.imports import import_files, imported_quads, read_statements
from gcmgraph.linking.un_files import NO_OPTIONS, ImportedStatements, ImportOptions, PublishedFile, ReferenceIndex
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables

A = Addresses()
V = Vocabulary(A)
REPOSITORY = Repository.find()
KNOWN = ReferenceIndex.of(REPOSITORY, A)
COLLECTED = Path(__file__).parents[3] / "shared" / "un"
needs_collected = pytest.mark.skipif(not COLLECTED.is_dir(), reason="needs ../shared/un")


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

#: Two countries as the reference tables have them.
TWO = ReferenceIndex(
    (
        quad
        for table in read_tables(REPOSITORY.reference, A)
        for quad in table.quads
        if quad.subject in {V("country:KEN"), V("country:NPL")}
    ),
    A,
    REPOSITORY,
)


def m49(*rows: str) -> str:
    return "\r\n".join((M49_HEADER, *rows)) + "\r\n"


def read_m49(content: str, encoding: str = "utf-8", known: ReferenceIndex = TWO) -> ImportedStatements:
    return read_statements("m49", [PublishedFile("m49.csv", "m49.csv", content.encode(encoding))], known, NO_OPTIONS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_m49_states_regions_and_groups_of_our_countries(encoding: str) -> None:
    reading = read_m49(m49(KENYA, NEPAL, SARK), encoding)
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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "m49.csv:1: The file is empty"),
        (m49(KENYA, NEPAL).replace(";", ","), "m49.csv:1: The metadata knows no column 'Global Code,Global Name"),
        (m49(KENYA, NEPAL).replace("ISO-alpha3 Code;", "Code;"), "m49.csv:1: The metadata knows no column 'Code'"),
        (m49(KENYA), "m49.csv: The file lacks countries of this graph: NPL"),
        (m49(KENYA, NEPAL.replace("142;Asia;034;Southern Asia", ";;;")), "m49.csv:3: 'Nepal' is in no region"),
        (m49(KENYA, NEPAL.replace("Nepal", '"Nepal')), "m49.csv:3: This is not valid CSV"),
        (m49(KENYA, NEPAL, KENYA.replace("Kenya", "Réunion")), "m49.csv:4: Byte 0xE9 is not UTF-8"),
    ],
)
def test_m49_of_another_form_is_refused(content: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_m49(content, "iso-8859-1")
    assert str(caught.value).startswith(message)


@needs_collected
def test_file_of_the_un_gives_each_country_the_region_of_the_tables() -> None:
    with (COLLECTED / "m49" / "unsd-m49-en.csv").open(encoding="utf-8-sig", newline="") as file:
        content = "".join(f"{';'.join(row)}\r\n" for row in csv.reader(file))
    reading = read_m49(content, known=KNOWN)
    assert len({quad.subject for quad in reading.quads if quad.predicate == V("gcm:region")}) == 247
    assert not [note for note in reading.notes if "gcm:region" in note]


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
    return read_statements("treaties", files, KNOWN, options)


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


def test_forms_of_xml_make_no_difference() -> None:
    """Indentation, attributes, empty elements; what follows the table need not be valid."""
    indented = treaty().replace("<Entry></Entry>", "<Entry />").replace("<Entry>", '\n      <Entry colname="1">')
    indented = indented.replace("<Row>", '<Row rowsep="0">').replace("<Table>", '<Table colsep="0" frame="none">')
    for other in (indented, treaty().replace("Fiji", "Fiji & others")):
        assert set(read_treaty(other).quads) == set(read_treaty(treaty()).quads)


@pytest.mark.parametrize(("counts", "notes"), [((3, 3), ()), ((9, 3), ("signatories",)), ((3, 0), ("parties",))])
def test_counts_that_the_table_does_not_have_are_noted(counts: tuple[int, int], notes: tuple[str, ...]) -> None:
    expected = tuple(f"b.xml: the file counts {counts[name == 'parties']} {name}, its table has 3." for name in notes)
    assert read_treaty(treaty(counts=counts)).notes == expected


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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (treaty(headings=("Participant", "Signature", "Ratification, Notification(n)")), "headings"),
        (treaty(headings=("Participant", ACTS)), "headings"),
        (treaty((("Denmark", "12 Dec 2000"),)), "has 2 cells, the head 3"),
        (treaty(()), "has no rows"),
        (treaty(number="<Numsect>14</Numsect>"), "XVIII-14 is not in this graph"),
        (treaty(number=""), "does not say which treaty"),
        (treaty().replace("Participants>", "Others>"), "no table of participants"),
        (treaty().replace("</Rows>", ""), "not valid XML"),
        (treaty().replace("iso-8859-1", "klingon"), "not valid XML"),
        (treaty().replace("\n<Document>", '\n<!DOCTYPE d [<!ENTITY a "b">]>\n<Document>'), "DOCTYPE"),
        ("treaty,title\n", "not valid XML"),
        ("", "not valid XML"),
    ],
)
def test_treaty_of_another_form_is_refused(content: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read_treaty(content)
    assert str(caught.value).startswith("b.xml")


@pytest.mark.parametrize("as_of", [None, "1 November 2026"])
def test_treaty_without_day_of_the_list_is_refused(as_of: str | None) -> None:
    with pytest.raises(DataError, match="--as-of"):
        read_treaty(treaty(), ImportOptions(as_of))


def test_two_files_of_one_treaty_are_refused() -> None:
    with pytest.raises(DataError, match=r"two\.xml: 'one\.xml' is about XVIII-12-b, too"):
        read_treaty(treaty(), AS_OF, ("one.xml", "two.xml"))


def test_unknown_participant_can_be_left_out(tmp_path: Path) -> None:
    file, imports = tmp_path / "b.xml", tmp_path / "imports"
    rows = (*PARTIES, ("Niue", "", "[16 Jul 2012 a]"))
    file.write_bytes(treaty(rows, counts=(3, 4)).encode("iso-8859-1"))
    import_files(imports, "treaties", [file], "2026-11-24", KNOWN, ImportOptions("2026-11-01", ("Niue",)))
    quads = set(imported_quads(imports, lambda: KNOWN))
    assert set(read_treaty(treaty()).quads) < quads
    stated = {q.object for q in quads if q.subject == V("graph:reference/un-treaties")}
    assert {text("Left out when imported: Niue.", "en"), typed("2026-11-01", "date")} < stated
    with pytest.raises(DataError, match="No participant is called 'Nieu'"):
        read_treaty(treaty(rows), ImportOptions("2026-11-01", ("Nieu", "Niue")))


def test_new_party_is_the_difference_of_two_imports(tmp_path: Path) -> None:
    file = tmp_path / "b.xml"
    changes = []
    for rows in (PARTIES, PARTIES, (*PARTIES[:3], ("Congo", "14 Dec 2000", "1 Oct 2026"))):
        file.write_bytes(treaty(rows).encode("iso-8859-1"))
        changes.append(import_files(tmp_path / "imports", "treaties", [file], "2026-11-24", KNOWN, AS_OF))
    assert (changes[1].added, changes[1].removed, changes[2].removed) == ((), (), ())
    assert {q.predicate for q in changes[2].added} == {V("gcm:bindingDate"), V("gcm:bindingAction")}
    assert {q.subject for q in changes[2].added} == {IRI(f"{PROTOCOL.value}#participation-COG")}


@needs_collected
@pytest.mark.parametrize(("notation", "part", "rows"), [("XVIII-12-a", "a", 167), ("XVIII-12-b", "b", 152)])
def test_all_names_of_the_lists_of_2014_are_found(notation: str, part: str, rows: int) -> None:
    with (COLLECTED / "treaties.csv").open(encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file) if row["treaty"] == notation]
    cells = tuple((row["participant"], row["raw_signature"], row["raw_action"]) for row in listed)
    quads = read_treaty(treaty(cells, number=f"<Numsect>12</Numsect><Subnumsect>{part}</Subnumsect>")).quads
    found = {q.object for q in quads if q.predicate == V("gcm:participant")}
    assert len(found) == rows
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
    return read_statements("iom", files, KNOWN, NO_OPTIONS)


def test_objectives_are_linked_with_outputs_of_iom() -> None:
    reading, output = read_iom(LINKS, FRAMEWORK), IRI(A.graph("reference/un-iom") + "#output-1a11")
    assert statements_of(reading.quads, output) == {
        (V("skos:notation"), Literal("1a11")),
        (V("skos:prefLabel"), text("Kites fly.", "en")),
    }
    assert statements_of(reading.quads, V("objective:15")) == {(V("skos:relatedMatch"), output)}
    assert (len(reading.quads), reading.notes) == (6, ("2 outputs with 3 links to objectives.",))
    assert len(read_iom(LINKS).quads) == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"1a11": ["24"]},
            r"0\.json, output 1a11: In the column 'objective', no row of objectives\.csv has number '24'",
        ),
        ({"a b": ["7"]}, r"0\.json, output a b: In the column 'code', 'a b' is not of the form"),
        *((content, r"0\.json: This is not the results framework of IOM") for content in ({"1a11": 7}, [1], "x")),
        *((content, r"0\.json: No output with its objectives") for content in (FRAMEWORK, {})),
    ],
)
def test_invalid_framework_of_iom_is_refused(content: object, message: str) -> None:
    with pytest.raises(DataError, match=f"^{message}"):
        read_iom(content)


def test_two_files_or_options_of_treaties_are_refused_for_m49() -> None:
    file = PublishedFile("x", "x", m49(KENYA, NEPAL).encode())
    for files, options, message in (([file], AS_OF, "for treaties alone"), ([file, file], NO_OPTIONS, "2 were given")):
        with pytest.raises(DataError, match=message):
            read_statements("m49", files, KNOWN, options)
