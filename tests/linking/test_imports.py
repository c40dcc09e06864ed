"""Imports: SDG files of the UN and tables with CSVW metadata, stored whole, read by every build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collected import UN, needs_un
from gcmgraph.errors import DataError, RdfSyntaxError
from gcmgraph.linking.imports import import_files, import_table, imported_quads, last_import
from gcmgraph.linking.un_files import ReferenceIndex
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository

A = Addresses()
REPOSITORY = Repository.find()
V = Vocabulary(A)
KNOWN = ReferenceIndex((), A, REPOSITORY)
SDG = UN / "sdg"
WHERE = V("graph:reference/un-sdg")
FILE = """\
@prefix sdg: <http://metadata.un.org/sdg/> . @prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
sdg:10.7 a sdgo:Target ; skos:notation "10.07"^^sdgo:SDGCode , "10.7"^^sdgo:SDGCodeCompact ;
  skos:prefLabel "Facilitate orderly migration"@en , "of"@en ; sdgo:hasIndicator sdg:C100701 .
sdg:C100701 a sdgo:Indicator ; skos:notation "10.7.1"^^sdgo:SDGCodeCompact ; skos:prefLabel "Recruitment cost"@en .
<http://elsewhere.example/x> skos:prefLabel "x"@en .
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sdg.ttl"
    path.write_text(FILE, "utf-8")
    return path


def test_text_of_a_target_is_its_definition(tmp_path: Path, file: Path) -> None:
    import_files(tmp_path / "imports", "sdg", [file], "2026-11-24", KNOWN)
    said = [q for q in imported_quads(tmp_path / "imports", lambda: KNOWN) if q.graph_name == WHERE]
    ours = {(q.predicate, q.object) for q in said if q.subject == V("sdg:10.7")}
    assert ours == {
        (V("skos:definition"), text("Facilitate orderly migration", "en")),
        (V("sdgo:hasIndicator"), IRI("http://metadata.un.org/sdg/C100701")),
    }
    names = {q.object for q in said if q.predicate == V("skos:prefLabel")}
    assert names == {text("Facilitate orderly migration", "en"), text("Recruitment cost", "en")}
    assert not [q for q in said if "elsewhere" in str(q.subject)]


def test_short_name_of_the_un_is_another_name_where_it_differs(tmp_path: Path) -> None:
    file, goal = tmp_path / "sdg.ttl", 'sdg:1 a sdgo:Goal ; skos:notation "1"^^sdgo:SDGCodeCompact'
    file.write_text(f'{FILE}{goal} ; skos:prefLabel "End poverty"@en ; skos:altLabel "No poverty"@en .', "utf-8")
    other = {text("No poverty", "en")}
    for label, language, expected in (("No Poverty", "en", set()), ("End", "en", other), ("No poverty", "fr", other)):
        ours = Quad(V("sdg:1"), V("skos:prefLabel"), text(label, language), V("graph:reference/sdg-labels"))
        known = ReferenceIndex([ours], A, REPOSITORY)
        import_files(tmp_path / label, "sdg", [file], "2026-11-24", known)
        quads = [q for q in imported_quads(tmp_path / label, lambda known=known: known) if q.subject == V("sdg:1")]  # type: ignore[misc]
        assert {q.object for q in quads if q.predicate == V("skos:altLabel")} == expected
        assert {q.object for q in quads if q.predicate == V("skos:definition")} == {text("End poverty", "en")}
        assert not [q for q in quads if q.predicate == V("skos:prefLabel")], "it would be a second one in English"


