"""410 for what was withdrawn, with its successor (RFC 9110, 15.5.11; RFC 5829, 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask_babel import format_date, gettext

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.withdrawn import Withdrawal, read_withdrawn
from gcmgraph.web.links import candidate_iris, header_iri, local_path
from gcmgraph.web.negotiation import DOCUMENTS_BY_SUFFIX
from gcmgraph.web.problems import Problem, ProblemError

Withdrawals = Mapping[str, Withdrawal]


def read_withdrawals(root: str, addresses: Addresses) -> Withdrawals:
    """What the repository at `root` says is withdrawn; nothing where there is no repository."""
    try:
        repository = Repository.find(root)
    except DataError:
        return {}
    return read_withdrawn(repository.root / "data" / "withdrawn.csv", addresses)


def withdrawn_at(withdrawals: Withdrawals, addresses: Addresses, path: str) -> Withdrawal | None:
    """The withdrawal of the thing at a path under the base, with or without a suffix."""
    stem, _, suffix = path.rpartition(".")
    paths = [path, stem] if suffix in DOCUMENTS_BY_SUFFIX else [path]
    iris = (iri for each in paths for iri in candidate_iris(addresses, each))
    return next((withdrawals[iri] for iri in iris if iri in withdrawals), None)


def gone(withdrawal: Withdrawal, addresses: Addresses) -> ProblemError:
    """410, with the reason, and where to go instead."""
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
