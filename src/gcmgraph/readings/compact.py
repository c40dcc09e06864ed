"""The texts of the Compact, where they are present: as adopted (A/RES/73/195), and as negotiated by 13 July 2018.

They are taken apart by their letters and need no reading of an editor. Each statement has its passage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gcmgraph.documents.compact import read_compact, segment_compact
from gcmgraph.documents.outline import Outline
from gcmgraph.documents.resolution import read_resolution
from gcmgraph.documents.views import View
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import Statements, whole_text
from gcmgraph.readings.model import DocumentVersion, Locator
from gcmgraph.readings.source_documents import block_quads, version_quads
from gcmgraph.readings.wordings import ADOPTED, NEGOTIATED, Wordings
from gcmgraph.sources.register import Source

_LANGUAGE = "en"


def resolution_quads(
    path: Path, source: Source, letters: Mapping[int, str], wordings: Wordings, addresses: Addresses
) -> tuple[Quad, ...]:
    """The quads of the adopted text. `letters` are the letters of the actions of each objective.

    Raises `DocumentError` where it is another text, or an action is missing or too many.
    """
    title = "Global Compact for Safe, Orderly and Regular Migration, as adopted (A/RES/73/195)"
    outlines = read_resolution(path, letters)
    return tuple(_document_quads(outlines, title, ADOPTED, source, wordings, addresses))


def compact_quads(path: Path, source: Source, wordings: Wordings, addresses: Addresses) -> Iterator[Quad]:
    """The quads of the negotiated text in a file. Raises `DocumentError` where it is another text."""
    for number, outline in enumerate(segment_compact(read_compact(path)), start=1):
        title = f"Objective {number} of the Global Compact, as negotiated by 13 July 2018"
        yield from _document_quads([outline], title, NEGOTIATED, source, wordings, addresses)


def _document_quads(
    outlines: Sequence[Outline], title: str, edition: str, source: Source, wordings: Wordings, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of one document that has these objectives."""
    document = outlines[0].document
    version = DocumentVersion(document.slug, document.sha256, document.text_sha256)
    blocks = outlines[0].blocks
    statements = Statements(addresses, {_LANGUAGE: version}, {_LANGUAGE: document}, {_LANGUAGE: blocks})

    def state(kind: str, local: str, predicate: str, view: View, words: str) -> None:
        span = view.span()
        places = {_LANGUAGE: (Locator.of(document, span.start, span.end),)}
        wordings.state(statements, edition, IRI(addresses.thing(kind, local)), predicate, words, places)

    for outline in outlines:
        number = str(outline.head.number)
        for heading in outline.head.titles[:1]:
            state("objective", number, "skos:prefLabel", heading, heading.shown)
        if (commitment := outline.head.commitment) is not None:
            state("objective", number, "gcm:commitment", commitment, commitment.shown)
        for action in outline.actions:
            state("action", f"{number}{action.letter}", "skos:definition", action.text, whole_text(action.text.shown))
    yield from statements.quads()
    yield from version_quads(version, source, {_LANGUAGE: title}, _LANGUAGE, document, addresses, edition)
    yield from block_quads(outlines[0], _LANGUAGE, addresses)
