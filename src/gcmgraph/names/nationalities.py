"""Adjectives of countries: `Thai`, `thaïlandais`, `tailandés`."""

from __future__ import annotations

import re

from gcmgraph.lexicon import Lexicon


class Nationalities:
    """Adjectives of countries in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._each = {
            iso3: lexicon.compiled(rf"(?:{adjective})(?![\w-])")
            for iso3, adjective in lexicon.table("adjectives").items()
        }
        self._any = lexicon.compiled(rf"(?:{'|'.join(lexicon.table('adjectives').values())})(?![\w-])")

    def at(self, text: str, position: int) -> list[tuple[str, int]]:
        """The countries (ISO 3166 alpha-3) whose adjective is at `position`, and the end of the adjective."""
        if not self._any.match(text, position):
            return []
        found = ((iso3, pattern.match(text, position)) for iso3, pattern in self._each.items())
        return [(iso3, match.end()) for iso3, match in found if match]

    def within(self, text: str) -> list[tuple[str, int, int]]:
        """All countries whose adjective is in a text, with its place."""
        starts = [m.start() for m in self._any.finditer(text) if not re.search(r"[\w-]$", text[: m.start()])]
        return [(iso3, start, end) for start in starts for iso3, end in self.at(text, start)]
