"""The source documents that are present on this machine, read when first needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gcmgraph.documents.document import Document
from gcmgraph.documents.reading import read_document


class PresentDocuments:
    """Documents by slug, from files that may be missing."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._read: dict[str, Document] = {}

    def get(self, slug: str) -> Document | None:
        """The document of a slug; None where it is not present. Raises `DocumentError` where it cannot be read."""
        if slug not in self._files:
            return None
        if slug not in self._read:
            self._read[slug] = read_document(self._files[slug])
        return self._read[slug]
