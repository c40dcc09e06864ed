"""Suggestions for several texts, also as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gcmgraph.publication.suggestions.suggester import Suggester, Suggestion, SuggestionError, Suggestions
from gcmgraph.shapes import Texts

#: The suggestions for a text with some titles, or why there are none.
Outcome = tuple[Texts, Suggestions | SuggestionError]


def outcomes(suggester: Suggester, texts: Iterable[tuple[Texts, str]]) -> list[Outcome]:
    """The suggestions for texts with their titles. Raises `SuggestionError` where there are none for any of them."""
    found: list[Outcome] = []
    for titles, text in texts:
        try:
            found.append((titles, suggester.suggest(text)))
        except SuggestionError as error:
            found.append((titles, error))
    errors = [outcome for _, outcome in found if isinstance(outcome, SuggestionError)]
    if errors and len(errors) == len(found):
        raise errors[0]
    return found


def suggestions_json(found: Iterable[Outcome]) -> dict[str, Any]:
    """The suggestions for texts, each with its titles, as JSON."""
    return {"texts": [{"title": dict(titles.pairs), **_outcome(outcome)} for titles, outcome in found]}


def _outcome(outcome: Suggestions | SuggestionError) -> dict[str, Any]:
    if isinstance(outcome, SuggestionError):
        return {"suggestions": {}, "problem": outcome.message}
    return {"suggestions": {group: [_one(one) for one in ones] for group, ones in outcome.items()}}


def _one(one: Suggestion) -> dict[str, Any]:
    return {
        "iri": one.iri.value,
        "code": one.code,
        "label": dict(one.labels.pairs),
        "score": one.score,
        "words": list(one.words),
    }
