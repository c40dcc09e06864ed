"""All facts of one practice, read from its title and its text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gcmgraph.lexicon.names_in_texts import Gazetteer
from gcmgraph.rdf.terms import IRI
from gcmgraph.sources.source_texts import Document
from gcmreader.documents.outline import PracticeText
from gcmreader.extraction.budgets import Amount, read_amount
from gcmreader.extraction.citations import CitedWork, read_citations
from gcmreader.extraction.organisation_names import OrganisationReader
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.passages import Extracted, ReadPassage
from gcmreader.extraction.periods import Period, PeriodReader
from gcmreader.extraction.places import PlaceReader
from gcmreader.extraction.practice_kinds import read_kinds
from gcmreader.extraction.reference_data import ReferenceData
from gcmreader.extraction.roles import RoleReader, Roles
from gcmreader.lexicon import Lexicon

#: Minimum share of a title that the name of the organisation has which the practice itself is.
SHARE_OF_TITLE = 0.6
#: Characters of the text, more than the title has, in which its short name may begin.
SHORT_NAME_CONTEXT = 60
#: Maximum number of characters of a short name in brackets, for the search.
MAX_SHORT_NAME = 40

_SHORT_NAME = re.compile(
    r"\((?P<name>[A-Z][\w.&/-]{2,14}(?: [A-ZÀ-Ý][\w'-]+(?: (?:et|and|y) [A-ZÀ-Ý][\w'-]+)?)?)\)"
)
_TITLE_GOES_ON = re.compile(r" ?(?:$|[:(-])")


@dataclass(frozen=True)
class PracticeReading:
    """Facts of one practice."""

    title: Extracted[str]
    description: Extracted[str]
    kinds: tuple[Extracted[str], ...]
    #: the organisation that the practice itself is (a network)
    itself: tuple[Extracted[IRI], ...]
    leads: tuple[Extracted[Organisation], ...]
    partners: tuple[Extracted[Organisation], ...]
    #: known organisations that the text names without a role
    involved: tuple[Extracted[Organisation], ...]
    countries: tuple[Extracted[IRI], ...]
    period: Period
    amount: Extracted[Amount] | None
    citations: tuple[Extracted[CitedWork], ...]


def read_practice(
    practice: PracticeText, document: Document, reference: ReferenceData, lexicon: Lexicon
) -> PracticeReading:
    """Read one practice of a document.

    Raises `ExtractionError` where its text contradicts itself.
    """
    title = ReadPassage(practice.title)
    body = ReadPassage(practice.body)
    names = OrganisationReader(body.text, body.view.shown, reference.names, lexicon, title.text)
    places = PlaceReader(title, body, names, reference.places, lexicon)
    roles = RoleReader(title, body, names, lexicon).read()
    kinds = read_kinds(title, body, lexicon)
    # only a practice that is called a meeting is over with its date
    kinds_of_period = frozenset(
        kind.value
        for kind in kinds
        if kind.value != "meeting" or kind.span in practice.title.span()
    )
    lead_sentence = roles.lead_sentence or 0
    period = PeriodReader(title, body, lexicon, kinds_of_period, lead_sentence, document).read()
    if not roles.leads and any(kind.value == "agreement" for kind in kinds):
        _lead_by_parties(body, roles, places)
    countries = places.countries(roles)
    _involve_cities(body, roles, places, reference.cities, lexicon)
    country_codes = [country.value.value.rsplit("/", 1)[1] for country in countries]
    itself = _organisations_of_title(title, reference.names)
    own_names = _OwnNames(title.text, itself, _short_name(title, body, reference.names))
    return PracticeReading(
        title=Extracted(practice.title.shown, practice.title.span()),
        description=Extracted(practice.body.shown, practice.body.span()),
        kinds=tuple(kinds),
        itself=tuple(Extracted(iri, practice.title.span()) for iri in sorted(itself, key=str)),
        leads=own_names.others(roles.leads) or _known(roles.leads),
        partners=own_names.others(roles.partners),
        involved=own_names.others(roles.involved),
        countries=tuple(countries),
        period=period,
        amount=read_amount(body, lexicon, country_codes),
        citations=tuple(read_citations(body, reference.names)),
    )


def _lead_by_parties(body: ReadPassage, roles: Roles, places: PlaceReader) -> None:
    """Make leads of the states that have an agreement."""
    for party in places.parties():
        name = body.view.shown[party.start : party.end]
        organisation = Organisation(None, name, state=party.country.value)
        roles.add_lead(Extracted(organisation, party.country.span))


def _involve_cities(
    body: ReadPassage, roles: Roles, places: PlaceReader, cities: Gazetteer, lexicon: Lexicon
) -> None:
    """Give cities that act as organisations a part where the text lists their towns.

    The lead where nobody else has it and the list is the subject of its verb: `Four cities (A, B
    and C) have opened …`.
    """
    lead_verb = lexicon.pattern("roles", "lead_verb", re.IGNORECASE)
    has_lead = bool(roles.leads)
    for group in places.towns_listed():
        verb_start = group.end + body.text.startswith(")", group.end)
        leads = not has_lead and lead_verb.match(body.text, verb_start)
        for town in group.mentions:
            name = body.view.shown_at(town.start, town.end)
            city = cities.lookup(name)
            if city is None:
                continue
            organisation = body.extracted(Organisation(city, name), town.start, town.end)
            if leads:
                roles.add_lead(organisation)
            else:
                roles.add_involved(organisation)


def _organisations_of_title(title: ReadPassage, gazetteer: Gazetteer) -> set[IRI]:
    """The organisation that the practice itself is: its name is most of the title (a network)."""
    min_length = SHARE_OF_TITLE * len(title.text)
    return {
        mention.iri
        for mention in gazetteer.mentions(title.text)
        if mention.is_organisation and mention.end - mention.start > min_length
    }


def _short_name(title: ReadPassage, body: ReadPassage, gazetteer: Gazetteer) -> str | None:
    """The short name in brackets in the title, or after the name with which the text begins."""
    title_length = len(title.text)
    last_start_in_body = min(len(body.text), title_length + SHORT_NAME_CONTEXT)
    for passage, last_start in ((title, title_length), (body, last_start_in_body)):
        match = _SHORT_NAME.search(passage.text, 0, last_start + MAX_SHORT_NAME)
        if match is None or match.start() > last_start:
            continue
        if not gazetteer.is_country_name(match["name"]):
            return passage.view.shown_at(*match.span("name"))
    return None


@dataclass(frozen=True)
class _OwnNames:
    """Names of the practice itself.

    Its title, organisations that are most of the title, its short name.
    """

    title: str
    organisations: Collection[IRI]
    short_name: str | None

    def others(
        self, organisations: Iterable[Extracted[Organisation]]
    ) -> tuple[Extracted[Organisation], ...]:
        """The organisations that are not the practice under its own name."""
        return tuple(
            organisation for organisation in organisations if not self._include(organisation.value)
        )

    def _include(self, organisation: Organisation) -> bool:
        if organisation.name == self.short_name:
            return True
        if organisation.iri is not None:
            return organisation.iri in self.organisations
        begins_title = self.title.startswith(organisation.name)
        return begins_title and bool(_TITLE_GOES_ON.match(self.title, len(organisation.name)))


def _known(
    organisations: Iterable[Extracted[Organisation]],
) -> tuple[Extracted[Organisation], ...]:
    """The organisations that the reference data knows."""
    return tuple(
        organisation for organisation in organisations if organisation.value.iri is not None
    )
