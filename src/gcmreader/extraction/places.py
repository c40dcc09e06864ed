"""Countries and towns of a practice.

A country counts only where the text places the practice in it: a list announced as countries of the practice, a
locative (`in Kenya`, `au Niger`) with nothing in the clause that speaks of origin, destination, model, office or
funder, or the country of a government that carries out its own practice. A country that is only mentioned does
not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.names import Gazetteer, Mention, Nationalities
from gcmreader.extraction.clauses import Found, Passage
from gcmreader.extraction.entities.organisations import OrganisationReader
from gcmreader.extraction.roles import Roles
from gcmreader.lexicon import Lexicon, in_all_languages

_Placing = Callable[..., int | None]

#: Characters before a country in which the clause is searched for words that speak against it.
_CLAUSE = 110
#: Sentences in which the practice is introduced.
_OPENING = 2
#: Minimum number of consecutive towns that are places of a practice, unless the words before exclude it.
_MANY_TOWNS = 3
#: Maximum context before a country, in characters: more than sentences have.
_REACH = 1000

_and = in_all_languages("words", "and")
_of = in_all_languages("words", "of")
_article = in_all_languages("words", "article")
#: what a state is called before its name: `República Islámica del [Afganistán]`
_designation = (
    rf"(?:[A-ZÀ-Ý][a-zà-ÿ]+ )*(?:{in_all_languages('places', 'designation')}) (?:[A-ZÀ-Ý][a-zà-ÿ]+ )*(?:{_of})"
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
_TOWN_WHOSE = re.compile(rf"\b(?i:{in_all_languages('places', 'part_of_country')}) (?:{_of}){_town}, $")
#: national in name, at work abroad: `Danish Refugee Council`
_FOR_REFUGEES = re.compile(r"\b(?:[Rr]efugee|[Rr]éfugié|[Rr]efugiad)")
#: who paid, within a sentence: `the project, [funded by Denmark,] trains …`
_FUNDED = re.compile(
    r"^(?:Grâce à|Avec|With|Thanks to|Gracias a|Con) [^,;]{1,100}, "
    r"|, (?:(?:co-?)?(?:financ|fund|support|sout|appuy|apoy|respald)\w*) (?:by|par|por) [^,;]{1,80}, ",
    re.IGNORECASE,
)
_ARTICLE = f"(?:{_article})?"
_QUALIFIER = re.compile(r" ?\([^()]*\)$")
_FORMAL = re.compile(
    rf"(?<!\w){_ARTICLE}{_designation}$"
    r"|(?<!\w)" + _ARTICLE + r"(?:(?<![\w-])(?:[A-Z][a-zé]+ )?[A-Z][a-zà-ÿ]+ (?:of|del|de|du|d'|des)(?: la)? ?)?$"
)


@dataclass(frozen=True)
class CountryList:
    """Countries named one after the other: `au Niger, au Mali et en Guinée`."""

    mentions: tuple[Mention, ...]

    @property
    def start(self) -> int:
        """Start of the first."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """End of the last."""
        return self.mentions[-1].end


def read_places(
    title: Passage,
    body: Passage,
    names: OrganisationReader,
    roles: Roles,
    gazetteer: Gazetteer,
    places: Gazetteer,
    lexicon: Lexicon,
) -> list[Found[IRI]]:
    """The countries in which a practice is carried out, each once, with its span.

    `places` are names of towns and regions, each standing for its country.
    """
    groups = [
        (passage, group)
        for passage, mentions in ((title, gazetteer.mentions(title.text)), (body, names.countries()))
        for group in group_countries(
            passage.text, [m for m in mentions if m.is_country and _is_place(passage.text, m, lexicon)]
        )
    ]

    def placed(placing: _Placing) -> list[Found[IRI]]:
        found: dict[IRI, Found[IRI]] = {}
        for passage, group in groups:
            head = placing(passage, group, lexicon, in_title=passage is title)
            if head is not None:
                for mention in group.mentions:
                    found.setdefault(mention.iri, passage.found(mention.iri, head, mention.end))
        return list(found.values())

    named = [
        passage.found(mention.iri, group.start, mention.end)
        for passage, group in groups
        if _qualifies_name(title, passage, group)
        for mention in group.mentions
    ]
    home = _once(
        [
            *roles.acting_states,
            *_home_countries(roles, gazetteer, lexicon),
            *_home_towns(roles, places, lexicon),
        ]
    )
    located = placed(_located)
    titled = placed(_of_title)
    if enumerated := placed(_enumerated):  # a list announced as the countries of the practice is all but those that act
        return _once([*enumerated, *home])
    titled += [title.found(m.iri, m.start, m.end) for m in places.mentions(title.text, lexicon.language)]
    towns = _towns(body, names, places, lexicon)
    parties = [party.found for party in read_parties(body, names, gazetteer, lexicon)]
    adjectival = _adjectival(body, gazetteer, lexicon) if located else []
    found = _once([*titled, *named, *located, *towns, *adjectival, *parties, *home])
    return found or _national(body, gazetteer, lexicon) or _adjectives_of_title(title, gazetteer, lexicon)


def _national(body: Passage, gazetteer: Gazetteer, lexicon: Lexicon) -> list[Found[IRI]]:
    """The country of which the practice is said to be where an opening sentence begins: `The [Kenyan] programme`."""
    nations, after = Nationalities(lexicon), lexicon.fragment("names", "postposed") == "yes"
    noun = lexicon.fragment("places", "practice")
    begin = lexicon.compiled(rf"(?:{_article})(?:{noun} )?" if after else rf"(?:{_article})", re.IGNORECASE)
    practice = lexicon.compiled(rf" (?:[a-z-]+ ){{0,3}}?{noun}\b")
    for start, end in body.sentences[:_OPENING]:
        head = begin.match(body.text, start, end)
        for iso3, stop in nations.at(body.text, head.end()) if head and (not after or " " in head[0].strip()) else ():
            if (iri := gazetteer.country(iso3)) and (after or practice.match(body.text, stop, end)):
                return [body.found(iri, start, stop)]
    return []


def _towns(body: Passage, names: OrganisationReader, places: Gazetteer, lexicon: Lexicon) -> list[Found[IRI]]:
    """The countries of the towns and regions in which the text places the practice, or that it lists as its towns."""
    found = []
    for group in _town_groups(body, names, places, lexicon):
        listed = _is_listed(body, group, lexicon)
        start = group.start if listed else _located(body, group, lexicon, in_title=False)
        if start is not None:
            found += [body.found(m.iri, start, m.end) for m in group.mentions]
    return found


def towns_listed(body: Passage, names: OrganisationReader, places: Gazetteer, lexicon: Lexicon) -> list[CountryList]:
    """The lists of towns that the text gives as the practice's."""
    return [group for group in _town_groups(body, names, places, lexicon) if _is_listed(body, group, lexicon)]


