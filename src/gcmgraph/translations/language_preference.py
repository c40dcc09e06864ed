"""Preference of languages: the order in which a text is chosen among those of several languages."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from gcmgraph.translations import SOURCE_LANGUAGE

#: Languages after the requested one; then any other, and a text without a tag last.
FALLBACK = (SOURCE_LANGUAGE, "fr", "es")


@lru_cache(maxsize=256)
def preference(language: str) -> Callable[[str], tuple[int, str]]:
    """The sort key of language tags (empty for none) for readers of a language, the best first.

    A tag with a region counts as its language: `fr-CA` as `fr`.

    >>> sorted(["", "de", "es", "fr-CA", "en"], key=preference("fr"))
    ['fr-CA', 'en', 'es', 'de', '']
    """
    preferred_tags = dict.fromkeys((language, *FALLBACK))
    ranks = {tag: rank for rank, tag in enumerate(preferred_tags)}
    rank_of_any = len(ranks)
    ranks[""] = rank_of_any + 1

    def sort_key(tag: str) -> tuple[int, str]:
        primary_tag = tag.partition("-")[0].lower()
        return ranks.get(primary_tag, rank_of_any), tag

    return sort_key
