"""Content of a contribution: bytes of one file within a limit, and their format. Each door makes one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from gcmgraph.platform.errors import TooLongError
from gcmgraph.rdf.media import RdfSyntax, syntax_for_media_type, syntax_for_suffix
from gcmgraph.spreadsheets.grids import (
    SpreadsheetSyntax,
    spreadsheet_for_media_type,
    spreadsheet_for_suffix,
)

#: Limit of the bytes of one contribution.
MAX_BYTES = 10 * 1024 * 1024

#: ZIP files, of several files in the formats of RDF and spreadsheets.
ZIP = SpreadsheetSyntax("ZIP", "application/zip", "zip", ("application/x-zip-compressed",))


@dataclass(frozen=True)
class Content:
    """Bytes that were sent, the name of their file (for places), and their media type where it was given."""

    data: bytes
    name: str
    media_type: str = ""


def require_bytes(content: Content) -> None:
    """Raise `TooLongError` for a content over its limit of bytes."""
    if len(content.data) > MAX_BYTES:
        raise TooLongError(
            f"The contribution has {len(content.data):,} bytes; the limit is {MAX_BYTES:,}.",
            hint="Send it in parts.",
        )


def format_of(content: Content) -> RdfSyntax | SpreadsheetSyntax | None:
    """The format of a content: `ZIP` of several files, a spreadsheet, or RDF; None for another.

    A media type of RDF wins, then the suffix: Windows gives CSV files the media type of Excel.

    >>> format_of(Content(b"", "practices.csv", "application/vnd.ms-excel")).name
    'CSV'
    """
    suffix = PurePath(content.name).suffix
    media_type = content.media_type.split(";", 1)[0].strip().lower()
    if suffix.lower() == f".{ZIP.suffix}" or media_type in {ZIP.media_type, *ZIP.also}:
        return ZIP
    syntax = syntax_for_media_type(media_type) or syntax_for_suffix(suffix)
    return syntax or spreadsheet_for_suffix(suffix) or spreadsheet_for_media_type(media_type)


def media_type_of(content: Content) -> str:
    """The media type of a content that was read: that of its format, or as it was given."""
    syntax = format_of(content)
    return syntax.media_type if syntax else content.media_type
