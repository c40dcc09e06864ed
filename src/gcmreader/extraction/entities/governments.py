"""Governments in running text: `Government of Mali`, `Thai government`, and `the government` of a country before it."""

from __future__ import annotations

import re
from bisect import bisect_left

from gcmgraph.names import Gazetteer, Mention, Nationalities
from gcmreader.extraction.entities.named import NamedOrganisation, Organisation
from gcmreader.lexicon import Lexicon, in_all_languages

_of = in_all_languages("words", "of")


class GovernmentReader:
    """Reads the name of a government at a position of one text, whose known names are `mentions`."""

    def __init__(
        self, text: str, shown: str, mentions: list[Mention], gazetteer: Gazetteer, lexicon: Lexicon, title: str
    ) -> None:
        self._text = text
        self._shown = shown
        self._title = title
        self._gazetteer = gazetteer
        self._language = lexicon.language
        self._mentions = {m.start: m for m in mentions}
        self._country_starts = [m.start for m in mentions if m.is_country]
        names = "names"
        self._article = lexicon.pattern(names, "article", re.IGNORECASE)
        self._government = lexicon.compiled(
            rf"(?:{lexicon.fragment(names, 'government')})(?: (?:{_of})| ?(?=[,.;:)]|$)|(?= ))"
        )
        self._government_alone = lexicon.compiled(rf"(?:{lexicon.fragment(names, 'government')})(?= )")
        self._country_itself = lexicon.compiled(rf"(?:{lexicon.fragment(names, 'country_itself')})(?= )")
        self._postposed = lexicon.fragment(names, "postposed") == "yes"
        self._adjectives = Nationalities(lexicon)

    def at(self, start: int) -> NamedOrganisation | None:
        """The government of a country, named at `start`: `Government of Mali`, `Thai government`."""
        text = self._text
        said = self._government.match(text, start)
        if said and (mention := self._mentions.get(said.end())) and mention.is_country:
            name = self._shown[start : mention.end]
            return NamedOrganisation(Organisation(None, name, state=mention.iri), start, mention.end)
        for iso3, end in self._adjectives.at(text, start):
            body = self._government.match(text, end + 1) if text[end : end + 1] == " " else None
            country = self._gazetteer.country(iso3)
            if body and country:
                end = start + len(text[start : body.end()].rstrip())
                return NamedOrganisation(Organisation(None, self._shown[start:end], state=country), start, end)
        body = self._government_alone.match(text, start)
        for iso3, end in self._adjectives.at(text, body.end() + 1) if body and self._postposed else ():
            if country := self._gazetteer.country(iso3):
                return NamedOrganisation(Organisation(None, self._shown[start:end], state=country), start, end)
        return self._before(start)

    def _before(self, start: int) -> NamedOrganisation | None:
        """The government at `start` without a country: that of the country named before it, where it can be no other.

        `In Mali, the [government] …`: in the same sentence, or the only country named so far.
        """
        government = self._government_alone.match(self._text, start)
        said = government or self._country_itself.match(self._text, start)
        before = bisect_left(self._country_starts, start)
        if said is None or (government and government[0].endswith("s") and government[0][:2].lower() != "au"):
            return None
        if not before:
            return None
        named = [self._mentions[at] for at in self._country_starts[:before]]
        near = re.search(r"[.;:] ", self._text[named[-1].end : start]) is None
        if not near and len({mention.iri for mention in named}) > 1:
            return None
        name = f"{said[0]} ({self._shown[named[-1].start : named[-1].end]})"
        return NamedOrganisation(Organisation(None, name, state=named[-1].iri), start, said.end())