def test_files_are_stored_with_hash_until_others_are_imported(tmp_path: Path, file: Path) -> None:
    folder = tmp_path / "imports"
    import_files(folder, "sdg", [file], "2026-11-24", KNOWN)
    before = set(imported_quads(folder, lambda: KNOWN))
    (imported,) = last_import(folder, "sdg").files  # type: ignore[union-attr]
    stated = {q.object for q in before if q.graph_name == V("graph:provenance")}
    assert {Literal(imported.sha256), text("sdg.ttl", "en")} < stated
    again = import_files(folder, "sdg", [file], "2026-12-31", KNOWN)
    assert (again.added, again.removed, set(imported_quads(folder, lambda: KNOWN))) == ((), (), before)
    file.write_text(FILE.replace("Recruitment cost", "Recruitment cost of migrants"), "utf-8")
    changed = import_files(folder, "sdg", [file], "2026-12-31", KNOWN)
    assert [q.object for q in changed.removed] == [text("Recruitment cost", "en")]
    assert [q.object for q in changed.added] == [text("Recruitment cost of migrants", "en")]
    file.unlink()
    assert changed.added[0] in set(imported_quads(folder, lambda: KNOWN))


@pytest.mark.parametrize(
    ("content", "error"),
    [("", DataError), ("<http://a.example/> a <http://b.example/> .", DataError), ("<", RdfSyntaxError)],
)
def test_invalid_file_leaves_the_last_import(tmp_path: Path, file: Path, content: str, error: type[Exception]) -> None:
    folder = tmp_path / "imports"
    import_files(folder, "sdg", [file], "2026-11-24", KNOWN)
    before = set(imported_quads(folder, lambda: KNOWN))
    file.write_text(content, "utf-8")
    with pytest.raises(error):
        import_files(folder, "sdg", [file], "2026-12-31", KNOWN)
    assert set(imported_quads(folder, lambda: KNOWN)) == before


@needs_un
def test_files_of_the_un_define_all_goals_and_targets(tmp_path: Path) -> None:
    files = [SDG / "sdg-kos-goals-targets-indicators.ttl", SDG / "sdg-kos-subject-mappings.ttl"]
    import_files(tmp_path, "sdg", files, "2026-11-24", KNOWN)
    quads = [q for q in imported_quads(tmp_path, lambda: KNOWN) if str(q.subject).startswith(f"<{A.base}id/sdg/")]
    defined = [(q.subject, q.object.language) for q in quads if q.predicate == V("skos:definition")]  # type: ignore[union-attr]
    assert len(defined) == len(set(defined)) == (17 + 169) * 3, "one text in each language"
    assert {language for _, language in defined} == {"en", "fr", "es"}
    assert not [q for q in quads if q.predicate == V("skos:prefLabel")]
    assert len({q.subject for q in quads if q.predicate == V("sdgo:hasIndicator")}) == 169


def test_damaged_record_of_an_import_is_refused(tmp_path: Path, file: Path) -> None:
    import_files(tmp_path / "imports", "sdg", [file], "2026-11-24", KNOWN)
    record = tmp_path / "imports" / "sdg" / "import.json"
    about = json.loads(record.read_bytes())
    undigested = {name: value for name, value in about.items() if name != "sha256"}
    for damaged in ({**about, "date": "2026-11-25"}, {**undigested, "sha255": ""}, None):
        record.unlink() if damaged is None else record.write_text(json.dumps(damaged))
        with pytest.raises(DataError, match="record of the import is missing or damaged"):
            last_import(tmp_path / "imports", "sdg")


METADATA = {
    "@context": "http://www.w3.org/ns/csvw",
    "dc:title": "Evaluations",
    "dc:source": "https://example.org/evaluations",
    "dc:license": "https://creativecommons.org/licenses/by/4.0/",
    "tableSchema": {
        "aboutUrl": "https://example.org/evaluation/{number}",
        "primaryKey": "number",
        "foreignKeys": [
            {"columnReference": "country", "reference": {"resource": "countries.csv", "columnReference": "iso3"}}
        ],
        "columns": [
            {"name": "number", "propertyUrl": "skos:notation", "required": True},
            {"name": "title", "propertyUrl": "skos:prefLabel", "lang": "en"},
            {"name": "country", "propertyUrl": "gcm:country", "valueUrl": "country:{country}"},
            {"name": "day", "propertyUrl": "gcm:asOf", "datatype": "date"},
        ],
    },
}
TABLE = "number,title,country,day\n1,Kites,KEN,2026-11-24\n2,Boats,,\n"


