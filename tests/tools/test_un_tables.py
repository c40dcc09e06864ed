"""Tables from files of the UN: treaties, M49, SDGs, UNBIS Thesaurus, IOM's framework; what is strange in them."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from collected import ROOT, UN, needs_un, read_rows
from gcmgraph.linking.imports import import_table, imported_quads
from gcmgraph.linking.targets import read_target
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.repository.layout import Repository
from tools.un_tables.__main__ import main

A = Addresses()
V = Vocabulary(A)
REPOSITORY = Repository.find(str(ROOT))


def written(folder: Path, kind: str, *files: Path, options: Sequence[str] = ()) -> list[Path]:
    """The tables of some files."""
    tables = folder / f"tables-{len(list(folder.iterdir()))}"
    main([kind, *map(str, files), "--out", str(tables), *options])
    return sorted(tables.glob("*.csv"))


def imported(folder: Path, tables: Sequence[Path]) -> set[Quad]:
    """The statements of imported tables, without their provenance."""
    for table in tables:
        import_table(folder / "imports", table, "2026-11-24", REPOSITORY, A)
    quads = imported_quads(folder / "imports", REPOSITORY, A)
    return {quad for quad in quads if quad.graph_name != V("graph:provenance")}


def statements_of(quads: set[Quad], subject: IRI) -> set[tuple[object, object]]:
    return {(quad.predicate, quad.object) for quad in quads if quad.subject == subject}


def refusal(folder: Path, kind: str, *files: Path, options: Sequence[str] = ()) -> str:
    with pytest.raises(SystemExit) as caught:
        written(folder, kind, *files, options=options)
    return str(caught.value).replace(f"{folder}/", "")


ACTS = "Ratification, Acceptance(A), Approval(AA), Accession(a), Succession(d)"
PARTIES = (
    ("Denmark<superscript>1,2</superscript>", "12 Dec 2000", "8 Dec\t 2006 "),
    ("Côte d'Ivoire", "", "8 Jun 2017 a"),
    ("European Union", "12 Dec 2000", "6 Sep 2006 AA"),
    ("Congo", "14 Dec 2000", ""),
)
AS_OF = ("--as-of", "2026-11-01")


def treaty(
    rows: Sequence[Sequence[str]] = PARTIES,
    headings: tuple[str, ...] = ("Participant", "Signature", ACTS),
    number: str = "<Numsect>12</Numsect><Subnumsect>b</Subnumsect>",
) -> str:
    """A file in the UN's form."""

    def row(cells: Sequence[str]) -> str:
        return "<Row>" + "".join(f"<Entry>{escape(cell)}</Entry>" for cell in cells) + "</Row>"

    return (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n<Document><Treaty><Header><Chapter><Header>CHAPTER XVIII</Header>'
        f"<Name>PENAL MATTERS</Name></Chapter><ExternalData>{number}</ExternalData></Header>\n"
        f"<Participants><Table><TGroup><Thead>{row(headings)}</Thead><Tbody><Rows>\n"
        + "\n".join(map(row, rows))
        + "</Rows></Tbody></TGroup></Table></Participants><Declarations><Participant>Fiji</Participant></Declarations>"
        "</Treaty></Document>"
    )


def treaty_file(folder: Path, content: str, name: str = "b.xml") -> Path:
    path = folder / name
    path.write_bytes(content.encode("iso-8859-1"))
    return path


