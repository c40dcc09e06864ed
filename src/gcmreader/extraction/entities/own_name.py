"""The practice's own name: where a text repeats it, and the organisation whose the practice is by it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from gcmgraph.names import Gazetteer
from gcmreader.extraction.clauses import Passage
from gcmreader.extraction.entities.named import NamedOrganisation, Organisation
from gcmreader.extraction.entities.organisations import OrganisationReader
from gcmreader.lexicon import Lexicon

#: A name that is a larger part of the title is the practice's own.
_WHOLE_TITLE = 0.6
#: Minimum similarity (0 to 100) of the beginning of a text and the title to be the practice's name.
_SAME_NAME = 92


def past_name(title: str, text: str, lexicon: Lexicon) -> int:
    """The end of the practice's name that a text begins with, with an acronym in brackets; 0 where there is none."""
    article = lexicon.compiled(rf"(?:{lexicon.fragment('words', 'article')})?", re.IGNORECASE)
    name = title[match.end() :] if (match := article.match(title)) else title
    begin = match.end() if (match := article.match(text)) else 0
    end = begin + len(name)
    if not name or fuzz.ratio(name.casefold(), text[begin:end].casefold()) < _SAME_NAME:
        return 0
    acronym = re.compile(r" ?\([^()]{2,20}\)").match(text, end)
    return acronym.end() if acronym else end


def owners_in_title(title: Passage, gazetteer: Gazetteer, lexicon: Lexicon) -> Iterator[NamedOrganisation]:
    """The organisations whose the practice is by its title.

    `African Union Programme`, where the name is known; `Programme of the African Union`, `Platform (IOM)` at the end.
    """
    text = title.text
    names = OrganisationReader(text, title.view.shown, gazetteer, lexicon)
    article = lexicon.compiled(rf"(?:{lexicon.fragment('words', 'article')})?", re.IGNORECASE).match(text)
    begin = article.end() if article else 0
    within, of = lexicon.fragment("roles", "within"), lexicon.fragment("words", "of")
    owners = lexicon.compiled(rf"(?P<within>{within})? (?:{of}|\()")
    for position in dict.fromkeys((begin, *(match.end() for match in owners.finditer(text) if not match["within"]))):
        item, end = names.read_one(position)
        if item is None or item.organisation.state is not None or not names.is_strong(item):
            continue
        if end - position > _WHOLE_TITLE * len(text) or not names.is_plausible(item) or not names.is_headed(item):
            continue
        if position > begin and re.fullmatch(r"\)?(?: \([^()]*\))?", text[end:]):
            yield item
    for mention in names.mentions:
        whole = mention.start == begin and mention.is_organisation and " " in text[begin : mention.end]
        attributive = whole and re.match(r" [A-ZÀ-Ý]", text[mention.end :])
        if attributive and mention.end - begin <= _WHOLE_TITLE * len(text):
            shown = title.view.shown_at(mention.start, mention.end)
            yield NamedOrganisation(Organisation(mention.iri, shown), mention.start, mention.end)
