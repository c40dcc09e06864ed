"""What goes with a thing, as its page shows it: with names, reasons, and the address of the whole list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.lists.related import Along, RelatedPractice, related
from gcmgraph.publication.lists.timeline import Timeline, draw_timeline
from gcmgraph.publication.naming.labels import Label
from gcmgraph.web.browse.request import ListRequest

#: Values that a reason names; more are left to the page of the practice.
MAX_NAMED = 3

_FACETS = {facet.name: facet for facet in FACETS["practice"]}


@dataclass(frozen=True)
class Reason:
    """What two practices share: a facet, the names of some values, and how many more there are."""

    facet: str
    values: tuple[Label, ...]
    more: int


class RelatedPage:
    """What goes with a thing, in one language."""

    def __init__(
        self, addresses: Addresses, listings: Listings, kind: str, iri: IRI, language: str, asked_language: str | None
    ) -> None:
        self._addresses = addresses
        self._names = listings.names()
        self._language = language
        self._asked_language = asked_language
        self._listings = listings
        self._found = related(listings, kind, iri)

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._found.alike or self._found.practices)

    @property
    def alike(self) -> tuple[RelatedPractice, ...]:
        """Practices like this one."""
        return self._found.alike

    @property
    def total(self) -> int:
        """The number of practices of this thing, parts of others of them left out."""
        return self._listings.of("practice").count(self._found.practices)

    @property
    def part_count(self) -> int:
        """How many of the practices of this thing are parts of others of them."""
        return len(self._found.practices) - self.total

    @property
    def address(self) -> str:
        """The list of the practices of this thing."""
        name, key = self._found.facet or ("", "")
        return self._list({name: (key,)}).address()

    def year_address(self, year: int) -> str:
        """The list of the practices of this thing in a year."""
        name, key = self._found.facet or ("", "")
        return self._list({name: (key,)}).in_years(year, year).address()

    def along(self) -> list[tuple[str, list[tuple[Along, str | None]]]]:
        """What practices have along with this thing, by facet; each with the list of those with both."""
        name, key = self._found.facet or ("", "")
        groups: dict[str, list[tuple[Along, str | None]]] = {}
        for item in self._found.along:
            # the values of one facet are alternatives, so no list has the practices of two countries together
            both = self._list({name: (key,), item.facet: (item.key,)}).address() if item.facet != name else None
            groups.setdefault(item.facet, []).append((item, both))
        return list(groups.items())

    @property
    def beside(self) -> list[IRI]:
        """The things of `along`."""
        return [item.iri for item in self._found.along]

    def label(self, iri: IRI) -> Label:
        """The name of a thing."""
        return self._names.of(iri, self._language)

    def reasons(self, practice: RelatedPractice) -> list[Reason]:
        """Why a practice is shown."""
        return [
            Reason(
                name,
                tuple(self.label(IRI(_FACETS[name].value(key, self._addresses))) for key in keys[:MAX_NAMED]),
                max(0, len(keys) - MAX_NAMED),
            )
            for name, keys in practice.shared
        ]

    def timeline(self) -> Timeline | None:
        """When the practices of this thing were carried out."""
        if not self._found.practices:
            return None
        return draw_timeline(self._listings.of("practice"), self._found.practices, self._language)

    def _list(self, values: Mapping[str, tuple[str, ...]]) -> ListRequest:
        return ListRequest("practice", values, language=self._asked_language)
