"""Governments in running text.

`Government of Mali`, `Thai government`, `the government` of a country before it.
"""

from __future__ import annotations

from collections.abc import Mapping

from gcmgraph.lexicon.names_in_texts import Gazetteer, Mention
from gcmgraph.lexicon.nationalities import Nationalities
from gcmgraph.rdf.terms import IRI
from gcmreader.extraction.organisations import NamedOrganisation, Organisation
from gcmreader.lexicon import Lexicon, in_all_languages

_of = in_all_languages("words", "of")


class GovernmentReader:
    """Reads governments at a position of one text.

    `countries` are the countries named in it, by start.
    """

    def __init__(
        self,
        text: str,
        shown: str,
        countries: Mapping[int, Mention],
        gazetteer: Gazetteer,
        lexicon: Lexicon,
    ) -> None:
        self._text = text
        self._shown = shown
        self._countries = countries
        self._gazetteer = gazetteer
        self._nationalities = Nationalities(lexicon)
        self._postposed = lexicon.fragment("names", "postposed") == "yes"
        government = rf"(?:{lexicon.fragment('names', 'government')})"
        self._government = lexicon.compiled(rf"{government}(?: (?:{_of})| ?(?=[,.;:)]|$)|(?= ))")
        self._government_alone = lexicon.compiled(rf"{government}(?= )")
        country_itself = lexicon.fragment("names", "country_itself")
        self._country_itself = lexicon.compiled(rf"(?:{country_itself})(?= )")

    def read(self, start: int) -> NamedOrganisation | None:
        """The government of a country, named at `start`; None where there is none."""
        return (
            self._of_country(start)
            or self._after_nationality(start)
            or self._before_nationality(start)
            or self._of_country_before(start)
        )

    def state(self, state: IRI, start: int, end: int) -> NamedOrganisation:
        """The state, or its government, that `text[start:end]` names."""
        return NamedOrganisation(
            Organisation(None, self._shown[start:end], state=state), start, end
        )

    def _of_country(self, start: int) -> NamedOrganisation | None:
        """`Government of Mali`."""
        government = self._government.match(self._text, start)
        country = self._countries.get(government.end()) if government else None
        return self.state(country.iri, start, country.end) if country else None

    def _after_nationality(self, start: int) -> NamedOrganisation | None:
        """`Thai government`."""
        for iso3, adjective_end in self._nationalities.at(self._text, start):
            if not self._text.startswith(" ", adjective_end):
                continue
            government = self._government.match(self._text, adjective_end + 1)
            country = self._gazetteer.country(iso3)
            if government and country:
                name = self._text[start : government.end()].rstrip()
                return self.state(country, start, start + len(name))
        return None

    def _before_nationality(self, start: int) -> NamedOrganisation | None:
        """`gouvernement thaïlandais`, in languages that have the adjective after the noun."""
        government = self._government_alone.match(self._text, start)
        if government is None or not self._postposed:
            return None
        for iso3, adjective_end in self._nationalities.at(self._text, government.end() + 1):
            country = self._gazetteer.country(iso3)
            if country:
                return self.state(country, start, adjective_end)
        return None

    def _of_country_before(self, start: int) -> NamedOrganisation | None:
        """The government at `start` without a country.

        That of the country named before it, where it can be no other.

        `In Mali, the [government] …`.
        """
        government = self._government_alone.match(self._text, start)
        if government and _is_plural(government[0]):
            return None
        words = government or self._country_itself.match(self._text, start)
        if words is None:
            return None
        preceding = [position for position in self._countries if position < start]
        if not preceding:
            return None
        country = self._countries[max(preceding)]
        name = f"{words[0]} ({self._shown[country.start : country.end]})"
        return NamedOrganisation(Organisation(None, name, state=country.iri), start, words.end())


def _is_plural(words: str) -> bool:
    """Whether words name several governments; `authorities` are those of one state."""
    return words.endswith("s") and not words.lower().startswith("au")
