"""Names similar to one that does not exist, for suggestions in messages and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

T = TypeVar("T")

#: Minimum similarity of a suggestion, of 100.
SIMILAR = 70

#: Minimum similarity where the difference has consequences or most characters are shared.
STRICT = 80

#: Maximum length of codes (AFG, 9a, 10.7) that are similar where one character differs.
_CODE = 5


def nearest(
    text: str, candidates: Iterable[T], limit: int = 1, *, key: Callable[[T], str] = str, strict: bool = False
) -> list[T]:
    """The candidates most similar to a text, best first; empty if none is similar.

    `key` returns the name of a candidate. Case counts, so fold both where it does not. `strict` is for terms of other
    vocabularies, where a similar term makes a misspelling of an unknown term, and for IRIs, which share their
    beginnings. Without it, short codes with one typing error are similar, too; one of several is no suggestion.
    """
    candidates = list(candidates)
    names: list[Any] = candidates if key is str else [key(candidate) for candidate in candidates]
    least = STRICT if strict else SIMILAR
    found = [at for _, _, at in process.extract(text, names, scorer=fuzz.ratio, score_cutoff=least, limit=limit)]
    if not found and not strict and 0 < len(text) <= _CODE:
        codes = process.extract(text, names, scorer=OSA.distance, score_cutoff=1, limit=max(limit, 2))
        found = [at for _, _, at in codes] if len(codes) <= limit else []
    return [candidates[at] for at in found]


def nearest_value(text: str, values: Mapping[str, T]) -> T | None:
    """The value whose name is most similar to a text; None if none is similar."""
    found = nearest(text, values)
    return values[found[0]] if found else None
