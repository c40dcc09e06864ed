"""Words to locators, and locators checked against a document.

Words are matched without white space, hyphens, bullets and marks of emphasis, which differ between a printed page and
the text that somebody copies from it; all other characters must be equal after Unicode normalisation (NFKC).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.documents.document import Document
from gcmgraph.readings.model import Locator

_LEFT_OUT = re.compile(r"[\s*_■▪•◦●\u00ad\u2010\u2011\u200b-]")


def folded(words: str) -> str:
    """The characters of a text that count in a comparison of words."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", words))


@dataclass(frozen=True)
class SearchableText:
    """A document whose words can be searched."""

    document: Document

    @cached_property
    def _folded(self) -> tuple[str, list[int]]:
        """The characters that count, and the offset of each in the document."""
        characters: list[str] = []
        offsets: list[int] = []
        for offset, character in enumerate(self.document.text):
            for one in folded(character):
                characters.append(one)
                offsets.append(offset)
        return "".join(characters), offsets

    def find(self, words: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """The offsets of the first occurrence of some words between two offsets; None where there is none.

        An occurrence that is a word of its own comes before one within a longer word.
        """
        text, offsets = self._folded
        wanted = folded(words)
        if not wanted:
            return None
        limit = len(self.document.text) if end is None else end
        first: tuple[int, int] | None = None
        at = text.find(wanted)
        while at >= 0:
            found = offsets[at], offsets[at + len(wanted) - 1] + 1
            if found[0] >= start and found[1] <= limit:
                if self._is_whole(*found):
                    return found
                first = first or found
            at = text.find(wanted, at + 1)
        return first

    def locate(self, words: str, start: int = 0, end: int | None = None) -> Locator | None:
        """The locator of the first occurrence of some words between two offsets; None where there is none."""
        found = self.find(words, start, end)
        return Locator.of(self.document, *found) if found else None

    def _is_whole(self, start: int, end: int) -> bool:
        text = self.document.text
        before, after = text[start - 1 : start], text[end : end + 1]
        return not (
            (before.isalnum() and text[start : start + 1].isalnum())
            or (after.isalnum() and text[end - 1 : end].isalnum())
        )
