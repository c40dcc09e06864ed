"""A list counted as countries may hold countries only: `in three countries: Kenya, Uganda and Zubrowka` is refused.

The count must agree with the number of items; where it does not, the list was not understood and gives no countries.
"""

from __future__ import annotations

import re

from gcmgraph.documents.document import Document
from gcmgraph.errors import ExtractionError
from gcmgraph.names import Gazetteer
from gcmreader.extraction.clauses import Passage
from gcmreader.extraction.entities.organisations import OrganisationReader
from gcmreader.extraction.values.amounts import parse_number
from gcmreader.lexicon import Lexicon, in_all_languages

_AND = re.compile(
    rf",? (?:{in_all_languages('words', 'and')}|{in_all_languages('words', 'or')})"
    r" (?!(?:more|less|plus|moins|más|menos)\b)"
)
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


def split_list(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """`a, b, c and d` to its parts; the last comma part is split at its first `and`."""
    separator = ";" if text.count(";", start, end) >= 2 else ","
    cuts = [start]
    position = text.find(separator, start, end)
    while position != -1:
        cuts.append(position + 1)
        position = text.find(separator, position + 1, end)
    ranges = list(zip(cuts, [cut - 1 for cut in cuts[1:]] + [end], strict=True))
    last_start, last_end = ranges[-1]
    conjunction = _AND.search(text, last_start + 1, last_end)
    if conjunction and conjunction.start() > last_start + 2:
        ranges[-1:] = [(last_start, conjunction.start()), (conjunction.end(), last_end)]
    return ranges
