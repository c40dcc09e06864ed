"""All facts of one practice, read from its title and its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gcmgraph.documents.document import Document
from gcmgraph.documents.views import View
from gcmgraph.model.terms import IRI
from gcmgraph.names import Gazetteer
from gcmreader.documents.outline import PracticeText
from gcmreader.extraction.citations import CitedWork, read_citations
from gcmreader.extraction.clauses import Found, Passage
from gcmreader.extraction.counted_countries import require_known_countries
from gcmreader.extraction.entities.named import Organisation
from gcmreader.extraction.entities.organisations import OrganisationReader
from gcmreader.extraction.outcomes import read_binding, read_outcomes
from gcmreader.extraction.places import read_parties, read_places, towns_listed
from gcmreader.extraction.practice_types import read_kinds
from gcmreader.extraction.roles import Roles, read_roles
from gcmreader.extraction.values.amounts import Amount, read_amount
from gcmreader.extraction.values.periods import FoundPeriod, PracticeEvent, read_event, read_period
from gcmreader.lexicon import Lexicon

_SHORT_NAME = re.compile(r"\((?P<name>[A-Z][\w.&/-]{2,14}(?: [A-ZÀ-Ý][\w'-]+(?: (?:et|and|y) [A-ZÀ-Ý][\w'-]+)?)?)\)")


@dataclass(frozen=True)
class PracticeReading:
    """Facts of one practice."""

    title: Found[str]
    description: Found[str]
    short_name: Found[str] | None
    kinds: tuple[Found[str], ...]
    #: the organisation that the practice itself is (a network)
    itself: tuple[Found[IRI], ...]
    leads: tuple[Found[Organisation], ...]
    partners: tuple[Found[Organisation], ...]
    #: known organisations that the text names without a role
    involved: tuple[Found[Organisation], ...]
    countries: tuple[Found[IRI], ...]
    period: FoundPeriod
    amount: Found[Amount] | None
    outcomes: tuple[Found[str], ...]
    binding: Found[bool] | None
    event: Found[PracticeEvent] | None
    citations: tuple[Found[CitedWork], ...]


def read_practice(
    practice: PracticeText,
    document: Document,
    gazetteer: Gazetteer,
    places: Gazetteer,
    cities: Gazetteer,
    lexicon: Lexicon,
) -> PracticeReading:
    """Read one practice of a document. Raises `ExtractionError` where its text contradicts itself."""
    title, body = Passage(practice.title), Passage(practice.body)
    names = OrganisationReader(body.text, body.view.shown, gazetteer, lexicon, title.text)
    require_known_countries(body, document, names, gazetteer, lexicon)
    roles = read_roles(title, body, names, lexicon)
    itself = _own_names(title, gazetteer)
    short = _short_name(title, body, gazetteer)
    kinds = read_kinds(title, body, lexicon)
    event = read_event(body, lexicon)
    type_slugs = frozenset(kind.value for kind in kinds)
    if event and "meeting" in type_slugs:
        event = None  # the practice is the meeting itself
    lead_sentence = None if event and event[0] == roles.lead_sentence else roles.lead_sentence
    # only a practice that is called a meeting is over with its date
    named = frozenset(kind.value for kind in kinds if kind.value != "meeting" or kind.span in practice.title.span())
    period = read_period(title, body, lexicon, kinds=named, lead_sentence=lead_sentence, document=document)
    if event and period.end is None and period.start and period.start.span == event[1].value.moment.span:
        period = replace(period, start=None)  # the date is the event's
    if "agreement" in type_slugs:
        _lead_parties(body, roles, names, gazetteer, lexicon)
    countries = read_places(title, body, names, roles, gazetteer, places, lexicon)
    _involve_cities(body, roles, names, places, cities, lexicon)
    return PracticeReading(
        title=_whole(practice.title),
        description=_whole(practice.body),
        short_name=short,
        kinds=tuple(kinds),
        itself=tuple(Found(iri, practice.title.span()) for iri in sorted(itself, key=str)),
        leads=_others(roles.leads, itself, short, title) or _others(roles.leads, set(), None, None),
        partners=_others(roles.partners, itself, short, title),
        involved=_others(roles.involved, itself, short, title),
        countries=tuple(countries),
        period=period,
        amount=read_amount(body, lexicon, [found.value.value.rsplit("/", 1)[1] for found in countries]),
        outcomes=tuple(read_outcomes(body, names, lexicon, roles.lead_sentence)),
        binding=read_binding(body, lexicon),
        event=event[1] if event else None,
        citations=tuple(read_citations(body, gazetteer)),
    )


def _lead_parties(
    body: Passage, roles: Roles, names: OrganisationReader, gazetteer: Gazetteer, lexicon: Lexicon
) -> None:
    """Make the states that have an agreement its leads, where no other leads it."""
    if not roles.leads:
        for party in read_parties(body, names, gazetteer, lexicon):
            name = body.view.shown[slice(*party.range)]
            roles.add(roles.leads, Found(Organisation(None, name, state=party.found.value), party.found.span))


def _involve_cities(
    body: Passage, roles: Roles, names: OrganisationReader, places: Gazetteer, cities: Gazetteer, lexicon: Lexicon
) -> None:
    """Give the cities that act as organisations a part where the text lists their towns as the practice's.

    The lead where nobody else has it and the list is the subject of its verb: `Four cities (A, B and C) have opened …`.
    """
    lead_verb = lexicon.pattern("roles", "lead_verb", re.IGNORECASE)
    led = bool(roles.leads)
    for group in towns_listed(body, names, places, lexicon):
        leads = not led and lead_verb.match(body.text, group.end + body.text.startswith(")", group.end))
        for town in group.mentions:
            name = body.view.shown_at(town.start, town.end)
            city = cities.lookup(name)
            if city is not None:
                found = body.found(Organisation(city, name), town.start, town.end)
                roles.add(roles.leads if leads else roles.involved, found)


def _own_names(title: Passage, gazetteer: Gazetteer) -> set[IRI]:
    """The organisation that the practice itself is: its name is most of the title (a network)."""
    return {
        mention.iri
        for mention in gazetteer.mentions(title.text)
        if mention.is_organisation and mention.end - mention.start > 0.6 * len(title.text)
    }


def _others(
    found: list[Found[Organisation]], itself: set[IRI], short: Found[str] | None, title: Passage | None
) -> tuple[Found[Organisation], ...]:
    """The organisations that are not the practice under its own name; without a title, the known ones of them."""
    return tuple(
        f
        for f in found
        if f.value.iri not in itself
        and not (short and f.value.name == short.value)
        and not (title is None and f.value.iri is None)
        and not (title and f.value.iri is None and re.match(re.escape(f.value.name) + r" ?(?:$|[:(-])", title.text))
    )


def _whole(view: View) -> Found[str]:
    return Found(view.shown, view.span())


def _short_name(title: Passage, body: Passage, gazetteer: Gazetteer) -> Found[str] | None:
    """The short name in brackets in the title, or after the practice's name where the text begins with it."""
    for passage, limit in ((title, len(title.text)), (body, min(len(body.text), len(title.text) + 60))):
        match = _SHORT_NAME.search(passage.text, 0, limit + 40)
        if match and match.start() <= limit and (passage is title or _names_practice(title, body, match.start())):
            if any(m.is_country and m.end - m.start == len(match["name"]) for m in gazetteer.mentions(match["name"])):
                continue  # where it is carried out
            start, end = match.span("name")
            return passage.found(passage.view.shown_at(start, end), start, end)
    return None


def _names_practice(title: Passage, body: Passage, end: int) -> bool:
    """Whether the text up to `end` is about as long as the title and begins like it."""
    opening = re.sub(r"^(?:The |L'|Le |La |Les |El |Los |Las )\s?", "", body.text[:end])
    return opening[:20].casefold() == title.text[:20].casefold()
