"""Treaties of a country, and parties of a treaty, for their pages and briefs."""

from __future__ import annotations

from typing import NamedTuple

from gcmgraph.publication.descriptions import Description, Label
from gcmgraph.rdf.terms import Literal
from gcmgraph.web.i18n import NAMES
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.resources.views import first_text, subjects


class Participation(NamedTuple):
    """The participation of a country in a treaty."""

    description: Description
    #: name of the act by which the country was bound; None where none is stated
    act: Label | None


class PartyCount(NamedTuple):
    """A number of parties, and the date to which it refers."""

    parties: int
    date: Literal


def participations(page: FactsPage) -> list[Participation]:
    """The participations of a country in treaties, by name of the treaty."""
    describer = page.snapshot.describer
    descriptions = (
        describer.describe(participation, with_inbound=False)
        for participation in subjects(page, "gcm:participant")
    )
    by_country = [
        Participation(description, _act(page, description))
        for description in descriptions
        if description
    ]
    return sorted(by_country, key=lambda item: page.label(page.whole(item.description.iri)).text)


def _act(page: FactsPage, participation: Description) -> Label | None:
    """The name of an act without a note in brackets; an act of another kind than the known ones as it is stated."""
    action = next(iter(participation.texts(page.term("gcm:bindingAction"))), None)
    if action is None:
        return None
    name = NAMES["treaty-act"].get(action.value.partition(" (")[0])
    return Label(str(name), page.language) if name else Label(action.value, action.language or "en")


def party_count(page: FactsPage) -> int:
    """The number of the countries recorded as parties or signatories of a treaty."""
    return len(subjects(page, "gcm:participationIn"))


def listed_parties(page: FactsPage) -> PartyCount | None:
    """The parties in the list: participations with a binding date; the date of the list; None where unknown."""
    binding = [
        participation
        for participation in subjects(page, "gcm:participationIn")
        if first_text(page, participation, "gcm:bindingDate")
    ]
    dates = [first_text(page, participation, "gcm:asOf") for participation in binding]
    known_dates = [date for date in dates if date]
    if not known_dates:
        return None
    return PartyCount(len(binding), max(known_dates, key=lambda date: date.value))


def all_parties(page: FactsPage) -> PartyCount | None:
    """The parties by the depositary's page, and its date; None where unknown."""
    store = page.snapshot.store
    measured_property = page.term("schema:measuredProperty")
    binding_date = page.term("gcm:bindingDate")
    for observation in subjects(page, "schema:observationAbout"):
        if any(store.quads(observation, measured_property, binding_date)):
            count = first_text(page, observation, "schema:value")
            date = first_text(page, observation, "gcm:asOf")
            return PartyCount(int(count.value), date) if count and date else None
    return None
