"""Content of a contribution: its bytes, the statements in RDF, and the texts of people beside it, all within limits.

The command line, HTTP, the web page and the files of a pull request are all read here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from gcmgraph.contributions.errors import ContributionError, TooLongError
from gcmgraph.contributions.policy import BLANK_NODES, STATEMENTS
from gcmgraph.errors import Place
from gcmgraph.model.terms import BlankNode, Quad
from gcmgraph.rdfio.media import SYNTAXES, RdfSyntax, syntax_for_media_type, syntax_for_suffix
from gcmgraph.rdfio.parsing import NOT_IN_XML, parse_quads
from gcmgraph.spreadsheets.grids import (
    SpreadsheetSyntax,
    spreadsheet_for_media_type,
    spreadsheet_for_suffix,
)
from gcmgraph.validation.locations import LocatedStatements

#: Limit of the bytes of one contribution.
MAX_BYTES = 10 * 1024 * 1024

#: Limits of the characters of a title and of a reason.
TITLE, REASON = 300, 5_000


#: ZIP files, of several files in these formats.
ZIP = SpreadsheetSyntax("ZIP", "application/zip", "zip", ("application/x-zip-compressed",))


@dataclass(frozen=True)
class Content:
    """Bytes that were sent, the name of their file (for places), and their media type where it was given."""

    data: bytes
    name: str
    media_type: str = ""


def read_statements(content: Content, also: tuple[SpreadsheetSyntax, ...] = ()) -> LocatedStatements:
    """The statements of a content in RDF; the error for another format names the formats of `also`, too.

    Raises `RdfSyntaxError` with the place, `ContributionError`.
    """
    require_bytes(content)
    syntax = _rdf_syntax(content)
    if syntax is None:
        offered: tuple[RdfSyntax | SpreadsheetSyntax, ...] = (*SYNTAXES, *also, ZIP)
        known = ", ".join(f"{s.name} (.{s.suffix}, {s.media_type})" for s in offered)
        raise ContributionError(
            f"'{content.media_type or content.name}' does not say in which format the contribution is.",
            place=Place(content.name),
            hint=f"Give the Content-Type, or a file name with its suffix: {known}.",
        )
    require_few(parse_quads(content.data, syntax, source=content.name), content.name)
    return LocatedStatements.parse(content.data, syntax, source=content.name)


def require_bytes(content: Content) -> None:
    """Raise `TooLongError` for a content over its limit of bytes."""
    if len(content.data) > MAX_BYTES:
        raise TooLongError(
            f"The contribution has {len(content.data):,} bytes; the limit is {MAX_BYTES:,}.", hint="Send it in parts."
        )


def require_few(quads: Iterable[Quad], name: str) -> None:
    """Raise `ContributionError` for a content of this name over its limits, before the rest is read."""
    stated: set[Quad] = set()
    blank: set[BlankNode] = set()
    for quad in quads:
        stated.add(quad)
        blank.update(term for term in (quad.subject, quad.object) if isinstance(term, BlankNode))
        if len(stated) > STATEMENTS:
            raise ContributionError(
                f"The contribution makes more than {STATEMENTS:,} statements.",
                place=Place(name),
                hint="Send it in parts.",
            )
        if len(blank) > BLANK_NODES:
            raise ContributionError(
                f"The contribution holds more than {BLANK_NODES:,} blank nodes.",
                place=Place(name),
                hint="Give the things addresses, or send it in parts.",
            )


def media_type(content: Content) -> str:
    """The media type of a content that was read: that of its format, or as it was given."""
    syntax = ZIP if is_archive(content) else spreadsheet_syntax(content) or _rdf_syntax(content)
    return syntax.media_type if syntax else content.media_type


def _rdf_syntax(content: Content) -> RdfSyntax | None:
    return syntax_for_media_type(content.media_type) or syntax_for_suffix(PurePath(content.name).suffix)


def spreadsheet_syntax(content: Content) -> SpreadsheetSyntax | None:
    """The spreadsheet format by the suffix, else by the media type: Windows gives CSV files that of Excel."""
    if syntax_for_media_type(content.media_type):
        return None
    by_suffix = spreadsheet_for_suffix(PurePath(content.name).suffix)
    return by_suffix or spreadsheet_for_media_type(content.media_type)


def is_archive(content: Content) -> bool:
    """Whether a content is a ZIP file of several files, by its suffix or media type. A workbook is none."""
    kind = content.media_type.split(";", 1)[0].strip().lower()
    return PurePath(content.name).suffix.lower() == f".{ZIP.suffix}" or kind in {ZIP.media_type, *ZIP.also}


def require_text(words: str, name: str) -> None:
    """Raise `ContributionError` for a text with a control character."""
    if NOT_IN_XML.search(words):
        raise ContributionError(
            f"The {name} holds a control character, such as NUL, or is not in UTF-8.",
            hint="Remove it; it often comes from copying out of another program.",
        )


def worded(words: str, most: int, name: str) -> str:
    """A text that is not empty and not too long. Raises `ContributionError`."""
    words = " ".join(words.split()) if name == "title" else words.strip()
    require_text(words, name)
    if not words:
        raise ContributionError(f"The {name} is missing.")
    if len(words) > most:
        raise ContributionError(f"The {name} has {len(words):,} characters; the limit is {most:,}.")
    return words
