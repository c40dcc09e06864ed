"""Errors that users can cause and correct.

Each is a `GcmGraphError`. The command line and the web server report it, each in one place; every other exception is a
bug.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Location in a user's input: source, and 1-based line and column, either of which may be unknown."""

    source: str
    line: int | None = None
    column: int | None = None
    #: title of a sheet of a workbook, in which line and column are those of a cell
    sheet: str | None = None

    @property
    def cell(self) -> str | None:
        """The cell, row or sheet of a workbook as spreadsheet programs name it: `Practice!P6`."""
        if self.sheet is None:
            return None
        sheet = self.sheet if re.fullmatch(r"[^\W\d]\w*", self.sheet) else "'" + self.sheet.replace("'", "''") + "'"
        if self.line is None:
            return sheet
        if self.column is None:
            return f"{sheet}!{self.line}:{self.line}"
        return f"{sheet}!{column_letters(self.column)}{self.line}"

    def __str__(self) -> str:
        """The location as `file:line:column`, which editors and CI systems recognize, or with the name of a cell."""
        if self.sheet is not None:
            return f"{self.source}: {self.cell}"
        return ":".join(str(part) for part in (self.source, self.line, self.column) if part is not None)


def column_letters(column: int) -> str:
    """The letters of a column (1-based) in spreadsheet programs: `A`, `Z`, `AA`."""
    letters = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


class GcmGraphError(Exception):
    """An error with a message of one sentence, its location, and a hint for its correction."""

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        """The error on one line, as `place: message. hint`."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head} {self.hint}" if self.hint else head


class DocumentError(GcmGraphError):
    """A source document that cannot be read in the expected format."""


class ExtractionError(GcmGraphError):
    """A document whose statements contradict the reference data or each other."""


class RdfSyntaxError(GcmGraphError):
    """RDF that cannot be parsed, or that exceeds a limit of the parser."""


class NotXmlError(GcmGraphError):
    """RDF or query results that cannot be written as XML."""


class DataError(GcmGraphError):
    """An invalid file of this repository: reference data, link set, query or shape."""


class SourceError(GcmGraphError):
    """A document or data file of the register that cannot be fetched or stored."""


class QuerySyntaxError(GcmGraphError):
    """A SPARQL query with a syntax error."""


class StoreError(GcmGraphError):
    """A missing, locked, damaged or unsupported store."""


class UnwritableError(StoreError):
    """Files that cannot be written because of the disk or of permissions."""


class DamagedFileError(StoreError):
    """A file beside a dataset version that differs from its record."""


class SettingsError(GcmGraphError):
    """An unknown setting, or one with an invalid value."""
