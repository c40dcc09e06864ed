"""Adjectives of countries in running text: `Thai`, `thaïlandais`, `tailandés`."""

from __future__ import annotations

import re

from gcmgraph.lexicon.words import Lexicon

#: The end of a text within a word.
_WITHIN_WORD = re.compile(r"[\w-]$")


class Nationalities:
    """Adjectives of countries in one language. Countries are ISO 3166 alpha-3 codes."""

    def __init__(self, lexicon: Lexicon) -> None:
        adjectives = lexicon.table("adjectives")
        self._pattern_by_country = {
            iso3: lexicon.compiled(rf"(?:{adjective})(?![\w-])")
            for iso3, adjective in adjectives.items()
        }
        self._pattern_of_all = lexicon.compiled(rf"(?:{'|'.join(adjectives.values())})(?![\w-])")

    def at(self, text: str, position: int) -> list[tuple[str, int]]:
        """The countries whose adjective is at a position, each with the end of the adjective."""
        if not self._pattern_of_all.match(text, position):
            return []
        countries = []
        for iso3, pattern in self._pattern_by_country.items():
            match = pattern.match(text, position)
            if match:
                countries.append((iso3, match.end()))
        return countries

    def within(self, text: str) -> list[tuple[str, int, int]]:
        """The countries whose adjective is in a text, each with start and end of the adjective."""
        mentions = []
        for match in self._pattern_of_all.finditer(text):
            start = match.start()
            if _WITHIN_WORD.search(text[:start]):
                continue
            mentions += [(iso3, start, end) for iso3, end in self.at(text, start)]
        return mentions
