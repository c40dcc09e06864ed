"""Texts of practices in files, for suggestions."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from gcmgraph.contributions.checking.files import contents_of
from gcmgraph.contributions.content import Content, is_archive
from gcmgraph.contributions.reading import Beside, read_contents
from gcmgraph.errors import GcmGraphError, Place
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.suggestions.practices import practice_texts
from gcmgraph.rdfio.media import syntax_for_suffix
from gcmgraph.repository.layout import Repository
from gcmgraph.shapes.texts import Texts
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.grids import spreadsheet_for_suffix
from gcmgraph.store.port import Store
from gcmgraph.validation.rules import load_rules


def texts_of(
    files: Iterable[Path], text: str | None, repository: Repository, published: Store, addresses: Addresses
) -> list[tuple[Texts, str]]:
    """The texts of files, or the one that is given, each with its titles. Raises `GcmGraphError`."""
    if text is not None:
        return [(Texts(), text)]
    files = list(files)
    data = [
        file
        for file in files
        if syntax_for_suffix(file.suffix) or spreadsheet_for_suffix(file.suffix) or is_archive(Content(b"", file.name))
    ]
    found = [(Texts(), _plain(file)) for file in files if file not in data]
    if data:
        shapes = load_rules(repository, addresses).shapes.quads
        beside = Beside(lambda: SheetBook(shapes, addresses).sheets(), published, addresses)
        practices = practice_texts(read_contents(contents_of(data), beside).statements, addresses, published)
        if not practices and not found:
            raise GcmGraphError("The files describe no practice.", place=Place(str(data[0])))
        found += [(practice.titles, practice.text) for practice in practices]
    return found


def _plain(file: Path) -> str:
    """The text of a file, or of standard input for `-`."""
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8")
    except OSError as error:
        raise GcmGraphError(f"The file cannot be read: {error.strerror}.", place=Place(str(file))) from error
    except UnicodeDecodeError as error:
        raise GcmGraphError(
            "The file is no text in UTF-8.", place=Place(str(file)), hint="Save it as plain text in UTF-8."
        ) from error
