"""A dated event within a practice: the fourth meeting of a network."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.text.partial_dates import Moment
from gcmreader.extraction.clauses import Found, Passage
from gcmreader.extraction.values.periods import DateReader
from gcmreader.lexicon import Lexicon


@dataclass(frozen=True)
class PracticeEvent:
    """An event: its title as the text words it, and its date."""

    title: str
    moment: Found[Moment]


def read_event(body: Passage, lexicon: Lexicon) -> tuple[int, Found[PracticeEvent]] | None:
    """The first dated meeting in the text, and the index of its sentence."""
    held = lexicon.pattern("events", "held")
    dates = DateReader(lexicon)
    at = lexicon.compiled("(?:" + lexicon.fragment("periods", "at") + rf")(?P<date>{dates.pattern})", re.IGNORECASE)
    for index, (start, end) in enumerate(body.sentences):
        match, dated = held.search(body.text, start, end), at.search(body.text, start, end)
        moment = dates.read(dated["date"]) if dated else None
        if match is None or dated is None or moment is None:
            continue
        article = lexicon.pattern("events", "article").match(match["title"])
        begin = match.start("title") + (article.end() if article else 0)
        title = re.sub(r" \([^()]*\)?$", "", body.view.shown_at(begin, match.end("title")))
        event = PracticeEvent(title, body.found(moment, dated.start(), dated.end()))
        return index, body.found(event, match.start("title"), match.end("title"))
    return None
