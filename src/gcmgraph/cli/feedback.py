"""`gcmgraph feedback …`: list, answer and delete remarks of readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import TOKEN, with_settings
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from gcmgraph.contributions.feedback.box import RemarkBox

_REASON = click.option("--reason", required=True, help="Text for the sender.")


@click.group("feedback")
def command() -> None:
    """List, answer and delete remarks of readers ("Something wrong?").

    Answering and deleting require the token of a curator.

    Exit status of every subcommand: 0 on success, 1 on an error.
    """


@command.command("list")
@click.option(
    "--state",
    type=click.Choice(["received", "answered", "closed"]),
    help="List remarks in this state only. [default: every state]",
)
@with_settings("contributions", "database")
def list_(settings: Settings, state: str | None) -> None:
    """List the remarks, oldest first."""
    from gcmgraph.cli.shared.contributions import report_damaged  # noqa: PLC0415
    from gcmgraph.contributions.errors import DamagedError  # noqa: PLC0415

    box, damaged = _box(settings), list[DamagedError]()
    for remark in box.readable(box.identifiers(), damaged):
        if state in {None, remark.state}:
            first = remark.reason.splitlines()[0]
            click.echo(f"{remark.id}  {remark.state:<8}  {remark.at:%Y-%m-%d}  {remark.page or '-'}: {first[:80]}")
    report_damaged(damaged)


@command.command()
@click.argument("identifier", metavar="ID")
@with_settings("contributions", "database")
def show(settings: Settings, identifier: str) -> None:
    """Print a remark with the e-mail address of its sender, and its answer."""
    remark = _box(settings).find(identifier)
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


@command.command()
@click.argument("identifier", metavar="ID")
@_REASON
@TOKEN
@with_settings("contributions", "database")
def answer(settings: Settings, identifier: str, reason: str, token: str) -> None:
    """Answer a remark. Requires the token of a curator."""
    _answer(settings, identifier, "answer", reason, token)


@command.command()
@click.argument("identifier", metavar="ID")
@_REASON
@TOKEN
@with_settings("contributions", "database")
def close(settings: Settings, identifier: str, reason: str, token: str) -> None:
    """Close a remark without change. Requires the token of a curator."""
    _answer(settings, identifier, "close", reason, token)


@command.command()
@click.argument("identifiers", metavar="ID...", nargs=-1)
@click.option(
    "--answered-before",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Delete all remarks that were answered or closed before this day (UTC).",
)
@with_settings("contributions", "database")
def delete(settings: Settings, identifiers: tuple[str, ...], answered_before: datetime | None) -> None:
    """Delete remarks with their e-mail addresses and answers, permanently.

    Backups are not changed.
    """
    from datetime import UTC  # noqa: PLC0415

    box = _box(settings)
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


def _box(settings: Settings) -> RemarkBox:
    from gcmgraph.cli.shared.contributions import database_of  # noqa: PLC0415
    from gcmgraph.contributions.feedback.box import RemarkBox  # noqa: PLC0415

    return RemarkBox(database_of(settings))


def _answer(settings: Settings, identifier: str, decision: str, reason: str, token: str) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    from gcmgraph.cli.shared.contributions import holder  # noqa: PLC0415
    from gcmgraph.contributions.feedback.remark import read_answer  # noqa: PLC0415

    given = {"decision": decision, "reason": reason}
    remark = _box(settings).answer(identifier, read_answer(given, holder(settings, token), datetime.now(UTC)))
    click.echo(f"{remark.id}: {remark.state}")
