"""CSV as spreadsheets and programs read it (https://www.rfc-editor.org/rfc/rfc4180)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

#: Cells that a spreadsheet would run (https://owasp.org/www-community/attacks/CSV_Injection): what they begin with.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with its header, lines ended by CRLF. Cells that would be formulas are guarded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: behind an apostrophe where it begins like one. Numbers stay."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
