"""Pages of countries, organisations and legal instruments: practices by role, treaties, parties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.describe.description import Fact
from gcmgraph.publication.naming.labels import Label
from gcmgraph.web.i18n.names import TREATY_ACTS
from gcmgraph.web.kinds.context import MAX_CARDS, BoxRow, Cards, KindContext, box_rows, practice_cards

#: Roles of a country in practices other than that they are carried out there: facets.
_ROLES = ("origin", "destination", "donor", "corridor")


@dataclass(frozen=True)
class CountryRole:
    """The practices of a country in a role, the name of a facet."""

    facet: str
    practices: Cards


@dataclass(frozen=True)
class Treaty:
    """A country as a party to a treaty."""

    instrument: IRI
    act: Label | None
    binding_date: Literal | None
    signature_date: Literal | None
    #: the date of the list of parties
    as_of: Literal | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class CountryPage:
    """View model of the page of a country, before the complete list of statements."""

    practices: Cards
    roles: tuple[CountryRole, ...]
    #: objectives with practices in the country, and those without
    covered: tuple[IRI, ...]
    gaps: tuple[IRI, ...]
    treaties: tuple[Treaty, ...]
    organisations: tuple[IRI, ...]
    places: tuple[IRI, ...]
    box: tuple[BoxRow, ...]


def country_page(context: KindContext, most: int = MAX_CARDS) -> CountryPage:
    """The view model of a country, with `most` cards at most."""
    here = context.having("country")
    postings = context.practices.postings("objective")
    start = f"{context.addresses.base}id/objective/"
    objectives = context.sorted(context.snapshot.catalogue.members("objective"))
    covered = tuple(o for o in objectives if postings.get(o.value.removeprefix(start), here - here) & here)
    return CountryPage(
        practice_cards(context, here, context.list_address(country=context.key), most),
        tuple(
            CountryRole(role, practice_cards(context, found, context.list_address(**{role: context.key})))
            for role in _ROLES
            if (found := context.having(role))
        ),
        covered,
        tuple(objective for objective in objectives if objective not in covered),
        _treaties(context),
        context.referring("organisation", "country"),
        context.referring("place", "country"),
        box_rows(context, "country"),
    )


def _treaties(context: KindContext) -> tuple[Treaty, ...]:
    store = context.snapshot.store
    parts = {quad.subject for quad in store.quads(predicate=context.term("gcm:participant"), object=context.iri)}
    treaties = [_treaty(context, part) for part in parts if isinstance(part, IRI)]
    return tuple(sorted(treaties, key=lambda treaty: context.page.label(treaty.instrument).text))


def _treaty(context: KindContext, part: IRI) -> Treaty:
    described = context.snapshot.describer.describe(part, with_inbound=False)
    facts = described.facts if described else ()

    def value(curie: str) -> Literal | None:
        found = (fact.object for fact in facts if fact.predicate == context.term(curie))
        return next((literal for literal in found if isinstance(literal, Literal)), None)

    return Treaty(
        IRI(part.value.partition("#")[0]),
        _act(context, value("gcm:bindingAction")),
        value("gcm:bindingDate"),
        value("gcm:signatureDate"),
        value("gcm:asOf"),
        facts,
    )


def _act(context: KindContext, stated: Literal | None) -> Label | None:
    """The act by which a country was bound, without a note in brackets; another than the known ones as it is stated."""
    if stated is None:
        return None
    name = TREATY_ACTS.get(stated.value.partition(" (")[0])
    return Label(str(name), context.page.language) if name else Label(stated.value, stated.language or "en")


@dataclass(frozen=True)
class RolePractices:
    """The practices of an organisation in one role."""

    label: Label
    practices: Cards


@dataclass(frozen=True)
class OrganisationPage:
    """View model of the page of an organisation, before the complete list of statements."""

    acronyms: tuple[Fact, ...]
    box: tuple[BoxRow, ...]
    roles: tuple[RolePractices, ...]
    #: organisations that are parts of it
    parts: tuple[IRI, ...]


def organisation_page(context: KindContext) -> OrganisationPage:
    """The view model of an organisation."""
    led, funded = context.having("lead"), context.having("funder")
    others = context.having("organisation") - led
    roles = (("gcm:leadOrganisation", led, "lead"), ("gcm:partnerOrganisation", others, "organisation"))
    return OrganisationPage(
        context.texts("gcm:acronym"),
        box_rows(context, "organisation"),
        tuple(
            _role(context, curie, practices, facet)
            for curie, practices, facet in (*roles, ("schema:funder", funded, "funder"))
            if practices
        ),
        context.referring("organisation", "part-of"),
    )


def _role(context: KindContext, curie: str, practices: BitMap, facet: str) -> RolePractices:
    address = context.list_address(**{facet: context.key})
    return RolePractices(context.page.term_label(context.term(curie)), practice_cards(context, practices, address))


@dataclass(frozen=True)
class PartyCount:
    """A number of parties, and the date of its source."""

    number: int
    date: Literal


@dataclass(frozen=True)
class InstrumentPage:
    """View model of the page of a legal instrument, before the complete list of statements."""

    box: tuple[BoxRow, ...]
    #: number of the countries recorded as parties
    parties: int
    #: parties in the list, and by the depositary's page; None where unknown
    listed: PartyCount | None
    total: PartyCount | None
    actions: tuple[IRI, ...]
    practices: Cards
    links: tuple[Fact, ...]


def instrument_page(context: KindContext) -> InstrumentPage:
    """The view model of a legal instrument."""
    parties = list(context.snapshot.store.quads(predicate=context.term("gcm:participationIn"), object=context.iri))
    return InstrumentPage(
        box_rows(context, "instrument"),
        len({quad.subject for quad in parties}),
        _listed(context, {quad.subject for quad in parties if isinstance(quad.subject, IRI)}),
        _total(context),
        context.referring("action", "instrument"),
        practice_cards(context, context.having("instrument"), context.list_address(instrument=context.key)),
        (*context.facts("skos:exactMatch"), *context.facts("skos:closeMatch")),
    )


def _listed(context: KindContext, participations: Iterable[IRI]) -> PartyCount | None:
    """The parties in the list: participations with a binding date."""
    bound = {one for one in participations if _value(context, one, "gcm:bindingDate")}
    dates = {date for one in bound if (date := _value(context, one, "gcm:asOf"))}
    return PartyCount(len(bound), max(dates, key=lambda date: date.value)) if dates else None


def _total(context: KindContext) -> PartyCount | None:
    """The parties by the depositary's page."""
    store, bound = context.snapshot.store, context.term("gcm:bindingDate")
    for quad in store.quads(predicate=context.term("schema:observationAbout"), object=context.iri):
        status = quad.subject
        counted = isinstance(status, IRI) and any(store.quads(status, context.term("schema:measuredProperty"), bound))
        if counted and isinstance(status, IRI):
            number, date = _value(context, status, "schema:value"), _value(context, status, "gcm:asOf")
            return PartyCount(int(number.value), date) if number and date else None
    return None


def _value(context: KindContext, subject: IRI, curie: str) -> Literal | None:
    found = (quad.object for quad in context.snapshot.store.quads(subject, context.term(curie)))
    return next((value for value in found if isinstance(value, Literal)), None)
