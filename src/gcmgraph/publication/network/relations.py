"""Practices by country and organisation, and collaboration, for the maps and networks of a dataset version."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.lists.build import taking_part
from gcmgraph.publication.lists.facets import CARRIED_OUT, NAMING
from gcmgraph.publication.lists.file import ListFile
from gcmgraph.publication.lists.index import KindIndex
from gcmgraph.publication.network.collaboration import Collaboration, Tie
from gcmgraph.publication.network.drawing import Drawing, drawn_freely

#: Limits of the network of all organisations.
ORGANISATIONS, TIES = 60, 200

#: Limit on the listed organisations that share no practice.
MOST_ALONE = 200

#: Practices that a page names, of many.
FEW = 5


@dataclass(frozen=True)
class Practices:
    """The number of some practices (`KindIndex.count`), and the first few by address."""

    count: int
    first: tuple[IRI, ...]


class Relations:
    """Relations of one dataset version, read on demand from its list file."""

    def __init__(self, file: ListFile, practices: KindIndex) -> None:
        self._file = file
        self._practices = practices
        self._drawing = threading.Lock()
        self.collaboration = Collaboration(file)

    @property
    def drawing(self) -> Drawing | None:
        """The drawing of the strongest ties; None without ties. The first call takes half a second."""
        with self._drawing:
            return self._drawn

    @cached_property
    def _drawn(self) -> Drawing | None:
        strongest = self.collaboration.strongest(ORGANISATIONS, TIES)
        return drawn_freely(strongest) if strongest.ties else None

    def counts(self) -> dict[IRI, int]:
        """Number of practices by country in which they are carried out."""
        return {country: self._practices.count(places) for country, places in self._by_country.items()}

    def by_country(self) -> dict[IRI, Practices]:
        """Practices by country in which they are carried out."""
        return {country: self._few(places) for country, places in self._by_country.items()}

    def countries_of(self, organisation: IRI) -> frozenset[IRI]:
        """The countries of the practices of an organisation."""
        return self._countries(self._taking_part.get(organisation, BitMap()))

    def countries_naming(self, thing: IRI) -> frozenset[IRI]:
        """The countries of the practices that name an objective, action, SDG or concept."""
        found = (self._reached(path).get(thing, BitMap()) for path in NAMING)
        return self._countries(BitMap.union(*found))

    def practices_of(self, organisation: IRI) -> int:
        """Number of the practices of an organisation."""
        return self._practices.count(self._taking_part.get(organisation, BitMap()))

    def shared(self, tie: Tie) -> Practices:
        """The practices that tie two organisations."""
        one, other = (self._taking_part.get(end, BitMap()) for end in tie.ends)
        return self._few((one & other) - self._crowded)

    def alone(self) -> list[tuple[IRI, Practices]]:
        """The organisations that share no practice, with their practices; those with most first."""
        tied = set(self._file.rows("SELECT json_group_array(iri) FROM partners WHERE shared > 0"))
        found = [(iri, self._few(places)) for iri, places in self._taking_part.items() if iri.value not in tied]
        return sorted(found, key=lambda pair: (-pair[1].count, pair[0].value))[:MOST_ALONE]

    def participation(self) -> tuple[list[IRI], dict[IRI, list[int]]]:
        """The practices with organisations, by address; and for each organisation the positions of its practices."""
        wholes = {iri: self._practices.wholes(own) for iri, own in self._taking_part.items()}
        places = self._practices.by_address(BitMap.union(BitMap(), *wholes.values()))
        iris, position = self._practices.iris(places), {place: number for number, place in enumerate(places)}
        of = {iri: sorted(position[place] for place in own) for iri, own in wholes.items()}
        return [iris[place] for place in places], of

    @property
    def too_large(self) -> int:
        """Number of practices with too many organisations, which tie nobody."""
        return len(self._crowded)

    @cached_property
    def _crowded(self) -> BitMap:
        return BitMap(self._file.rows("SELECT json_group_array(place) FROM crowded"))

    @cached_property
    def _taking_part(self) -> dict[IRI, BitMap]:
        return taking_part(self._file)

    @cached_property
    def _by_country(self) -> dict[IRI, BitMap]:
        return {country: places for country, places in self._reached(CARRIED_OUT).items() if isinstance(country, IRI)}

    def _reached(self, path: tuple[str, ...]) -> dict[IRI | Literal, BitMap]:
        return self._file.reached(self._practices.kind, path)

    def _countries(self, practices: BitMap) -> frozenset[IRI]:
        return frozenset(country for country, places in self._by_country.items() if places.intersect(practices))

    def _few(self, practices: BitMap) -> Practices:
        wholes = self._practices.wholes(practices)
        return Practices(len(wholes), self._practices.first_of(wholes, FEW))