def _is_listed(body: Passage, group: CountryList, lexicon: Lexicon) -> bool:
    """Whether towns are announced as such, or are many with nothing that speaks against them."""
    _, head = _head(body, group)
    if len(group.mentions) > 1 and lexicon.pattern("places", "cities", re.IGNORECASE).search(head[-_CLAUSE:]):
        return True
    return len(group.mentions) >= _MANY_TOWNS and not _speaks_against(head[-_CLAUSE:], lexicon)


def _town_groups(body: Passage, names: OrganisationReader, places: Gazetteer, lexicon: Lexicon) -> list[CountryList]:
    """Runs of towns and regions; one called like a country (`Túnez`) only among others."""
    mentions, ambiguous = [], set()
    for town in places.mentions(body.text, lexicon.language):
        known = [
            known.end - known.start
            for known in names.mentions_between(town.start - _REACH, town.end)
            if town.start < known.end and known.start < town.end
        ]
        width = town.end - town.start
        if all(length <= width for length in known):
            mentions.append(town)
            if width in known:
                ambiguous.add(town)
    groups = []
    for group in group_countries(body.text, mentions):
        certain = tuple(town for town in group.mentions if town not in ambiguous)
        if len(certain) > 1 or len(certain) == len(group.mentions):
            groups.append(group)
        else:
            groups += [CountryList((town,)) for town in certain]
    return groups


