"""Words of people beside what they send: titles, reasons, comments, names."""

from __future__ import annotations

from gcmgraph.contributions.errors import ContributionError
from gcmgraph.rdfio.fit_for_xml import NOT_IN_XML

#: Most characters of a title and of a reason.
TITLE, REASON = 300, 5_000


def require_text(words: str, name: str) -> None:
    """Raise `ContributionError` for words that hold what is no character of a text."""
    if NOT_IN_XML.search(words):
        raise ContributionError(
            f"The {name} holds a control character, such as NUL, or is not in UTF-8.",
            hint="Remove it; it often comes from copying out of another program.",
        )


def worded(words: str, most: int, name: str) -> str:
    """A text that says something and is not too long. Raises `ContributionError`."""
    words = " ".join(words.split()) if name == "title" else words.strip()
    require_text(words, name)
    if not words:
        raise ContributionError(f"The {name} is missing.")
    if len(words) > most:
        raise ContributionError(f"The {name} has {len(words):,} characters; the limit is {most:,}.")
    return words
