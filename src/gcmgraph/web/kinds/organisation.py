"""The page of an organisation: the practices that it leads, supports as a partner, or funds."""

from __future__ import annotations

from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.description import Fact
from gcmgraph.publication.naming.labels import Label
from gcmgraph.web.kinds.box import BoxRow, term_rows, text_rows
from gcmgraph.web.kinds.cards import Cards, practice_cards
from gcmgraph.web.kinds.context import KindContext


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
        (
            *term_rows(context, "dct:type", "dct:spatial", "org:subOrganizationOf", "org:hasMember"),
            *text_rows(context, "skos:altLabel"),
            *term_rows(context, "foaf:homepage"),
        ),
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
