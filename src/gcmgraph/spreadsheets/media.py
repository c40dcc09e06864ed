"""The table of spreadsheet formats (RFC 7111; ECMA-376, part 1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SpreadsheetSyntax:
    """A format: its media type, its suffix, and its name."""

    name: str
    media_type: str
    suffix: str
    #: other media types and suffixes of it, and of formats that the reader refuses later
    also: tuple[str, ...] = ()


CSV = SpreadsheetSyntax("CSV", "text/csv", "csv", ("text/tab-separated-values", "tsv"))
XLSX = SpreadsheetSyntax(
    "XLSX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    (
        "application/vnd.ms-excel",
        "application/vnd.ms-excel.sheet.macroenabled.12",
        "application/vnd.oasis.opendocument.spreadsheet",
        "xls",
        "xlsm",
        "xltx",
        "ods",
    ),
)

SPREADSHEETS = (XLSX, CSV)

#: Findings of a spreadsheet that a report lists unless all are requested; the others are counted.
LISTED = 100

_BY_KEY = {key: syntax for syntax in SPREADSHEETS for key in (syntax.media_type, syntax.suffix, *syntax.also)}


def spreadsheet_for_suffix(suffix: str) -> SpreadsheetSyntax | None:
    """The format of a file suffix (with or without the dot), or None."""
    return _BY_KEY.get(suffix.lower().lstrip("."))


def spreadsheet_for_media_type(media_type: str) -> SpreadsheetSyntax | None:
    """The format of a media type without its parameters, or None."""
    return _BY_KEY.get(media_type.split(";", 1)[0].strip().lower())
