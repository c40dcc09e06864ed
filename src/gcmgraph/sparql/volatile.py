"""Queries that may give another result each time they run."""

from __future__ import annotations

import re

#: Functions of https://www.w3.org/TR/sparql11-query/#func-numerics and after that give something else each time,
#: SERVICE, whose data are not ours, and escapes that may hide them. A comment may be before the parenthesis.
#: The text is searched as it is, not its tokens: every reading of it counts, and a query that is wrongly taken for
#: volatile costs a client no more than a 304.
_VOLATILE = re.compile(r"\b(?:now|rand|(?:str)?uuid)\b\s*[(#]|\bservice\b|\\u", re.IGNORECASE)
_WORDS = ("now", "rand", "uuid", "service", "\\u")


def is_volatile(query: str) -> bool:
    """Whether a query may give something else each time it runs."""
    text = query.lower()  # most queries have none of these words, and a search for them is quick
    return any(word in text for word in _WORDS) and _VOLATILE.search(query) is not None
