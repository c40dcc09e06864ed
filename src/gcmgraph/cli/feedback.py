"""`gcmgraph feedback …`: list, answer and delete remarks of readers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import IDENTIFIER, TOKEN, arguments, report_damaged, with_services

if TYPE_CHECKING:
    from gcmgraph.cli.services import Services

#: Arguments of an answer to a remark.
_answers = arguments(IDENTIFIER, click.option("--reason", required=True, help="Text for the sender."), TOKEN)


@click.group("feedback")
def feedback() -> None:
    """List, answer and delete remarks of readers ("Something wrong?").

    Answering and deleting require the token of a curator.

    Exit status of every subcommand: 0 on success, 1 on an error.
    """


@feedback.command("list")
@click.option(
    "--state",
    type=click.Choice(["received", "answered", "closed"]),
    help="List remarks in this state only. [default: every state]",
)
@with_services()
def list_(services: Services, state: str | None) -> None:
    """List the remarks, oldest first."""
    from gcmgraph.contributions.contribution import DamagedError  # noqa: PLC0415

    damaged = list[DamagedError]()
    for remark in services.remarks.readable(services.remarks.identifiers(), damaged):
        if state in {None, remark.state}:
            first = remark.reason.splitlines()[0]
            click.echo(f"{remark.id}  {remark.state:<8}  {remark.at:%Y-%m-%d}  {remark.page or '-'}: {first[:80]}")
    report_damaged(damaged)


@feedback.command()
@IDENTIFIER
@with_services()
def show(services: Services, identifier: str) -> None:
    """Print a remark with the e-mail address of its sender, and its answer."""
    remark = services.remarks.find(identifier)
    click.echo(f"{remark.id}: {remark.state}")
    click.echo(f"sent: {remark.at:%Y-%m-%d %H:%M}")
    click.echo(f"page: {remark.page or '-'}")
    if (statement := remark.statement) is not None:
        click.echo(f"statement: <{statement.subject}> <{statement.predicate}> {statement.value}")
        click.echo(f"graph: <{statement.graph}>")
    for name in ("reason", "correction", "source", "email"):
        click.echo(f"{name}: {getattr(remark, name) or '-'}")
    if remark.answer is not None:
        click.echo(f"answer: {remark.answer.at:%Y-%m-%d %H:%M} by {remark.answer.by.name}: {remark.answer.reason}")


@feedback.command()
@_answers
@with_services()
def answer(services: Services, identifier: str, reason: str, token: str) -> None:
    """Answer a remark. Requires the token of a curator."""
    _answer(services, identifier, "answer", reason, token)


@feedback.command()
@_answers
@with_services()
def close(services: Services, identifier: str, reason: str, token: str) -> None:
    """Close a remark without change. Requires the token of a curator."""
    _answer(services, identifier, "close", reason, token)


@feedback.command()
@click.argument("identifiers", metavar="ID...", nargs=-1)
@click.option(
    "--answered-before",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Delete all remarks that were answered or closed before this day (UTC).",
)
@with_services()
def delete(services: Services, identifiers: tuple[str, ...], answered_before: datetime | None) -> None:
    """Delete remarks with their e-mail addresses and answers, permanently.

    Backups are not changed.
    """
    box = services.remarks
    found = list(identifiers)
    if answered_before is not None:
        before = answered_before.replace(tzinfo=UTC)
        remarks = box.readable(box.identifiers(), [])
        found += [one.id for one in remarks if one.answer is not None and one.answer.at < before]
    elif not found:
        raise click.UsageError("Name remarks by their identifiers, or give --answered-before.")
    for identifier in dict.fromkeys(found):
        box.delete(identifier)
    click.echo(f"Deleted: {len(dict.fromkeys(found))}.")


def _answer(services: Services, identifier: str, decision: str, reason: str, token: str) -> None:
    from gcmgraph.contributions.remarks import read_answer  # noqa: PLC0415

    given = {"decision": decision, "reason": reason}
    answered = read_answer(given, services.holder(token), datetime.now(UTC))
    remark = services.remarks.answer(identifier, answered)
    click.echo(f"{remark.id}: {remark.state}")