def _once(found: list[Found[IRI]]) -> list[Found[IRI]]:
    first: dict[IRI, Found[IRI]] = {}
    for place in found:
        first.setdefault(place.value, place)
    return list(first.values())


def group_countries(text: str, mentions: list[Mention]) -> list[CountryList]:
    """Runs of countries with nothing but commas, `and`, articles and prepositions between them."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        if groups and _BETWEEN.fullmatch(text, groups[-1][-1].end, mention.start):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [CountryList(tuple(group)) for group in groups]


def _is_place(text: str, mention: Mention, lexicon: Lexicon) -> bool:
    """Whether the name is used as a country's: not a surname, a river, a city's state or part of a name."""
    before = text[max(0, mention.start - _REACH) : mention.start]
    if lexicon.pattern("places", "river").search(before):
        return False
    word = re.search(r"(?:^|[\s(])([\w'-]+)[- ]$", before)
    if word and word[1][0].isupper() and not re.search(r"[,.;:(]\s*$", before):
        allowed = (
            r"(?:In|En|Au|Aux|À|Le|La|Les|El|Los|Las|The|Across|Throughout|Between|Entre|Dans|And|Et|Y|Both|Northern|Southern|"
            r"Eastern|Western|North|South|East|West|Central|Upper|Lower|Greater|State|Republic|Kingdom|.*')"
        )
        if not re.fullmatch(allowed, word[1]):
            return False
    return not re.match(r"-[A-Z]|'s (?:[a-z]+ )?(?:experience|model|example)", text[mention.end :])


def _enumerated(passage: Passage, group: CountryList, lexicon: Lexicon, *, in_title: bool) -> int | None:
    """Where the words begin that announce these as the countries (`in three countries: …`), or None."""
    return _announced(passage, group, lexicon, "enumeration")


def _announced(passage: Passage, group: CountryList, lexicon: Lexicon, wording: str) -> int | None:
    sentence_start, head = _head(passage, group)
    announced = lexicon.compiled(r"(?:" + lexicon.fragment("places", wording) + r")$").search(head)
    if announced is None or lexicon.pattern("places", "strangers").search(
        _DATES.sub(" ", head[: announced.start()])[-40:]
    ):
        return None
    return sentence_start + announced.start()


def _head(passage: Passage, group: CountryList) -> tuple[int, str]:
    """Where the sentence of a list begins, and its text up to the first name."""
    start = max(passage.sentence_of(group.start)[0], group.start - _REACH)
    return start, _FORMAL.sub("", passage.text[start : group.start])


def _of_title(passage: Passage, group: CountryList, lexicon: Lexicon, *, in_title: bool) -> int | None:
    """Span of the country in a title: `Profil migratoire du Niger`, `Fiji's … Guidelines`; or None."""
    if not in_title:
        return None
    _, head = _head(passage, group)
    if re.match(r"'s? ", passage.text[group.end :]) and not head:
        return group.start
    if group.end < len(passage.text) and not re.match(r" ?[(:]| - ", passage.text[group.end :]):
        return None
    if re.search(r": $|^$", head) and group.end == len(passage.text):
        return group.start
    genitive = lexicon.compiled(lexicon.fragment("places", "genitive") + "$").search(head)
    if genitive is None or _speaks_against(head, lexicon):
        return None
    return genitive.start()


def _adjectives_of_title(title: Passage, gazetteer: Gazetteer, lexicon: Lexicon) -> list[Found[IRI]]:
    """The countries that adjectives of a title name, unless they describe people: `Programme [indonésien]`."""
    people = lexicon.compiled(rf"(?:{lexicon.fragment('places', 'people')})\b", re.IGNORECASE)
    after = lexicon.fragment("names", "postposed") == "yes"
    found = []
    for iso3, start, end in Nationalities(lexicon).within(title.text):
        described = (
            re.search(r"[\w'-]+ $", title.text[:start]) if after else re.match(r"(?: [\w-]+){1,2}", title.text[end:])
        )
        words = described[0].split() if described else []
        if not any(people.fullmatch(word) for word in words) and (iri := gazetteer.country(iso3)):
            found.append(title.found(iri, start, end))
    return found


@dataclass(frozen=True)
class Party:
    """A country that has an agreement with another: its mention, and the span."""

    found: Found[IRI]
    range: tuple[int, int]


def read_parties(body: Passage, names: OrganisationReader, gazetteer: Gazetteer, lexicon: Lexicon) -> list[Party]:
    """The countries that have an agreement: `a memorandum signed between …`, `the Chad-Niger Agreement`."""
    announced = lexicon.compiled(lexicon.fragment("places", "parties") + "$")
    found = []
    for group in group_countries(body.text, [m for m in names.countries() if _is_place(body.text, m, lexicon)]):
        sentence_start, head = _head(body, group)
        said = announced.search(head) if len(group.mentions) > 1 else None
        if said:
            start = sentence_start + said.start()
            found += [Party(body.found(m.iri, start, m.end), (m.start, m.end)) for m in group.mentions]
    return [*found, *_hyphenated(body, gazetteer, lexicon)]


def _hyphenated(body: Passage, gazetteer: Gazetteer, lexicon: Lexicon) -> list[Party]:
    """The two countries of an agreement that is called by them: `the [Chad-Niger] Agreement`."""
    found = []
    agreement = lexicon.pattern("places", "agreement")
    for match in re.finditer(r"(?<![\w-])([A-ZÀ-Ý][\w' ]{2,25}?)-([A-ZÀ-Ý][\w']{2,25})(?![\w-])", body.text):
        one, other = gazetteer.lookup(match[1]), gazetteer.lookup(match[2])
        countries = [iri for iri in (one, other) if iri is not None and "/country/" in iri.value]
        if len(countries) == len(match.groups()) and agreement.match(body.text, match.end()):
            found += [
                Party(body.found(iri, match.start(), match.end()), match.span(number))
                for number, iri in enumerate(countries, start=1)
            ]
    return found


def _qualifies_name(title: Passage, passage: Passage, group: CountryList) -> bool:
    """Whether these are in brackets after the practice's name: `Migrant Reception Programme ([Mexico])`."""
    name = ".*" if passage is title else re.escape(_QUALIFIER.sub("", title.text))
    head = re.compile(rf"{_ARTICLE}{name} ?\({_ARTICLE}", re.IGNORECASE)
    return passage.text.startswith(")", group.end) and bool(head.fullmatch(passage.text, 0, group.start))


