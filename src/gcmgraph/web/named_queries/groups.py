"""The query library as a page lists it: by group of questions, and by words."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import LazyString, lazy_gettext

from gcmgraph.queries.header import GROUPS
from gcmgraph.queries.library import NamedQuery
from gcmgraph.text.folding import fold_words

#: Headings of `header.GROUPS`; queries of no group are last.
_HEADINGS = {
    "compact": lazy_gettext("The Compact"),
    "practices": lazy_gettext("Practices"),
    "organisations": lazy_gettext("Organisations and countries"),
    "gaps": lazy_gettext("Gaps"),
    "evidence": lazy_gettext("Evidence and quality"),
    "finding": lazy_gettext("Finding and joining"),
    "": lazy_gettext("Other questions"),
}

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


def grouped(queries: Iterable[NamedQuery], words: str = "") -> list[tuple[str, LazyString, list[NamedQuery]]]:
    """The groups that have queries, each with its name and heading; with `words` only queries that have all of them.

    Words are sought in titles, descriptions and names, in every language, without regard to case and accents.
    """
    found = [query for query in queries if _has(query, words)]
    groups = [(name, _HEADINGS[name], [query for query in found if query.group == name]) for name in (*GROUPS, "")]
    return [group for group in groups if group[2]]


def _has(query: NamedQuery, words: str) -> bool:
    text = fold_words(" ".join([query.name, *query.title.values(), *query.description.values()]))
    return all(word in text for word in fold_words(words).split())
