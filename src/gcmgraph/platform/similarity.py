"""Names that are similar to a text, for suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

#: Minimum similarity of a suggestion, of 100.
SIMILAR = 70

#: Minimum similarity where the difference has consequences or most characters are shared.
STRICT = 80

#: Maximum length of codes (AFG, 9a, 10.7) that are similar where one character differs.
_CODE_LENGTH = 5


def nearest(
    text: str,
    candidates: Iterable[T],
    limit: int = 1,
    *,
    key: Callable[[T], str] = str,
    strict: bool = False,
) -> list[T]:
    """The candidates most similar to a text, best first; empty if none is similar.

    `key` returns the name of a candidate. Case counts, so fold both where it does not. `strict` is
    for terms of other vocabularies, where a similar term makes a misspelling of an unknown term,
    and for IRIs, which share their beginnings. Without it, short codes with one typing error are
    similar, too; one of several is no suggestion.

    >>> nearest("practise", ["practice", "country"])
    ['practice']
    >>> nearest("AFH", ["AFG", "FRA"]), nearest("AFH", ["AFG", "AFB"])
    (['AFG'], [])
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - takes 60 ms, which most commands save
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    candidates = list(candidates)
    names: list[Any] = candidates if key is str else [key(candidate) for candidate in candidates]
    similar = process.extract(
        text,
        names,
        scorer=fuzz.ratio,
        score_cutoff=STRICT if strict else SIMILAR,
        limit=limit,
    )
    indexes = [index for _, _, index in similar]
    if not indexes and not strict and 0 < len(text) <= _CODE_LENGTH:
        codes = process.extract(
            text, names, scorer=OSA.distance, score_cutoff=1, limit=max(limit, 2)
        )
        if len(codes) <= limit:
            indexes = [index for _, _, index in codes]
    return [candidates[index] for index in indexes]


def nearest_value(text: str, values: Mapping[str, T]) -> T | None:
    """The value whose name is most similar to a text; None if none is similar."""
    names = nearest(text, values)
    return values[names[0]] if names else None
