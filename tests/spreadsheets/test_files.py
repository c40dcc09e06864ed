"""Several files, taken together as one contribution."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbooks import PRACTICE, Reader, as_csv, blocking, named

from gcmgraph.contributions.checking import check_files
from gcmgraph.errors import RdfSyntaxError
from gcmgraph.model.terms import Literal
from gcmgraph.spreadsheets.grids import SpreadsheetError
from gcmgraph.validation.report import Report

OFFICE = as_csv({"name [en]": "Office of Something", "acronym [en]": "OOS"})
LED = as_csv({**PRACTICE, "lead organisation": "office of something", "organisation involved": "OOS"})
OPENING = as_csv({"practice": "one-stop shop", "title [en]": "Opening", "organiser or contributor": "OOS"})


def checked(reader: Reader, folder: Path, files: dict[str, str]) -> Report:
    """The report on files of these names and contents."""
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    return check_files([folder / name for name in files], reader.rules, reader.published)


@pytest.mark.parametrize("order", ["opr", "rop"])
def test_resources_of_other_files(reader: Reader, tmp_path: Path, order: str) -> None:
    files = {"o": OFFICE, "p": LED, "r": OPENING}
    assert checked(reader, tmp_path, {f"{name}.csv": files[name] for name in order}).results == ()


@pytest.mark.parametrize("names", [["notes.md"], ["notes.md", "practices.csv"]])
def test_unknown_suffix_lists_the_known_ones(reader: Reader, tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        checked(reader, tmp_path, dict.fromkeys(names, as_csv(PRACTICE)))
    assert str(caught.value) == (
        f"{tmp_path}/notes.md: The suffix '.md' does not say what this is, RDF or a spreadsheet. "
        "Known suffixes: .ttl, .jsonld, .rdf, .nt, .trig, .nq, .xlsx, .csv."
    )


def test_rows_without_a_title(reader: Reader, tmp_path: Path) -> None:
    row = {name: text for name, text in PRACTICE.items() if not name.startswith("title")}
    report = checked(reader, tmp_path, {"a.csv": as_csv(row), "b.csv": as_csv({**row, "objective": "24"})})
    reported = [(named(result), result.place and Path(result.place.source).name) for result in blocking(report)]
    assert reported == [
        ("Practice-title-present", "a.csv"),
        ("Practice-title-present", "b.csv"),
        ("Practice-objective", "b.csv"),
    ]
    assert len({result.focus for result in blocking(report)}) == 2


def test_row_of_two_files_is_reported(reader: Reader, tmp_path: Path) -> None:
    (result,) = blocking(checked(reader, tmp_path, {"a.csv": as_csv(PRACTICE), "b.csv": as_csv(PRACTICE)}))
    assert (named(result), result.value) == ("same-row", Literal(f"{tmp_path / 'a.csv'}:2"))


def test_file_without_rows_is_refused(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetError, match="There is no row with data in it") as raised:
        checked(reader, tmp_path, {"a.csv": as_csv(PRACTICE), "b.csv": "title [en],country\n"})
    assert raised.value.place is not None
    assert raised.value.place.source == str(tmp_path / "b.csv")
