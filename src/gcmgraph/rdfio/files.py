"""Files of RDF and text: their syntax, their text, and how they are written."""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError, Place, RdfSyntaxError
from gcmgraph.files.atomic import write_file
from gcmgraph.rdfio.media import SYNTAXES, RdfSyntax, syntax_for_suffix


def syntax_of(path: Path) -> RdfSyntax:
    """The syntax of a file name's suffix. Raises `RdfSyntaxError` where the suffix has none."""
    syntax = syntax_for_suffix(path.suffix)
    if syntax is None:
        known = ", ".join(f".{s.suffix}" for s in SYNTAXES)
        raise RdfSyntaxError(
            f"The suffix '{path.suffix}' does not say which RDF syntax this is.",
            place=Place(str(path)),
            hint=f"Known suffixes: {known}.",
        )
    return syntax


def read_text(path: Path, wrong: type[GcmGraphError] = DataError) -> str:
    """The text of a file in UTF-8, without a byte order mark, its line ends as they are.

    Raises `wrong`, with the line where there is one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise wrong(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    return decode_text(data, str(path), wrong)


def decode_text(data: bytes, source: str, wrong: type[GcmGraphError] = DataError) -> str:
    """The text of bytes in UTF-8, as `read_text`."""
    data = data.removeprefix(BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise wrong(
            f"Byte 0x{data[error.start]:02X} is not UTF-8.",
            place=Place(source, data.count(b"\n", 0, error.start) + 1),
            hint="Save the file as UTF-8.",
        ) from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole, or leave it as it is. Raises `RdfSyntaxError`."""
    try:
        write_file(path, data)
    except OSError as error:
        raise RdfSyntaxError(f"The file cannot be written: {error.strerror}.", place=Place(str(path))) from error
