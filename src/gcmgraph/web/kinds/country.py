"""The page of a country: practices by its role, treaties with date and source, objectives without a practice."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.describe.description import Fact
from gcmgraph.publication.naming.labels import Label
from gcmgraph.web.i18n.names import TREATY_ACTS
from gcmgraph.web.kinds.box import BoxRow, term_rows
from gcmgraph.web.kinds.cards import MAX_CARDS, Cards, practice_cards
from gcmgraph.web.kinds.context import KindContext

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
        tuple(term_rows(context, "gcm:region", "gcm:countryGroup", "dct:type")),
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
