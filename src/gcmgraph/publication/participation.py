"""Which organisations and countries take part in which practices, read once from a dataset version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

#: How organisations take part: in a practice, and in an event that is part of one.
_IN_PRACTICE = ("gcm:leadOrganisation", "gcm:partnerOrganisation", "gcm:involvesOrganisation")
_IN_EVENT = ("schema:organizer", "schema:contributor")


@dataclass(frozen=True)
class Participation:
    """Practices by organisation, countries by practice, and the other way round; all in the order of addresses."""

    organisations: Mapping[IRI, tuple[IRI, ...]]
    practices_of: Mapping[IRI, tuple[IRI, ...]]
    countries: Mapping[IRI, tuple[IRI, ...]]
    practices_in: Mapping[IRI, tuple[IRI, ...]]

    @classmethod
    def read(cls, store: Store, addresses: Addresses, practices: Iterable[IRI]) -> Participation:
        """Read it for these practices: `Catalogue.members("practice")`."""
        v = Vocabulary(addresses)
        known = {practice.value: practice for practice in practices}
        organisations: dict[IRI, set[IRI]] = {}
        countries: dict[IRI, set[IRI]] = {}
        for curies, found in (((*_IN_PRACTICE, *_IN_EVENT), organisations), (("gcm:country",), countries)):
            for curie in curies:
                for triple in store.triples(predicate=v(curie)):
                    if not isinstance(triple.subject, IRI) or not isinstance(triple.object, IRI):
                        continue
                    # an event is a part of its practice: `practice#event-1`
                    whole = triple.subject.value.partition("#")[0] if curie in _IN_EVENT else triple.subject.value
                    if (practice := known.get(whole)) is not None:
                        found.setdefault(practice, set()).add(triple.object)
        return cls(_ordered(organisations), _inverse(organisations), _ordered(countries), _inverse(countries))

    def countries_of(self, organisation: IRI) -> tuple[IRI, ...]:
        """The countries of the practices that an organisation takes part in."""
        found = {
            country
            for practice in self.practices_of.get(organisation, ())
            for country in self.countries.get(practice, ())
        }
        return tuple(sorted(found, key=lambda iri: iri.value))


def _ordered(sets: Mapping[IRI, set[IRI]]) -> dict[IRI, tuple[IRI, ...]]:
    ordered = sorted(sets.items(), key=lambda item: item[0].value)
    return {key: tuple(sorted(values, key=lambda iri: iri.value)) for key, values in ordered}


def _inverse(sets: Mapping[IRI, set[IRI]]) -> dict[IRI, tuple[IRI, ...]]:
    turned: dict[IRI, set[IRI]] = {}
    for key, values in sets.items():
        for value in values:
            turned.setdefault(value, set()).add(key)
    return _ordered(turned)
