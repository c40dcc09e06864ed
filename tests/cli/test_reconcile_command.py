"""`gcmgraph reconcile`: a column of names in a CSV file or workbook, with identifiers added."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from gcmgraph.cli import main

TABLE = "Code;Country;iso3\r\n004;Afghanistan;x\r\n1;Congo;\r\n2;Kyrgystan\r\n3;\r\n5;Afghanistan;\r\n"


def run(store: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["reconcile", "--store", str(store), *map(str, arguments)])


def test_rows_get_identifiers_as_texts(built_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"\xef\xbb\xbf" + TABLE.encode())
    result = run(built_store, file, "--column", "country", "--type", "country", "--add", "iso3,m49,wikidata")
    assert result.exit_code == 0, result.output
    assert result.stderr == "5 rows: 3 matched, 1 doubtful, 1 none.\n"
    first, congo, typo, empty, again = csv.DictReader(io.StringIO(result.stdout))
    assert first == {
        "Code": "004", "Country": "Afghanistan", "iso3": "x", "match": "matched", "score": "100", "id": "country/AFG",
        "name": "Afghanistan", "candidates": "", "gcm_iso3": "AFG", "m49": "004", "wikidata": "Q889",
    }  # fmt: skip
    assert {**again, "Code": "004", "iso3": "x"} == first
    assert (congo["match"], congo["id"], congo["m49"]) == ("doubtful", "", "")
    assert "country/COD Democratic Republic of the Congo" in congo["candidates"]
    assert (typo["id"], empty["match"]) == ("country/KGZ", "none")


def test_workbooks_are_read_and_written(built_store: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Land"])  # type: ignore[union-attr]
    book.active.append(["Pérou"])  # type: ignore[union-attr]
    book.save(tmp_path / "in.xlsx")
    out = tmp_path / "out.xlsx"
    assert run(built_store, tmp_path / "in.xlsx", "--type", "country", "--add", "m49", "--output", out).exit_code == 0
    sheet = load_workbook(out).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Land", "match", "score", "id", "name", "candidates", "m49"],
        ["Pérou", "matched", "100", "country/PER", "Peru", None, "604"],
    ]


@pytest.mark.parametrize(
    ("data", "arguments", "message"),
    [
        (b"a,b\n1,2\n", (), "The table has 2 columns. Name the one that holds the names: 'a', 'b'."),
        (b"a,b\n1,2\n", ("--column", "c"), "There is no column 'c'. Columns: 'a', 'b'."),
        (b"a\n\xe9\n", (), ":2:1: Byte 0xE9 is not UTF-8. Save the file as UTF-8."),
        (b"", (), ":1: The table has no headings."),
        (b"a\nb\n", ("--type", "planet"), "The type 'planet' is unknown. Types: objective,"),
        (b"a\nb\n", ("--add", "iso9"), "The property 'iso9' is unknown. Use iri, code, iso2"),
        (b"a\nb\n", ("--output", "x.ods"), "The suffix of 'x.ods' is not that of a table. Use .csv or .xlsx."),
        (None, (), "The file cannot be read: No such file or directory."),
    ],
)
def test_bad_input_is_one_sentence(
    built_store: Path, tmp_path: Path, data: bytes | None, arguments: tuple[str, ...], message: str
) -> None:
    file = tmp_path / "x.csv"
    if data is not None:
        file.write_bytes(data)
    result = run(built_store, file, *arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
