"""Letters that a PDF paints on its pages, to check the page numbers of passages.

Pages are checked without the canonical text's own page starts: the letters around the beginning of
a passage must occur together among the letters that the PDF paints on that page. Digits do not
count: marks of notes and page numbers are printed within sentences.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.sources.source_texts import Document

#: Number of letters that must occur together on the page of a passage, its first letter among them.
LETTERS_TOGETHER = 24


@dataclass(frozen=True)
class PrintedPages:
    """The letters of each page of a PDF."""

    pages: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> PrintedPages:
        """The pages with some texts."""
        return cls(tuple(_letters(text) for text in texts))

    def numbers_at(self, document: Document, start: int) -> list[int]:
        """Return the 1-based pages that have the words of a document's block around an offset."""
        sequences = _letter_sequences(document, start)
        return [
            number
            for number, page_letters in enumerate(self.pages, start=1)
            if _has_any(page_letters, sequences)
        ]


def _letter_sequences(document: Document, start: int) -> set[str]:
    """Return the sequences of letters of a block that include the letter at an offset.

    A sequence has `LETTERS_TOGETHER` letters. Of a shorter block, the only sequence is all its
    letters.
    """
    block_start = document.text.rfind("\n", 0, start) + 1
    letters_before = _letters(document.text[block_start:start])
    letters = letters_before + _letters(document.text[start:].partition("\n")[0])
    index = max(0, min(len(letters_before), len(letters) - 1))
    first_start = max(0, index - LETTERS_TOGETHER + 1)
    last_start = min(index, max(0, len(letters) - LETTERS_TOGETHER))
    return {
        letters[sequence_start : sequence_start + LETTERS_TOGETHER]
        for sequence_start in range(first_start, last_start + 1)
    }


def _has_any(page_letters: str, sequences: Iterable[str]) -> bool:
    return any(sequence in page_letters for sequence in sequences)


def _letters(text: str) -> str:
    """The letters of a text, without case and compatibility forms: `2 ﬁles` is `files`."""
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text).casefold()))
