"""A statement with its evidence, for the home page."""

from __future__ import annotations

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.publication.describe.evidence import Evidence, EvidenceIndex
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

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
