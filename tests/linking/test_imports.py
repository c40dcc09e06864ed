"""Imports: tables with CSVW metadata, stored whole, read by every build, in place of tables of the repository."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from gcmgraph.linking.imports import ImportChange, import_table, imported_quads, last_import
from gcmgraph.platform.errors import DataError
from gcmgraph.publication.assembly import read_reference
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.repository.layout import Repository

A = Addresses()
REPOSITORY = Repository.find()
V = Vocabulary(A)

METADATA = {
    "@context": "http://www.w3.org/ns/csvw",
    "dc:title": "Evaluations",
    "dc:source": "https://example.org/evaluations",
    "dc:license": "https://creativecommons.org/licenses/by/4.0/",
    "tableSchema": {
        "aboutUrl": "https://example.org/evaluation/{number}",
        "primaryKey": "number",
        "foreignKeys": [
            {
                "columnReference": "country",
                "reference": {"resource": "countries.csv", "columnReference": "iso3"},
            }
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


def write_table(
    folder: Path, content: str = TABLE, metadata: object = METADATA, name: str = "assessments.csv"
) -> Path:
    (folder / f"{name}-metadata.json").write_text(json.dumps(metadata), "utf-8")
    (folder / name).write_text(content, "utf-8")
    return folder / name


def imported(folder: Path, table: Path, day: str = "2026-11-24") -> ImportChange:
    return import_table(folder, table, day, REPOSITORY, A)


def current(folder: Path) -> set[Quad]:
    return set(imported_quads(folder, REPOSITORY, A))


def test_table_with_metadata_is_read_by_every_build(tmp_path: Path) -> None:
    folder, table = tmp_path / "imports", write_table(tmp_path)
    change = imported(folder, table)
    where, one, two = (
        V("graph:reference/assessments"),
        *(IRI(f"https://example.org/evaluation/{n}") for n in (1, 2)),
    )
    assert set(change.added) == {
        Quad(one, V("skos:notation"), Literal("1"), where),
        Quad(one, V("skos:prefLabel"), text("Kites", "en"), where),
        Quad(one, V("gcm:country"), V("country:KEN"), where),
        Quad(one, V("gcm:asOf"), typed("2026-11-24", "date"), where),
        Quad(two, V("skos:notation"), Literal("2"), where),
        Quad(two, V("skos:prefLabel"), text("Boats", "en"), where),
    }
    table.unlink()
    quads = current(folder)
    assert set(change.added) < quads
    about = {(q.predicate, q.object) for q in quads if q.subject == where}
    assert (V("dct:title"), text("Evaluations", "en")) in about
    assert (V("dct:license"), IRI("https://creativecommons.org/licenses/by/4.0/")) in about
    files = {q.object for q in quads if q.predicate == V("dct:title")}
    assert {text("assessments.csv", "en"), text("assessments.csv-metadata.json", "en")} < files
    changed = imported(
        folder, write_table(tmp_path, TABLE.replace("2,Boats,,\n", "")), "2026-12-24"
    )
    assert (len(changed.added), {q.subject for q in changed.removed}) == (0, {two})


def test_equal_table_keeps_the_day_of_its_first_import(tmp_path: Path) -> None:
    folder, table = tmp_path / "imports", write_table(tmp_path)
    imported(folder, table)
    before = current(folder)
    again = imported(folder, table, "2026-12-31")
    assert (again.added, again.removed, current(folder)) == ((), (), before)
    stated = {q.object for q in before if q.graph_name == V("graph:provenance")}
    files = last_import(folder, "assessments").files  # type: ignore[union-attr]
    assert {Literal(file.sha256) for file in files} < stated
    assert typed("2026-11-24", "date") in stated


@pytest.mark.parametrize(
    ("content", "metadata", "message"),
    [
        (TABLE.replace("number", "code"), METADATA, r":1: The metadata knows no column 'code'"),
        (
            TABLE.replace("KEN", "XXX"),
            METADATA,
            r":2: In the column 'country', no row of countries\.csv has iso3",
        ),
        (TABLE, {"dc:title": "x"}, r"-metadata\.json: The table has no 'dc:source'"),
    ],
)
def test_invalid_table_leaves_the_last_import(
    tmp_path: Path, content: str, metadata: object, message: str
) -> None:
    folder = tmp_path / "imports"
    imported(folder, write_table(tmp_path))
    before = current(folder)
    with pytest.raises(DataError, match=rf"assessments(\.csv)?{message}") as caught:
        imported(folder, write_table(tmp_path, content, metadata), "2026-12-31")
    assert str(caught.value).startswith(str(tmp_path / "assessments.csv"))
    assert current(folder) == before


def test_imported_table_replaces_that_of_the_same_name(
    tmp_path: Path, small_repository: Repository
) -> None:
    audiences = V("graph:reference/audiences")
    tables = set(read_reference(small_repository, A))
    imported(tmp_path / "imports", write_table(tmp_path, name="audiences.csv"))
    replaced = set(read_reference(small_repository, A, current(tmp_path / "imports")))
    gone = tables - replaced
    assert gone
    assert replaced < tables
    assert {quad.graph_name for quad in gone} == {audiences, V("graph:provenance")}
    about = {str(quad.subject) for quad in gone if quad.graph_name == V("graph:provenance")}
    assert all(subject.startswith(str(audiences).rstrip(">")) for subject in about)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("My table.csv", "The name of the table cannot be that of a graph"),
        ("sdg.ttl", r"Only a CSV file can be imported\. For a file of the United Nations, 'python"),
    ],
)
def test_file_of_another_name_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        imported(tmp_path / "imports", write_table(tmp_path, name=name))


def test_table_without_metadata_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alone.csv").write_text("a\n")
    with pytest.raises(DataError, match=r"alone\.csv-metadata\.json: The file cannot be read"):
        imported(tmp_path / "imports", tmp_path / "alone.csv")


def test_damaged_record_of_an_import_is_refused(tmp_path: Path) -> None:
    imported(tmp_path / "imports", write_table(tmp_path))
    record = tmp_path / "imports" / "assessments" / "import.json"
    about = json.loads(record.read_bytes())
    undigested = {name: value for name, value in about.items() if name != "sha256"}
    for damaged in ({**about, "date": "2026-11-25"}, {**undigested, "sha255": ""}, None):
        record.unlink() if damaged is None else record.write_text(json.dumps(damaged))
        with pytest.raises(DataError, match="record of the import is missing or damaged"):
            last_import(tmp_path / "imports", "assessments")


def test_import_after_a_lost_file_counts_all_as_new(tmp_path: Path) -> None:
    folder = tmp_path / "imports"
    imported(folder, write_table(tmp_path))
    (stored_table,) = (folder / "assessments").glob("*.csv")
    stored_table.unlink()
    change = imported(folder, write_table(tmp_path, TABLE.replace("Kites", "Planes")), "2026-12-31")
    assert change.removed == ()
    assert change.added
    assert "can no longer be read" in change.notes[0]
    assert set(change.added) <= current(folder)


#: A record that an earlier release wrote: of a table, and of a file of the UN in its own form.
CHOICES = {"as_of": None, "left_out": []}


def earlier_record(folder: Path, kind: str, files: list[dict[str, str]]) -> None:
    record = {"kind": kind, "date": "2026-11-24", "files": files, "choices": CHOICES}
    digest = sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
    (folder / kind).mkdir(parents=True, exist_ok=True)
    (folder / kind / "import.json").write_text(json.dumps({**record, "sha256": digest}), "utf-8")


def test_table_that_an_earlier_release_imported_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "imports"
    imported(folder, write_table(tmp_path))
    before = current(folder)
    record = json.loads((folder / "assessments" / "import.json").read_bytes())
    earlier_record(folder, "assessments", record["files"])
    assert current(folder) == before


def test_file_of_the_un_that_an_earlier_release_imported_stops_a_build_with_the_remedy(
    tmp_path: Path,
) -> None:
    earlier_record(tmp_path / "imports", "sdg", [{"name": "sdg.ttl", "sha256": "ab" * 32}])
    with pytest.raises(
        DataError, match=r"imports/sdg: .* Delete the folder, and import the table that 'python -m"
    ):
        current(tmp_path / "imports")
