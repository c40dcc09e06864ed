"""The query library by groups: queries that are shown first, and those that have some words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask_babel import LazyString

from gcmgraph.platform.text import fold_words
from gcmgraph.queries import library
from gcmgraph.queries.headers import GROUPS
from gcmgraph.web.i18n import NAMES

#: Queries that the library shows first, above its groups.
BEGIN_WITH = (
    "practices-by-country",
    "practices-of-objective",
    "practices-per-country",
    "practices-by-organisation",
    "actions-without-practice",
    "funders-of-objective",
    "results",
    "figures-of-country",
)

#: Queries that list what is missing, so that no rows are an answer.
OF_GAPS = frozenset(
    {
        "actions-without-practice",
        "actions-without-practice-in-region",
        "audiences-not-named",
        "countries-not-party",
        "not-reviewed",
        "sources-that-differ",
        "targets-without-practice",
        "texts-without-translation",
    }
)


class QueryGroup(NamedTuple):
    """The queries of one group of the library."""

    name: str
    heading: LazyString
    queries: list[library.NamedQuery]


def grouped(queries: Iterable[library.NamedQuery], words: str = "") -> list[QueryGroup]:
    """The groups that have queries; with `words` only queries that have all of them.

    Words are sought in titles, descriptions and names, in every language, without regard to case
    and accents.
    """
    matches = [query for query in queries if _has_words(query, words)]
    groups = []
    for name in (*GROUPS, ""):
        members = [query for query in matches if query.group == name]
        if members:
            groups.append(QueryGroup(name, NAMES["query-group"][name], members))
    return groups


def _has_words(query: library.NamedQuery, words: str) -> bool:
    text = fold_words(" ".join([query.name, *query.title.values(), *query.description.values()]))
    return all(word in text for word in fold_words(words).split())