def test_row_of_a_treaty_is_a_participation(tmp_path: Path) -> None:
    (table,) = written(tmp_path, "treaties", treaty_file(tmp_path, treaty()), options=AS_OF)
    quads = imported(tmp_path, [table])
    protocol = V("instrument:smuggling-protocol")
    assert {quad.graph_name for quad in quads} == {
        V("graph:reference/participation-smuggling-protocol")
    }
    assert statements_of(quads, IRI(f"{protocol.value}#participation-DNK")) == {
        (V("rdf:type"), V("gcm:TreatyParticipation")),
        (V("gcm:participationIn"), protocol),
        (V("gcm:participant"), V("country:DNK")),
        (V("gcm:signatureDate"), typed("2000-12-12", "date")),
        (V("gcm:bindingDate"), typed("2006-12-08", "date")),
        (V("gcm:bindingAction"), Literal("ratification (no flag in source)")),
        (V("gcm:asOf"), typed("2026-11-01", "date")),
    }
    acts = {row["participant"]: row["binding_action"] for row in read_rows(table)}
    assert acts == {
        "DNK": "ratification (no flag in source)",
        "CIV": "accession",
        "eu": "approval",
        "COG": "",
    }


def test_tables_of_treaties_have_the_columns_of_those_that_they_replace(tmp_path: Path) -> None:
    (table,) = written(tmp_path, "treaties", treaty_file(tmp_path, treaty()), options=AS_OF)
    with (REPOSITORY.reference / table.name).open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == [*read_rows(table)[0]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Entry></Entry>", "<Entry />"),
        ("<Entry>", '\n <Entry colname="1">'),
        ("Fiji", "Fiji & others"),
    ],
    ids=["empty elements", "indentation", "invalid XML behind the table"],
)
def test_forms_of_xml_make_no_difference(tmp_path: Path, old: str, new: str) -> None:
    (plain,) = written(tmp_path, "treaties", treaty_file(tmp_path, treaty()), options=AS_OF)
    (other,) = written(
        tmp_path, "treaties", treaty_file(tmp_path, treaty().replace(old, new)), options=AS_OF
    )
    assert other.read_bytes() == plain.read_bytes()


def test_problems_of_a_treaty_reported_together_with_remedy(tmp_path: Path) -> None:
    rows = (
        ("Atlantis", "12 Dec 2000", ""),
        ("Denmark", "31 Feb 2001", "8 Dec 2006 x"),
        ("Fiji", "", ""),
        ("Kenya", "5 January 2005", ""),
        ("Nepal", "", "1 Jan 2027 a"),
        ("Niue", "", "[16 Jul 2012 a]"),
    )
    lines = refusal(
        tmp_path, "treaties", treaty_file(tmp_path, treaty(rows)), options=AS_OF
    ).splitlines()
    expected = (
        ("Atlantis", "or give --leave-out 'Atlantis'"),
        ("Denmark", "'31 Feb 2001' is no day of the calendar"),
        ("Denmark", "'x' in '8 Dec 2006 x' is no letter"),
        ("Fiji", "no date at all. Leave it out with --leave-out 'Fiji'"),
        ("Kenya", "'5 January 2005' is no date"),
        ("Nepal", "later than --as-of 2026-11-01"),
        ("Niue", "'[16 Jul 2012 a]' is no date"),
    )
    for line, (name, words) in zip(lines[: len(expected)], expected, strict=True):
        assert line.startswith(f"b.xml, {name}: ")
        assert words in line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            treaty(headings=("Participant", "Signature", "Ratification, Notification(n)")),
            "headings",
        ),
        (treaty(headings=("Participant", "Signature")), "headings"),
        (treaty((("Denmark", "12 Dec 2000"),)), "has 2 cells, the head 3"),
        (treaty(()), "has no rows"),
        (treaty(number="<Numsect>14</Numsect>"), "XVIII-14 is not in our tables"),
        (treaty(number=""), "does not say which treaty"),
        (treaty().replace("TGroup>", "Group>"), "no table of participants"),
        (treaty().replace("</Rows>", ""), "not valid XML"),
        (treaty().replace("iso-8859-1", "klingon"), "not valid XML"),
        (
            treaty().replace("\n<Document>", '\n<!DOCTYPE d [<!ENTITY a "b">]>\n<Document>'),
            "DOCTYPE",
        ),
        ("", "no table of participants"),
    ],
)
def test_treaty_of_another_form_is_refused(tmp_path: Path, content: str, words: str) -> None:
    message = refusal(tmp_path, "treaties", treaty_file(tmp_path, content), options=AS_OF)
    assert message.startswith("b.xml")
    assert words in message


