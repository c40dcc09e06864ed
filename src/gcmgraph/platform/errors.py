"""Errors that users can cause and correct.

Each is a `GcmGraphError`. The command line and the web server report it, each in one place; every
other exception is a bug.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """Location in a user's input: source, and 1-based line and column, if known.

    >>> str(Place("countries.csv", 3, 7)), str(Place("form.xlsx", 6, 16, "Practice"))
    ('countries.csv:3:7', 'form.xlsx: Practice!P6')
    """

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
        sheet = self.sheet
        if not re.fullmatch(r"[^\W\d]\w*", sheet):
            sheet = "'" + sheet.replace("'", "''") + "'"
        if self.line is None:
            return sheet
        if self.column is None:
            return f"{sheet}!{self.line}:{self.line}"
        return f"{sheet}!{column_letters(self.column)}{self.line}"

    def __str__(self) -> str:
        """The location as `file:line:column`, which editors and CI systems recognize.

        In a workbook, with the name of the cell.
        """
        if self.sheet is not None:
            return f"{self.source}: {self.cell}"
        parts = (self.source, self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)


def column_letters(column: int) -> str:
    """The letters of a column (1-based) in spreadsheet programs.

    >>> column_letters(1), column_letters(26), column_letters(27)
    ('A', 'Z', 'AA')
    """
    letters = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


class GcmGraphError(Exception):
    """An error with a message of one sentence, its location, and a hint for its correction."""

    def __init__(
        self, message: str, *, place: Place | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        """The error on one line, as `place: message. hint`."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head} {self.hint}" if self.hint else head

    @property
    def record(self) -> dict[str, Any]:
        """The error as JSON, for another process; see `recorded_error`."""
        kinds = [kind.__name__ for kind in type(self).__mro__]
        return {
            "error": kinds,
            "message": self.message,
            "hint": self.hint,
            "place": self.place and astuple(self.place),
        }


def recorded_error(record: Mapping[str, Any], *kinds: type[GcmGraphError]) -> GcmGraphError:
    """The error of a record, of the first of its classes that is among `kinds`.

    Of the last of `kinds` if none is.
    """
    kind_by_name = {kind.__name__: kind for kind in kinds}
    names = [name for name in record["error"] if name in kind_by_name]
    kind = kind_by_name[names[0]] if names else kinds[-1]
    place = Place(*record["place"]) if record["place"] else None
    return kind(record["message"], hint=record["hint"], place=place)


@contextmanager
def faults_of_files(
    kind: type[GcmGraphError], message: str, path: object = None, hint: str | None = None
) -> Iterator[None]:
    """Turn errors of files into one of a kind at a path; its message has the reason at the end."""
    try:
        yield
    except OSError as error:
        place = Place(str(path)) if path else None
        raise kind(f"{message}: {error.strerror or error}.", place=place, hint=hint) from error


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


class ContributionError(GcmGraphError):
    """A contribution, or a decision on it, that cannot be accepted as it is."""


class TooLongError(ContributionError):
    """A contribution over the limit of bytes."""


class UnknownContributionError(ContributionError):
    """An identifier of no contribution."""


def unknown_contribution(identifier: str) -> UnknownContributionError:
    """The error for an identifier of no contribution, or of one that is not to be known."""
    return UnknownContributionError(f"There is no contribution '{identifier[:40]}'.")


class ConflictError(ContributionError):
    """A decision that the state of the contribution, or another decision, does not allow."""


class NotPermittedError(ContributionError):
    """An action that the token does not permit."""


class LedgerError(GcmGraphError):
    """Contributions that cannot be read or written, as on a full disk."""


class LedgerBusyError(LedgerError):
    """A ledger that another decision or a build has locked."""


class LedgerMismatchError(LedgerError):
    """A database of another release or installation, or without those of the folder."""


class DamagedError(LedgerError):
    """A contribution with damaged, missing or unreadable files; an error of it alone."""


class QuotaError(ContributionError):
    """A request over a quota of its token or address.

    `retry_after`: seconds after which another may be accepted.
    """

    def __init__(self, message: str, retry_after: int, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class CheckOverLimitError(ContributionError):
    """A contribution whose check takes more time or memory than its limits."""


class CheckBusyError(ContributionError):
    """A check that would have to wait for others."""
