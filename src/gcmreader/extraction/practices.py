"""All facts of one practice, read from its title and its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.documents.document import Document
from gcmgraph.documents.views import View
from gcmgraph.model.terms import IRI
from gcmgraph.names import Gazetteer
from gcmreader.documents.outline import PracticeText
from gcmreader.extraction.amounts import Amount, read_amount
from gcmreader.extraction.citations import CitedWork, read_citations
from gcmreader.extraction.clauses import Found, Passage
from gcmreader.extraction.entities.named import Organisation
from gcmreader.extraction.entities.organisations import OrganisationReader
from gcmreader.extraction.periods import FoundPeriod, read_period
from gcmreader.extraction.places import PlaceReader
from gcmreader.extraction.practice_types import read_kinds
from gcmreader.extraction.reference import ReferenceData
from gcmreader.extraction.roles import Roles, read_roles
from gcmreader.lexicon import Lexicon

_SHORT_NAME = re.compile(r"\((?P<name>[A-Z][\w.&/-]{2,14}(?: [A-ZÀ-Ý][\w'-]+(?: (?:et|and|y) [A-ZÀ-Ý][\w'-]+)?)?)\)")


@dataclass(frozen=True)
class PracticeReading:
    """Facts of one practice."""

    title: Found[str]
    description: Found[str]
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
    citations: tuple[Found[CitedWork], ...]


def read_practice(
    practice: PracticeText, document: Document, reference: ReferenceData, lexicon: Lexicon
) -> PracticeReading:
    """Read one practice of a document. Raises `ExtractionError` where its text contradicts itself."""
    title, body = Passage(practice.title), Passage(practice.body)
    names = OrganisationReader(body.text, body.view.shown, reference.names, lexicon, title.text)
    places = PlaceReader(title, body, names, reference.places, lexicon)
    roles = read_roles(title, body, names, lexicon)
    itself = _own_names(title, reference.names)
    short = _short_name(title, body, reference.names)
    kinds = read_kinds(title, body, lexicon)
    # only a practice that is called a meeting is over with its date
    named = frozenset(kind.value for kind in kinds if kind.value != "meeting" or kind.span in practice.title.span())
    period = read_period(title, body, lexicon, kinds=named, lead_sentence=roles.lead_sentence, document=document)
    if "agreement" in {kind.value for kind in kinds} and not roles.leads:
        for party in places.parties():  # the states that have an agreement lead it, where no other does
            name = body.view.shown[slice(*party.range)]
            roles.add(roles.leads, Found(Organisation(None, name, state=party.found.value), party.found.span))
    countries = places.countries(roles)
    _involve_cities(body, roles, places, reference.cities, lexicon)
    return PracticeReading(
        title=_whole(practice.title),
        description=_whole(practice.body),
        kinds=tuple(kinds),
        itself=tuple(Found(iri, practice.title.span()) for iri in sorted(itself, key=str)),
        leads=_others(roles.leads, itself, short, title) or _others(roles.leads, set(), None, None),
        partners=_others(roles.partners, itself, short, title),
        involved=_others(roles.involved, itself, short, title),
        countries=tuple(countries),
        period=period,
        amount=read_amount(body, lexicon, [found.value.value.rsplit("/", 1)[1] for found in countries]),
        citations=tuple(read_citations(body, reference.names)),
    )


def _involve_cities(body: Passage, roles: Roles, places: PlaceReader, cities: Gazetteer, lexicon: Lexicon) -> None:
    """Give the cities that act as organisations a part where the text lists their towns as the practice's.

    The lead where nobody else has it and the list is the subject of its verb: `Four cities (A, B and C) have opened …`.
    """
    lead_verb = lexicon.pattern("roles", "lead_verb", re.IGNORECASE)
    led = bool(roles.leads)
    for group in places.towns_listed():
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
    found: list[Found[Organisation]], itself: set[IRI], short: str | None, title: Passage | None
) -> tuple[Found[Organisation], ...]:
    """The organisations that are not the practice under its own name; without a title, the known ones of them."""
    return tuple(
        f
        for f in found
        if f.value.iri not in itself
        and f.value.name != short
        and not (title is None and f.value.iri is None)
        and not (title and f.value.iri is None and re.match(re.escape(f.value.name) + r" ?(?:$|[:(-])", title.text))
    )


def _whole(view: View) -> Found[str]:
    return Found(view.shown, view.span())


def _short_name(title: Passage, body: Passage, gazetteer: Gazetteer) -> str | None:
    """The short name in brackets in the title, or after the practice's name where the text begins with it."""
    for passage, limit in ((title, len(title.text)), (body, min(len(body.text), len(title.text) + 60))):
        match = _SHORT_NAME.search(passage.text, 0, limit + 40)
        if match and match.start() <= limit and not gazetteer.is_country_name(match["name"]):
            return passage.view.shown_at(*match.span("name"))
    return None