def _located(passage: Passage, group: CountryList, lexicon: Lexicon, *, in_title: bool) -> int | None:
    """Where the words begin that place the practice in these countries, or None where none do."""
    text = passage.text
    if (announced := _announced(passage, group, lexicon, "examples")) is not None:
        return announced
    sentence_start, head = _head(passage, group)
    _, sentence_end = passage.sentence_of(group.start)
    clause = re.split(r"[;:]\s|\bwhere\b|\boù\b|\bdonde\b", head)[-1][-_CLAUSE:]
    locative = lexicon.compiled(r"(?:" + lexicon.fragment("places", "locative") + r") ?$").search(head)
    nested = lexicon.pattern("places", "nested_head").search(head.rstrip()) if not locative else None
    whole_head = text[sentence_start : group.start]
    of_practice = lexicon.pattern("places", "of_practice")
    if not in_title and len(group.mentions) == 1 and (of_practice.match(head) or of_practice.match(whole_head)):
        return sentence_start
    placing = locative or nested or _town_before(head) or _covering(head, lexicon)
    if placing is None:
        return None
    if nested:  # where people live who are served is where the practice is, when a part of a country is named
        clause = lexicon.pattern("places", "living").sub(" ", clause)
    if not in_title and (
        _speaks_against(clause[: len(clause) - len(placing[0])] or clause[:0], lexicon)
        or lexicon.pattern("places", "against_after").match(text[group.end : sentence_end])
        or re.search(r"^(?:selon|d'après|according to|según)\b", head, re.IGNORECASE)
    ):
        return None
    return sentence_start + placing.start()


