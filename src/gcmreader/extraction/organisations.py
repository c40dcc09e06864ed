"""Organisations as texts name them."""

from __future__ import annotations

from dataclasses import dataclass

from slugify import slugify

from gcmgraph.lexicon.names_in_texts import fold
from gcmgraph.model.kinds import LONGEST_SLUG
from gcmgraph.rdf.terms import IRI


@dataclass(frozen=True)
class Organisation:
    """An organisation as named in a text: known by its IRI, or by its name (and acronym) alone."""

    iri: IRI | None
    name: str
    acronym: str | None = None
    #: the country whose state or government it is
    state: IRI | None = None

    @property
    def slug(self) -> str:
        """Its name in addresses: `government-col` for a state; else from its acronym or name."""
        if self.iri is not None:
            return self.iri.value.rsplit("/", 1)[1]
        if self.state is not None:
            return f"government-{self.state.value.rsplit('/', 1)[1].lower()}"
        name = self.acronym or self.name
        return slugify(name, max_length=LONGEST_SLUG, word_boundary=True) or "unnamed"


@dataclass(frozen=True)
class NamedOrganisation:
    """An organisation at `text[start:end]`."""

    organisation: Organisation
    start: int
    end: int
    #: whether the text says of an unknown name that it is an organisation: `the association X`, `X,
    #: a company that`
    described: bool = False


def same_organisation(organisation: Organisation, other_organisation: Organisation) -> bool:
    """Whether two mentions are of one organisation: one IRI, one state, or one name.

    >>> mali = IRI("https://example.org/country/MLI")
    >>> government = Organisation(None, "the Government of Mali", state=mali)
    >>> same_organisation(government, Organisation(None, "Malian authorities", state=mali))
    True
    >>> same_organisation(Organisation(None, "Médicos"), Organisation(None, "medicos"))
    True
    """
    if organisation.iri is not None or other_organisation.iri is not None:
        return organisation.iri == other_organisation.iri
    if organisation.state is not None or other_organisation.state is not None:
        return organisation.state == other_organisation.state
    return _folded_name(organisation) == _folded_name(other_organisation)


def _folded_name(organisation: Organisation) -> str:
    return fold(organisation.name).casefold()
