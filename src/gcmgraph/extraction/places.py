"""Where a practice is carried out.

A country counts only where the text places the practice in it: a list announced as countries of the practice, a
locative (`in Kenya`, `au Niger`) with nothing in the clause that speaks of origin, destination, model, office or
funder, or the country of a government that carries out its own practice. A country that is only mentioned does
not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.extraction.clauses import Found, Passage
from gcmgraph.extraction.gazetteer import Gazetteer, Mention
from gcmgraph.extraction.lexicon import Lexicon
from gcmgraph.extraction.organisations import OrganisationReader
from gcmgraph.extraction.roles import Roles
from gcmgraph.model.terms import IRI

#: How far before a country the clause is searched for what speaks against it, in characters.
_CLAUSE = 110

_BETWEEN = re.compile(
    r"(?:,|;)? ?(?:and |et |or |ou |as well as |ainsi qu(?:e |'))?(?:also |également )?"
    r"(?:in |across |en |au |aux |à |dans )?(?:the |la |le |les |l')?"
)
#: dates hold `from`, `to` and the like, which would speak against a place
_DATES = re.compile(
    r"\b(?:from|since|to|until|between|and|de|d'|à|du|au|entre|et|jusqu'en|depuis|-|through) ?(?:\d{1,2} )?(?:[\w]+ )?(?:19|20)\d\d",
    re.IGNORECASE,
)
_FORMAL = re.compile(r"(?:the |la |le |les |l')?(?:[A-Z][a-zé]+ (?:of|de|du|d'|des) ?)?$")


@dataclass(frozen=True)
class CountryList:
    """Countries named one after the other: `au Niger, au Mali et en Guinée`."""

    mentions: tuple[Mention, ...]

    @property
    def start(self) -> int:
        """Where the first begins."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """Where the last ends."""
        return self.mentions[-1].end


def read_places(
    title: Passage,
    body: Passage,
    names: OrganisationReader,
    roles: Roles,
    gazetteer: Gazetteer,
    lexicon: Lexicon,
) -> list[Found[IRI]]:
    """The countries in which a practice is carried out, each once, with the stretch that says so."""
    found: dict[IRI, Found[IRI]] = {}
    for passage, mentions in ((title, gazetteer.mentions(title.text)), (body, names.countries())):
        usable = [m for m in mentions if m.is_country and _is_place(passage.text, m, lexicon)]
        for group in group_countries(passage.text, usable):
            head = _placing(passage, group, lexicon, in_title=passage is title)
            if head is not None:
                for mention in group.mentions:
                    found.setdefault(mention.iri, passage.found(mention.iri, head, mention.end))
    if not found:
        for place in (*_states(body, names, roles), *_home_countries(roles, gazetteer)):
            found.setdefault(place.value, place)
    return list(found.values())


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
    before = text[: mention.start]
    if re.search(lexicon.fragment("places", "river"), before):
        return False
    word = re.search(r"(?:^|[\s(])([\w'-]+)[- ]$", before)
    if word and word[1][0].isupper() and not re.search(r"[,.;:(]\s*$", before):
        allowed = (
            r"(?:In|En|Au|Aux|À|Le|La|Les|The|Across|Throughout|Between|Entre|Dans|And|Et|Both|Northern|Southern|"
            r"Eastern|Western|North|South|East|West|Central|Upper|Lower|Greater|State|Republic|Kingdom|.*')"
        )
        if not re.fullmatch(allowed, word[1]):
            return False
    return not re.match(r"-[A-Z]|'s (?:[a-z]+ )?(?:experience|model|example)", text[mention.end :])


def _placing(passage: Passage, group: CountryList, lexicon: Lexicon, *, in_title: bool) -> int | None:
    """Where the words begin that place the practice in these countries, or None where none do."""
    text = passage.text
    sentence_start, sentence_end = passage.sentence_of(group.start)
    before = text[sentence_start : group.start]
    head = _FORMAL.sub("", before)
    clause = re.split(r"[;:]\s|\bwhere\b|\boù\b", head)[-1][-_CLAUSE:]
    enumeration = re.search(r"(?:" + lexicon.fragment("places", "enumeration") + r")$", head)
    against = re.compile(r"\b(?:" + lexicon.fragment("places", "against") + ")")
    if enumeration:
        lead_in = head[: enumeration.start()][-40:]
        strangers = re.search(lexicon.fragment("places", "strangers"), lead_in)
        return None if strangers else sentence_start + enumeration.start()
    locative = re.search(r"(?:" + lexicon.fragment("places", "locative") + r") ?$", head)
    nested = re.search(lexicon.fragment("places", "nested_head"), head.rstrip()) if not locative else None
    bracket = re.search(r"\b(?:à|in|at|en) [A-ZÀ-Ý][\w'-]+(?: [A-ZÀ-Ý][\w'-]+)* ?(?:\(|, )$", head)
    placing = locative or nested or bracket
    if placing is None:
        return None
    if not in_title and (
        _speaks_against(clause[: len(clause) - len(placing[0])] or clause[:0], against)
        or re.match(
            r"[^.;]{0,120}\b(?:have|has|ont|a) (?:shown|expressed|manifest|exprim|appl(?:ied|iqu)|demand)",
            text[group.end : sentence_end],
        )
    ):
        return None
    if not in_title and re.search(r"^(?:selon|d'après|according to)\b", before, re.IGNORECASE):
        return None
    return sentence_start + placing.start()


def _speaks_against(clause: str, against: re.Pattern[str]) -> bool:
    """Whether the words since the last finished clause speak of another relation than place."""
    recent = re.split(r"(?:, (?:in|en|au|dans|across)\b)|\. ", clause)[-1]
    return bool(against.search(_DATES.sub(" ", recent).rstrip()))


def _states(body: Passage, names: OrganisationReader, roles: Roles) -> list[Found[IRI]]:
    acting = set(roles.acting_states)
    return [body.found(m.iri, m.start, m.end) for m in names.countries() if m.start in acting]


def _home_countries(roles: Roles, gazetteer: Gazetteer) -> list[Found[IRI]]:
    """The country in the name of a national body that leads: `Ministry of Health of …`."""
    found = []
    for lead in roles.leads:
        if lead.value.iri is None:
            found.extend(Found(m.iri, lead.span) for m in gazetteer.mentions(lead.value.name) if m.is_country)
    return found
