"""A document to quads: read, segment, read the facts, state them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.documents.document import Document
from gcmgraph.documents.texts import Block
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.document_reading import Deviation, DocumentReading, ReferenceData, read_outline
from gcmreader.extraction.evidence import Preferred, preferred_names
from gcmreader.extraction.statements import document_quads, reading_quads


@dataclass(frozen=True)
class Extraction:
    """Result of reading one document."""

    reading: DocumentReading
    quads: tuple[Quad, ...]

    @property
    def not_understood(self) -> tuple[Block, ...]:
        """The passages that nothing could be made of."""
        return self.reading.outline.not_understood

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """Differences between the page and the reference data, which is not changed by them."""
        return self.reading.deviations


class Extractor:
    """Reads documents against one state of the reference data."""

    def __init__(self, reference: Iterable[Quad], addresses: Addresses) -> None:
        self._quads = tuple(reference)
        self._addresses = addresses

    @cached_property
    def reference(self) -> ReferenceData:
        """Prior knowledge of the reader."""
        return ReferenceData.of(self._quads, self._addresses)

    @cached_property
    def _names(self) -> Preferred:
        return preferred_names(self._quads, self._addresses)

    def extract(
        self,
        document: Document,
        *,
        objective: int | None = None,
        language: str | None = None,
        preferred: Preferred | None = None,
    ) -> Extraction:
        """Facts of a document. Raises `DocumentError` or `ExtractionError`; then nothing was read.

        `objective` and `language` settle what the document does not say clearly itself. `preferred` are names that
        editors chose or other documents gave; they come before this document's.
        """
        reading = read_outline(segment(document, language), self.reference, objective)
        names = {**self._names, **(preferred or {})}
        quads = tuple(reading_quads(reading, self.reference, self._addresses, names))
        known = IRI(self._addresses.thing("source", document.slug))
        if not any(quad.subject == known for quad in self._quads):
            quads += tuple(document_quads(reading, self._addresses))
        return Extraction(reading, quads)
