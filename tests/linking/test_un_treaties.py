"""Files of the UN on treaties: who signed, who is bound, read strictly, names never guessed."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from gcmgraph.errors import DataError
from gcmgraph.linking.imports.reference import ImportedStatements, ImportOptions, PublishedFile, ReferenceIndex
from gcmgraph.linking.imports.stored import import_files, imported_quads, read_statements
from gcmgraph.model.terms import Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository

A = Addresses()
V = Vocabulary(A)
KNOWN = ReferenceIndex.of(Repository.find(), A)
WHERE = V("graph:reference/un-treaties")
AS_OF = ImportOptions("2026-11-01")
COLLECTED = Path(__file__).parents[3] / "shared" / "un" / "treaties.csv"
ACTS = "Ratification, Acceptance(A), Approval(AA), Accession(a), Succession(d)"
ROWS = (
    ("Denmark<superscript>1,2</superscript>", "12 Dec 2000", "8 Dec\t 2006 "),
    ("Côte d'Ivoire", "", "8 Jun 2017 a"),
    ("European Union", "12 Dec 2000", "6 Sep 2006 AA"),
    ("Congo", "14 Dec 2000", ""),
)


def document(
    rows: tuple[tuple[str, ...], ...] = ROWS,
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


def read(content: str, choices: ImportOptions = AS_OF) -> ImportedStatements:
    return read_statements("treaties", [PublishedFile("b.xml", "b.xml", content.encode("iso-8859-1"))], KNOWN, choices)


def about(quads: tuple[Quad, ...], key: str) -> set[tuple[object, object]]:
    node = V(f"instrument:smuggling-protocol#participation-{key}")
    assert all(q.graph_name == WHERE for q in quads)
    return {(q.predicate, q.object) for q in quads if q.subject == node}


def test_a_row_becomes_a_participation_with_its_dates_and_act() -> None:
    quads = read(document()).quads
    assert about(quads, "DNK") == {
        (V("rdf:type"), V("gcm:TreatyParticipation")),
        (V("gcm:participationIn"), V("instrument:smuggling-protocol")),
        (V("gcm:participant"), V("country:DNK")),
        (V("gcm:signatureDate"), typed("2000-12-12", "date")),
        (V("gcm:bindingDate"), typed("2006-12-08", "date")),
        (V("gcm:bindingAction"), Literal("ratification (no flag in source)")),
        (V("gcm:asOf"), typed("2026-11-01", "date")),
    }
    assert (V("gcm:bindingAction"), Literal("accession")) in about(quads, "CIV")
    assert (V("gcm:bindingAction"), Literal("approval")) in about(quads, "eu")
    assert {p for p, _ in about(quads, "COG")}.isdisjoint({V("gcm:bindingDate"), V("gcm:bindingAction")})
    assert len({q.subject for q in quads}) == 4, "declarations behind the table are no participations"


def test_indentation_attributes_and_empty_elements_make_no_difference() -> None:
    indented = document().replace("<Entry></Entry>", "<Entry />").replace("<Entry>", '\n      <Entry colname="1">')
    indented = indented.replace("<Row>", '<Row rowsep="0">').replace("<Table>", '<Table colsep="0" frame="none">')
    assert indented.count("<Entry />") == 2
    assert set(read(indented).quads) == set(read(document()).quads)


def test_a_participant_whose_date_cannot_be_read_can_be_left_out() -> None:
    content = document((*ROWS, ("Kenya", "", "[5 Jan 2005 a]")), counts=(3, 4))
    with pytest.raises(DataError, match=r"b\.xml:8: In the column 'Ratification', '\[5 Jan 2005 a\]' is no date"):
        read(content)
    assert set(read(content, ImportOptions("2026-11-01", ("Kenya",))).quads) == set(read(document()).quads)


def test_what_stands_behind_the_table_need_not_even_be_xml() -> None:
    assert read(document().replace("Fiji", "Fiji & others")).quads == read(document()).quads


def test_counts_of_the_file_that_its_table_does_not_have_are_told() -> None:
    assert read(document()).notes == ()
    told = read(document(counts=(112, 3))).notes
    assert told == ("b.xml: the file counts 112 signatories, its table has 3.",)


def test_all_that_is_wrong_is_told_at_once_with_line_column_and_remedy() -> None:
    rows = (
        ("Atlantis", "12 Dec 2000", ""),
        ("Denmark", "31 Feb 2001", "8 Dec 2006 x"),
        ("Fiji", "", ""),
        ("Kenya", "5 January 2005", ""),
        ("DENMARK", "", "1 Jan 2027 a"),
    )
    with pytest.raises(DataError) as caught:
        read(document(rows, counts=(3, 2)))
    lines = str(caught.value).splitlines()
    assert [line.split(": ", 1)[0] for line in lines] == [f"b.xml:{n}" for n in (4, 5, 5, 6, 7, 8, 8)]
    for line, words in zip(
        lines,
        (
            "--leave-out 'Atlantis'",
            "'Signature', '31 Feb 2001' is no date",
            "'x' in '8 Dec 2006 x' is no letter",
            "'Fiji' has no date at all",
            "'5 January 2005' is no date",
            "later than --as-of 2026-11-01",
            "occurs here and in line 5",
        ),
        strict=True,
    ):
        assert words in line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (document(headings=("Participant", "Signature", "Ratification, Notification(n)")), "headings"),
        (document(headings=("Participant", ACTS)), "headings"),
        (document((("Denmark", "12 Dec 2000"),)), "has 2 cells, the head 3"),
        (document(()), "has no rows"),
        (document(number="<Numsect>14</Numsect>"), "XVIII-14 is not in this graph"),
        (document(number=""), "does not say which treaty"),
        (document().replace("Participants>", "Others>"), "no table of participants"),
        (document().replace("</Rows>", ""), "not valid XML"),
        (document().replace("iso-8859-1", "klingon"), "not valid XML"),
        (document().replace("\n<Document>", '\n<!DOCTYPE d [<!ENTITY a "b">]>\n<Document>'), "DOCTYPE"),
        ("treaty,title\n", "not valid XML"),
        ("", "not valid XML"),
    ],
)
def test_a_file_of_another_form_is_refused(content: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read(content)
    assert str(caught.value).startswith("b.xml")


@pytest.mark.parametrize("as_of", [None, "1 November 2026"])
def test_the_day_of_the_list_must_be_said(as_of: str | None) -> None:
    with pytest.raises(DataError, match="--as-of"):
        read(document(), ImportOptions(as_of))


def test_two_files_about_one_treaty_are_refused() -> None:
    one, two = (PublishedFile(name, name, document().encode("iso-8859-1")) for name in ("one.xml", "two.xml"))
    with pytest.raises(DataError, match=r"two\.xml: 'one\.xml' is about XVIII-12-b, too"):
        read_statements("treaties", [one, two], KNOWN, AS_OF)


def test_a_participant_that_is_not_known_can_be_left_out_which_the_graph_says(tmp_path: Path) -> None:
    file = tmp_path / "b.xml"
    file.write_bytes(document((*ROWS, ("Niue", "", "16 Jul 2012 a")), counts=(3, 4)).encode("iso-8859-1"))
    choices = ImportOptions("2026-11-01", ("Niue",))
    change = import_files(tmp_path / "imports", "treaties", [file], "2026-11-24", KNOWN, choices)
    assert change.notes == ()
    assert len({q.subject for q in change.added}) == 4
    quads = set(imported_quads(tmp_path / "imports", lambda: KNOWN))
    assert set(change.added) < quads
    told = {q.object for q in quads if q.subject == WHERE}
    assert {text("Left out when imported: Niue.", "en"), typed("2026-11-01", "date")} < told
    with pytest.raises(DataError, match="No participant is called 'Nieu'"):
        import_files(
            tmp_path / "imports", "treaties", [file], "2026-11-24", KNOWN, ImportOptions("2026-11-01", ("Nieu", "Niue"))
        )


def test_the_same_files_again_change_nothing_and_a_new_party_is_the_difference(tmp_path: Path) -> None:
    folder, file = tmp_path / "imports", tmp_path / "b.xml"
    file.write_bytes(document().encode("iso-8859-1"))
    import_files(folder, "treaties", [file], "2026-11-24", KNOWN, AS_OF)
    before = set(imported_quads(folder, lambda: KNOWN))
    again = import_files(folder, "treaties", [file], "2026-12-24", KNOWN, AS_OF)
    assert (again.added, again.removed) == ((), ())
    assert set(imported_quads(folder, lambda: KNOWN)) == before
    file.write_bytes(document((*ROWS[:3], ("Congo", "14 Dec 2000", "1 Oct 2026"))).encode("iso-8859-1"))
    changed = import_files(folder, "treaties", [file], "2026-12-24", KNOWN, AS_OF)
    assert changed.removed == ()
    assert {q.predicate for q in changed.added} == {V("gcm:bindingDate"), V("gcm:bindingAction")}
    assert {q.subject for q in changed.added} == {V("instrument:smuggling-protocol#participation-COG")}


@pytest.mark.skipif(not COLLECTED.is_file(), reason="needs ../shared/un/treaties.csv")
@pytest.mark.parametrize(("treaty", "part", "rows"), [("XVIII-12-a", "a", 167), ("XVIII-12-b", "b", 152)])
def test_all_names_of_the_uns_lists_of_2014_are_found(treaty: str, part: str, rows: int) -> None:
    with COLLECTED.open(encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file) if row["treaty"] == treaty]
    cells = tuple((row["participant"], row["raw_signature"], row["raw_action"]) for row in listed)
    number = f"<Numsect>12</Numsect><Subnumsect>{part}</Subnumsect>"
    quads = read(document(cells, number=number)).quads
    found = {q.object for q in quads if q.predicate == V("gcm:participant")}
    expected = {V(f"country:{row['iso3']}") if row["iso3"] else V("organisation:eu") for row in listed}
    assert len(found) == rows
    assert found == expected
