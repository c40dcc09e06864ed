"""Workbooks with their findings, of `gcmgraph validate --marked`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gcmgraph.contributions.errors import ContributionError
from gcmgraph.errors import Place
from gcmgraph.spreadsheets.grids import XLSX, spreadsheet_for_suffix
from gcmgraph.spreadsheets.template import mark_workbook
from gcmgraph.validation.report import Report


def write_marked(files: Iterable[Path], report: Report, language: str, out: Path) -> None:
    """Write the one workbook of some files with its findings. Raises `ContributionError` for none or several."""
    books = [path for path in files if spreadsheet_for_suffix(path.suffix) is XLSX]
    if len(books) != 1:
        raise ContributionError(
            f"Findings are marked in one workbook (.xlsx); the files have {len(books)}.", hint="Leave out --marked."
        )
    (book,) = books
    try:
        out.write_bytes(mark_workbook(book.read_bytes(), str(book), report, language))
    except OSError as error:
        raise ContributionError(f"The file cannot be written: {error.strerror}.", place=Place(str(out))) from error
