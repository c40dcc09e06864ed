"""Coverage of the Compact: the actions of each objective, and the practices that support them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, ngettext
from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.publication.naming.labels import Label, choose
from gcmgraph.text.ordering import natural
from gcmgraph.web.responses.grid import GridCell, GridRow, grid_svg, shade
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Day on which the editors had compared every practice with every action (`docs/readings.md`, "Judgements").
COMPARED = date(2026, 11, 29)


@dataclass(frozen=True)
class CoveredAction:
    """An action, its code and name, and the number of practices that support it."""

    iri: IRI
    code: str
    label: Label
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

    @property
    def without(self) -> tuple[CoveredAction, ...]:
        """The actions without a practice."""
        return tuple(action for action in self.actions if not action.practices)


def covered_objectives(site: Site, snapshot: Snapshot, language: str) -> list[CoveredObjective]:
    """All objectives, by number."""
    practices, actions = snapshot.listings.of("practice"), snapshot.listings.of("action")
    names, supported = snapshot.listings.names(), practices.postings("action")
    objectives = {iri.value.rpartition("/")[2]: iri for iri in snapshot.listings.of("objective").members}
    found = []
    for key in sorted(objectives, key=natural):
        places = actions.postings("objective").get(key, ())
        own = {iri.value.rpartition("/")[2]: iri for iri in actions.iris(places).values()}
        here = practices.postings("objective").get(key, BitMap())
        judged = {code: supported.get(code, BitMap()) for code in sorted(own, key=natural)}
        listed = tuple(
            CoveredAction(own[code], code, names.of(own[code], language), practices.count(of), len(of), len(of - here))
            for code, of in judged.items()
        )
        iri = objectives[key]
        found.append(CoveredObjective(iri, key, _short_name(site, snapshot, iri, language), listed))
    return found


def coverage_svg(objectives: list[CoveredObjective], language: str, address: Callable[[IRI], str]) -> str:
    """The actions of all objectives as squares with their letters, shaded by the number of practices."""
    rows = [
        GridRow(
            f"{one.code} {one.label.text}",
            [
                GridCell(
                    action.code.removeprefix(one.code),
                    shade(action.practices),
                    address(action.iri),
                    ngettext(
                        "%(action)s: %(num)s practice",
                        "%(action)s: %(num)s practices",
                        action.practices,
                        action=f"{action.code} {action.label.text}",
                    ),
                )
                for action in one.actions
            ],
            address(one.iri),
            one.label.language if one.label.language != language else None,
        )
        for one in objectives
    ]
    return grid_svg(gettext("Actions of each objective with and without a practice"), (), rows)


def _short_name(site: Site, snapshot: Snapshot, iri: IRI, language: str) -> Label:
    names = snapshot.store.triples(iri, Vocabulary(site.addresses)("skos:altLabel"))
    short = choose((triple.object for triple in names if isinstance(triple.object, Literal)), language)
    return Label(short.value, short.language) if short else snapshot.listings.names().of(iri, language)
