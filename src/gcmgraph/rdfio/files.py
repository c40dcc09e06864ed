"""Files on disk: which RDF their names tell, reading their text, and writing them whole or not at all."""

from __future__ import annotations

import contextlib
import os
from codecs import BOM_UTF8
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError, Place, RdfSyntaxError
from gcmgraph.rdfio.media import SYNTAXES, RdfSyntax, syntax_for_suffix


def syntax_of(path: Path) -> RdfSyntax:
    """The syntax that a file name's suffix tells. Raises `RdfSyntaxError` where it tells none."""
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
    """The text of a file in UTF-8, without the mark that Windows programs put first, its line ends as they are.

    Raises `wrong`, with the line where there is one.
    """
    try:
        data = path.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        raise wrong(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise wrong(
            f"Byte 0x{data[error.start]:02X} is not UTF-8.",
            place=Place(str(path), data.count(b"\n", 0, error.start) + 1),
            hint="Save the file as UTF-8.",
        ) from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or, where that fails, not changed. Raises `RdfSyntaxError`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        raise RdfSyntaxError(f"The file cannot be written: {error.strerror}.", place=Place(str(path))) from error
    finally:
        with contextlib.suppress(OSError):  # what could not be made is not there
            draft.unlink()
