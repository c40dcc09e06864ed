"""Statements of contents: RDF, spreadsheets based on the template, and ZIP files of these."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gcmgraph.contributions.content import ZIP, Content, format_of, require_bytes
from gcmgraph.contributions.policy import BLANK_NODES, STATEMENTS
from gcmgraph.contributions.zip_files import unpacked
from gcmgraph.platform.errors import ContributionError, Place
from gcmgraph.rdf.media import SYNTAXES, RdfSyntax
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import BlankNode, Quad
from gcmgraph.spreadsheets.grids import SPREADSHEETS, SpreadsheetSyntax, spreadsheet_for_suffix
from gcmgraph.spreadsheets.reading import (
    ReadingContext,
    SpreadsheetFile,
    SpreadsheetReading,
    read_bytes,
    read_spreadsheets,
)
from gcmgraph.validation.located_statements import LocatedStatements

#: Statements, and what the spreadsheets among their files say about them; None where there are
#: none.
Reading = tuple[LocatedStatements, SpreadsheetReading | None]


def read_contents(contents: Iterable[Content], context: ReadingContext) -> Reading:
    """The statements of contents taken together: a row of one may name a resource of another.

    Raises as `read_statements` does.
    """
    spreadsheets: list[SpreadsheetFile] = []
    places: dict[Quad, Place | None] = {}
    name = ""
    for content in unpacked(contents):
        name = content.name
        syntax = format_of(content)
        if isinstance(syntax, SpreadsheetSyntax):
            spreadsheets.append(SpreadsheetFile(content.data, syntax, content.name))
            continue
        for quad, place in read_statements(content).located():
            places.setdefault(quad, place)
    reading = _together(spreadsheets, LocatedStatements(places), context)
    require_few(reading[0], name)
    return reading


def read_files(paths: Iterable[Path], context: ReadingContext) -> Reading:
    """The statements of spreadsheets and RDF files of any size, taken together.

    Raises as `read_spreadsheets` does.
    """
    spreadsheets: list[SpreadsheetFile] = []
    rdf_paths: list[Path] = []
    for path in dict.fromkeys(paths):
        syntax = spreadsheet_for_suffix(path.suffix)
        if syntax is None:
            rdf_paths.append(path)
        else:
            spreadsheets.append(SpreadsheetFile(read_bytes(path), syntax, str(path)))
    return _together(spreadsheets, LocatedStatements.read(rdf_paths), context)


def read_statements(content: Content) -> LocatedStatements:
    """The statements of a content in RDF. Raises `RdfSyntaxError` with the place, `ContributionError`."""
    require_bytes(content)
    syntax = format_of(content)
    if not isinstance(syntax, RdfSyntax):
        raise _unknown_format(content)
    require_few(parse_quads(content.data, syntax, source=content.name), content.name)
    return LocatedStatements.parse(content.data, syntax, source=content.name)


def require_few(quads: Iterable[Quad], name: str) -> None:
    """Raise `ContributionError` for a content over its limits, before the rest is read."""
    statements: set[Quad] = set()
    blank_nodes: set[BlankNode] = set()
    place = Place(name)
    for quad in quads:
        statements.add(quad)
        blank_nodes.update(
            term for term in (quad.subject, quad.object) if isinstance(term, BlankNode)
        )
        if len(statements) > STATEMENTS:
            message = f"The contribution makes more than {STATEMENTS:,} statements."
            raise ContributionError(message, place=place, hint="Send it in parts.")
        if len(blank_nodes) > BLANK_NODES:
            message = f"The contribution holds more than {BLANK_NODES:,} blank nodes."
            hint = "Give the resources addresses, or send the file in parts."
            raise ContributionError(message, place=place, hint=hint)


def _unknown_format(content: Content) -> ContributionError:
    formats = (*SYNTAXES, *SPREADSHEETS, ZIP)
    names = (f"{syntax.name} (.{syntax.suffix}, {syntax.media_type})" for syntax in formats)
    message = (
        f"'{content.media_type or content.name}' does not say in which format the contribution is."
    )
    hint = f"Give the Content-Type, or a file name with its suffix: {', '.join(names)}."
    return ContributionError(message, place=Place(content.name), hint=hint)


def _together(
    spreadsheets: list[SpreadsheetFile], rdf: LocatedStatements, context: ReadingContext
) -> Reading:
    if not spreadsheets:
        return rdf, None
    reading = read_spreadsheets(spreadsheets, context, rdf.located())
    return reading.statements, reading
