"""Practices and other resources related to a resource, with reasons and the address of the whole list."""

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

#: Maximum number of values in a reason.
MAX_NAMED = 3

_FACETS = {facet.name: facet for facet in FACETS["practice"]}


@dataclass(frozen=True)
class Reason:
    """Values of a facet that two practices share: some labels, and the number of further values."""

    facet: str
    values: tuple[Label, ...]
    more: int


class RelatedResources:
    """Resources related to a resource, in one language."""

    def __init__(
        self, addresses: Addresses, listings: Listings, kind: str, iri: IRI, language: str, address_language: str | None
    ) -> None:
        """`address_language`: the language in addresses of lists, None for none."""
        self._addresses = addresses
        self._names = listings.names()
        self._language = language
        self._address_language = address_language
        self._listings = listings
        self._found = related(listings, kind, iri)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._found.alike or self._found.practices)

    @property
    def similar(self) -> tuple[RelatedPractice, ...]:
        """Practices similar to a practice."""
        return self._found.alike

    @property
    def total(self) -> int:
        """The number of practices of this resource."""
        return self._listings.of("practice").count(self._found.practices)

    @property
    def part_count(self) -> int:
        """The number of practices of this resource that are parts of others."""
        return len(self._found.practices & self._listings.of("practice").parts)

    @property
    def address(self) -> str:
        """The address of the list of the practices of this resource."""
        name, key = self._found.facet or ("", "")
        return self._list({name: (key,)}).address()

    def year_address(self, year: int) -> str:
        """The address of the list of the practices of this resource in a year."""
        name, key = self._found.facet or ("", "")
        return self._list({name: (key,)}).in_years(year, year).address()

    def along(self) -> list[tuple[str, list[tuple[Along, str | None]]]]:
        """Resources in the same practices, by facet, each with the address of the list of these practices."""
        name, key = self._found.facet or ("", "")
        groups: dict[str, list[tuple[Along, str | None]]] = {}
        for item in self._found.along:
            # the values of one facet are alternatives: no list has the practices with two given countries
            both = self._list({name: (key,), item.facet: (item.key,)}).address() if item.facet != name else None
            groups.setdefault(item.facet, []).append((item, both))
        return list(groups.items())

    @property
    def resources(self) -> list[IRI]:
        """The resources of `along`."""
        return [item.iri for item in self._found.along]

    def label(self, iri: IRI) -> Label:
        """The label of a resource."""
        return self._names.of(iri, self._language)

    def reasons(self, practice: RelatedPractice) -> list[Reason]:
        """The reasons for which a practice is similar."""
        return [
            Reason(
                name,
                tuple(self.label(IRI(_FACETS[name].value(key, self._addresses))) for key in keys[:MAX_NAMED]),
                max(0, len(keys) - MAX_NAMED),
            )
            for name, keys in practice.shared
        ]

    def timeline(self) -> Timeline | None:
        """The timeline of the practices of this resource."""
        if not self._found.practices:
            return None
        return draw_timeline(self._listings.of("practice"), self._found.practices, self._language)

    def _list(self, values: Mapping[str, tuple[str, ...]]) -> ListRequest:
        return ListRequest("practice", values, language=self._address_language)
