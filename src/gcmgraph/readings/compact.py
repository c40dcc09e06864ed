"""The Compact's own text, where it is present: commitments and full texts of the actions, each with its passage.

The text is taken apart by its letters; it needs no reading of an editor.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gcmgraph.documents.compact import read_compact, segment_compact
from gcmgraph.documents.outline import Outline
from gcmgraph.documents.views import Span
from gcmgraph.model.terms import IRI, Quad, text
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import Statements, whole_text
from gcmgraph.readings.model import DocumentVersion, Locator
from gcmgraph.readings.source_documents import block_quads, version_quads
from gcmgraph.sources.register import Source

_LANGUAGE = "en"


def compact_quads(path: Path, source: Source, addresses: Addresses) -> Iterator[Quad]:
    """The quads of the Compact's text in a file. Raises `DocumentError` where it is another text."""
    for number, outline in enumerate(segment_compact(read_compact(path)), start=1):
        document = outline.document
        version = DocumentVersion(document.slug, document.sha256, document.text_sha256)
        statements = Statements(addresses, {_LANGUAGE: version}, {_LANGUAGE: document}, {_LANGUAGE: outline.blocks})
        _state(outline, number, statements, addresses)
        yield from statements.quads()
        title = f"Objective {number} of the Global Compact (A/RES/73/195)"
        yield from version_quads(version, source, {"en": title}, _LANGUAGE, document, addresses)
        yield from block_quads(outline, _LANGUAGE, addresses)


def _state(outline: Outline, number: int, statements: Statements, addresses: Addresses) -> None:
    def place(span: Span) -> dict[str, tuple[Locator, ...]]:
        return {_LANGUAGE: (Locator.of(outline.document, span.start, span.end),)}

    objective = IRI(addresses.thing("objective", str(number)))
    if outline.head.commitment is not None:
        commitment = outline.head.commitment
        statements.state(objective, "gcm:commitment", text(commitment.shown, _LANGUAGE), place(commitment.span()))
    for action in outline.actions:
        iri = IRI(addresses.thing("action", f"{number}{action.letter}"))
        words = text(whole_text(action.text.shown), _LANGUAGE)
        statements.state(iri, "skos:definition", words, place(action.text.span()))
