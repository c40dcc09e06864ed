"""410 for withdrawn resources, with their successor (RFC 9110, 15.5.11; RFC 5829, 3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus

from flask_babel import format_date, gettext

from gcmgraph.errors import DataError
from gcmgraph.kinds import DESCRIBED
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.withdrawn import Withdrawal, read_withdrawn
from gcmgraph.web.http.formats import CITATIONS, DOCUMENTS
from gcmgraph.web.http.problems import Problem, ProblemError
from gcmgraph.web.http.urls import candidate_iris, header_iri, local_path
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Suffixes of the address of a resource.
_SUFFIXES = frozenset(form.suffix for form in (*DOCUMENTS, *CITATIONS))

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
    iris = [iri for each in paths for iri in candidate_iris(site.addresses, each)]
    withdrawal = next((withdrawals[iri] for iri in iris if iri in withdrawals), None)
    if withdrawal is None and kind in DESCRIBED:
        withdrawal = _invalidated(site.dataset.snapshot(), site.addresses, iris)
    if withdrawal is not None:
        raise _gone(withdrawal, site.addresses)


def _invalidated(snapshot: Snapshot, addresses: Addresses, candidates: Iterable[str]) -> Withdrawal | None:
    """The withdrawal of a resource with its contribution, from the provenance graph."""
    ended_at, provenance = Vocabulary(addresses)("prov:endedAtTime"), IRI(addresses.graph("provenance"))
    for candidate in candidates:
        if (end := snapshot.describer.invalidated.get(candidate)) is not None:
            ended = next(snapshot.store.quads(end, ended_at, graph=provenance), None)
            moment = getattr(ended and ended.object, "value", "")[:10]
            reason = gettext("The contribution that described it was withdrawn.")
            return Withdrawal(candidate, None, date.fromisoformat(moment or "1970-01-01"), reason)
    return None


def _gone(withdrawal: Withdrawal, addresses: Addresses) -> ProblemError:
    """410 with the reason and the successor."""
    members: dict[str, object] = {"withdrawn": withdrawal.date.isoformat(), "reason": withdrawal.reason}
    headers: dict[str, str] = {}
    if withdrawal.successor is not None:
        href = local_path(addresses, withdrawal.successor) or withdrawal.successor
        members["successor"] = withdrawal.successor
        members["suggestions"] = [{"href": href, "title": withdrawal.successor}]
        headers["Link"] = f'<{header_iri(withdrawal.successor)}>; rel="successor-version"'
    date = format_date(withdrawal.date, "long")
    detail = gettext("This was withdrawn on %(date)s: %(reason)s", date=date, reason=withdrawal.reason)
    return ProblemError(Problem(HTTPStatus.GONE, detail, members, headers))
