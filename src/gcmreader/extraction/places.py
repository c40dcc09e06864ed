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
from gcmreader.extraction.passages import Extracted, ReadPassage, once
from gcmreader.extraction.roles import Roles
from gcmreader.lexicon import Lexicon, in_all_languages

#: Characters before a country in which the clause is searched for words that speak against it.
CLAUSE_CONTEXT = 110
#: Characters before the words that announce a list in which other countries may be mentioned.
ANNOUNCEMENT_CONTEXT = 40
#: Minimum number of consecutive towns that are places of a practice, unless the words before
#: exclude it.
MANY_TOWNS = 3
#: Maximum context before a country, in characters: more than sentences have.
MAX_CONTEXT = 1000

_and = in_all_languages("words", "and")
_or = in_all_languages("words", "or")
_as_well_as = in_all_languages("words", "as_well_as")
_also = in_all_languages("words", "also")
_in = in_all_languages("words", "in")
_of = in_all_languages("words", "of")
_article = in_all_languages("words", "article")
_part_of_country = in_all_languages("places", "part_of_country")
#: what a state is called before its name: `República Islámica del [Afganistán]`
_designation = (
    rf"(?:[A-ZÀ-Ý][a-zà-ÿ]+ )*(?:{in_all_languages('places', 'designation')})"
    rf" (?:[A-ZÀ-Ý][a-zà-ÿ]+ )*(?:{_of})"
)
_town = r"[A-ZÀ-Ý][\w'-]+(?:[ -][A-ZÀ-Ý][\w'-]+)*"

#: between the countries of a list
_BETWEEN = re.compile(
    rf"(?:,|;)? ?(?:(?:{_and}|{_or}|{_as_well_as}) ?)?"
    rf"(?:with |avec |con )?(?:{_also})?"
    rf"(?:{_in}|{_of})?(?:{_article})?"
    rf"(?:{_designation}(?:{_article})?)?"
)
#: dates have `from`, `to` and the like, which would speak against a place
_DATES = re.compile(
    r"\b(?:from|since|to|until|between|and|de|d'|à|du|au|entre|et|jusqu'en|depuis|-|through"
    r"|desde|hasta|del|al|a|y)"
    r" ?(?:\d{1,2} )?(?:[\w]+ )?(?:19|20)\d\d",
    re.IGNORECASE,
)
#: towns before a country: `in Accra and Kumasi, [Ghana]`, `entre Calais et Dieppe, en [France]`
_TOWNS = re.compile(
    rf"\b(?:[Ii]n|[Aa]t|[Àà]|[Ee]n|[Ee]ntre|[Bb]etween|[Dd]ans) {_town}"
    rf"(?:(?:,|,? (?:{_and}))(?: (?:in|at|à|de|en))? {_town}){{0,5}}"
    rf"(?: \(|, (?:in |en |au |aux )?)(?:{_article})?$"
)
#: a town or a part of a country before it in brackets: `the Governor of Minas Gerais ([Brazil])`
_TOWN_OF = re.compile(
    rf"\b(?i:{_part_of_country}) (?:{_of})(?:{_article})?{_town} \((?:{_article})?$"
)
#: a town that acts, before its country: `the City of Puebla, [Mexico]`
_TOWN_WHOSE = re.compile(rf"\b(?i:{_part_of_country}) (?:{_of}){_town}, $")
#: who paid, within a sentence: `the project, [funded by Denmark,] trains …`
_FUNDED = re.compile(
    r"^(?:Grâce à|Avec|With|Thanks to|Gracias a|Con) [^,;]{1,100}, "
    r"|, (?:(?:co-?)?(?:financ|fund|support|sout|appuy|apoy|respald)\w*)"
    r" (?:by|par|por) [^,;]{1,80}, ",
    re.IGNORECASE,
)
#: words in capitals that may be before the name of a country
_ALLOWED = re.compile(
    r"In|En|Au|Aux|À|Le|La|Les|El|Los|Las|The|Across|Throughout|Between|Entre|Dans|And|Et|Y|Both"
    r"|Northern|Southern|Eastern|Western|North|South|East|West|Central|Upper|Lower|Greater"
    r"|State|Republic|Kingdom|.*'"
)
#: the designation of a state at the end of a text, before its name
_FORMAL = re.compile(
    rf"(?<!\w)(?:{_article})?{_designation}$"
    rf"|(?<!\w)(?:{_article})?"
    r"(?:(?<![\w-])(?:[A-Z][a-zé]+ )?[A-Z][a-zà-ÿ]+ (?:of|del|de|du|d'|des)(?: la)? ?)?$"
)
_WORD_BEFORE = re.compile(r"(?:^|[\s(])([\w'-]+)[- ]$")
_PUNCTUATION_BEFORE = re.compile(r"[,.;:(]\s*$")
#: after a name that is a part of another, or a model for others: `Ghana[-Togo]`, `Fiji['s example]`
_OTHER_MEANING_AFTER = re.compile(r"-[A-Z]|'s (?:[a-z]+ )?(?:experience|model|example)")
_GENITIVE_AFTER = re.compile(r"'s? ")
_TITLE_GOES_ON = re.compile(r" ?[(:]| - ")
_TITLE_HEAD = re.compile(r": $|^$")
_CLAUSE_START = re.compile(r"[;:]\s|\bwhere\b|\boù\b|\bdonde\b")
_ACCORDING_TO = re.compile(r"^(?:selon|d'après|according to|según)\b", re.IGNORECASE)
#: `the [Chad-Niger] Agreement`
_HYPHENATED = re.compile(r"(?<![\w-])([A-ZÀ-Ý][\w' ]{2,25}?)-([A-ZÀ-Ý][\w']{2,25})(?![\w-])")


