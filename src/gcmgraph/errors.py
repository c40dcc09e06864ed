"""What can go wrong on a user's side, said so that they can mend it.

Every error a user can cause is a `GcmGraphError`. The command line and the web server translate it in
one place each; anything else that is raised is a bug and shows as one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where in a user's input something is: 1-based line and column, either may be unknown."""

    source: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """`file:line:column`, as editors and CI systems understand it."""
        return ":".join(str(part) for part in (self.source, self.line, self.column) if part is not None)


class GcmGraphError(Exception):
    """A clear sentence about what failed on what, where, and how to mend it."""

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        """`place: message. hint`, on one line."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head} {self.hint}" if self.hint else head


class DocumentError(GcmGraphError):
    """A source document that cannot be read as what it should be."""


class ExtractionError(GcmGraphError):
    """A document whose statements contradict the reference data or each other."""


class RdfSyntaxError(GcmGraphError):
    """RDF that does not parse, or that we refuse to parse."""


class NotXmlError(GcmGraphError):
    """RDF or results that XML cannot carry."""


class DataError(GcmGraphError):
    """A file of this repository (reference data, link set, query, shape) that is not in order."""


class SourceError(GcmGraphError):
    """A document or data file of the register that could not be fetched, or a folder that cannot hold it."""


class QuerySyntaxError(GcmGraphError):
    """A SPARQL query that does not parse."""


class StoreError(GcmGraphError):
    """A store that is missing, locked, damaged or not a store."""


class SettingsError(GcmGraphError):
    """A setting with an impossible value."""
