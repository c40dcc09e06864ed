"""What was sent, read as statements: bounded, and told clearly where it cannot be.

Every way in (command line, HTTP, web page, a pull request's files) reads through here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from gcmgraph.contributions.errors import ContributionError
from gcmgraph.contributions.permitted import BLANK_NODES, STATEMENTS
from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import BlankNode, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import SYNTAXES, RdfSyntax, syntax_for_media_type, syntax_for_suffix
from gcmgraph.spreadsheets.columns import Sheet
from gcmgraph.spreadsheets.media import (
    SPREADSHEETS,
    SpreadsheetSyntax,
    spreadsheet_for_media_type,
    spreadsheet_for_suffix,
)
from gcmgraph.spreadsheets.reading import Reading, read_spreadsheet
from gcmgraph.store.port import Store
from gcmgraph.validation.statements import Statements

#: Most bytes of one contribution.
MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Content:
    """Bytes that were sent, the name of their file (for places), and their media type where the sender said it."""

    data: bytes
    name: str
    media_type: str = ""


@dataclass(frozen=True)
class Beside:
    """What a spreadsheet is read beside: the template's sheets, and the published graph without what it replaces."""

    sheets: Callable[[], tuple[Sheet, ...]]
    published: Store
    addresses: Addresses
    removed: tuple[Quad, ...] = ()


def read_content(content: Content, beside: Beside) -> Reading:
    """What a content states, and what is wrong with it as a spreadsheet. Raises as `read_statements` does."""
    syntax = _spreadsheet_syntax(content)
    if syntax is None:
        return Reading(read_statements(content, also=SPREADSHEETS))
    _require_bytes(content)
    reading = read_spreadsheet(
        content.data, syntax, content.name, beside.sheets(), beside.published, beside.addresses, beside.removed
    )
    _require_few(reading.statements, content.name)
    return reading


def read_statements(content: Content, also: tuple[SpreadsheetSyntax, ...] = ()) -> Statements:
    """The statements of a content in RDF; what else could be sent is `also` named to who sends neither.

    Raises `RdfSyntaxError` with the place, `ContributionError`.
    """
    _require_bytes(content)
    syntax = _rdf_syntax(content)
    if syntax is None:
        offered: tuple[RdfSyntax | SpreadsheetSyntax, ...] = (*SYNTAXES, *also)
        known = ", ".join(f"{s.name} (.{s.suffix}, {s.media_type})" for s in offered)
        raise ContributionError(
            f"'{content.media_type or content.name}' does not say in which format the contribution is.",
            place=Place(content.name),
            hint=f"Give the Content-Type, or a file name with its suffix: {known}.",
        )
    statements = Statements.parse(content.data, syntax, source=content.name)
    if not len(statements):
        raise RdfSyntaxError("There is no statement in it.", place=Place(content.name))
    _require_few(statements, content.name)
    return statements


def _require_bytes(content: Content) -> None:
    if len(content.data) > MAX_BYTES:
        raise ContributionError(
            f"The contribution has {len(content.data):,} bytes; the limit is {MAX_BYTES:,}.", hint="Send it in parts."
        )


def _require_few(statements: Statements, name: str) -> None:
    if len(statements) > STATEMENTS:
        raise ContributionError(
            f"The contribution makes {len(statements):,} statements; the limit is {STATEMENTS:,}.",
            place=Place(name),
            hint="Send it in parts.",
        )
    blank = {term for quad in statements for term in (quad.subject, quad.object) if isinstance(term, BlankNode)}
    if len(blank) > BLANK_NODES:
        raise ContributionError(
            f"The contribution holds {len(blank):,} blank nodes; the limit is {BLANK_NODES:,}.",
            place=Place(name),
            hint="Give the things addresses, or send it in parts.",
        )


def media_type(content: Content) -> str:
    """The media type of a content that was read, by what its sender said or by its suffix."""
    syntax = _spreadsheet_syntax(content) or _rdf_syntax(content)
    return syntax.media_type if syntax else content.media_type


def _rdf_syntax(content: Content) -> RdfSyntax | None:
    return syntax_for_media_type(content.media_type) or syntax_for_suffix(PurePath(content.name).suffix)


def _spreadsheet_syntax(content: Content) -> SpreadsheetSyntax | None:
    """By the media type, else by the suffix; Windows calls CSV files Excel's."""
    if syntax_for_media_type(content.media_type):
        return None
    by_suffix = spreadsheet_for_suffix(PurePath(content.name).suffix)
    return by_suffix or spreadsheet_for_media_type(content.media_type)