def test_day_of_treaties_is_required(tmp_path: Path) -> None:
    file = treaty_file(tmp_path, treaty())
    for options in ((), ("--as-of", "1 November 2026")):
        assert "Give --as-of" in refusal(tmp_path, "treaties", file, options=options)
    twice = refusal(
        tmp_path, "treaties", file, treaty_file(tmp_path, treaty(), "c.xml"), options=AS_OF
    )
    assert twice.startswith("c.xml: Another file is about XVIII-12-b, too.")


def test_participant_that_is_left_out_is_named_in_the_description(tmp_path: Path) -> None:
    file = treaty_file(tmp_path, treaty((*PARTIES, ("Atlantis", "", "16 Jul 2012 a"))))
    (table,) = written(tmp_path, "treaties", file, options=(*AS_OF, "--leave-out", "Atlantis"))
    import_table(tmp_path / "imports", table, "2026-11-24", REPOSITORY, A)
    graph = V("graph:reference/participation-smuggling-protocol")
    stated = {
        quad.object
        for quad in imported_quads(tmp_path / "imports", REPOSITORY, A)
        if quad.subject == graph
    }
    assert text("One row for each signatory or party. Left out: Atlantis.", "en") in stated


@needs_un
@pytest.mark.parametrize(("part", "count"), [("a", 167), ("b", 152)])
def test_all_names_of_the_lists_of_2014_are_found(tmp_path: Path, part: str, count: int) -> None:
    listed = [row for row in read_rows(UN / "treaties.csv") if row["treaty"] == f"XVIII-12-{part}"]
    cells = [(row["participant"], row["raw_signature"], row["raw_action"]) for row in listed]
    number = f"<Numsect>12</Numsect><Subnumsect>{part}</Subnumsect>"
    (table,) = written(
        tmp_path, "treaties", treaty_file(tmp_path, treaty(cells, number=number)), options=AS_OF
    )
    keys = {row["participant"] for row in read_rows(table)}
    assert len(keys) == count
    assert keys == {row["iso3"] or "eu" for row in listed}


M49_HEADER = (
    "Global Code;Global Name;Region Code;Region Name;Sub-region Code;Sub-region Name;Intermediate Region Code;"
    "Intermediate Region Name;Country or Area;M49 Code;ISO-alpha2 Code;ISO-alpha3 Code;Least Developed Countries (LDC);"
    "Land Locked Developing Countries (LLDC);Small Island Developing States (SIDS)"
)
SARK = "001;World;150;Europe;154;Northern Europe;830;Channel Islands;Sark;680;;;;;"


def m49_rows() -> list[str]:
    """A file in the UN's form that agrees with our table of countries."""
    rows = []
    for row in read_rows(REPOSITORY.reference / "countries.csv"):
        codes = f"{row['name_en']};{row['m49']};{row['iso2']};{row['iso3']}"
        groups = ";".join("x" if row[group] else "" for group in ("ldc", "lldc", "sids"))
        rows.append(f"001;World;;;{row['region']};;;;{codes};{groups}")
    return [M49_HEADER, *rows, SARK]


def m49_file(folder: Path, rows: Sequence[str], encoding: str = "utf-8-sig") -> Path:
    path = folder / "m49.csv"
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode(encoding))
    return path


def test_m49_that_agrees_leaves_the_table_of_countries(tmp_path: Path) -> None:
    (table,) = written(tmp_path, "m49", m49_file(tmp_path, m49_rows()))
    assert table.read_bytes() == (REPOSITORY.reference / "countries.csv").read_bytes()


