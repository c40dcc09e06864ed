"""Votes of a roll call by choice, and votes of a country, for their pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.resources.views import first_text, subjects
from gcmgraph.web.visualisation.maps import CountryMap, MapCountry, world_map
from gcmgraph.web.visualisation.world import read_world

#: Choices in the order of display.
CHOICES = ("yes", "no", "abstained", "no-vote-recorded")


@dataclass(frozen=True)
class VoteGroup:
    """The countries that made one choice in a roll call, by name."""

    #: one of `CHOICES`
    code: str
    choice: IRI
    countries: tuple[IRI, ...]
    #: whether the votes are derived: members without a row in the roll call
    derived: bool


@dataclass(frozen=True)
class CountryVote:
    """The vote of a country in a roll call."""

    vote: IRI
    choice: IRI
    event: IRI
    day: Literal | None
    #: whether it is derived: a member without a row in the roll call
    derived: bool


def votes_by_choice(page: FactsPage) -> list[VoteGroup]:
    """The votes of a roll call, by choice in the order of `CHOICES`."""
    votes = [page.stated(vote) for vote in subjects(page, "gcm:castIn")]
    groups: list[VoteGroup] = []
    for code in CHOICES:
        choice = page.term(f"concept:vote-choice/{code}")
        votes_of_choice = [vote for vote in votes if vote.iri("gcm:choice") == choice]
        voters = (vote.iri("gcm:voter") for vote in votes_of_choice)
        countries = page.sorted(voter for voter in voters if voter is not None)
        derived = any(vote.iri("prov:wasDerivedFrom") for vote in votes_of_choice)
        if countries:
            groups.append(VoteGroup(code, choice, countries, derived))
    return groups


def vote_map(page: FactsPage, groups: Iterable[VoteGroup]) -> CountryMap:
    """The States of a roll call, coloured by their votes."""
    shapes = read_world().countries
    countries = []
    for group in groups:
        for iri in group.countries:
            shape = shapes.get(page.local_name(iri))
            if shape:
                country = MapCountry(iri, shape, f"vote-{group.code}", choice=group.choice)
                countries.append(country)
    return world_map(countries)


def country_votes(page: FactsPage) -> list[CountryVote]:
    """The votes of a country in roll calls, the earliest first."""
    votes: list[CountryVote] = []
    for vote in subjects(page, "gcm:voter"):
        values = page.stated(vote)
        choice = values.iri("gcm:choice")
        event = values.iri("gcm:castIn")
        if choice and event:
            day = first_text(page, event, "schema:startDate")
            derived = values.iri("prov:wasDerivedFrom") is not None
            votes.append(CountryVote(vote, choice, event, day, derived))
    return sorted(votes, key=lambda vote: vote.day.value if vote.day else "")
