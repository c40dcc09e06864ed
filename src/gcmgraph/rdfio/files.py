"""RDF files on disk: what their names say, and writing them whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
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
