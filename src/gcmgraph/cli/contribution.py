"""`gcmgraph contribution …` and `feedback …`: contributions and remarks of readers.

`gcmgraph contribution …`: submit, list, review and withdraw contributions; manage tokens and
invitations.

`gcmgraph feedback …`: list, answer and delete remarks of readers.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from gcmgraph.cli.group import (
    FILE,
    IDENTIFIER,
    JSON,
    NEW_FILE,
    TOKEN,
    arguments,
    option,
    report_damaged,
    with_services,
    with_settings,
    write_output,
)
from gcmgraph.cli.services import Services, published
from gcmgraph.contributions.content import Content, packed
from gcmgraph.contributions.contribution import Contribution, Role, State
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import statement_line
from gcmgraph.contributions.notices import Notices
from gcmgraph.contributions.publishing import (
    published_contributions,
    published_state,
    require_known,
)
from gcmgraph.contributions.remarks import read_answer
from gcmgraph.contributions.service import Envelope, statement_key
from gcmgraph.contributions.transfer import export_folder, import_folder
from gcmgraph.platform.errors import ContributionError, DamagedError, Place, StoreError
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import TURTLE, read_whole, write_whole
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.cells import PublishedLists
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.translations import LANGUAGES, data_language
from gcmgraph.validation.rules import load_rules

#: Arguments of a decision on a contribution, and of a command that names the holder of a token.
_decision = arguments(
    IDENTIFIER, option("--reason", required=True, help="Reason, visible to the sender."), TOKEN
)
_holder = arguments(
    click.argument("role", type=click.Choice(["contributor", "curator"])),
    click.argument("name"),
    click.argument("iri"),
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
    sender, content, language = (
        services.holder(token),
        packed([_read(f) for f in files]),
        envelope["language"],
    )
    sent = services.contributions().submit(
        content, Envelope(**envelope), sender, report="text", language=data_language(language)
    )
    if sent.verdict is not None:
        click.echo(sent.verdict.written.rstrip("\n"), err=True)
    if sent.contribution is None:
        click.echo(
            "Nothing was stored. Correct the reported errors and submit the file again.", err=True
        )
        raise SystemExit(1)
    click.echo(sent.contribution.id)


def _read(file: Path) -> Content:
    """The content of a file; bytes of its name that are not UTF-8 are replaced.

    Raises `ContributionError`.
    """
    return Content(
        read_whole(file, ContributionError), os.fsencode(file.name).decode(errors="replace")
    )


@contribution.command("list")
@option("--state", kind=State, help="List contributions in this state only.")
@JSON
@with_services()
def list_(services: Services, state: str | None, as_json: bool) -> None:
    """List the contributions, oldest first."""
    damaged = list[DamagedError]()
    for one in services.ledger.readable(services.ledger.identifiers(), damaged):
        if state in {None, one.state}:
            sent = one.submission
            named = {
                "id": one.id,
                "state": one.state,
                "sent": f"{sent.at:%Y-%m-%dT%H:%M:%SZ}",
                "title": sent.title,
            }
            line = (
                f"{one.id}  {one.state:<11}  {sent.at:%Y-%m-%d}  {sent.sender.name}: {sent.title}"
            )
            click.echo(
                json.dumps({**named, "sender": sent.sender.name, "iri": sent.sender.iri})
                if as_json
                else line
            )
    report_damaged(damaged)


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
    found = services.ledger.find(identifier)
    sent = found.submission
    click.echo(f"{found.id}: {found.state}")
    click.echo(
        f"{sent.at:%Y-%m-%d %H:%M} sent by {sent.sender.name} <{sent.sender.iri}>: {sent.title} ({sent.name})"
    )
    for event in found.events:
        click.echo(
            f"{event.at:%Y-%m-%d %H:%M} {event.verb} by {event.by.name}: {event.reason or '-'}"
        )
        for one in event.returned:
            click.echo(
                f"  returned: {one.place}{': ' if one.place else ''}{one.statement} ({one.reason})"
            )
    click.echo()
    statements = services.ledger.statements(found)
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


_HELP = (
    "Return a statement to its sender, with a reason; 'show --keys' prints the keys. Repeatable."
)
_returned = option(
    "--return", "reasons", metavar="KEY=REASON", multiple=True, callback=_by_key, help=_HELP
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
    _print_state(
        services.contributions().accept(identifier, services.holder(token), reason, reasons)
    )


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
    _print_state(
        services.contributions().ask_changes(identifier, services.holder(token), reason, reasons)
    )


@contribution.command()
@_decision
@with_services()
def reject(services: Services, identifier: str, reason: str, token: str) -> None:
    """Reject a contribution. Requires the token of a curator."""
    _print_state(services.contributions().reject(identifier, services.holder(token), reason))


@contribution.command()
@_decision
@with_services()
def withdraw(services: Services, identifier: str, reason: str, token: str) -> None:
    """Withdraw a contribution. Requires the token of its sender or of a curator.

    Resources that this contribution alone describes then return HTTP status 410 (Gone).
    """
    _print_state(services.contributions().withdraw(identifier, services.holder(token), reason))


@contribution.command()
@IDENTIFIER
@click.argument("words")
@TOKEN
@with_services()
def comment(services: Services, identifier: str, words: str, token: str) -> None:
    """Add a comment to a contribution.

    WORDS is the text, for the sender or the curators.
    """
    _print_state(services.contributions().comment(identifier, services.holder(token), words))


def _print_state(found: Contribution) -> None:
    click.echo(f"{found.id}: {found.state}")
    for one in found.returned:
        click.echo(f"returned: {one.statement} ({one.reason})")


@contribution.command()
@option(
    "--format",
    "format_name",
    kind=["xlsx", "csv"],
    help="File format. [default: by the suffix of --out, else xlsx]",
)
@option("--language", kind=LANGUAGES, default="en", help="Language of the headers.")
@option("--class", "kind", help="Class of the CSV template. [default: practice]")
@option("--out", kind=NEW_FILE, help="File to write. [default: standard output]")
@with_settings()
def template(
    settings: Settings, format_name: str | None, language: str, kind: str | None, out: Path | None
) -> None:
    """Write the spreadsheet template.

    Headers, explanations and drop-down lists are generated from the shapes and lists.
    """
    suffix = out.suffix.lower() if out else ""
    format_name = format_name or ("csv" if suffix == ".csv" else "xlsx")
    if suffix not in {"", f".{format_name}"}:
        message = f"The suffix '{suffix}' does not match the format {format_name}."
        raise ContributionError(
            message, place=Place(str(out)), hint="Use .xlsx or .csv, in accordance with --format."
        )
    if kind and format_name == "xlsx":
        message = "A workbook contains the sheets of all classes and does not support --class."
        raise ContributionError(message, hint="Omit --class, or use --format csv.")
    addresses, repository = settings.addresses, Repository.find(settings.root)
    sheets = SheetBook(load_rules(repository, addresses).shapes.quads, addresses).sheets()
    if (
        format_name == "xlsx"
    ):  # with the lists of the published graph; before the first build, of the repository
        lists = PublishedLists(published(settings, repository), addresses)
        return write_output(out, template_xlsx(sheets, lists, language))
    of_kind, kind = {sheet.kind: sheet for sheet in sheets}, kind or "practice"
    if kind not in of_kind:
        raise ContributionError(
            f"There is no sheet for '{kind[:40]}'.", hint=f"There is one for {', '.join(of_kind)}."
        )
    return write_output(out, template_csv(of_kind[kind], language))


@contribution.command("create-token")
@_holder
@with_services()
def create_token(services: Services, role: str, name: str, iri: str) -> None:
    """Create a token for a contributor or curator.

    NAME is their name, and IRI identifies them in provenance statements. The token is printed once;
    only its digest is stored.
    """
    agent, text = services.tokens.create(Role(role), name, iri)
    click.echo(
        f"Token {agent.token} for {agent.name} ({agent.role}). It is shown only once:", err=True
    )
    click.echo(text)


@contribution.command("list-tokens")
@with_services()
def list_tokens(services: Services) -> None:
    """List the tokens, without their secrets."""
    for token in services.tokens.all():
        one, ended = token.holder, f"revoked {token.revoked:%Y-%m-%d}" if token.revoked else "valid"
        click.echo(f"{one.token}  {one.role:<11}  {ended:<18}  {one.name} <{one.iri}>")


@contribution.command("revoke-token")
@click.argument("identifier", metavar="TOKEN-ID")
@with_services()
def revoke_token(services: Services, identifier: str) -> None:
    """Revoke a token at once, permanently."""
    services.tokens.revoke(identifier)
    click.echo(f"Token {identifier} is revoked.")


@contribution.command()
@_holder
@option(
    "--days",
    kind=click.IntRange(1, 365),
    default=14,
    help="Days for which the invitation is valid.",
)
@with_services("public_url")
def invite(services: Services, role: str, name: str, iri: str, days: int) -> None:
    """Create an invitation, and print its link, which you mail to the invited person.

    The link opens a page of the server that shows a new token, once. NAME is the holder's name, and
    IRI identifies them in provenance statements.
    """
    invitation, code = services.invitations.create(Role(role), name, iri, days)
    made = f"Invitation {invitation.holder.token} for {invitation.holder.name} ({role})"
    click.echo(
        f"{made}, valid until {invitation.expires:%Y-%m-%d %H:%M} UTC. Mail this link; it works once:",
        err=True,
    )
    base = services.settings.link_base(open_dataset(services.settings.location).path)
    if base is None:
        click.echo(
            "warning: the URL of the server is not known. Set 'public_url', or replace the start.",
            err=True,
        )
    click.echo(f"{base or services.settings.public_base}contributions/invitation/{code}")


@contribution.command()
@with_services()
def notices(services: Services) -> None:
    """List the notices by e-mail that wait to be sent, or were given up, with the last error."""
    for one in Notices(services.database).all():
        state = "given up" if one.failed else f"waits until {one.due:%Y-%m-%d %H:%M}"
        click.echo(f"{one.contribution}  {state}  {one.tries} attempts  {one.error}")


@contribution.command("list-invitations")
@with_services()
def list_invitations(services: Services) -> None:
    """List the invitations, without their secrets."""
    for one in services.invitations.all():
        day = f"{one.redeemed or one.revoked or one.expires:%Y-%m-%d}"
        state = f"until {day}" if one.state == "open" else f"{one.state} {day}"
        click.echo(
            f"{one.holder.token}  {one.holder.role:<11}  {state:<19}  {one.holder.name} <{one.holder.iri}>"
        )


@contribution.command("revoke-invitation")
@click.argument("identifier", metavar="INVITATION-ID")
@with_services()
def revoke_invitation(services: Services, identifier: str) -> None:
    """Revoke an invitation that was not used, permanently."""
    services.invitations.revoke(identifier)
    click.echo(f"Invitation {identifier} is revoked.")


@contribution.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_settings("contributions", "database")
def import_(settings: Settings, folder: Path) -> None:
    """Import the contributions, tokens, invitations and remarks of FOLDER into the database.

    FOLDER is the folder of an older release, or one that 'export' wrote. Files are compared with
    their recorded checksums; what is damaged is left and reported. What was imported before is
    left, too.

    Exit status: 0 if everything was imported, 1 if a file is damaged.
    """
    found = import_folder(
        folder, Database(settings.contributions_location, settings.addresses.base)
    )
    click.echo(f"Imported into the database: {found}.")
    report_damaged(found.damaged)


@contribution.command()
@click.argument("folder", type=FILE)
@with_services()
def export(services: Services, folder: Path) -> None:
    """Write everything in the database to the new FOLDER: what is public as N-Quads, and all as JSON and sent files.

    The folder has personal data and digests of tokens, and can be read by its owner only. 'import'
    reads it.

    Exit status: 0 if everything was written, 1 if a payload is damaged, or if the database lacks
    contributions that are published in the store; nothing is written then.
    """
    dataset = open_dataset(services.settings.location)
    with suppress(
        StoreError
    ):  # a damaged store is no reason to have no backup; 'verify' reports the damage
        identifiers = published_contributions(dataset, services.settings.addresses)
        require_known(
            services.ledger, identifiers, "An export would lack them; nothing was exported."
        )
    found = export_folder(folder, services.database)
    public = serialize_canonical(
        published_state(services.ledger, services.settings.addresses).quads
    )
    write_whole(folder / "published.nq", public)
    click.echo(f"Exported to {folder}: {found}.")
    report_damaged(found.damaged)


@contribution.command()
@with_settings("contributions", "database")
def upgrade(settings: Settings) -> None:
    """Upgrade the database to the tables of this release. Make a backup before."""
    database = Database(settings.contributions_location, settings.addresses.base)
    database.upgrade()
    click.echo(f"{database.name} has the tables of this release.")


#: Arguments of an answer to a remark.
_answers = arguments(
    IDENTIFIER, option("--reason", required=True, help="Text for the sender."), TOKEN
)


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
    damaged = list[DamagedError]()
    for remark in services.remarks.readable(services.remarks.identifiers(), damaged):
        if state in {None, remark.state}:
            first, at = remark.reason.splitlines()[0], f"{remark.at:%Y-%m-%dT%H:%M:%SZ}"
            named = {
                "id": remark.id,
                "state": remark.state,
                "sent": at,
                "page": remark.page,
                "reason": remark.reason,
            }
            line = f"{remark.id}  {remark.state:<8}  {at[:10]}  {remark.page or '-'}: {first[:80]}"
            click.echo(json.dumps(named) if as_json else line)
    report_damaged(damaged)


@feedback.command("show")
@IDENTIFIER
@with_services()
def show_remark(services: Services, identifier: str) -> None:
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
        click.echo(
            f"answer: {remark.answer.at:%Y-%m-%d %H:%M} by {remark.answer.by.name}: {remark.answer.reason}"
        )


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


_BEFORE = "Delete all remarks that were answered or closed before this day (UTC)."


@feedback.command()
@click.argument("identifiers", metavar="ID...", nargs=-1)
@option("--answered-before", kind=click.DateTime(["%Y-%m-%d"]), help=_BEFORE)
@with_services()
def delete(
    services: Services, identifiers: tuple[str, ...], answered_before: datetime | None
) -> None:
    """Delete remarks with their e-mail addresses and answers, permanently.

    Backups are not changed.
    """
    box = services.remarks
    found = dict.fromkeys(identifiers)
    if answered_before is not None:
        before, remarks = answered_before.replace(tzinfo=UTC), box.readable(box.identifiers(), [])
        found |= dict.fromkeys(
            one.id for one in remarks if one.answer is not None and one.answer.at < before
        )
    elif not found:
        raise click.UsageError("Name remarks by their identifiers, or give --answered-before.")
    for identifier in found:
        box.delete(identifier)
    click.echo(f"Deleted: {len(found)}.")


def _answer(services: Services, identifier: str, token: str, **given: str) -> None:
    answered = read_answer(given, services.holder(token), datetime.now(UTC))
    click.echo(f"{identifier}: {services.remarks.answer(identifier, answered).state}")
