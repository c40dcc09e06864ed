"""Content of a contribution: its bytes and files, its statements, and the texts of people beside it, all within limits.

The command line, HTTP and the web page are all read here. Several files are one ZIP file
(PKWARE APPNOTE); none of them is written to a disk.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path, PurePath

from gcmgraph.contributions.policy import BLANK_NODES, STATEMENTS
from gcmgraph.platform.errors import ContributionError, Place, TooLongError
from gcmgraph.rdf.media import SYNTAXES, RdfSyntax, syntax_for_media_type, syntax_for_suffix
from gcmgraph.rdf.parsing import NOT_IN_XML, parse_quads
from gcmgraph.rdf.terms import BlankNode, Quad
from gcmgraph.spreadsheets import grids
from gcmgraph.spreadsheets.reading import (
    ReadingContext,
    SpreadsheetFile,
    SpreadsheetReading,
    read_bytes,
    read_spreadsheets,
)
from gcmgraph.translations import SOURCE_LANGUAGE, Message
from gcmgraph.validation.located_statements import LocatedStatements

#: Limit of the bytes of one contribution.
MAX_BYTES = 10 * 1024 * 1024

#: Limits of the characters of a title and of a reason.
TITLE, REASON = 300, 5_000


#: ZIP files, of several files in these formats.
ZIP = grids.SpreadsheetSyntax("ZIP", "application/zip", "zip", ("application/x-zip-compressed",))


@dataclass(frozen=True)
class Content:
    """Bytes that were sent, the name of their file (for places), and their media type where it was given."""

    data: bytes
    name: str
    media_type: str = ""


def read_statements(
    content: Content, also: tuple[grids.SpreadsheetSyntax, ...] = ()
) -> LocatedStatements:
    """The statements of a content in RDF; the error for another format names the formats of `also`, too.

    Raises `RdfSyntaxError` with the place, `ContributionError`.
    """
    require_bytes(content)
    syntax = format_of(content)
    if not isinstance(syntax, RdfSyntax):
        offered: tuple[RdfSyntax | grids.SpreadsheetSyntax, ...] = (*SYNTAXES, *also, ZIP)
        known = ", ".join(f"{s.name} (.{s.suffix}, {s.media_type})" for s in offered)
        message = f"'{content.media_type or content.name}' does not say in which format the contribution is."
        hint = f"Give the Content-Type, or a file name with its suffix: {known}."
        raise ContributionError(message, place=Place(content.name), hint=hint)
    require_few(parse_quads(content.data, syntax, source=content.name), content.name)
    return LocatedStatements.parse(content.data, syntax, source=content.name)


def require_bytes(content: Content) -> None:
    """Raise `TooLongError` for a content over its limit of bytes."""
    if len(content.data) > MAX_BYTES:
        hint = "Send it in parts."
        raise TooLongError(
            f"The contribution has {len(content.data):,} bytes; the limit is {MAX_BYTES:,}.",
            hint=hint,
        )


def require_few(quads: Iterable[Quad], name: str) -> None:
    """Raise `ContributionError` for a content of this name over its limits, before the rest is read."""
    stated: set[Quad] = set()
    blank: set[BlankNode] = set()
    for quad in quads:
        stated.add(quad)
        blank.update(term for term in (quad.subject, quad.object) if isinstance(term, BlankNode))
        if len(stated) > STATEMENTS:
            message = f"The contribution makes more than {STATEMENTS:,} statements."
            raise ContributionError(message, place=Place(name), hint="Send it in parts.")
        if len(blank) > BLANK_NODES:
            message = f"The contribution holds more than {BLANK_NODES:,} blank nodes."
            raise ContributionError(
                message, place=Place(name), hint="Give the things addresses, or send it in parts."
            )


def format_of(content: Content) -> RdfSyntax | grids.SpreadsheetSyntax | None:
    """The format of a content: `ZIP` of several files, a spreadsheet, or RDF; None for another.

    A media type of RDF wins, then the suffix: Windows gives CSV files the media type of Excel.
    """
    suffix, kind = (
        PurePath(content.name).suffix,
        content.media_type.split(";", 1)[0].strip().lower(),
    )
    if suffix.lower() == f".{ZIP.suffix}" or kind in {ZIP.media_type, *ZIP.also}:
        return ZIP
    rdf = syntax_for_media_type(kind) or syntax_for_suffix(suffix)
    return rdf or grids.spreadsheet_for_suffix(suffix) or grids.spreadsheet_for_media_type(kind)


def media_type_of(content: Content) -> str:
    """The media type of a content that was read: that of its format, or as it was given."""
    syntax = format_of(content)
    return syntax.media_type if syntax else content.media_type


def require_text(words: str, name: str) -> None:
    """Raise `ContributionError` for a text with a control character."""
    if NOT_IN_XML.search(words):
        hint = "Remove it; it often comes from copying out of another program."
        raise ContributionError(
            f"The {name} holds a control character, such as NUL, or is not in UTF-8.", hint=hint
        )


#: E-mail addresses without comments, quotes, lists and literals of networks; also without the begin
#: of an encoded word (RFC 2047), at some of which the library that writes mails raises
#: `IndexError`.
_EMAIL = re.compile(
    r"""(?!.*=\?)[^@\s<>"'(),;:\[\]\\]+@[^@\s<>"'(),;:\[\]\\]+\.[^@\s<>"'(),;:\[\]\\]+"""
)

#: Limit of the characters of an e-mail address (RFC 5321).
EMAIL = 254

_NO_EMAIL = Message("The field 'email' is not an e-mail address to which a mail can be sent.")
_CORRECT_EMAIL = Message("Write one address, such as name@example.org, or leave the field empty.")


class EmailAddressError(ContributionError):
    """A text that is no e-mail address, in each language."""

    def __init__(self) -> None:
        message, hint = self.in_language(SOURCE_LANGUAGE)
        super().__init__(message, hint=hint)

    def in_language(self, language: str) -> tuple[str, str]:
        """The message and its hint."""
        return _NO_EMAIL.in_language(language), _CORRECT_EMAIL.in_language(language)


def is_email(text: str) -> bool:
    """Whether a text is one e-mail address as the library that writes our mails reads it, without another spelling."""
    if len(text) > EMAIL or _EMAIL.fullmatch(text) is None or NOT_IN_XML.search(text) is not None:
        return False
    try:
        return Address(addr_spec=text).addr_spec == text
    except (HeaderParseError, ValueError):
        return False


def require_email(text: str) -> None:
    """Raise `EmailAddressError` for a text that is neither empty nor one e-mail address."""
    if text and not is_email(text):
        raise EmailAddressError


def worded(words: str, most: int, name: str) -> str:
    """A text that is not empty and not too long. Raises `ContributionError`."""
    words = " ".join(words.split()) if name == "title" else words.strip()
    require_text(words, name)
    if not words:
        raise ContributionError(
            f"The {name} is missing.", hint=f"Write one of at most {most:,} characters."
        )
    if len(words) > most:
        raise ContributionError(f"The {name} has {len(words):,} characters; the limit is {most:,}.")
    return words


# ------------------------------------------------------------------------------------------------------------ ZIP files

#: Limit on the files of a ZIP file; on their bytes when unpacked, `MAX_BYTES`.
MEMBERS = 100

#: Longest name of a member in places and messages.
_NAME = 200

#: Errors of damaged files, and of methods and passwords that are not supported.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)

#: Time of all members that are packed here, so that equal files make equal bytes
#: (`Idempotency-Key`).
_TIME = (1980, 1, 1, 0, 0, 0)


def unpacked(contents: Iterable[Content]) -> Iterator[Content]:
    """The contents, with the files of ZIP files in place of these.

    Raises `ContributionError`, `TooLongError`.
    """
    for content in contents:
        require_bytes(content)
        if format_of(content) is ZIP:
            yield from _members(content)
        else:
            yield content


def packed(contents: list[Content]) -> Content:
    """Several files as one ZIP file, uncompressed; one file as it is. Equal names are numbered."""
    if len(contents) == 1:
        return contents[0]
    written: set[str] = set()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for content in contents:
            path = PurePath(content.name.replace("\\", "/"))
            name, number = path.name, 1
            while name in written:
                number += 1
                name = f"{path.stem}-{number}{path.suffix}"
            written.add(name)
            archive.writestr(zipfile.ZipInfo(name, _TIME), content.data)
    return Content(data.getvalue(), f"contribution.{ZIP.suffix}", ZIP.media_type)


def _members(content: Content) -> Iterator[Content]:
    place, left = Place(content.name), MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
            infos = [info for info in archive.infolist() if not _is_of_system(info)]
            for message, hint in _flaws(infos):
                raise ContributionError(message, place=place, hint=hint)
            for info in infos:
                with archive.open(info) as file:
                    data = file.read(left + 1)  # its size is that which the sender stated
                left -= len(data)
                if left < 0:
                    raise TooLongError(
                        f"The files in the ZIP file have more than {MAX_BYTES:,} bytes when they are unpacked.",
                        place=place,
                        hint="Send them in parts.",
                    )
                yield Content(data, _name_of(info))
    except _UNREADABLE as error:
        raise ContributionError(
            f"The ZIP file cannot be read: {type(error).__name__}.",
            place=place,
            hint="Pack the files again.",
        ) from error


def _flaws(infos: list[zipfile.ZipInfo]) -> Iterator[tuple[str, str | None]]:
    """Reasons for refusing a ZIP file with these members, each with its hint."""
    if not infos:
        yield "The ZIP file has no files in it.", None
    if len(infos) > MEMBERS:
        yield f"The ZIP file has {len(infos):,} files; the limit is {MEMBERS}.", "Send it in parts."
    for info in infos:
        name = _name_of(info)
        if format_of(Content(b"", name)) is ZIP:
            yield (
                f"The ZIP file has another ZIP file in it: '{name}'.",
                "Put the files of both into one ZIP file.",
            )
        if info.flag_bits & 1:
            yield (
                f"The file '{name}' in the ZIP file is protected by a password.",
                "Send it without a password.",
            )


def _name_of(info: zipfile.ZipInfo) -> str:
    return NOT_IN_XML.sub("?", info.filename)[-_NAME:]


def _is_of_system(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder, or a file that a system adds: `__MACOSX/…`, `.DS_Store`, `Thumbs.db`."""
    path = PurePath(info.filename)
    return (
        info.is_dir()
        or path.name.startswith(".")
        or "__MACOSX" in path.parts
        or path.name == "Thumbs.db"
    )