def test_region_and_groups_of_m49_replace_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        row.replace("034;;;;Nepal;524;NP;NPL;x;x;", "030;;;;Népal;524;NP;NPL;;x;")
        for row in m49_rows()
    ]
    quads = imported(tmp_path, written(tmp_path, "m49", m49_file(tmp_path, rows)))
    nepal = statements_of(quads, V("country:NPL"))
    assert {value for predicate, value in nepal if predicate == V("gcm:region")} == {
        V("concept:m49/030")
    }
    groups = {value for predicate, value in nepal if predicate == V("gcm:countryGroup")}
    assert groups == {V("concept:country-group/lldc")}
    notes = capsys.readouterr().err
    assert "NPL: the file calls it 'Népal', our table 'Nepal'." in notes
    assert "NPL: region was '034', is '030'." in notes


def test_problems_of_m49_reported_together(tmp_path: Path) -> None:
    rows = m49_rows()
    (nepal,) = (number for number, row in enumerate(rows) if ";NPL;" in row)
    (kenya,) = (number for number, row in enumerate(rows) if ";KEN;" in row)
    rows[nepal] = (
        rows[nepal].replace(";034;", ";999;").replace(";x;x;", ";x;y;").replace(";NP;", ";NQ;")
    )
    del rows[kenya]
    lines = refusal(tmp_path, "m49", m49_file(tmp_path, [*rows, "001;World"])).splitlines()
    for words in (
        "The file lacks Kenya (404)",
        "The ISO-alpha2 Code of Nepal is 'NQ', in our table 'NP'",
        "'y' is not x",
        "The region '999' of Nepal is not in data/reference/regions.csv",
        "The row has 2 cells, the header 15",
    ):
        assert [line for line in lines if line.startswith("m49.csv") and words in line], words


def test_m49_of_another_form_is_refused(tmp_path: Path) -> None:
    other_header = m49_file(tmp_path, [M49_HEADER.replace("ISO-alpha3 Code;", "Code;")])
    assert "has no column 'ISO-alpha3 Code'" in refusal(tmp_path, "m49", other_header)
    latin = m49_file(tmp_path, [M49_HEADER, "Réunion"], "iso-8859-1")
    assert refusal(tmp_path, "m49", latin).startswith("m49.csv:2")


SDG = """\
@prefix sdg: <http://metadata.un.org/sdg/> . @prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
sdg:10.7 a sdgo:Target ; skos:notation "10.07"^^sdgo:SDGCode , "10.7"^^sdgo:SDGCodeCompact ;
  skos:prefLabel "Facilitate orderly migration"@en , "of"@en ; sdgo:hasIndicator sdg:C100701 .
sdg:C100701 a sdgo:Indicator ; skos:notation "10.7.1"^^sdgo:SDGCodeCompact ; skos:prefLabel "Recruitment cost"@en .
<http://elsewhere.example/x> skos:prefLabel "x"@en .
"""


def test_text_of_a_target_is_its_definition(tmp_path: Path) -> None:
    file = tmp_path / "sdg.ttl"
    file.write_text(SDG, "utf-8")
    quads = imported(tmp_path, written(tmp_path, "sdg", file))
    indicator = IRI("http://metadata.un.org/sdg/C100701")
    assert statements_of(quads, V("sdg:10.7")) == {
        (V("skos:definition"), text("Facilitate orderly migration", "en")),
        (V("sdgo:hasIndicator"), indicator),
    }
    assert statements_of(quads, indicator) == {
        (V("rdf:type"), V("sdgo:Indicator")),
        (V("skos:notation"), Literal("10.7.1", datatype=V("sdgo:SDGCodeCompact"))),
        (V("skos:prefLabel"), text("Recruitment cost", "en")),
    }
    assert {quad.subject for quad in quads} == {V("sdg:10.7"), indicator}


@needs_un
def test_files_of_the_un_define_all_goals_and_targets(tmp_path: Path) -> None:
    quads = imported(
        tmp_path, written(tmp_path, "sdg", UN / "sdg" / "sdg-kos-goals-targets-indicators.ttl")
    )
    defined = [(q.subject, q.object.language) for q in quads if q.predicate == V("skos:definition")]  # type: ignore[union-attr]
    assert len(defined) == len(set(defined)) == (17 + 169) * 3, "one text in each language"
    assert {language for _, language in defined} == {"en", "fr", "es"}
    assert len({q.subject for q in quads if q.predicate == V("sdgo:hasIndicator")}) == 169


