"""Coverage of each objective, counted once for each version, and a statement with its evidence for the home page."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.evidence import Evidence, EvidenceIndex
from gcmgraph.publication.naming.labels import choose
from gcmgraph.text.ordering import natural
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.services import Site
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


#: Predicates of the statements to show, best first.
_PREDICATES = ("gcm:country", "gcm:leadOrganisation", "gcm:partnerOrganisation")

#: Practices that are searched.
_PRACTICES = 10

#: Limits on the characters of a quotation.
_LEAST, _MOST = 12, 220


def sample_statement(site: Site, snapshot: Snapshot, language: str) -> Evidence | None:
    """A statement about one of the first practices with its passage; None where none has evidence.

    A passage in the language of the reader comes first (else in English), then a quoted one, then the best kind, then
    the longest short quotation.
    """
    v = Vocabulary(site.addresses)
    rank = {v(curie): place for place, curie in enumerate(_PREDICATES)}
    index = EvidenceIndex(snapshot.store, site.addresses)
    found = [
        evidence
        for practice in snapshot.catalogue.first("practice", _PRACTICES)
        for (predicate, value), passages in index.about(practice).items()
        if predicate in rank and isinstance(value, IRI)
        for evidence in passages
        if _LEAST <= len(evidence.passage.exact or "") <= _MOST
        or (evidence.passage.exact is None and evidence.passage.page is not None)
    ]
    return min(found, key=lambda e: _rank(e, rank[e.predicate], language), default=None)


def _rank(evidence: Evidence, rank: int, language: str) -> tuple[bool, bool, bool, int, int, str]:
    words, tag = evidence.passage.exact or "", evidence.passage.language
    return tag != language, tag != SOURCE_LANGUAGE, not words, rank, -len(words), evidence.iri.value
