"""Practices by country and by organisation, for the maps and networks of a dataset version."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from pyroaring import BitMap

from gcmgraph.publication.collaboration import Collaboration
from gcmgraph.publication.force_directed import Drawing, force_directed
from gcmgraph.publication.lists.facets import CARRIED_OUT, NAMING, TAKING_PART
from gcmgraph.publication.lists.index import Listings
from gcmgraph.rdf.terms import IRI, Literal

#: Limits of the network of all organisations.
ORGANISATIONS = 32
TIES = 100

#: Limit on the listed organisations that share no practice.
MAX_ALONE = 200

#: Practices that a page names, of many.
FEW = 5


@dataclass(frozen=True)
class Practices:
    """The number of some practices (`KindIndex.count`), and the first few by address."""

    count: int
    first: tuple[IRI, ...]


class Relations:
    """Relations of one dataset version, derived on demand from its lists."""

    def __init__(self, listings: Listings, among: BitMap | None = None) -> None:
        """`among`: the rows of the practices whose organisations are related; None for all."""
        self._among = among
        self._lists = listings.lists
        self._practices = listings.of("practice")
        self._drawing = threading.Lock()

    @cached_property
    def collaboration(self) -> Collaboration:
        """The ties of organisations."""
        return Collaboration(self._practices_by_organisation, self._lists.wholes)

    @property
    def drawing(self) -> Drawing | None:
        """The drawing of the strongest ties; None without ties.

        The first call takes half a second.
        """
        with self._drawing:
            return self._drawn

    @cached_property
    def _drawn(self) -> Drawing | None:
        strongest = self.collaboration.strongest(ORGANISATIONS, TIES)
        return force_directed(strongest) if strongest.ties else None

    def counts(self) -> dict[IRI, int]:
        """Number of practices by country in which they are carried out."""
        return {
            country: self._practices.count(rows)
            for country, rows in self._practices_by_country.items()
        }

    def by_country(self) -> dict[IRI, Practices]:
        """Practices by country in which they are carried out."""
        return {country: self._few(rows) for country, rows in self._practices_by_country.items()}

    def countries_of(self, organisation: IRI) -> frozenset[IRI]:
        """The countries of the practices of an organisation."""
        return self._countries(self._practices_of(organisation))

    def countries_naming(self, resource: IRI) -> frozenset[IRI]:
        """The countries of the practices that name an objective, action, SDG or concept."""
        practices = BitMap()
        for path in NAMING:
            practices |= self._practices_by_value(path).get(resource, BitMap())
        return self._countries(practices)

    def practices_of(self, organisation: IRI) -> int:
        """Number of the practices of an organisation."""
        return self._practices.count(self._practices_of(organisation))

    def alone(self) -> list[tuple[IRI, Practices]]:
        """The organisations that share no practice, with their practices; those with most first."""
        tied = self.collaboration.shared
        organisations = [
            (iri, self._few(rows))
            for iri, rows in self._practices_by_organisation.items()
            if iri not in tied
        ]
        organisations.sort(key=lambda pair: (-pair[1].count, pair[0].value))
        return organisations[:MAX_ALONE]

    def participation(self) -> tuple[list[IRI], dict[IRI, list[int]]]:
        """The practices with organisations, by address.

        For each organisation, the positions of its practices.
        """
        wholes = {
            iri: self._practices.wholes(rows)
            for iri, rows in self._practices_by_organisation.items()
        }
        all_rows = BitMap.union(BitMap(), *wholes.values())
        position_of = {row: position for position, row in enumerate(all_rows)}
        positions = {iri: [position_of[row] for row in rows] for iri, rows in wholes.items()}
        return self._practices.iris(all_rows), positions

    @property
    def too_large(self) -> int:
        """Number of practices with too many organisations, which tie nobody."""
        return len(self.collaboration.crowded)

    @cached_property
    def _practices_by_organisation(self) -> dict[IRI, BitMap]:
        organisations: dict[IRI, BitMap] = {}
        for path in TAKING_PART:
            for organisation, rows in self._practices_by_value(path).items():
                practices = rows if self._among is None else rows & self._among
                if isinstance(organisation, IRI) and practices:
                    others = organisations.get(organisation, BitMap())
                    organisations[organisation] = others | practices
        return organisations

    @cached_property
    def _practices_by_country(self) -> dict[IRI, BitMap]:
        return {
            country: rows
            for country, rows in self._practices_by_value(CARRIED_OUT).items()
            if isinstance(country, IRI)
        }

    def _practices_by_value(self, path: tuple[str, ...]) -> dict[IRI | Literal, BitMap]:
        """The rows of practices by the value that a path of properties leads to."""
        return self._lists.reached(self._practices.kind, path)

    def _practices_of(self, organisation: IRI) -> BitMap:
        return self._practices_by_organisation.get(organisation, BitMap())

    def _countries(self, practices: BitMap) -> frozenset[IRI]:
        return frozenset(
            country
            for country, rows in self._practices_by_country.items()
            if rows.intersect(practices)
        )

    def _few(self, practices: BitMap) -> Practices:
        wholes = self._practices.wholes(practices)
        return Practices(len(wholes), tuple(self._practices.iris(islice(wholes, FEW))))
