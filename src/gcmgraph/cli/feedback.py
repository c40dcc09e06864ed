"""`gcmgraph feedback …`: list, answer and delete remarks of readers."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from gcmgraph.cli.group import (
    IDENTIFIER,
    JSON,
    TOKEN,
    arguments,
    option,
    report_damaged,
    with_services,
)
from gcmgraph.cli.services import Services
from gcmgraph.contributions.remarks import Remark, read_answer
from gcmgraph.platform.errors import DamagedError

#: Arguments of an answer to a remark.
_answers = arguments(
    IDENTIFIER, option("--reason", required=True, help="Text for the sender."), TOKEN
)

_BEFORE_HELP = "Delete all remarks that were answered or closed before this day (UTC)."


@click.group("feedback")
def feedback() -> None:
    """List, answer and delete remarks of readers ("Something wrong?").

    Answering and deleting require the token of a curator.

    Exit status of every subcommand: 0 on success, 1 on an error.
    """


@feedback.command("list")
@option(
    "--state",
    kind=["received", "answered", "closed"],
    help="List remarks in this state only. [default: every state]",
)
@JSON
@with_services()
def list_remarks(services: Services, state: str | None, as_json: bool) -> None:
    """List the remarks, oldest first."""
    damaged: list[DamagedError] = []
    for remark in services.remarks.readable(services.remarks.identifiers(), damaged):
        if state in {None, remark.state}:
            click.echo(_json_line(remark) if as_json else _line(remark))
    report_damaged(damaged)


def _line(remark: Remark) -> str:
    first_line = remark.reason.splitlines()[0]
    return (
        f"{remark.id}  {remark.state:<8}  {remark.at:%Y-%m-%d}"
        f"  {remark.page or '-'}: {first_line[:80]}"
    )


def _json_line(remark: Remark) -> str:
    return json.dumps(
        {
            "id": remark.id,
            "state": remark.state,
            "sent": f"{remark.at:%Y-%m-%dT%H:%M:%SZ}",
            "page": remark.page,
            "reason": remark.reason,
        }
    )


@feedback.command("show")
@IDENTIFIER
@with_services()
def show_remark(services: Services, identifier: str) -> None:
    """Print a remark with the e-mail address of its sender, and its answer."""
    remark = services.remarks.find(identifier)
    click.echo(f"{remark.id}: {remark.state}")
    click.echo(f"sent: {remark.at:%Y-%m-%d %H:%M}")
    click.echo(f"page: {remark.page or '-'}")
    statement = remark.statement
    if statement is not None:
        click.echo(f"statement: <{statement.subject}> <{statement.predicate}> {statement.value}")
        click.echo(f"graph: <{statement.graph}>")
    for name in ("reason", "correction", "source", "email"):
        click.echo(f"{name}: {getattr(remark, name) or '-'}")
    answer_ = remark.answer
    if answer_ is not None:
        click.echo(f"answer: {answer_.at:%Y-%m-%d %H:%M} by {answer_.by.name}: {answer_.reason}")


@feedback.command()
@_answers
@with_services()
def answer(services: Services, identifier: str, reason: str, token: str) -> None:
    """Answer a remark. Requires the token of a curator."""
    _answer(services, identifier, token, decision="answer", reason=reason)


@feedback.command()
@_answers
@with_services()
def close(services: Services, identifier: str, reason: str, token: str) -> None:
    """Close a remark without change. Requires the token of a curator."""
    _answer(services, identifier, token, decision="close", reason=reason)


@feedback.command()
@click.argument("identifiers", metavar="ID...", nargs=-1)
@option("--answered-before", kind=click.DateTime(["%Y-%m-%d"]), help=_BEFORE_HELP)
@with_services()
def delete(
    services: Services, identifiers: tuple[str, ...], answered_before: datetime | None
) -> None:
    """Delete remarks with their e-mail addresses and answers, permanently.

    Backups are not changed.
    """
    remarks = services.remarks
    chosen = dict.fromkeys(identifiers)
    if answered_before is not None:
        day = answered_before.replace(tzinfo=UTC)
        for remark in remarks.readable(remarks.identifiers(), []):
            if remark.answer is not None and remark.answer.at < day:
                chosen[remark.id] = None
    elif not chosen:
        raise click.UsageError("Name remarks by their identifiers, or give --answered-before.")
    for identifier in chosen:
        remarks.delete(identifier)
    click.echo(f"Deleted: {len(chosen)}.")


def _answer(services: Services, identifier: str, token: str, **fields: str) -> None:
    answer_ = read_answer(fields, services.holder(token), datetime.now(UTC))
    click.echo(f"{identifier}: {services.remarks.answer(identifier, answer_).state}")
