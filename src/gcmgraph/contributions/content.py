"""What was sent, and RDF of it read as statements: bounded, and told clearly where it cannot be.

Every way in (command line, HTTP, web page, a pull request's files) reads through here.
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
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.spreadsheets.media import (
    SpreadsheetSyntax,
    spreadsheet_for_media_type,
    spreadsheet_for_suffix,
)
from gcmgraph.validation.locations.statements import LocatedStatements

#: Most bytes of one contribution.
MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Content:
    """Bytes that were sent, the name of their file (for places), and their media type where the sender said it."""

    data: bytes
    name: str
    media_type: str = ""


def read_statements(content: Content, also: tuple[SpreadsheetSyntax, ...] = ()) -> LocatedStatements:
    """The statements of a content in RDF; what else could be sent is `also` named to who sends neither.

    Raises `RdfSyntaxError` with the place, `ContributionError`.
    """
    require_bytes(content)
    syntax = _rdf_syntax(content)
    if syntax is None:
        offered: tuple[RdfSyntax | SpreadsheetSyntax, ...] = (*SYNTAXES, *also)
        known = ", ".join(f"{s.name} (.{s.suffix}, {s.media_type})" for s in offered)
        raise ContributionError(
            f"'{content.media_type or content.name}' does not say in which format the contribution is.",
            place=Place(content.name),
            hint=f"Give the Content-Type, or a file name with its suffix: {known}.",
        )
    require_few(parse_quads(content.data, syntax, source=content.name), content.name)
    return LocatedStatements.parse(content.data, syntax, source=content.name)


def require_bytes(content: Content) -> None:
    """Raise `TooLongError` for a content that is too long."""
    if len(content.data) > MAX_BYTES:
        raise TooLongError(
            f"The contribution has {len(content.data):,} bytes; the limit is {MAX_BYTES:,}.", hint="Send it in parts."
        )


def require_few(quads: Iterable[Quad], name: str) -> None:
    """Raise `ContributionError` where a content of this name states too much; no more than that is read then."""
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
    """The media type of a content that was read, by what its sender said or by its suffix."""
    syntax = spreadsheet_syntax(content) or _rdf_syntax(content)
    return syntax.media_type if syntax else content.media_type


def _rdf_syntax(content: Content) -> RdfSyntax | None:
    return syntax_for_media_type(content.media_type) or syntax_for_suffix(PurePath(content.name).suffix)


def spreadsheet_syntax(content: Content) -> SpreadsheetSyntax | None:
    """By the media type, else by the suffix; Windows calls CSV files Excel's."""
    if syntax_for_media_type(content.media_type):
        return None
    by_suffix = spreadsheet_for_suffix(PurePath(content.name).suffix)
    return by_suffix or spreadsheet_for_media_type(content.media_type)
