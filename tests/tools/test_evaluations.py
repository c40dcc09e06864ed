"""Tables derived from the export of IOM's Evaluation Repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from collected import ROOT, UN, read_rows
from tools import evaluations
from tools.evaluations import Export, Names, main

REFERENCE = ROOT / "data" / "reference"
EXPORT = UN / "iom" / "evaluation-search-export-2025-11-13.csv"
ROW = dict.fromkeys(evaluations.COLUMNS, "") | {
    "Title": "FINAL EVALUATION OF THE PROJECT “RETURN”",
    "Year": "2024",
}


def read(*rows: Mapping[str, str]) -> Export:
    export = Export("export.csv", Names.read())
    export.read([(number, ROW | row) for number, row in enumerate(rows, 2)])
    return export


def test_problem_with_file_and_line() -> None:
    period = {
        "Evaluation Period From Date": "2022-01-01",
        "Evaluation Period To Date": "2021-01-01",
    }
    for row, problem in (
        ({"Title": " "}, "The evaluation has no title."),
        ({"Year": "next year"}, "The year 'next year' is not a year."),
        ({"Countries Covered": "Iraq, Atlantis"}, "The country 'Atlantis' is not known."),
        ({"Migration Thematic Areas": "Cooking"}, "The theme 'Cooking' is not in the list."),
        ({"File URL": "C:\\report.pdf"}, "'C:\\report.pdf' is not an address of a report."),
        (period, "The period from 2022-01-01 to 2021-01-01 ends before it begins."),
    ):
        export = read({"Countries Covered": "Niger"}, row)
        assert len(export.problems) == 1
        assert export.problems[0].startswith(f"export.csv:3: {problem}")
        assert {"evaluation": export.evaluations[0]["slug"], "country": "NER"} in export.values


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("CS1137; CS. 1028 and PB-0070", ["CS.1137", "CS.1028", "PB.0070"]),
        ("CO10P0602 / CS.0393", ["CO10P0602", "CS.0393"]),
        ("XK55-ABCD-NOA-LY-03/T05.141", ["XK55-ABCD-NOA-LY-03/T05.141"]),
        ("CTSKG/1035, 470-CAU, ALA(90/05)", ["CTSKG/1035", "470-CAU", "ALA(90/05)"]),
        ("AZE/98/005 (01), AZE/98/551 (15)", ["AZE/98/005", "AZE/98/551"]),
        ("SL2-80;TC.0270", ["SL2-80", "TC.0270"]),
        ("MD.0021 - MD.0026", ["MD.0021", "MD.0026"]),
        ("N/A, Evaluation matrix", []),
    ],
)
def test_codes_of_a_cell_are_read_in_each_form(cell: str, codes: list[str]) -> None:
    assert evaluations.project_codes(cell) == codes


def test_another_edition_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(b"Title\nA\n")
    with pytest.raises(
        SystemExit, match=r"export\.csv: The SHA-256 differs from that in tools/evaluations\.py\."
    ):
        main([str(file)], folder=tmp_path, sha256="0000")
    assert [path.name for path in tmp_path.iterdir()] == ["export.csv"]


@pytest.mark.skipif(not EXPORT.is_file(), reason="needs ../shared/un/iom")
def test_tables_equal_the_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(EXPORT)], folder=tmp_path) == 1
    assert capsys.readouterr().err.count("ends before it begins") == 6
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (REFERENCE / path.name).read_bytes(), path.name
    exported = read_rows(EXPORT)
    naming = [row for row in exported if row["Countries Covered"] not in ("", "Worldwide")]
    linked = {
        row["evaluation"]
        for row in read_rows(REFERENCE / "evaluation-values.csv")
        if row["country"]
    }
    assert len(exported) == len(read_rows(REFERENCE / "evaluations.csv")) == 734
    assert len(linked) / len(naming) >= 0.95


def test_judged_themes_and_objectives_exist() -> None:
    """Every judgement names a theme of the list, with an objective and a reason in three languages."""
    judged = read_rows(ROOT / "data" / "curated" / "evaluation-theme-objectives.csv")
    assert {row["theme"] for row in judged} <= {
        row["slug"] for row in read_rows(REFERENCE / "evaluation-themes.csv")
    }
    assert {row["objective"] for row in judged} <= {
        row["number"] for row in read_rows(REFERENCE / "objectives.csv")
    }
    assert all(
        row[f"rationale_{language}"].endswith(".")
        for row in judged
        for language in ("en", "fr", "es")
    )
