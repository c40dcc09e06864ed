"""Countries and towns of a practice.

A country counts only where the text places the practice in it: a list announced as countries of the
practice, a locative (`in Kenya`, `au Niger`) with nothing in the clause that speaks of origin,
destination, model, office or funder, or the country of a government that carries out its own
practice. A country that is only mentioned does not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gcmgraph.lexicon.names_in_texts import Gazetteer, Mention
from gcmgraph.rdf.terms import IRI
from gcmreader.extraction.organisation_names import OrganisationReader
from gcmreader.extraction.passages import Extracted, ReadPassage
from gcmreader.extraction.roles import Roles
from gcmreader.lexicon import Lexicon, in_all_languages

#: Characters before a country in which the clause is searched for words that speak against it.
_CLAUSE = 110
#: Minimum number of consecutive towns that are places of a practice, unless the words before
#: exclude it.
_MANY_TOWNS = 3
#: Maximum context before a country, in characters: more than sentences have.
_REACH = 1000

_and = in_all_languages("words", "and")
_of = in_all_languages("words", "of")
_article = in_all_languages("words", "article")
#: what a state is called before its name: `República Islámica del [Afganistán]`
_designation = (
    rf"(?:[A-ZÀ-Ý][a-zà-ÿ]+ )*(?:{in_all_languages('places', 'designation')})"
    rf" (?:[A-ZÀ-Ý][a-zà-ÿ]+ )*(?:{_of})"
)
_BETWEEN = re.compile(
    rf"(?:,|;)? ?(?:(?:{_and}|{in_all_languages('words', 'or')}|{in_all_languages('words', 'as_well_as')}) ?)?"
    rf"(?:with |avec |con )?(?:{in_all_languages('words', 'also')})?"
    rf"(?:{in_all_languages('words', 'in')}|{_of})?(?:{_article})?"
    rf"(?:{_designation}(?:{_article})?)?"
)
#: dates hold `from`, `to` and the like, which would speak against a place
_DATES = re.compile(
    r"\b(?:from|since|to|until|between|and|de|d'|à|du|au|entre|et|jusqu'en|depuis|-|through|desde|hasta|del|al|a|y)"
    r" ?(?:\d{1,2} )?(?:[\w]+ )?(?:19|20)\d\d",
    re.IGNORECASE,
)
_town = r"[A-ZÀ-Ý][\w'-]+(?:[ -][A-ZÀ-Ý][\w'-]+)*"
#: towns before a country: `in Accra and Kumasi, [Ghana]`, `entre Calais et Dieppe, en [France]`
_TOWNS = re.compile(
    rf"\b(?:[Ii]n|[Aa]t|[Àà]|[Ee]n|[Ee]ntre|[Bb]etween|[Dd]ans) {_town}"
    rf"(?:(?:,|,? (?:{_and}))(?: (?:in|at|à|de|en))? {_town}){{0,5}}(?: \(|, (?:in |en |au |aux )?)(?:{_article})?$"
)
#: a town or a part of a country before it in brackets: `the Governor of Minas Gerais ([Brazil])`
_TOWN_OF = re.compile(
    rf"\b(?i:{in_all_languages('places', 'part_of_country')}) (?:{_of})(?:{_article})?{_town} \((?:{_article})?$"
)
#: a town that acts, before its country: `the City of Puebla, [Mexico]`
_TOWN_WHOSE = re.compile(
    rf"\b(?i:{in_all_languages('places', 'part_of_country')}) (?:{_of}){_town}, $"
)
#: who paid, within a sentence: `the project, [funded by Denmark,] trains …`
_FUNDED = re.compile(
    r"^(?:Grâce à|Avec|With|Thanks to|Gracias a|Con) [^,;]{1,100}, "
    r"|, (?:(?:co-?)?(?:financ|fund|support|sout|appuy|apoy|respald)\w*) (?:by|par|por) [^,;]{1,80}, ",
    re.IGNORECASE,
)
_ARTICLE = f"(?:{_article})?"
#: words in capitals that may be before the name of a country
_ALLOWED = re.compile(
    r"In|En|Au|Aux|À|Le|La|Les|El|Los|Las|The|Across|Throughout|Between|Entre|Dans|And|Et|Y|Both|Northern|Southern|"
    r"Eastern|Western|North|South|East|West|Central|Upper|Lower|Greater|State|Republic|Kingdom|.*'"
)
_FORMAL = re.compile(
    rf"(?<!\w){_ARTICLE}{_designation}$"
    r"|(?<!\w)"
    + _ARTICLE
    + r"(?:(?<![\w-])(?:[A-Z][a-zé]+ )?[A-Z][a-zà-ÿ]+ (?:of|del|de|du|d'|des)(?: la)? ?)?$"
)


@dataclass(frozen=True)
class CountryList:
    """Countries named one after the other: `au Niger, au Mali et en Guinée`."""

    passage: ReadPassage
    mentions: tuple[Mention, ...]

    @property
    def start(self) -> int:
        """Start of the first."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """End of the last."""
        return self.mentions[-1].end

    @property
    def head(self) -> tuple[int, str]:
        """Where the sentence of the list begins, and its text up to the first name."""
        start = max(self.passage.sentence_of(self.start)[0], self.start - _REACH)
        return start, _FORMAL.sub("", self.passage.text[start : self.start])

    def found(self, start: int) -> list[Extracted[IRI]]:
        """Each country, with the passage from `start` on."""
        return [
            self.passage.extracted(mention.iri, start, mention.end) for mention in self.mentions
        ]


@dataclass(frozen=True)
class Party:
    """A country that has an agreement with another: its mention, and the span."""

    found: Extracted[IRI]
    range: tuple[int, int]


def group_countries(passage: ReadPassage, mentions: Iterable[Mention]) -> list[CountryList]:
    """Runs of countries with nothing but commas, `and`, articles and prepositions between them."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        if groups and _BETWEEN.fullmatch(passage.text, groups[-1][-1].end, mention.start):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [CountryList(passage, tuple(group)) for group in groups]


