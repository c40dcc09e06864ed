"""`gcmgraph validate` and `contribution template`: findings and spreadsheets, before and after the first build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from gcmgraph.cli.group import main
from gcmgraph.platform.errors import column_letters
from gcmgraph.publication.assembly import Assembly
from shared import copy_repository

PRACTICE = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://w3id.org/gcmgraph/id/practice/x> a gcm:Practice ; dct:title "X"@en ; dct:description "X"@en ;
gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ; dct:source "X, 2018" ;
gcm:country <https://w3id.org/gcmgraph/id/country/AFG> ;
gcm:supportsAction <https://w3id.org/gcmgraph/id/action/9a> .
"""
SHEET = """\
dct:title@en,dct:description@en,gcm:objective,dct:source,gcm:country,gcm:supportsAction
X,X,9,"X, 2018",AFG,9a
"""


#: An editor's judgement, as a file of data/curated.
JUDGEMENT = """\
@prefix action: <https://w3id.org/gcmgraph/id/action/> .
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix practice: <https://w3id.org/gcmgraph/id/practice/> .

practice:colombia-s-special-stay-permit gcm:supportsAction action:9c .
"""


@pytest.fixture
def gathered(small_assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reference data, and a few practices, assembled once."""
    monkeypatch.setattr("gcmgraph.publication.assembly.assemble", lambda *_: small_assembly)


@pytest.fixture(autouse=True)
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")


def run(store: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--store", str(store)])


@pytest.mark.usefixtures("gathered")
@pytest.mark.parametrize(
    ("name", "content", "action", "status"),
    [("x.ttl", PRACTICE, "9a", 0), ("practice.csv", SHEET, "9z", 1)],
)
def test_findings_before_the_first_build(
    tmp_path: Path, name: str, content: str, action: str, status: int
) -> None:
    file = tmp_path / name
    file.write_text(content.replace("9a", action), "utf-8")
    told = run(tmp_path / "none", "validate", file, "--language", "en")
    assert told.exit_code == status, told.output
    assert told.output.count("There is no such action") == status


def test_findings_in_a_file_of_the_repository(tmp_path: Path) -> None:
    copy_repository(tmp_path, small=True)
    file = tmp_path / "data" / "curated" / "supports-action.ttl"
    file.write_text(JUDGEMENT, "utf-8")
    assert (
        run(tmp_path / "none", "validate", file, "--as", "dataset", "--root", tmp_path).exit_code
        == 0
    )
    file.write_text(file.read_text("utf-8").replace("action:9c", "action:9z"), "utf-8")
    told = run(tmp_path / "none", "validate", file, "--as", "dataset", "--root", tmp_path)
    assert told.exit_code == 1, told.output
    assert "action:9z" in told.output


@pytest.mark.usefixtures("gathered")
def test_actions_in_a_template_before_the_first_build(tmp_path: Path) -> None:
    file = tmp_path / "mine.xlsx"
    assert run(tmp_path / "none", "contribution", "template", "--out", file).exit_code == 0
    cells = (cell for sheet in load_workbook(file) for row in sheet.values for cell in row)
    assert any(str(cell).startswith("9a") for cell in cells)


def test_findings_in_a_filled_in_template(tmp_path: Path, small_store: Path) -> None:
    file = tmp_path / "mine.xlsx"
    assert (
        run(small_store, "contribution", "template", "--language", "fr", "--out", file).exit_code
        == 0
    )
    book = load_workbook(file)
    page = book["Pratique"]
    columns = {
        str(cell.value).partition(" *")[0].partition(" (*)")[0]: cell.column for cell in page[1]
    }
    cells = {
        "titre [fr]": "Guichet unique",
        "description [fr]": "Un bureau.",
        "objectif": "9",
        "pays": "Phillipines",
    }
    for header, said in {**cells, "source": "https://example.org/"}.items():
        page.cell(2, columns[header], said)
    book.save(file)
    told = run(small_store, "validate", file)
    assert told.exit_code == 1
    (problem, hint, summary) = told.stdout.splitlines()
    assert problem.startswith(
        f"{file}: Pratique!{column_letters(columns['pays'])}2: erreur: “Guichet unique”"
    )
    assert hint.strip().startswith("Conseil : Vouliez-vous dire ")
    assert "country:PHL" in hint
    assert summary == "Non conforme: 1 erreur, 0 avertissement."
    marked = tmp_path / "marked.xlsx"
    assert run(small_store, "validate", file, "--marked", marked).exit_code == 1
    comment = load_workbook(marked)["Pratique"].cell(2, columns["pays"]).comment
    assert comment.text.startswith("À corriger: ")
    assert run(small_store, "validate", marked).exit_code == 1
    page.cell(2, columns["pays"], "philippines")
    book.save(file)
    assert run(small_store, "validate", file).exit_code == 0


def test_findings_in_rdf_and_spreadsheets_together(tmp_path: Path, small_store: Path) -> None:
    headers = run(
        small_store, "contribution", "template", "--format", "csv", "--class", "organisation"
    ).stdout_bytes
    assert headers.decode("utf-8-sig").startswith("name [en] (*),name [fr] (*),acronym [en]")
    sheet = tmp_path / "organisations.csv"
    sheet.write_bytes(headers + b"Office of Something,,OOS\r\n")
    rdf = tmp_path / "practice.ttl"
    rdf.write_text("""
        @prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
        <https://w3id.org/gcmgraph/id/practice/x> a gcm:Practice ; dct:title "Office"@en, "Bureau"@fr ;
        dct:description "X"@en ; gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ; dct:source "X, 2018" ;
        gcm:leadOrganisation <https://w3id.org/gcmgraph/id/organisation/oos> .""")
    assert run(small_store, "validate", rdf, sheet).exit_code == 0
    alone = run(small_store, "validate", rdf, "--format", "json")
    assert [result["property"]["en"] for result in json.loads(alone.stdout)["results"]] == [
        "lead organisation"
    ]


def test_error_of_an_unreadable_spreadsheet_and_an_unknown_class(
    tmp_path: Path, small_store: Path
) -> None:
    bad = tmp_path / "old.xls"
    bad.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    told = run(small_store, "validate", bad)
    assert (told.exit_code, told.stderr.count("\n")) == (2, 1)
    assert "old Excel file" in told.stderr
    missing = run(small_store, "validate", tmp_path / "none.csv")
    assert (missing.exit_code, missing.stderr.count("\n")) == (2, 1)
    unknown = run(small_store, "contribution", "template", "--format", "csv", "--class", "country")
    assert (unknown.exit_code, unknown.stderr.count("\n")) == (1, 1)


def test_formats_of_a_template_by_the_suffix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    without = "A workbook contains the sheets of all classes and does not support --class."
    for options, said in (
        (
            ["--format", "csv", "--out", "t.xlsx"],
            "t.xlsx: The suffix '.xlsx' does not match the format csv.",
        ),
        (
            ["--format", "xlsx", "--out", "t.csv"],
            "t.csv: The suffix '.csv' does not match the format xlsx.",
        ),
        (["--out", "t.ods"], "t.ods: The suffix '.ods' does not match the format xlsx."),
        (["--class", "organisation"], without),
        (["--class", "foo", "--out", "t.xlsx"], without),
    ):
        result = CliRunner().invoke(main, ["contribution", "template", *options])
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        assert result.stderr.startswith(said)
        assert list(tmp_path.iterdir()) == []
    options = [
        "--class",
        "organisation",
        "--out",
        "organisations.CSV",
        "--store",
        str(tmp_path / "none"),
    ]
    assert CliRunner().invoke(main, ["contribution", "template", *options]).exit_code == 0
    assert (tmp_path / "organisations.CSV").read_text("utf-8-sig").startswith("name [en] (*),")