#: Invented concepts in the form that the UN Library describes.
UNBIS = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <http://metadata.un.org/thesaurus/> .
:1999999 a skos:Concept ; skos:broader :140599 ; skos:prefLabel "KITES"@en, "طائرات ورقية"@ar .
<http://example.org/x> skos:prefLabel "Something else"@en ; skos:broader [] .
"""
TOPIC = {
    "url": "http://metadata.un.org/thesaurus/1999999",
    "labels": {"en": "KITES", "ar": "طائرات ورقية", "xx": "?"},
    "related": ["1999998", "140599"],
}


@pytest.mark.parametrize(
    ("name", "content"), [("u.ttl", UNBIS), ("u.json", json.dumps({"topics": [TOPIC]}))]
)
def test_names_of_unbis_in_turtle_and_json(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    (table,) = written(tmp_path, "unbis", tmp_path / name)
    concept = TOPIC["url"]
    assert {
        (quad.subject, quad.predicate, quad.object) for quad in imported(tmp_path, [table])
    } == {
        (IRI(str(concept)), V("skos:prefLabel"), text("KITES", "en")),
        (IRI(str(concept)), V("skos:prefLabel"), text("طائرات ورقية", "ar")),
    }
    assert {iri: entity.label for iri, entity in read_target(str(table)).entities.items()} == {
        concept: "KITES"
    }


LINKS = {"1a11": ["7", "15"], "1a12": ["7"]}
#: Invented titles in the form of the framework.
FRAMEWORK = [
    {"id": "1", "title": "A", "long_term_outcomes": [
        {"id": "1a", "title": "B", "short_term_outcomes": [
            {"id": "1a1", "title": "C", "outputs": [{"id": "1a11", "title": "Kites fly."}]}]}]}
]  # fmt: skip


def test_objectives_are_linked_with_outputs_of_iom(tmp_path: Path) -> None:
    for name, content in (("links.json", LINKS), ("framework.json", FRAMEWORK)):
        (tmp_path / name).write_text(json.dumps(content), "utf-8")
    quads = imported(
        tmp_path, written(tmp_path, "iom", tmp_path / "links.json", tmp_path / "framework.json")
    )
    output = IRI(A.graph("reference/un-iom") + "#output-1a11")
    assert statements_of(quads, output) == {
        (V("skos:notation"), Literal("1a11")),
        (V("skos:prefLabel"), text("Kites fly.", "en")),
    }
    assert statements_of(quads, V("objective:15")) == {(V("skos:relatedMatch"), output)}
    assert len(quads) == 6


@pytest.mark.parametrize(
    ("kind", "name", "content", "message"),
    [
        ("iom", "x.json", '{"1a11": 7}', "x.json: This is not the framework of IOM"),
        ("iom", "x.json", '"x"', "x.json: This is not the framework of IOM"),
        ("iom", "x.json", "[]", "x.json: No output with its objectives"),
        ("sdg", "x.ttl", "", "x.ttl: No goal or target with its code"),
        ("sdg", "x.ttl", "<", "x.ttl:1"),
        (
            "unbis",
            "x.ttl",
            "<http://a.example/> a <http://b.example/> .",
            "x.ttl: No concept with its name",
        ),
        ("unbis", "x.json", '{"topics": [7]}', "x.json: This is not the JSON of the thesaurus."),
        ("unbis", "x.json", "", "x.json: This is not the JSON of the thesaurus."),
    ],
)
def test_vocabulary_of_another_form_is_refused(
    tmp_path: Path, kind: str, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert refusal(tmp_path, kind, tmp_path / name).startswith(message)
    assert refusal(tmp_path, kind, tmp_path / "none.ttl").startswith("none.ttl: ")
