"""Acceptance in parts and by two curators: returned statements, and refusals of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gcmgraph.contributions.contribution import Agent, Contribution, Returned
from gcmgraph.contributions.stored_statements import statement_key, statement_line
from gcmgraph.contributions.submission_check import Verdict
from gcmgraph.contributions.texts import REASON, text_within
from gcmgraph.platform.errors import ConflictError, ContributionError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad


def returned_statements(
    statements: Sequence[Quad],
    reasons: Mapping[str, str],
    addresses: Addresses,
    *,
    whole: bool = False,
) -> tuple[Returned, ...]:
    """The statements with these keys, each with its reason, in the order of the contribution.

    Statements about a part (an IRI with a fragment) that no remaining statement names are returned
    with it. Raises `ContributionError` for an unknown key, for a missing reason, and where nothing
    remains. With `whole`, the contribution is returned as a whole, and all of its statements may
    be.
    """
    if not reasons:
        return ()
    statement_by_key = {statement_key(quad): quad for quad in statements}
    reason_by_statement: dict[Quad, str] = {}
    for key, reason in reasons.items():
        if key not in statement_by_key:
            raise ContributionError(
                f"'{key[:40]}' is the key of no statement of this contribution.",
                hint="Open its page again.",
            )
        text = text_within(reason, REASON, "reason for returning a statement")
        reason_by_statement[statement_by_key[key]] = text
    _return_orphaned_parts(statements, reason_by_statement, addresses)
    if len(reason_by_statement) == len(statements) and not whole:
        raise ContributionError(
            "Every statement would be returned.", hint="Reject the contribution instead."
        )
    return tuple(
        Returned(statement_line(quad), reason_by_statement[quad])
        for quad in statements
        if quad in reason_by_statement
    )


def _return_orphaned_parts(
    statements: Sequence[Quad], reason_by_statement: dict[Quad, str], addresses: Addresses
) -> None:
    """Return statements about parts that only returned statements name, with the same reason, too.

    Example. `practice:radio schema:funding practice:radio#budget` is returned, and no other
    statement names `practice:radio#budget`: `practice:radio#budget schema:value 5000` is added with
    that reason.
    """
    queue = list(reason_by_statement)
    for quad in queue:  # the queue grows while parts name parts
        part = quad.object
        if not _is_part(part, addresses):
            continue
        is_named_elsewhere = any(
            statement.object == part and statement not in reason_by_statement
            for statement in statements
        )
        if is_named_elsewhere:
            continue
        for statement in statements:
            if statement.subject == part and statement not in reason_by_statement:
                reason_by_statement[statement] = reason_by_statement[quad]
                queue.append(statement)


def _is_part(term: object, addresses: Addresses) -> bool:
    """Whether a term is a part of a resource of ours: an IRI with a fragment."""
    return isinstance(term, IRI) and term.value.startswith(addresses.base) and "#" in term.value


def accepted_by_another(
    contribution: Contribution, curator: Agent, returned: tuple[Returned, ...]
) -> bool:
    """Whether another curator has accepted the same statements.

    Raises `ConflictError` where only this one has.
    """
    curators = [event.by for event in contribution.approvals(returned)]
    if any(agent.iri != curator.iri and agent.token != curator.token for agent in curators):
        return True
    if curators:
        hint = "Another curator must accept it, too."
        raise ConflictError(f"You have accepted contribution {contribution.id} already.", hint=hint)
    return False


def not_conforming(identifier: str, verdict: Verdict, *, partial: bool) -> ConflictError:
    """The error of accepting a contribution, or what remains of it, that does not conform."""
    if not partial:
        return ConflictError(
            f"Contribution {identifier} does not conform to what is published now.",
            hint="Look at its report, and ask the sender to correct it.",
        )
    message = f"Contribution {identifier} does not conform without the returned statements."
    violations = (result for result in verdict.results if result["level"] == "violation")
    violation = next(violations, None)
    if violation is not None:
        reason = violation["message"].get("en", "")
        message = f"{message} {reason} [{violation['focusNode']['value']}]"
    return ConflictError(
        message, hint="Return also the statements that need them, or reject the contribution."
    )
