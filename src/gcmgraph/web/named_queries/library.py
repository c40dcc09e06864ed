"""The query library in words: headings of columns (`headings.csv`), and queries by group of questions and by words."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from importlib.resources import files

from flask_babel import LazyString, gettext, lazy_gettext

from gcmgraph.queries.header import GROUPS
from gcmgraph.queries.library import NamedQuery
from gcmgraph.text import fold_words

#: Headings by variable, in English. Other variables, as in a library of an operator's own, are split into their words.
HEADINGS = dict(csv.reader((files(__package__) / "headings.csv").read_text("utf-8").splitlines()[1:]))


def heading(variable: str) -> str:
    """The heading of a column in the language of the request: `objectiveName` is "Title of the objective"."""
    if variable in HEADINGS:
        return str(gettext(HEADINGS[variable]))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", variable).lower()
    return words[:1].upper() + words[1:]


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
