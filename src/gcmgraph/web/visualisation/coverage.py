"""Coverage of the Compact: objectives with their actions, and numbers of the practices of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.platform.text import natural
from gcmgraph.publication.descriptions import Label
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.templating import Page


@dataclass(frozen=True)
class CoveredAction:
    """An action, and the number of practices that support it."""

    iri: IRI
    practices: int
    #: judgements that a practice or part supports it, and those on practices of another objective
    judgements: int
    elsewhere: int


@dataclass(frozen=True)
class CoveredObjective:
    """An objective with its short name, and its actions in the order of their letters."""

    iri: IRI
    code: str
    label: Label
    actions: tuple[CoveredAction, ...]
    practices: int
    #: number of the countries of its practices
    countries: int

    @property
    def without(self) -> tuple[CoveredAction, ...]:
        """The actions without a practice."""
        return tuple(action for action in self.actions if not action.practices)


def covered_objectives(page: Page) -> list[CoveredObjective]:
    """All objectives, by number."""
    objectives = _by_number(page, page.snapshot.listings.of("objective").members)
    return [covered_objective(page, objective) for objective in objectives]


def covered_objective(page: Page, iri: IRI) -> CoveredObjective:
    """An objective, its actions, and numbers of their practices."""
    practices = page.snapshot.listings.of("practice")
    actions = page.snapshot.listings.of("action")
    code = page.local_name(iri)
    own_practices = practices.postings("objective").get(code, BitMap())
    own_actions = actions.iris(actions.postings("objective").get(code, ()))
    practices_by_action = practices.postings("action")
    covered_actions = []
    for action in _by_number(page, own_actions):
        rows = practices_by_action.get(page.local_name(action), BitMap())
        elsewhere = len(rows - own_practices)
        covered_actions.append(CoveredAction(action, practices.count(rows), len(rows), elsewhere))
    practices_by_country = practices.postings("country").values()
    return CoveredObjective(
        iri,
        code,
        page.short_label(iri, "skos:altLabel"),
        tuple(covered_actions),
        practices.count(own_practices),
        sum(bool(rows & own_practices) for rows in practices_by_country),
    )


def _by_number(page: Page, iris: Iterable[IRI]) -> list[IRI]:
    return sorted(iris, key=lambda iri: natural(page.local_name(iri)))
