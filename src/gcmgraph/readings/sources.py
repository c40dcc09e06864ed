"""The texts of the source documents that are present on this machine, read when first needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gcmgraph.documents.texts import DocumentText, read_texts

#: Maximum number of names in one warning.
_NAMES = 6


class PresentDocuments:
    """Texts of documents by slug, from files that may be missing."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._read: dict[str, tuple[DocumentText, ...]] = {}

    def all_of(self, slug: str) -> tuple[DocumentText, ...]:
        """The texts of a source: one of a guidance page, several of the Compact; none where it has no text here."""
        if slug not in self._files:
            return ()
        if slug not in self._read:
            self._read[slug] = read_texts(self._files[slug])
        return self._read[slug]

    def get(self, slug: str) -> DocumentText | None:
        """The text of a document; None where it has none here."""
        return next(iter(self.all_of(slug)), None)

    def warnings(self) -> Iterator[str]:
        """One sentence on the documents that were requested and are present without their text."""
        missing = sorted(slug for slug, texts in self._read.items() if not texts)
        if missing:
            more = f" and {len(missing) - _NAMES} more" if len(missing) > _NAMES else ""
            yield (
                f"Documents without their text, which are used as if they were not present: "
                f"{', '.join(missing[:_NAMES])}{more}. Run `gcmreader text` (pip install 'gcmgraph[reader]')."
            )
