"""Collaboration of organisations: two are tied by the practices in which both take part."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.publication.lists.file import ListFile

_STRONGEST = """SELECT json_group_array(json_array(iri, shared))
    FROM (SELECT iri, shared FROM partners ORDER BY shared DESC, iri LIMIT ?)"""

_TIES_OF = "ties WHERE one = (SELECT number FROM partners WHERE iri = ?)"
_OWN_COUNT = f"SELECT json_array(count(*)) FROM {_TIES_OF}"  # noqa: S608
_OWN = f"""SELECT json_group_array(json_array(iri, practices)) FROM (
    SELECT iri, practices FROM (SELECT other, practices FROM {_TIES_OF}) JOIN partners ON number = other
    ORDER BY practices DESC, iri LIMIT ?
)"""  # noqa: S608

# CROSS JOIN fixes the join order: one lookup for each pair (https://www.sqlite.org/lang_select.html)
_AMONG = """WITH drawn AS (SELECT number, iri FROM partners WHERE iri IN (SELECT value FROM json_each(?)))
    SELECT json_group_array(json_array(a.iri, b.iri, practices))
    FROM drawn a CROSS JOIN drawn b CROSS JOIN ties ON one = a.number AND other = b.number WHERE a.iri < b.iri"""

_IN_ALL = "SELECT json_array((SELECT count(*) FROM partners), (SELECT count(*) / 2 FROM ties))"


@dataclass(frozen=True)
class Tie:
    """Two organisations, ordered by address, and the number of practices that they share."""

    one: IRI
    other: IRI
    weight: int

    @property
    def ends(self) -> tuple[IRI, IRI]:
        """Both organisations."""
        return self.one, self.other


@dataclass(frozen=True)
class Network:
    """A section of the collaboration to be drawn, and the totals."""

    organisations: tuple[IRI, ...]
    #: strongest first
    ties: tuple[Tie, ...]
    #: number of all organisations
    organisations_in_all: int
    #: number of all ties
    ties_in_all: int


class Collaboration:
    """The ties of one dataset version, read from its list file (`publication.lists.ties` writes them)."""

    def __init__(self, file: ListFile) -> None:
        self._file = file

    def strongest(self, organisations: int, ties: int) -> Network:
        """The organisations with the highest sum of ties, and the strongest ties between them."""
        found = self._file.rows(_STRONGEST, organisations)
        ranked = [IRI(iri) for iri, _ in sorted(found, key=lambda row: (-row[1], row[0]))]
        return _network(ranked, self._among(ranked)[:ties], *self._file.rows(_IN_ALL))

    def around(self, organisation: IRI, others: int, ties: int) -> Network | None:
        """An organisation (the first), its strongest partners, and the ties among them; None without ties."""
        own = [
            _tie(organisation, IRI(iri), weight) for iri, weight in self._file.rows(_OWN, organisation.value, others)
        ]
        if not own:
            return None
        own.sort(key=_strongest_first)
        partners = [tie.other if tie.one == organisation else tie.one for tie in own]
        drawn = [*own, *self._among(partners)]
        (partners_in_all,) = self._file.rows(_OWN_COUNT, organisation.value)
        return _network([organisation, *partners], drawn[: max(ties, len(own))], partners_in_all + 1, len(drawn))

    def _among(self, organisations: Iterable[IRI]) -> list[Tie]:
        """The ties among some organisations, strongest first."""
        found = self._file.rows(_AMONG, json.dumps([iri.value for iri in organisations]))
        return sorted((Tie(IRI(one), IRI(other), weight) for one, other, weight in found), key=_strongest_first)


def _tie(end: IRI, partner: IRI, weight: int) -> Tie:
    return Tie(end, partner, weight) if end.value < partner.value else Tie(partner, end, weight)


def _network(organisations: list[IRI], ties: list[Tie], organisations_in_all: int, ties_in_all: int) -> Network:
    tied = {end for tie in ties for end in tie.ends}
    with_ties = tuple(iri for iri in organisations if iri in tied)
    return Network(with_ties, tuple(ties), organisations_in_all, ties_in_all)


def _strongest_first(tie: Tie) -> tuple[int, str, str]:
    return -tie.weight, tie.one.value, tie.other.value