class PlaceReader:
    """Reads the places of one practice.

    `towns` are names of towns and regions, each standing for its country.
    """

    def __init__(
        self,
        title: ReadPassage,
        body: ReadPassage,
        names: OrganisationReader,
        towns: Gazetteer,
        lexicon: Lexicon,
    ) -> None:
        self.title = title
        self.body = body
        self.names = names
        self.towns = towns
        self.lexicon = lexicon

    def countries(self, roles: Roles) -> list[Extracted[IRI]]:
        """The countries in which the practice is carried out, each once, with its span."""
        of_title = (m for m in self.names.gazetteer.mentions(self.title.text) if m.is_country)
        groups = [
            *self._groups(self.title, of_title),
            *self._groups(self.body, self.names.countries()),
        ]

        def placed(placing: Callable[[CountryList], int | None]) -> list[Extracted[IRI]]:
            starts = ((group, placing(group)) for group in groups)
            return [
                found
                for group, start in starts
                if start is not None
                for found in group.found(start)
            ]

        home = [*roles.acting_states, *self._home_countries(roles)]
        if enumerated := placed(lambda group: self._announced(group, "enumeration")):
            return _once([*enumerated, *home])  # such a list is all but the countries that act
        parties = [party.found for party in self.parties()]
        return _once(
            [*placed(self._of_title), *placed(self._located), *self._towns(), *parties, *home]
        )

    def towns_listed(self) -> list[CountryList]:
        """The lists of towns that the text gives as the practice's."""
        return [group for group in self._town_groups() if self._is_listed(group)]

    def parties(self) -> list[Party]:
        """The countries that have an agreement: `a memorandum signed between …`, `the Chad-Niger Agreement`."""
        announced = self.lexicon.compiled(self.lexicon.fragment("places", "parties") + "$")
        found: list[Party] = []
        for group in self._groups(self.body, self.names.countries()):
            start, head = group.head
            said = announced.search(head) if len(group.mentions) > 1 else None
            if said:
                ranges = ((mention.start, mention.end) for mention in group.mentions)
                found += map(Party, group.found(start + said.start()), ranges)
        return [*found, *self._hyphenated()]

    def _hyphenated(self) -> Iterator[Party]:
        """The two countries of an agreement that is called by them: `the [Chad-Niger] Agreement`."""
        agreement = self.lexicon.pattern("places", "agreement")
        for match in re.finditer(
            r"(?<![\w-])([A-ZÀ-Ý][\w' ]{2,25}?)-([A-ZÀ-Ý][\w']{2,25})(?![\w-])", self.body.text
        ):
            countries = [iri for iri in map(self.names.gazetteer.lookup, match.groups()) if iri]
            if sum("/country/" in iri.value for iri in countries) == 2 and agreement.match(
                self.body.text, match.end()
            ):
                for number, iri in enumerate(countries, start=1):
                    yield Party(self.body.extracted(iri, *match.span()), match.span(number))

    def _groups(self, passage: ReadPassage, mentions: Iterable[Mention]) -> list[CountryList]:
        return group_countries(passage, (m for m in mentions if self._is_place(passage.text, m)))

    def _is_place(self, text: str, mention: Mention) -> bool:
        """Whether the name is used as a country's: not a surname, a river, a city's state or part of a name."""
        before = text[max(0, mention.start - _REACH) : mention.start]
        if self.lexicon.pattern("places", "river").search(before):
            return False
        word = re.search(r"(?:^|[\s(])([\w'-]+)[- ]$", before)
        if (
            word
            and word[1][0].isupper()
            and not re.search(r"[,.;:(]\s*$", before)
            and not _ALLOWED.fullmatch(word[1])
        ):
            return False
        return not re.match(
            r"-[A-Z]|'s (?:[a-z]+ )?(?:experience|model|example)", text[mention.end :]
        )

    def _towns(self) -> Iterator[Extracted[IRI]]:
        """The countries of the towns in which the text places the practice, or that it lists as its towns."""
        for group in self._town_groups():
            start = group.start if self._is_listed(group) else self._located(group)
            if start is not None:
                yield from group.found(start)

    def _is_listed(self, group: CountryList) -> bool:
        """Whether towns are announced as such, or are many with nothing that speaks against them."""
        clause = group.head[1][-_CLAUSE:]
        if len(group.mentions) > 1 and self.lexicon.pattern(
            "places", "cities", re.IGNORECASE
        ).search(clause):
            return True
        return len(group.mentions) >= _MANY_TOWNS and not self._speaks_against(clause)

    def _town_groups(self) -> list[CountryList]:
        """Runs of towns and regions."""
        return group_countries(
            self.body, self.towns.mentions(self.body.text, self.lexicon.language)
        )

    def _announced(self, group: CountryList, wording: str) -> int | None:
        """Where the words begin that announce these as the countries (`in three countries: …`), or None."""
        sentence_start, head = group.head
        announced = self.lexicon.compiled(
            rf"(?:{self.lexicon.fragment('places', wording)})$"
        ).search(head)
        strangers = self.lexicon.pattern("places", "strangers")
        if announced is None or strangers.search(_DATES.sub(" ", head[: announced.start()])[-40:]):
            return None
        return sentence_start + announced.start()

    def _of_title(self, group: CountryList) -> int | None:
        """Span of the country in a title: `Profil migratoire du Niger`, `Fiji's … Guidelines`; or None."""
        if group.passage is not self.title:
            return None
        text, (_, head) = group.passage.text, group.head
        if re.match(r"'s? ", text[group.end :]) and not head:
            return group.start
        if group.end < len(text) and not re.match(r" ?[(:]| - ", text[group.end :]):
            return None
        if re.search(r": $|^$", head) and group.end == len(text):
            return group.start
        genitive = self.lexicon.compiled(self.lexicon.fragment("places", "genitive") + "$").search(
            head
        )
        return genitive.start() if genitive and not self._speaks_against(head) else None

    def _located(self, group: CountryList) -> int | None:
        """Where the words begin that place the practice in these countries, or None where none do."""
        if (announced := self._announced(group, "examples")) is not None:
            return announced
        lexicon, text, in_title = self.lexicon, group.passage.text, group.passage is self.title
        (sentence_start, head), (_, sentence_end) = (
            group.head,
            group.passage.sentence_of(group.start),
        )
        clause = re.split(r"[;:]\s|\bwhere\b|\boù\b|\bdonde\b", head)[-1][-_CLAUSE:]
        locative = lexicon.compiled(rf"(?:{lexicon.fragment('places', 'locative')}) ?$").search(
            head
        )
        nested = (
            lexicon.pattern("places", "nested_head").search(head.rstrip()) if not locative else None
        )
        of_practice = lexicon.pattern("places", "of_practice")
        heads = (head, text[sentence_start : group.start])
        if not in_title and len(group.mentions) == 1 and any(map(of_practice.match, heads)):
            return sentence_start
        covering = lexicon.compiled(
            lexicon.fragment("places", "covering") + r"(?: the| la| le| les| l'|) ?$"
        )
        towns = _TOWNS.search(head) or _TOWN_OF.search(head) or _TOWN_WHOSE.search(head)
        placing = locative or nested or towns or covering.search(head)
        if placing is None:
            return None
        if nested:  # where people live who are served is where the practice is, when a part of a country is named
            clause = lexicon.pattern("places", "living").sub(" ", clause)
        if not in_title and (
            self._speaks_against(clause[: len(clause) - len(placing[0])] or clause[:0])
            or lexicon.pattern("places", "against_after").match(text[group.end : sentence_end])
            or re.search(r"^(?:selon|d'après|according to|según)\b", head, re.IGNORECASE)
        ):
            return None
        return sentence_start + placing.start()

    def _speaks_against(self, clause: str) -> bool:
        """Whether the words since the last finished clause, or since `was held`, speak of another relation."""
        lexicon = self.lexicon
        against = lexicon.compiled(r"\b(?:" + lexicon.fragment("places", "against") + ")")
        held = lexicon.fragment("places", "held")
        recent = lexicon.compiled(rf"(?:, (?:in|en|au|dans|across)\b)|\. |\b{held}\b").split(
            clause
        )[-1]
        plain = _DATES.sub(" ", _FUNDED.sub(", ", recent)).rstrip()
        if lexicon.pattern("places", "given").search(plain):
            plain = re.sub(r"\bto\b", " ", plain)
        return bool(against.search(plain) or against.search(plain[:1].lower() + plain[1:]))

    def _home_countries(self, roles: Roles) -> Iterator[Extracted[IRI]]:
        """The country in the name of a national body that leads: `Ministry of Health of …`."""
        for lead in roles.leads:
            if lead.value.iri is None:
                mentions = self.names.gazetteer.mentions(lead.value.name)
                yield from (
                    Extracted(mention.iri, lead.span) for mention in mentions if mention.is_country
                )


def _once(found: list[Extracted[IRI]]) -> list[Extracted[IRI]]:
    return list({place.value: place for place in reversed(found)}.values())[::-1]
