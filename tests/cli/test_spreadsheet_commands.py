"""Spreadsheets on the command line: the template is made, filled in, and checked."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from gcmgraph.cli.group import main
from gcmgraph.errors import column_letters
from program import PROGRAM


def run(store: Path, *arguments: object, language: str = "C.UTF-8") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(PROGRAM), *map(str, arguments), "--store", str(store)],
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": language},
        timeout=600,
    )


def test_a_template_is_filled_in_and_checked(tmp_path: Path, built_store: Path) -> None:
    file = tmp_path / "mine.xlsx"
    assert run(built_store, "contribution", "template", "--language", "fr", "--out", file).returncode == 0
    book = load_workbook(file)
    page = book["Pratique"]
    columns = {str(cell.value).partition(" *")[0].partition(" (*)")[0]: cell.column for cell in page[1]}
    cells = {"titre [fr]": "Guichet unique", "description [fr]": "Un bureau.", "objectif": "9", "pays": "Phillipines"}
    for header, said in {**cells, "source": "https://example.org/"}.items():
        page.cell(2, columns[header], said)
    book.save(file)
    told = run(built_store, "validate", file, language="fr_FR.UTF-8")
    assert told.returncode == 1
    (problem, hint, summary) = told.stdout.decode().splitlines()
    assert problem.startswith(f"{file}: Pratique!{column_letters(columns['pays'])}2: erreur: “Guichet unique”")
    assert hint.strip().startswith("Conseil : Vouliez-vous dire ")
    assert "country:PHL" in hint
    assert summary == "Non conforme: 1 erreur, 0 avertissement."
    marked = tmp_path / "marked.xlsx"
    assert run(built_store, "validate", file, "--marked", marked, language="fr_FR.UTF-8").returncode == 1
    comment = load_workbook(marked)["Pratique"].cell(2, columns["pays"]).comment
    assert comment is not None
    assert comment.text.startswith("À corriger: ")
    assert run(built_store, "validate", marked).returncode == 1
    page.cell(2, columns["pays"], "philippines")
    book.save(file)
    assert run(built_store, "validate", file).returncode == 0


def test_rdf_and_spreadsheets_are_checked_together(tmp_path: Path, built_store: Path) -> None:
    headers = run(built_store, "contribution", "template", "--format", "csv", "--class", "organisation").stdout
    assert headers.decode("utf-8-sig").startswith("name [en] (*),name [fr] (*),acronym [en]")
    sheet = tmp_path / "organisations.csv"
    sheet.write_bytes(headers + b"Office of Something,,OOS\r\n")
    rdf = tmp_path / "practice.ttl"
    rdf.write_text("""
        @prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
        <https://w3id.org/gcmgraph/id/practice/x> a gcm:Practice ; dct:title "Office"@en, "Bureau"@fr ;
        dct:description "X"@en ; gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ; dct:source "X, 2018" ;
        gcm:leadOrganisation <https://w3id.org/gcmgraph/id/organisation/oos> .""")
    assert run(built_store, "validate", rdf, sheet).returncode == 0
    alone = run(built_store, "validate", rdf, "--format", "json")
    assert [result["property"]["en"] for result in json.loads(alone.stdout)["results"]] == ["lead organisation"]


def test_what_cannot_be_read_or_made_is_one_clear_sentence(tmp_path: Path, built_store: Path) -> None:
    bad = tmp_path / "old.xls"
    bad.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    told = run(built_store, "validate", bad)
    assert (told.returncode, told.stderr.count(b"\n")) == (2, 1)
    assert b"old Excel file" in told.stderr
    missing = run(built_store, "validate", tmp_path / "none.csv")
    assert (missing.returncode, missing.stderr.count(b"\n")) == (2, 1)
    unknown = run(built_store, "contribution", "template", "--format", "csv", "--class", "country")
    assert (unknown.returncode, unknown.stderr.count(b"\n")) == (1, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "csv", "--out", "t.xlsx"], "t.xlsx: The suffix '.xlsx' does not match the format csv."),
        (["--format", "xlsx", "--out", "t.csv"], "t.csv: The suffix '.csv' does not match the format xlsx."),
        (["--out", "t.ods"], "t.ods: The suffix '.ods' does not match the format xlsx."),
        (["--class", "organisation"], "A workbook contains the sheets of all classes and does not support --class."),
        (
            ["--class", "foo", "--out", "t.xlsx"],
            "A workbook contains the sheets of all classes and does not support --class.",
        ),
    ],
)
def test_a_template_is_not_written_as_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["contribution", "template", *options])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith(said)
    assert list(tmp_path.iterdir()) == []


def test_the_suffix_tells_the_format_of_a_template(tmp_path: Path) -> None:
    out = tmp_path / "organisations.CSV"
    options = ["--class", "organisation", "--out", str(out), "--store", str(tmp_path / "none")]
    assert CliRunner().invoke(main, ["contribution", "template", *options]).exit_code == 0
    assert out.read_text("utf-8-sig").startswith("name [en] (*),")