def write_table(folder: Path, content: str = TABLE, metadata: object = METADATA, name: str = "assessments.csv") -> Path:
    (folder / f"{name}-metadata.json").write_text(json.dumps(metadata), "utf-8")
    (folder / name).write_text(content, "utf-8")
    return folder / name


def test_table_with_metadata_is_read_by_every_build(tmp_path: Path) -> None:
    folder, table = tmp_path / "imports", write_table(tmp_path)
    change = import_table(folder, table, "2026-11-24", KNOWN)
    where, one, two = V("graph:reference/assessments"), *(IRI(f"https://example.org/evaluation/{n}") for n in (1, 2))
    assert set(change.added) == {
        Quad(one, V("skos:notation"), Literal("1"), where),
        Quad(one, V("skos:prefLabel"), text("Kites", "en"), where),
        Quad(one, V("gcm:country"), V("country:KEN"), where),
        Quad(one, V("gcm:asOf"), typed("2026-11-24", "date"), where),
        Quad(two, V("skos:notation"), Literal("2"), where),
        Quad(two, V("skos:prefLabel"), text("Boats", "en"), where),
    }
    table.unlink()
    quads = set(imported_quads(folder, lambda: KNOWN))
    assert set(change.added) < quads
    about = {(q.predicate, q.object) for q in quads if q.subject == where}
    assert (V("dct:title"), text("Evaluations", "en")) in about
    assert (V("dct:license"), IRI("https://creativecommons.org/licenses/by/4.0/")) in about
    files = {q.object for q in quads if q.predicate == V("dct:title")}
    assert {text("assessments.csv", "en"), text("assessments.csv-metadata.json", "en")} < files
    changed = import_table(folder, write_table(tmp_path, TABLE.replace("2,Boats,,\n", "")), "2026-12-24", KNOWN)
    assert (len(changed.added), {q.subject for q in changed.removed}) == (0, {two})


@pytest.mark.parametrize(
    ("content", "metadata", "message"),
    [
        (TABLE.replace("number", "code"), METADATA, r":1: The metadata knows no column 'code'"),
        (TABLE.replace("KEN", "XXX"), METADATA, r":2: In the column 'country', no row of countries\.csv has iso3"),
        (TABLE, {"dc:title": "x"}, r"-metadata\.json: The table has no 'dc:source'"),
    ],
)
def test_invalid_table_is_refused(tmp_path: Path, content: str, metadata: object, message: str) -> None:
    with pytest.raises(DataError, match=rf"assessments(\.csv)?{message}") as caught:
        import_table(tmp_path / "imports", write_table(tmp_path, content, metadata), "2026-11-24", KNOWN)
    assert str(caught.value).startswith(str(tmp_path / "assessments.csv"))
    assert not (tmp_path / "imports").exists()


def test_table_of_another_graph_is_refused(tmp_path: Path) -> None:
    for name, message in (
        ("countries.csv", "The name of the table is in use"),
        ("sdg.csv", "The name of the table is in use"),
        ("un-m49.csv", "The name of the table cannot be that of a graph"),
        ("My table.csv", "The name of the table cannot be that of a graph"),
    ):
        with pytest.raises(DataError, match=message):
            import_table(tmp_path / "imports", write_table(tmp_path, name=name), "2026-11-24", KNOWN)
    (tmp_path / "alone.csv").write_text("a\n")
    with pytest.raises(DataError, match=r"alone\.csv-metadata\.json: The file cannot be read"):
        import_table(tmp_path / "imports", tmp_path / "alone.csv", "2026-11-24", KNOWN)


def test_import_after_a_lost_file_counts_all_as_new(tmp_path: Path, file: Path) -> None:
    folder = tmp_path / "imports"
    import_files(folder, "sdg", [file], "2026-11-24", KNOWN)
    (kept,) = (folder / "sdg").glob("*.ttl")
    kept.unlink()
    file.write_text(FILE.replace("Recruitment cost", "Recruitment cost of migrants"), "utf-8")
    change = import_files(folder, "sdg", [file], "2026-12-31", KNOWN)
    assert change.removed == ()
    assert change.added
    assert "can no longer be read" in change.notes[0]
    assert set(change.added) <= set(imported_quads(folder, lambda: KNOWN))
