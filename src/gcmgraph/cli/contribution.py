"""`gcmgraph contribution …`: submit, list, review and withdraw contributions; manage tokens and invitations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import TOKEN, with_settings
from gcmgraph.settings import Settings
from gcmgraph.translations.languages import LANGUAGES, data_language

if TYPE_CHECKING:
    from gcmgraph.contributions.contribution import Contribution


@click.group("contribution")
def command() -> None:
    """Submit and review contributions, and manage tokens and invitations.

    Exit status of every subcommand: 0 on success, 1 on an error, or if a submission does not conform.
    """


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--title", required=True, help="Title, one line.")
@click.option("--language", default="en", show_default=True, help="Language tag of the title.")
@click.option("--key", help="Idempotency key: repeated requests with the same key store one contribution.")
@click.option("--supersedes", metavar="ID", help="Your accepted contribution that this one replaces.")
@TOKEN
@with_settings("contributions", "database")
def submit(
    settings: Settings,
    files: tuple[Path, ...],
    title: str,
    language: str,
    key: str | None,
    supersedes: str | None,
    token: str,
) -> None:
    """Submit FILES as one contribution for review, and print its identifier.

    FILES are RDF, spreadsheets based on the template, or ZIP files of these. If the data do not conform, the validation
    report is printed and nothing is stored.

    Exit status: 0 if the contribution was stored, 1 if not.
    """
    from gcmgraph.cli.shared.contributions import contributions, holder, read_files  # noqa: PLC0415
    from gcmgraph.contributions.service import Envelope  # noqa: PLC0415

    sender = holder(settings, token)
    envelope = Envelope(title, language, key, supersedes)
    words = data_language(language)
    sent = contributions(settings).submit(read_files(files), envelope, sender, report="text", language=words)
    if sent.verdict is not None:
        click.echo(sent.verdict.written.rstrip("\n"), err=True)
    if sent.contribution is None:
        click.echo("Nothing was stored. Correct the reported errors and submit the file again.", err=True)
        raise SystemExit(1)
    click.echo(sent.contribution.id)


@command.command("list")
@click.option(
    "--state",
    type=click.Choice(["submitted", "accepted", "rejected", "withdrawn", "superseded"]),
    help="List contributions in this state only.",
)
@with_settings("contributions", "database")
def list_(settings: Settings, state: str | None) -> None:
    """List the contributions, oldest first."""
    from gcmgraph.cli.shared.contributions import ledger_of, report_damaged  # noqa: PLC0415
    from gcmgraph.contributions.errors import DamagedError  # noqa: PLC0415

    ledger, damaged = ledger_of(settings), list[DamagedError]()
    for contribution in ledger.readable(ledger.identifiers(), damaged):
        if state in {None, contribution.state}:
            sent = contribution.submission
            click.echo(
                f"{contribution.id}  {contribution.state:<10}  {sent.at:%Y-%m-%d}  {sent.sender.name}: {sent.title}"
            )
    report_damaged(damaged)


@command.command()
@click.argument("identifier", metavar="ID")
@click.option("--keys", is_flag=True, help="Print the statements as N-Quads, each after its key for 'accept --return'.")
@with_settings("contributions", "database")
def show(settings: Settings, identifier: str, keys: bool) -> None:
    """Print history and statements of a contribution.

    The statements are printed as Turtle.
    """
    from gcmgraph.cli.shared.contributions import ledger_of  # noqa: PLC0415
    from gcmgraph.contributions.partial import statement_key  # noqa: PLC0415
    from gcmgraph.contributions.storage.ledger import statement_line  # noqa: PLC0415
    from gcmgraph.rdfio.canonical import serialize_canonical  # noqa: PLC0415
    from gcmgraph.rdfio.media import TURTLE  # noqa: PLC0415

    ledger = ledger_of(settings)
    contribution = ledger.find(identifier)
    sent = contribution.submission
    click.echo(f"{contribution.id}: {contribution.state}")
    click.echo(f"{sent.at:%Y-%m-%d %H:%M} sent by {sent.sender.name} <{sent.sender.iri}>: {sent.title} ({sent.name})")
    for event in contribution.events:
        click.echo(f"{event.at:%Y-%m-%d %H:%M} {event.verb} by {event.by.name}: {event.reason or '-'}")
        for one in event.returned:
            click.echo(f"  returned: {one.statement} ({one.reason})")
    click.echo()
    if keys:
        for quad in ledger.statements(contribution):
            click.echo(f"{statement_key(quad)}  {statement_line(quad)}")
        return
    data = serialize_canonical(ledger.statements(contribution), TURTLE, settings.addresses.prefixes)
    click.echo(data.decode("utf-8"), nl=False)


@command.command()
@click.argument("identifier", metavar="ID")
@click.option("--reason", required=True, help="Reason, visible to the sender.")
@click.option(
    "--return",
    "returned",
    metavar="KEY=REASON",
    multiple=True,
    help="Return a statement to its sender instead of publishing it; 'show --keys' prints the keys. Repeatable.",
)
@TOKEN
@with_settings("contributions", "database", "reviewers")
def accept(settings: Settings, identifier: str, reason: str, returned: tuple[str, ...], token: str) -> None:
    """Accept and publish a contribution. Requires the token of a curator.

    If two curators must accept (setting 'reviewers'), the first acceptance publishes nothing.
    """
    from gcmgraph.cli.shared.contributions import contributions, holder  # noqa: PLC0415

    reasons = dict(_key_and_reason(one) for one in returned)
    _print_state(contributions(settings).accept(identifier, holder(settings, token), reason, reasons))


@command.command()
@click.argument("identifier", metavar="ID")
@click.option("--reason", required=True, help="Reason, visible to the sender.")
@TOKEN
@with_settings("contributions", "database")
def reject(settings: Settings, identifier: str, reason: str, token: str) -> None:
    """Reject a contribution. Requires the token of a curator."""
    from gcmgraph.cli.shared.contributions import contributions, holder  # noqa: PLC0415

    _print_state(contributions(settings).reject(identifier, holder(settings, token), reason))


@command.command()
@click.argument("identifier", metavar="ID")
@click.option("--reason", required=True, help="Reason, visible to the sender.")
@TOKEN
@with_settings("contributions", "database")
def withdraw(settings: Settings, identifier: str, reason: str, token: str) -> None:
    """Withdraw a contribution. Requires the token of its sender or of a curator.

    Resources that this contribution alone describes then return HTTP status 410 (Gone).
    """
    from gcmgraph.cli.shared.contributions import contributions, holder  # noqa: PLC0415

    _print_state(contributions(settings).withdraw(identifier, holder(settings, token), reason))


@command.command()
@click.argument("identifier", metavar="ID")
@click.argument("words")
@TOKEN
@with_settings("contributions", "database")
def comment(settings: Settings, identifier: str, words: str, token: str) -> None:
    """Add a comment to a contribution.

    WORDS is the text, for the sender or the curators.
    """
    from gcmgraph.cli.shared.contributions import contributions, holder  # noqa: PLC0415

    _print_state(contributions(settings).comment(identifier, holder(settings, token), words))


@command.command()
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["xlsx", "csv"]),
    help="File format. [default: by the suffix of --out, else xlsx]",
)
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True, help="Language of the headers."
)
@click.option("--class", "kind", help="Class of the CSV template. [default: practice]")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write. [default: standard output]"
)
@with_settings()
def template(settings: Settings, format_name: str | None, language: str, kind: str | None, out: Path | None) -> None:
    """Write the spreadsheet template.

    Headers, explanations and drop-down lists are generated from the shapes and lists.
    """
    from gcmgraph.cli.shared.templates import template_bytes, template_format  # noqa: PLC0415
    from gcmgraph.rdfio.files import write_whole  # noqa: PLC0415

    data = template_bytes(settings, template_format(format_name, kind, out), kind or "practice", language)
    if out is None:
        click.echo(data, nl=False)
    else:
        write_whole(out, data)


@command.command("create-token")
@click.argument("role", type=click.Choice(["contributor", "curator"]))
@click.argument("name")
@click.argument("iri")
@with_settings("contributions", "database")
def create_token(settings: Settings, role: str, name: str, iri: str) -> None:
    """Create a token for a contributor or curator.

    NAME is their name, and IRI identifies them in provenance statements. The token is printed once; only its digest is
    stored.
    """
    from gcmgraph.cli.shared.contributions import tokens_of  # noqa: PLC0415
    from gcmgraph.contributions.contribution import Role  # noqa: PLC0415

    agent, text = tokens_of(settings).create(Role(role), name, iri)
    click.echo(f"Token {agent.token} for {agent.name} ({agent.role}). It is shown only once:", err=True)
    click.echo(text)


@command.command("list-tokens")
@with_settings("contributions", "database")
def list_tokens(settings: Settings) -> None:
    """List the tokens, without their secrets."""
    from gcmgraph.cli.shared.contributions import tokens_of  # noqa: PLC0415

    for token in tokens_of(settings).all():
        ended = f"revoked {token.revoked:%Y-%m-%d}" if token.revoked else "valid"
        click.echo(f"{token.agent.token}  {token.agent.role:<11}  {ended:<18}  {token.agent.name} <{token.agent.iri}>")


@command.command("revoke-token")
@click.argument("identifier", metavar="TOKEN-ID")
@with_settings("contributions", "database")
def revoke_token(settings: Settings, identifier: str) -> None:
    """Revoke a token at once, permanently."""
    from gcmgraph.cli.shared.contributions import tokens_of  # noqa: PLC0415

    tokens_of(settings).revoke(identifier)
    click.echo(f"Token {identifier} is revoked.")


@command.command()
@click.argument("role", type=click.Choice(["contributor", "curator"]))
@click.argument("name")
@click.argument("iri")
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=14,
    show_default=True,
    help="Days for which the invitation is valid.",
)
@with_settings("contributions", "database", "public_url")
def invite(settings: Settings, role: str, name: str, iri: str, days: int) -> None:
    """Create an invitation, and print its link, which you mail to the invited person.

    The link opens a page of the server that shows a new token, once. NAME is the holder's name, and IRI identifies them
    in provenance statements.
    """
    from gcmgraph.cli.shared.contributions import invitations_of  # noqa: PLC0415
    from gcmgraph.contributions.contribution import Role  # noqa: PLC0415

    invitation, code = invitations_of(settings).create(Role(role), name, iri, days)
    made = f"Invitation {invitation.holder.token} for {invitation.holder.name} ({role})"
    click.echo(f"{made}, valid until {invitation.expires:%Y-%m-%d %H:%M} UTC. Mail this link; it works once:", err=True)
    click.echo(f"{settings.public_base}contributions/invitation/{code}")


@command.command("list-invitations")
@with_settings("contributions", "database")
def list_invitations(settings: Settings) -> None:
    """List the invitations, without their secrets."""
    from gcmgraph.cli.shared.contributions import invitations_of  # noqa: PLC0415

    for one in invitations_of(settings).all():
        ended = one.redeemed or one.revoked
        state = (
            f"{one.state} {ended or one.expires:%Y-%m-%d}" if one.state != "open" else f"until {one.expires:%Y-%m-%d}"
        )
        click.echo(f"{one.holder.token}  {one.holder.role:<11}  {state:<19}  {one.holder.name} <{one.holder.iri}>")


@command.command("revoke-invitation")
@click.argument("identifier", metavar="INVITATION-ID")
@with_settings("contributions", "database")
def revoke_invitation(settings: Settings, identifier: str) -> None:
    """Revoke an invitation that was not used, permanently."""
    from gcmgraph.cli.shared.contributions import invitations_of  # noqa: PLC0415

    invitations_of(settings).revoke(identifier)
    click.echo(f"Invitation {identifier} is revoked.")


@command.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_settings("contributions", "database")
def import_(settings: Settings, folder: Path) -> None:
    """Import the contributions, tokens, invitations and remarks of FOLDER into the database.

    FOLDER is the folder of an older release, or one that 'export' wrote. Files are compared with their recorded
    checksums; what is damaged is left and reported. What was imported before is left, too.

    Exit status: 0 if everything was imported, 1 if a file is damaged.
    """
    from gcmgraph.cli.shared.contributions import report_damaged  # noqa: PLC0415
    from gcmgraph.contributions.storage.database import Database  # noqa: PLC0415
    from gcmgraph.contributions.transfer import import_folder  # noqa: PLC0415

    found = import_folder(folder, Database(settings.contributions_location, settings.addresses.base))
    click.echo(f"Imported into the database: {found}.")
    report_damaged(found.damaged)


@command.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@with_settings("contributions", "database")
def export(settings: Settings, folder: Path) -> None:
    """Write everything in the database to the new FOLDER: what is public as N-Quads, and all as JSON and sent files.

    The folder has personal data and digests of tokens, and can be read by its owner only. 'import' reads it.

    Exit status: 0 if everything was written, 1 if a payload is damaged.
    """
    from gcmgraph.cli.shared.contributions import ledger_of, report_damaged  # noqa: PLC0415
    from gcmgraph.contributions.publishing.publisher import all_published_quads  # noqa: PLC0415
    from gcmgraph.contributions.transfer import export_folder  # noqa: PLC0415
    from gcmgraph.rdfio.canonical import serialize_canonical  # noqa: PLC0415
    from gcmgraph.rdfio.files import write_whole  # noqa: PLC0415

    ledger = ledger_of(settings)
    found = export_folder(folder, ledger.database)
    public = serialize_canonical(all_published_quads(ledger, settings.addresses, []))
    write_whole(folder / "published.nq", public)
    click.echo(f"Exported to {folder}: {found}.")
    report_damaged(found.damaged)


@command.command()
@with_settings("contributions", "database")
def upgrade(settings: Settings) -> None:
    """Upgrade the database to the tables of this release. Make a backup before."""
    from gcmgraph.contributions.storage.database import Database  # noqa: PLC0415

    database = Database(settings.contributions_location, settings.addresses.base)
    database.upgrade()
    click.echo(f"{database.name} has the tables of this release.")


def _key_and_reason(text: str) -> tuple[str, str]:
    key, equals, reason = text.partition("=")
    if not equals:
        raise click.BadParameter(f"'{text[:60]}' is not KEY=REASON.", param_hint="--return")
    return key, reason


def _print_state(contribution: Contribution) -> None:
    click.echo(f"{contribution.id}: {contribution.state}")
    for one in contribution.returned:
        click.echo(f"returned: {one.statement} ({one.reason})")
