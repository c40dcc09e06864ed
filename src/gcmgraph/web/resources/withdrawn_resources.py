"""Withdrawn resources: 410 with the reason and the successor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus

from flask import request
from flask_babel import gettext

from gcmgraph.model.kinds import DESCRIBED
from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.withdrawals import Withdrawal, read_withdrawn
from gcmgraph.web.http.formats import CITATIONS, DOCUMENTS
from gcmgraph.web.http.links import candidate_iris, header_iri, local_path
from gcmgraph.web.http.problems import Problem, ProblemError
from gcmgraph.web.i18n import chosen_language, time_text
from gcmgraph.web.services import Site, Snapshot

#: Suffixes of the address of a resource.
_SUFFIXES = frozenset(form.suffix for form in (*DOCUMENTS, *CITATIONS))

#: Day of a withdrawal that the provenance graph does not date.
_UNKNOWN_DAY = "1970-01-01"

#: Withdrawals by the IRI of the resource.
Withdrawals = Mapping[str, Withdrawal]


def read_withdrawals(root: str, addresses: Addresses) -> Withdrawals:
    """The withdrawals in the repository at `root`; none where there is no repository."""
    try:
        repository = Repository.find(root)
    except DataError:
        return {}
    return read_withdrawn(repository.root / "data" / "withdrawn.csv", addresses)


def refuse_withdrawn(withdrawals: Withdrawals, site: Site, kind: str, local: str) -> None:
    """Raise 410 for a withdrawn resource, with or without a suffix."""
    path = f"id/{kind}/{local}"
    stem, _, suffix = path.rpartition(".")
    paths = [path, stem] if suffix in _SUFFIXES else [path]
    iris = [iri for path in paths for iri in candidate_iris(site.addresses, path)]
    withdrawal = next((withdrawals[iri] for iri in iris if iri in withdrawals), None)
    if withdrawal is None and kind in DESCRIBED:
        withdrawal = _withdrawal_by_provenance(site.dataset.snapshot(), site.addresses, iris)
    if withdrawal is not None:
        raise _gone(withdrawal, site.addresses)


def _withdrawal_by_provenance(
    snapshot: Snapshot, addresses: Addresses, candidates: Iterable[str]
) -> Withdrawal | None:
    """The withdrawal of a resource with its contribution, from the provenance graph."""
    ended_at = Vocabulary(addresses)("prov:endedAtTime")
    provenance = IRI(addresses.graph("provenance"))
    for candidate in candidates:
        invalidation = snapshot.describer.invalidated.get(candidate)
        if invalidation is not None:
            quad = next(snapshot.store.quads(invalidation, ended_at, graph=provenance), None)
            day = getattr(quad and quad.object, "value", "")[:10] or _UNKNOWN_DAY
            reason = gettext("The contribution that described it was withdrawn.")
            return Withdrawal(candidate, None, date.fromisoformat(day), reason)
    return None


def _gone(withdrawal: Withdrawal, addresses: Addresses) -> ProblemError:
    """410 with the reason and the successor (RFC 9110, 15.5.11; RFC 5829, 3.3)."""
    members: dict[str, object] = {
        "withdrawn": withdrawal.date.isoformat(),
        "reason": withdrawal.reason,
    }
    headers: dict[str, str] = {}
    if withdrawal.successor is not None:
        href = local_path(addresses, withdrawal.successor) or withdrawal.successor
        members["successor"] = withdrawal.successor
        members["suggestions"] = [{"href": href, "title": withdrawal.successor}]
        headers["Link"] = f'<{header_iri(withdrawal.successor)}>; rel="successor-version"'
    detail = gettext(
        "This was withdrawn on %(date)s: %(reason)s",
        date=time_text(withdrawal.date, chosen_language(request)),
        reason=withdrawal.reason,
    )
    return ProblemError(Problem(HTTPStatus.GONE, detail, members, headers))
