"""Documents, practices, countries and actions with a practice of each objective, counted once for each version."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.naming.labels import choose
from gcmgraph.text.ordering import natural
from gcmgraph.web.snapshot import Snapshot


@dataclass(frozen=True)
class ObjectiveCoverage:
    """Numbers of an objective: documents, practices, countries, actions."""

    iri: IRI
    notation: str | None
    short_names: tuple[Literal, ...]
    documents: int
    practices: int
    countries: int
    #: for each action, in the order of their letters, whether a practice supports it
    actions: tuple[bool, ...]

    @property
    def covered_actions(self) -> int:
        """The number of actions that a practice supports."""
        return sum(self.actions)

    def short_name(self, language: str) -> Literal | None:
        """The short name in a language or the next best one; None without any."""
        return choose(self.short_names, language)


@dataclass(frozen=True)
class Coverage:
    """Numbers of the whole dataset and of each objective."""

    objectives: tuple[ObjectiveCoverage, ...]
    #: without parts of practices
    practices: int
    #: countries and organisations with a practice
    countries: int
    organisations: int
    documents: int

    @property
    def covered(self) -> int:
        """The number of objectives with a practice."""
        return sum(objective.practices > 0 for objective in self.objectives)


def coverage_of(addresses: Addresses, snapshot: Snapshot) -> Coverage:
    """The coverage of a version."""
    practices = snapshot.listings.of("practice")
    members = snapshot.catalogue.entries("objective", "en")
    return Coverage(
        tuple(_objective(addresses, snapshot, entry.iri, entry.notation) for entry in members),
        practices.count(practices.everything),
        len(practices.postings("country")),
        len(practices.postings("organisation")),
        len(snapshot.listings.of("source")),
    )


def _objective(addresses: Addresses, snapshot: Snapshot, iri: IRI, notation: str | None) -> ObjectiveCoverage:
    v, store = Vocabulary(addresses), snapshot.store
    practices, actions = snapshot.listings.of("practice"), snapshot.listings.of("action")
    key = iri.value.rpartition("/")[2]
    having = practices.postings("objective").get(key, practices.everything - practices.everything)
    own = actions.iris(actions.postings("objective").get(key, ())).values()
    letters = sorted((action.value.rpartition("/")[2] for action in own), key=natural)
    supported = practices.postings("action")
    short = {triple.object for triple in store.triples(iri, v("skos:altLabel"))}
    return ObjectiveCoverage(
        iri,
        notation,
        tuple(name for name in short if isinstance(name, Literal)),
        len({triple.object for triple in store.triples(iri, v("dct:source"))}),
        practices.count(having),
        sum(bool(places & having) for places in practices.postings("country").values()),
        tuple(action in supported for action in letters),
    )
