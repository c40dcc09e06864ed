"""A statement with its evidence, for the home page."""

from __future__ import annotations

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.publication.describe.evidence import Evidence, EvidenceIndex
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Predicates of the statements to show, best first.
_PREDICATES = ("gcm:country", "gcm:leadOrganisation", "gcm:partnerOrganisation")

#: Practices that are searched.
_PRACTICES = 10

#: Limits on the characters of a quotation.
_LEAST, _MOST = 12, 220


def sample_statement(site: Site, snapshot: Snapshot) -> Evidence | None:
    """A statement about one of the first practices with its passage; None where none has evidence.

    A quoted one comes first, then the best kind, then the longest short quotation.
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
    return min(found, key=lambda e: _rank(e, rank[e.predicate]), default=None)


def _rank(evidence: Evidence, rank: int) -> tuple[bool, int, int, str]:
    words = evidence.passage.exact or ""
    return not words, rank, -len(words), evidence.iri.value