@dataclass(frozen=True)
class Head:
    """The text of a sentence before the first name of a list and its designation; its start."""

    start: int
    text: str


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
    def head(self) -> Head:
        """The text before the list in its sentence."""
        sentence_start, _ = self.passage.sentence_of(self.start)
        start = max(sentence_start, self.start - MAX_CONTEXT)
        return Head(start, _FORMAL.sub("", self.passage.text[start : self.start]))

    def extracted(self, start: int) -> list[Extracted[IRI]]:
        """Each country, with the passage from `start` on."""
        return [
            self.passage.extracted(mention.iri, start, mention.end) for mention in self.mentions
        ]


@dataclass(frozen=True)
class Party:
    """A country that has an agreement with another, and its name `text[start:end]`."""

    country: Extracted[IRI]
    start: int
    end: int


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
        title_mentions = self.names.gazetteer.mentions(self.title.text)
        countries_of_title = (mention for mention in title_mentions if mention.is_country)
        groups = [*self._groups(self.title, countries_of_title), *self._groups_of_body()]
        home = [*roles.acting_states, *self._home_countries(roles)]
        enumerated = _countries_by(self._enumeration, groups)
        if enumerated:
            return once([*enumerated, *home])  # such a list is all but the countries that act
        parties = [party.country for party in self.parties()]
        of_title = _countries_by(self._of_title, groups)
        located = _countries_by(self._located, groups)
        return once([*of_title, *located, *self._countries_of_towns(), *parties, *home])

    def towns_listed(self) -> list[CountryList]:
        """The lists of towns that the text gives as the practice's."""
        return [group for group in self._town_groups() if self._is_listed(group)]

    def parties(self) -> list[Party]:
        """The countries that have an agreement.

        `a memorandum signed between …`, `the Chad-Niger Agreement`.
        """
        announcing = self.lexicon.compiled(self.lexicon.fragment("places", "parties") + "$")
        parties: list[Party] = []
        for group in self._groups_of_body():
            head = group.head
            announced = announcing.search(head.text)
            if announced is None or len(group.mentions) == 1:
                continue
            countries = group.extracted(head.start + announced.start())
            for country, mention in zip(countries, group.mentions, strict=True):
                parties.append(Party(country, mention.start, mention.end))
        return [*parties, *self._hyphenated()]

    def _hyphenated(self) -> Iterator[Party]:
        """The two countries of an agreement that is called by them.

        `the [Chad-Niger] Agreement`.
        """
        agreement = self.lexicon.pattern("places", "agreement")
        for match in _HYPHENATED.finditer(self.body.text):
            countries = [iri for iri in map(self._country_named, match.groups()) if iri]
            if len(countries) < 2 or not agreement.match(self.body.text, match.end()):
                continue
            for number, iri in enumerate(countries, start=1):
                yield Party(self.body.extracted(iri, *match.span()), *match.span(number))

    def _country_named(self, name: str) -> IRI | None:
        iri = self.names.gazetteer.lookup(name)
        return iri if iri is not None and "/country/" in iri.value else None

    # lists of countries and towns

    def _groups(self, passage: ReadPassage, mentions: Iterable[Mention]) -> list[CountryList]:
        places = (mention for mention in mentions if self._is_place(passage.text, mention))
        return group_countries(passage, places)

    def _groups_of_body(self) -> list[CountryList]:
        return self._groups(self.body, self.names.countries())

    def _town_groups(self) -> list[CountryList]:
        """Runs of towns and regions."""
        towns = self.towns.mentions(self.body.text, self.lexicon.language)
        return group_countries(self.body, towns)

    def _is_place(self, text: str, mention: Mention) -> bool:
        """Whether the name is used as a country's.

        Not a surname, a river, a city's state or part of a name.
        """
        before = text[max(0, mention.start - MAX_CONTEXT) : mention.start]
        if self.lexicon.pattern("places", "river").search(before):
            return False
        word = _WORD_BEFORE.search(before)
        is_part_of_name = word and word[1][0].isupper() and not _ALLOWED.fullmatch(word[1])
        if is_part_of_name and not _PUNCTUATION_BEFORE.search(before):
            return False
        return not _OTHER_MEANING_AFTER.match(text, mention.end)

    def _countries_of_towns(self) -> Iterator[Extracted[IRI]]:
        """The countries of the towns in which the text places the practice, or that it lists."""
        for group in self._town_groups():
            start = group.start if self._is_listed(group) else self._located(group)
            if start is not None:
                yield from group.extracted(start)

    def _is_listed(self, group: CountryList) -> bool:
        """Whether towns are announced as such, or are many and no words speak against them."""
        clause = group.head.text[-CLAUSE_CONTEXT:]
        cities = self.lexicon.pattern("places", "cities", re.IGNORECASE)
        if len(group.mentions) > 1 and cities.search(clause):
            return True
        return len(group.mentions) >= MANY_TOWNS and not self._speaks_of_another_relation(clause)

    # rules by which a text places a practice: each returns where the words begin that do so

    def _enumeration(self, group: CountryList) -> int | None:
        """The start of `in three countries: …` before a list.

        None where there are no such words.
        """
        return self._announcement(group, "enumeration")

    def _announcement(self, group: CountryList, wording: str) -> int | None:
        """The start of a wording that announces these as the countries of the practice.

        None where there is none, or where words before it are of the countries of foreigners.
        """
        head = group.head
        ends_with_wording = self.lexicon.compiled(
            rf"(?:{self.lexicon.fragment('places', wording)})$"
        )
        announcement = ends_with_wording.search(head.text)
        if announcement is None:
            return None
        words_before = _DATES.sub(" ", head.text[: announcement.start()])[-ANNOUNCEMENT_CONTEXT:]
        foreigners = self.lexicon.pattern("places", "strangers")
        if foreigners.search(words_before):
            return None
        return head.start + announcement.start()

    def _of_title(self, group: CountryList) -> int | None:
        """The start of the country in a title, of which the practice is; None where there is none.

        `Profil migratoire du Niger`, `Fiji's … Guidelines`.
        """
        if group.passage is not self.title:
            return None
        text = group.passage.text
        head = group.head.text
        if not head and _GENITIVE_AFTER.match(text, group.end):
            return group.start
        ends_title = group.end == len(text)
        if not ends_title and not _TITLE_GOES_ON.match(text, group.end):
            return None
        if ends_title and _TITLE_HEAD.search(head):
            return group.start
        pattern = self.lexicon.compiled(self.lexicon.fragment("places", "genitive") + "$")
        genitive = pattern.search(head)
        return genitive.start() if genitive and not self._speaks_of_another_relation(head) else None

    def _located(self, group: CountryList) -> int | None:
        """The start of the words that place the practice in these countries; None where none do."""
        announcement = self._announcement(group, "examples")
        if announcement is not None:
            return announcement
        head = group.head
        in_title = group.passage is self.title
        if not in_title and self._is_of_practice(group):
            return head.start
        locative = self._ends_with("locative", " ?").search(head.text)
        nested = None
        if locative is None:
            nested = self.lexicon.pattern("places", "nested_head").search(head.text.rstrip())
        placing = locative or nested or self._town_before(head.text) or self._covering(head.text)
        if placing is None:
            return None
        clause = _CLAUSE_START.split(head.text)[-1][-CLAUSE_CONTEXT:]
        if nested:
            # the place where people live who are served is that of the practice
            clause = self.lexicon.pattern("places", "living").sub(" ", clause)
        words_before = clause[: len(clause) - len(placing[0])]
        if not in_title and self._is_excluded(group, words_before):
            return None
        return head.start + placing.start()

    def _is_of_practice(self, group: CountryList) -> bool:
        """Whether a sentence begins with the practice and a country.

        `The programme of [Kenya] …`.
        """
        of_practice = self.lexicon.pattern("places", "of_practice")
        head = group.head
        with_designation = group.passage.text[head.start : group.start]
        is_begun = of_practice.match(head.text) or of_practice.match(with_designation)
        return len(group.mentions) == 1 and is_begun is not None

    def _ends_with(self, wording: str, after: str) -> re.Pattern[str]:
        """The pattern of a wording at the end of a text, before words that `after` describes."""
        return self.lexicon.compiled(rf"(?:{self.lexicon.fragment('places', wording)}){after}$")

    def _covering(self, head: str) -> re.Match[str] | None:
        """`covering the ` at the end of a text."""
        return self._ends_with("covering", r"(?: the| la| le| les| l'|) ?").search(head)

    def _town_before(self, head: str) -> re.Match[str] | None:
        """A town at the end of a text, before its country."""
        return _TOWNS.search(head) or _TOWN_OF.search(head) or _TOWN_WHOSE.search(head)

    def _is_excluded(self, group: CountryList, words_before: str) -> bool:
        """Whether words around countries speak of another relation than that of a place."""
        _, sentence_end = group.passage.sentence_of(group.start)
        words_after = group.passage.text[group.end : sentence_end]
        return bool(
            self._speaks_of_another_relation(words_before)
            or self.lexicon.pattern("places", "against_after").match(words_after)
            or _ACCORDING_TO.search(group.head.text)
        )

    def _speaks_of_another_relation(self, clause: str) -> bool:
        """Whether the words since the last clause or `was held` speak of another relation than that of a place."""
        lexicon = self.lexicon
        held = lexicon.fragment("places", "held")
        clause_end = lexicon.compiled(rf"(?:, (?:in|en|au|dans|across)\b)|\. |\b{held}\b")
        recent_words = clause_end.split(clause)[-1]
        words = _DATES.sub(" ", _FUNDED.sub(", ", recent_words)).rstrip()
        if lexicon.pattern("places", "given").search(words):
            words = re.sub(r"\bto\b", " ", words)
        another_relation = lexicon.compiled(rf"\b(?:{lexicon.fragment('places', 'against')})")
        decapitalised = words[:1].lower() + words[1:]
        return bool(another_relation.search(words) or another_relation.search(decapitalised))

    def _home_countries(self, roles: Roles) -> Iterator[Extracted[IRI]]:
        """The country in the name of a national body that leads: `Ministry of Health of …`."""
        for lead in roles.leads:
            if lead.value.iri is not None:
                continue
            for mention in self.names.gazetteer.mentions(lead.value.name):
                if mention.is_country:
                    yield Extracted(mention.iri, lead.span)


def _countries_by(
    rule: Callable[[CountryList], int | None], groups: Iterable[CountryList]
) -> list[Extracted[IRI]]:
    """The countries of the lists that a rule accepts, with the words that place them."""
    countries: list[Extracted[IRI]] = []
    for group in groups:
        start = rule(group)
        if start is not None:
            countries += group.extracted(start)
    return countries
