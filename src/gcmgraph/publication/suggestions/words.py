"""Words of texts in English, French and Spanish, without function words, for comparison.

A word is compared by its first six letters without accents. This joins `protects`, `protection` and
`protección`, and needs no language: texts of practices mix them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gcmgraph.publication.search.words import FUNCTION_WORDS
from gcmgraph.text import plain_letters

#: Letters of a word that are compared, and of the shortest word.
STEM, SHORTEST = 6, 3

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")


def stems(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text in Latin letters that are no function words: each as it is compared, and as it is written."""
    for match in _WORD.finditer(text):
        plain = plain_letters(match[0])
        if plain.isascii() and plain not in FUNCTION_WORDS:
            yield plain[:STEM], match[0]
