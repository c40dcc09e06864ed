"""Organisations as a text names them, and where."""

from __future__ import annotations

from dataclasses import dataclass

from slugify import slugify

from gcmgraph.kinds import LONGEST_SLUG
from gcmgraph.model.terms import IRI
from gcmgraph.names import fold


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
        return slugify(self.acronym or self.name, max_length=LONGEST_SLUG, word_boundary=True) or "unnamed"


@dataclass(frozen=True)
class NamedOrganisation:
    """An organisation at `text[start:end]`."""

    organisation: Organisation
    start: int
    end: int
    #: whether the text says of an unknown name that it is an organisation: `the association X`, `X, a company that`
    described: bool = False


def same_organisation(one: Organisation, other: Organisation) -> bool:
    """Whether two mentions are of one organisation: one IRI, one name, or one acronym."""
    if one.iri is not None or other.iri is not None:
        return one.iri == other.iri
    if one.state is not None or other.state is not None:
        return one.state == other.state
    if one.acronym and (one.acronym in {other.acronym, other.name}):
        return True
    if other.acronym and other.acronym == one.name:
        return True
    return fold(one.name).casefold() == fold(other.name).casefold()