# ----------------------------------------------------------------------------------------------------------- statements


#: Statements, and what the spreadsheets among their files say about them; None where there are
#: none.
Reading = tuple[LocatedStatements, SpreadsheetReading | None]


def read_contents(contents: Iterable[Content], context: ReadingContext) -> Reading:
    """The statements of contents taken together: a row of one may name a resource of another.

    Raises as `read_statements` does.
    """
    tables: list[SpreadsheetFile] = []
    stated: dict[Quad, Place | None] = {}
    name = ""
    for content in unpacked(contents):
        name = content.name
        if isinstance(syntax := format_of(content), grids.SpreadsheetSyntax):
            tables.append(SpreadsheetFile(content.data, syntax, content.name))
        else:
            stated |= {
                q: p
                for q, p in read_statements(content, also=grids.SPREADSHEETS).located()
                if q not in stated
            }
    reading = _together(tables, LocatedStatements(stated), context)
    require_few(reading[0], name)
    return reading


def read_files(paths: Iterable[Path], context: ReadingContext) -> Reading:
    """The statements of spreadsheets and RDF files of any size, taken together.

    Raises as `read_spreadsheets` does.
    """
    syntaxes = {path: grids.spreadsheet_for_suffix(path.suffix) for path in paths}
    tables = [
        SpreadsheetFile(read_bytes(path), syntax, str(path))
        for path, syntax in syntaxes.items()
        if syntax
    ]
    rdf = LocatedStatements.read(path for path, syntax in syntaxes.items() if syntax is None)
    return _together(tables, rdf, context)


def _together(
    tables: list[SpreadsheetFile], rdf: LocatedStatements, context: ReadingContext
) -> Reading:
    if not tables:
        return rdf, None
    reading = read_spreadsheets(tables, context, rdf.located())
    return reading.statements, reading