def _town_before(head: str) -> re.Match[str] | None:
    """The town or part of a country before the name of its country."""
    return _TOWNS.search(head) or _TOWN_OF.search(head) or _TOWN_WHOSE.search(head)


def _adjectival(body: Passage, gazetteer: Gazetteer, lexicon: Lexicon) -> list[Found[IRI]]:
    """Countries named by an adjective at a place noun: `du Luxembourg et de la province belge`."""
    part = lexicon.fragment("places", "part_of_country")
    adjectives = lexicon.table("adjectives")

    def told(adjective: str, position: int) -> re.Match[str] | None:
        pattern = lexicon.compiled(rf"(?:{part} (?:{adjective})|(?:{adjective}) {part})\b")
        return pattern.match(body.text, position)

    found = []
    for match in lexicon.pattern("places", "adjectival").finditer(body.text):
        if told("|".join(adjectives.values()), match.end()):
            for iso3, adjective in adjectives.items():
                said = told(adjective, match.end())
                if said and (iri := gazetteer.country(iso3)):
                    found.append(body.found(iri, match.end(), said.end()))
    return found


def _covering(head: str, lexicon: Lexicon) -> re.Match[str] | None:
    """The verb whose object is where the practice is: `it covers [Kenya and Uganda]`."""
    return lexicon.compiled(lexicon.fragment("places", "covering") + r"(?: the| la| le| les| l'|) ?$").search(head)


def _speaks_against(clause: str, lexicon: Lexicon) -> bool:
    """Whether the words since the last finished clause, or since `was held`, speak of another relation than place."""
    against = lexicon.compiled(r"\b(?:" + lexicon.fragment("places", "against") + ")")
    held = lexicon.fragment("places", "held")
    recent = lexicon.compiled(rf"(?:, (?:in|en|au|dans|across)\b)|\. |\b{held}\b").split(clause)[-1]
    plain = _DATES.sub(" ", _FUNDED.sub(", ", recent)).rstrip()
    if lexicon.pattern("places", "given").search(plain):
        plain = re.sub(r"\bto\b", " ", plain)
    return bool(against.search(plain) or against.search(plain[:1].lower() + plain[1:]))


def _home_countries(roles: Roles, gazetteer: Gazetteer, lexicon: Lexicon) -> list[Found[IRI]]:
    """The country in the name of a national body that leads: `Ministry of Health of …`, `Finnish Immigration …`."""
    found: list[Found[IRI]] = []
    for lead in roles.leads:
        if lead.value.iri is None:
            name = lead.value.name
            found.extend(Found(m.iri, lead.span) for m in gazetteer.mentions(name) if m.is_country)
            found.extend(Found(iri, lead.span) for iri in _nationality(name, gazetteer, lexicon))
    return found


def _home_towns(roles: Roles, places: Gazetteer, lexicon: Lexicon) -> list[Found[IRI]]:
    """The country of the town whose council or city hall leads: `Alcaldía de [Medellín]`."""
    municipal = lexicon.pattern("places", "municipal")
    return [
        Found(mention.iri, lead.span)
        for lead in roles.leads
        if lead.value.iri is None and municipal.match(lead.value.name)
        for mention in places.mentions(lead.value.name, lexicon.language)
    ]


def _nationality(name: str, gazetteer: Gazetteer, lexicon: Lexicon) -> list[IRI]:
    """The country that an adjective in the name of a body with a national head noun says."""
    if not lexicon.pattern("places", "national_body").search(name) or _FOR_REFUGEES.search(name):
        return []

    def holds(adjective: str) -> bool:
        return bool(lexicon.compiled(rf"(?<![\w-])(?:{adjective})(?![\w-])").search(name))

    adjectives = lexicon.table("adjectives")
    if not holds("|".join(adjectives.values())):
        return []
    said = (gazetteer.country(iso3) for iso3, adjective in adjectives.items() if holds(adjective))
    return [iri for iri in said if iri is not None]
