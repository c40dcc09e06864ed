"""Acceptance in parts and by two curators: statements that are returned to the sender, and those that remain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from gcmgraph.contributions.checking.port import Verdict
from gcmgraph.contributions.content import REASON, Content, worded
from gcmgraph.contributions.contribution import Agent, Contribution, Returned
from gcmgraph.contributions.errors import ConflictError, ContributionError
from gcmgraph.contributions.policy import unnamed
from gcmgraph.contributions.storage.ledger import statement_line
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_in_order
from gcmgraph.rdfio.media import N_QUADS


def statement_key(quad: Quad) -> str:
    """A short key of a statement among those of its contribution."""
    return hashlib.blake2b(statement_line(quad).encode(), digest_size=6).hexdigest()


def returned_statements(
    stated: Sequence[Quad], reasons: Mapping[str, str], addresses: Addresses
) -> tuple[Returned, ...]:
    """The statements with these keys, each with its reason, in the order of the contribution.

    Statements about a part (an IRI with a fragment) that no remaining statement names are returned with it. Raises
    `ContributionError` for an unknown key, for a missing reason, and where nothing remains.
    """
    if not reasons:
        return ()
    lines = {statement_key(quad): quad for quad in stated}
    chosen: dict[Quad, str] = {}
    for key, reason in reasons.items():
        if key not in lines:
            raise ContributionError(
                f"'{key[:40]}' is the key of no statement of this contribution.", hint="Open its page again."
            )
        chosen[lines[key]] = worded(reason, REASON, "reason for returning a statement")
    _add_orphans(stated, chosen, addresses)
    if len(chosen) == len(stated):
        raise ContributionError("Every statement would be returned.", hint="Reject the contribution instead.")
    return tuple(Returned(statement_line(quad), chosen[quad]) for quad in stated if quad in chosen)


def remaining(stated: Iterable[Quad], returned: Iterable[Returned]) -> list[Quad]:
    """The statements that are not returned."""
    lines = {one.statement for one in returned}
    return [quad for quad in stated if not lines or statement_line(quad) not in lines]


def content_of(statements: Iterable[Quad], identifier: str, addresses: Addresses) -> Content:
    """Statements of a contribution as a content to check."""
    data = serialize_in_order(unnamed(statements, identifier, addresses))
    return Content(data, f"{identifier}.{N_QUADS.suffix}", N_QUADS.media_type)


def accepted_by_another(contribution: Contribution, curator: Agent, returned: tuple[Returned, ...]) -> bool:
    """Whether another curator has accepted the same statements. Raises `ConflictError` where only this one has."""
    before = [event.by for event in contribution.approvals(returned)]
    if any(agent.iri != curator.iri and agent.token != curator.token for agent in before):
        return True
    if before:
        raise ConflictError(
            f"You have accepted contribution {contribution.id} already.", hint="Another curator must accept it, too."
        )
    return False


def not_conforming(identifier: str, verdict: Verdict, *, partial: bool) -> ConflictError:
    """The error of accepting a contribution, or what remains of it, that does not conform."""
    if not partial:
        return ConflictError(
            f"Contribution {identifier} does not conform to what is published now.",
            hint="Look at its report, and ask the sender to mend it.",
        )
    first = next((one for one in verdict.results if one["level"] == "violation"), None)
    reason = f" {first['message'].get('en', '')} [{first['focusNode']['value']}]" if first else ""
    return ConflictError(
        f"Contribution {identifier} does not conform without the returned statements.{reason}",
        hint="Return also the statements that need them, or reject the contribution.",
    )


def _add_orphans(stated: Sequence[Quad], chosen: dict[Quad, str], addresses: Addresses) -> None:
    """Add the statements about parts that only chosen statements name, with the reason for returning these."""
    open_ = list(chosen)
    for quad in open_:  # the list grows while parts name parts
        part = quad.object
        if not isinstance(part, IRI) or not part.value.startswith(addresses.base) or "#" not in part.value:
            continue
        if any(other.object == part and other not in chosen for other in stated):
            continue
        for about in stated:
            if about.subject == part and about not in chosen:
                chosen[about] = chosen[quad]
                open_.append(about)
