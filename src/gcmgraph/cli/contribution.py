"""`gcmgraph contribution …`: submit, list, review and withdraw contributions.

Its subcommands for tokens and invitations, for the database, and for the template are in `access`,
`database` and `template`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from gcmgraph.cli.access import ACCESS_COMMANDS
from gcmgraph.cli.database import DATABASE_COMMANDS
from gcmgraph.cli.group import (
    FILE,
    IDENTIFIER,
    JSON,
    TOKEN,
    arguments,
    option,
    report_damaged,
    with_services,
)
from gcmgraph.cli.services import Services
from gcmgraph.cli.template import template
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.contribution import Contribution, State
from gcmgraph.contributions.notices import Notices
from gcmgraph.contributions.service import Envelope
from gcmgraph.contributions.stored_statements import statement_key, statement_line
from gcmgraph.contributions.zip_files import packed
from gcmgraph.platform.errors import ContributionError, DamagedError
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import TURTLE, read_whole
from gcmgraph.translations import data_language

#: Arguments of a decision on a contribution.
_decision = arguments(
    IDENTIFIER, option("--reason", required=True, help="Reason, visible to the sender."), TOKEN
)

_RETURN_HELP = (
    "Return a statement to its sender, with a reason; 'show --keys' prints the keys. Repeatable."
)


@click.group("contribution")
def contribution() -> None:
    """Submit and review contributions, and manage tokens and invitations.

    Exit status of every subcommand: 0 on success, 1 on an error, or if a submission does not
    conform.
    """


@contribution.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@option("--title", required=True, help="Title, one line.")
@option("--language", default="en", help="Language tag of the title.")
@option(
    "--key", help="Idempotency key: repeated requests with the same key store one contribution."
)
@option("--supersedes", metavar="ID", help="Your contribution that this one replaces.")
@option("--email", help="E-mail address for notices of decisions, if the server sends them.")
@TOKEN
@with_services("smtp")
def submit(services: Services, files: tuple[Path, ...], token: str, **envelope: str) -> None:
    """Submit FILES as one contribution for review, and print its identifier.

    FILES are RDF, spreadsheets based on the template, or ZIP files of these. If the data do not
    conform, the validation report is printed and nothing is stored.

    Exit status: 0 if the contribution was stored, 1 if not.
    """
    sender = services.holder(token)
    result = services.contributions().submit(
        packed([_read(file) for file in files]),
        Envelope(**envelope),
        sender,
        report="text",
        language=data_language(envelope["language"]),
    )
    if result.verdict is not None:
        click.echo(result.verdict.written.rstrip("\n"), err=True)
    if result.contribution is None:
        click.echo(
            "Nothing was stored. Correct the reported errors and submit the file again.", err=True
        )
        raise SystemExit(1)
    click.echo(result.contribution.id)


def _read(file: Path) -> Content:
    """The content of a file; bytes of its name that are not UTF-8 are replaced.

    Raises `ContributionError`.
    """
    name = os.fsencode(file.name).decode(errors="replace")
    return Content(read_whole(file, ContributionError), name)


@contribution.command("list")
@option("--state", kind=State, help="List contributions in this state only.")
@JSON
@with_services()
def list_(services: Services, state: str | None, as_json: bool) -> None:
    """List the contributions, oldest first."""
    damaged: list[DamagedError] = []
    ledger = services.ledger
    for contribution_ in ledger.readable(ledger.identifiers(), damaged):
        if state in {None, contribution_.state}:
            line = _json_line(contribution_) if as_json else _line(contribution_)
            click.echo(line)
    report_damaged(damaged)


def _line(contribution_: Contribution) -> str:
    submission = contribution_.submission
    return (
        f"{contribution_.id}  {contribution_.state:<11}  {submission.at:%Y-%m-%d}"
        f"  {submission.sender.name}: {submission.title}"
    )


def _json_line(contribution_: Contribution) -> str:
    submission = contribution_.submission
    return json.dumps(
        {
            "id": contribution_.id,
            "state": contribution_.state,
            "sent": f"{submission.at:%Y-%m-%dT%H:%M:%SZ}",
            "title": submission.title,
            "sender": submission.sender.name,
            "iri": submission.sender.iri,
        }
    )


@contribution.command()
@IDENTIFIER
@option(
    "--keys",
    is_flag=True,
    help="Print the statements as N-Quads, each after its key for 'accept --return'.",
)
@with_services()
def show(services: Services, identifier: str, keys: bool) -> None:
    """Print history and statements of a contribution.

    The statements are printed as Turtle.
    """
    contribution_ = services.ledger.find(identifier)
    submission = contribution_.submission
    sender = submission.sender
    click.echo(f"{contribution_.id}: {contribution_.state}")
    click.echo(
        f"{submission.at:%Y-%m-%d %H:%M} sent by {sender.name} <{sender.iri}>:"
        f" {submission.title} ({submission.name})"
    )
    for event in contribution_.events:
        click.echo(
            f"{event.at:%Y-%m-%d %H:%M} {event.verb} by {event.by.name}: {event.reason or '-'}"
        )
        for returned in event.returned:
            place = f"{returned.place}: " if returned.place else ""
            click.echo(f"  returned: {place}{returned.statement} ({returned.reason})")
    click.echo()
    statements = services.ledger.statements(contribution_)
    if keys:
        for quad in statements:
            click.echo(f"{statement_key(quad)}  {statement_line(quad)}")
    else:
        prefixes = services.settings.addresses.prefixes
        click.echo(serialize_canonical(statements, TURTLE, prefixes).decode("utf-8"), nl=False)


def _by_key(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """The reasons in values of `--return`, by the keys of their statements."""
    for text in values:
        if "=" not in text:
            raise click.BadParameter(f"'{text[:60]}' is not KEY=REASON.", param_hint="--return")
    return dict(text.split("=", 1) for text in values)


_returned = option(
    "--return", "reasons", metavar="KEY=REASON", multiple=True, callback=_by_key, help=_RETURN_HELP
)


@contribution.command()
@_decision
@_returned
@with_services("reviewers")
def accept(
    services: Services, identifier: str, reason: str, reasons: dict[str, str], token: str
) -> None:
    """Accept and publish a contribution, but for returned statements.

    Requires the token of a curator.

    If two curators must accept (setting 'reviewers'), the first acceptance publishes nothing.
    """
    curator = services.holder(token)
    _print_state(services.contributions().accept(identifier, curator, reason, reasons))


@contribution.command("ask-changes")
@_decision
@_returned
@with_services()
def ask_changes(
    services: Services, identifier: str, reason: str, reasons: dict[str, str], token: str
) -> None:
    """Ask the sender of a contribution for changes. Requires the token of a curator.

    The sender submits a corrected file with --supersedes ID, which takes its place at once.
    """
    curator = services.holder(token)
    _print_state(services.contributions().ask_changes(identifier, curator, reason, reasons))


@contribution.command()
@_decision
@with_services()
def reject(services: Services, identifier: str, reason: str, token: str) -> None:
    """Reject a contribution. Requires the token of a curator."""
    curator = services.holder(token)
    _print_state(services.contributions().reject(identifier, curator, reason))


@contribution.command()
@_decision
@with_services()
def withdraw(services: Services, identifier: str, reason: str, token: str) -> None:
    """Withdraw a contribution. Requires the token of its sender or of a curator.

    Resources that this contribution alone describes then return HTTP status 410 (Gone).
    """
    holder = services.holder(token)
    _print_state(services.contributions().withdraw(identifier, holder, reason))


@contribution.command()
@IDENTIFIER
@click.argument("words")
@TOKEN
@with_services()
def comment(services: Services, identifier: str, words: str, token: str) -> None:
    """Add a comment to a contribution.

    WORDS is the text, for the sender or the curators.
    """
    holder = services.holder(token)
    _print_state(services.contributions().comment(identifier, holder, words))


def _print_state(contribution_: Contribution) -> None:
    click.echo(f"{contribution_.id}: {contribution_.state}")
    for returned in contribution_.returned:
        click.echo(f"returned: {returned.statement} ({returned.reason})")


@contribution.command()
@with_services()
def notices(services: Services) -> None:
    """List the notices by e-mail that wait to be sent, or were given up, with the last error."""
    for notice in Notices(services.database).all():
        state = "given up" if notice.failed else f"waits until {notice.due:%Y-%m-%d %H:%M}"
        click.echo(f"{notice.contribution}  {state}  {notice.tries} attempts  {notice.error}")


for command in (*ACCESS_COMMANDS, *DATABASE_COMMANDS, template):
    contribution.add_command(command)
