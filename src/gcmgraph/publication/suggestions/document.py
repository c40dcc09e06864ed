"""Suggestions as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gcmgraph.publication.suggestions.suggester import Suggestion, Suggestions
from gcmgraph.shapes.texts import Texts


def suggestions_json(found: Iterable[tuple[Texts, Suggestions]]) -> dict[str, Any]:
    """The suggestions for texts, each with its titles, as JSON."""
    return {
        "texts": [
            {
                "title": dict(titles.pairs),
                "suggestions": {group: [_one(one) for one in ones] for group, ones in suggestions.items()},
            }
            for titles, suggestions in found
        ]
    }


def _one(one: Suggestion) -> dict[str, Any]:
    return {
        "iri": one.iri.value,
        "code": one.code,
        "label": dict(one.labels.pairs),
        "score": one.score,
        "words": list(one.words),
    }
