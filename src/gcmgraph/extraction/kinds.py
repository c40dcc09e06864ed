"""What kind of practice a practice is: plan, programme, network, meeting …

The title decides; where it says nothing, the words by which the text refers to the practice do. The values are
slugs of the concept scheme `practice-type`.
"""

from __future__ import annotations

import re

from gcmgraph.extraction.clauses import Found, Passage
from gcmgraph.extraction.lexicon import Lexicon


def read_kinds(title: Passage, body: Passage, lexicon: Lexicon) -> list[Found[str]]:
    """The types of a practice, at most one, with the word that says it."""
    best: tuple[int, int, str, Passage, re.Match[str]] | None = None
    for kind, words in lexicon.table("kinds").items():
        match = re.search(rf"\b(?:{words})\b", title.text, re.IGNORECASE)
        if match and (best is None or (0, match.start()) < best[:2]):
            best = (0, match.start(), kind, title, match)
    if best is None:
        reference = lexicon.fragment("kinds_reference", "reference")
        for kind, words in lexicon.table("kinds_in_text").items():
            match = re.search(rf"\b(?:{reference})(?:{words})\b", body.text, re.IGNORECASE)
            if match and (best is None or (1, match.start()) < best[:2]):
                best = (1, match.start(), kind, body, match)
    if best is None:
        return []
    _, _, kind, passage, match = best
    return [passage.found(kind, match.start(), match.end())]
