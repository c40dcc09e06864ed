"""Drafts of readings written to files; a file that exists is never written over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.rdfio.files import write_whole
from gcmgraph.readings.files import PAGE
from gcmreader.extraction.document_reading import DocumentReading
from gcmreader.readings.proposals import draft_page, draft_practices
from gcmreader.readings.writing import write_reading


def write_drafts(folder: Path, proposals: Mapping[str, DocumentReading]) -> Iterator[Path]:
    """Write the proposals of one page, by language, into its folder; yields the files. Raises `DataError`."""
    if (folder / PAGE).exists():
        raise DataError(
            "There is a reading of this page already, without this document.",
            place=Place(str(folder / PAGE)),
            hint="Add the document under 'documents', with its hashes, and run the command again.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    drafts = {PAGE: draft_page(proposals)}
    drafts |= {f"{draft['practice']}.yaml": draft for draft in draft_practices(proposals)}
    for name, draft in drafts.items():
        write_whole(folder / name, write_reading(draft).encode())
        yield folder / name
