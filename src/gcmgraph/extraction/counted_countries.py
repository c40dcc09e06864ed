"""A list counted as countries may hold countries only: `in three countries: Kenya, Uganda and Zubrowka` is refused.

The count must agree with the number of items; where it does not, the list was not understood and gives no countries.
"""

from __future__ import annotations

import re

from gcmgraph.documents.document import Document
from gcmgraph.errors import ExtractionError
from gcmgraph.extraction.clauses import Passage
from gcmgraph.extraction.entities.gazetteer import Gazetteer
from gcmgraph.extraction.entities.organisations import OrganisationReader
from gcmgraph.extraction.topics import split_list
from gcmgraph.extraction.values.amounts import parse_number
from gcmgraph.lexicon import Lexicon, in_all_languages

_ARTICLE = re.compile(rf"(?:in |en |au |aux |à )?(?:{in_all_languages('words', 'article')})?")


def require_known_countries(
    body: Passage, document: Document, names: OrganisationReader, gazetteer: Gazetteer, lexicon: Lexicon
) -> None:
    """Raise `ExtractionError` where an item of a list counted as countries is no country that is known."""
    counted = lexicon.pattern("places", "counted", re.IGNORECASE)
    for sentence_start, sentence_end in body.sentences:
        for match in counted.finditer(body.text, sentence_start, sentence_end):
            stop = re.compile(r"[.;:()]| - ").search(body.text, match.end(), sentence_end)
            items = [
                _bare(body, start, end)
                for start, end in split_list(body.text, match.end(), stop.start() if stop else sentence_end)
            ]
            if parse_number(match["count"]) != len(items):
                continue
            for start, end in items:
                if not any(m.start < end and m.end > start for m in names.mentions):
                    _refuse(body, document, gazetteer, lexicon, start, end)


def _bare(body: Passage, start: int, end: int) -> tuple[int, int]:
    start, end = body.trimmed(start, end)
    article = _ARTICLE.match(body.text, start, end)
    return (article.end() if article else start), end


def _refuse(body: Passage, document: Document, gazetteer: Gazetteer, lexicon: Lexicon, start: int, end: int) -> None:
    name = body.view.shown_at(start, end)
    if not name[:1].isupper():
        return
    near = gazetteer.nearest_country(name, lexicon.language)
    raise ExtractionError(
        f"'{name}' is counted as a country, but no country of that name is known.",
        place=document.place(body.view.span(start, end).start),
        hint=f"Did you mean {near}? Otherwise correct the list." if near else "Correct the name.",
    )
