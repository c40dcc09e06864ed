"""`gcmgraph contribution …`: send, look at and decide on contributions, and the tokens for that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.contributions.contribution import Contribution

_TOKEN = click.option(
    "--token", envvar="GCMGRAPH_TOKEN", required=True, help="Your token; better given as GCMGRAPH_TOKEN than here."
)


@click.group("contribution")
def command() -> None:
    """Send, look at and decide on contributions."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--title", required=True, help="One line on what it is about.")
@click.option("--language", default="en", show_default=True, help="Language of the title.")
@click.option("--key", help="A name for this request, so that sending it again does nothing.")
@click.option("--supersedes", metavar="ID", help="An accepted contribution of yours that it takes the place of.")
@_TOKEN
@with_settings("contributions")
def submit(
    settings: Settings, file: Path, title: str, language: str, key: str | None, supersedes: str | None, token: str
) -> None:
    """Send FILE for review. Exit status: 0 kept, 1 not kept; the report says why."""
    from gcmgraph.cli.shared.contributions import contributions, holder, read_content  # noqa: PLC0415
    from gcmgraph.contributions.service import Envelope  # noqa: PLC0415
    from gcmgraph.validation.report import report_language  # noqa: PLC0415

    sender = holder(settings, token)
    envelope = Envelope(title, language, key, supersedes)
    words = report_language(language)
    sent = contributions(settings).submit(read_content(file), envelope, sender, report="text", language=words)
    if sent.verdict is not None:
        click.echo(sent.verdict.written.rstrip("\n"), err=True)
    if sent.contribution is None:
        click.echo("Nothing was kept. Mend what the report says and send it again.", err=True)
        raise SystemExit(1)
    click.echo(sent.contribution.id)


@command.command("list")
@click.option("--state", type=click.Choice(["submitted", "accepted", "rejected", "withdrawn", "superseded"]))
@with_settings("contributions")
def list_(settings: Settings, state: str | None) -> None:
    """List the contributions, oldest first."""
    from gcmgraph.cli.shared.contributions import ledger_of  # noqa: PLC0415

    for contribution in ledger_of(settings):
        if state in {None, contribution.state}:
            sent = contribution.submission
            click.echo(
                f"{contribution.id}  {contribution.state:<10}  {sent.at:%Y-%m-%d}  {sent.sender.name}: {sent.title}"
            )


@command.command()
@click.argument("identifier", metavar="ID")
@with_settings("contributions")
def show(settings: Settings, identifier: str) -> None:
    """Show a contribution: who sent it, what it states, what happened to it."""
    from gcmgraph.cli.shared.contributions import ledger_of  # noqa: PLC0415
    from gcmgraph.rdfio.canonical import serialize_canonical  # noqa: PLC0415
    from gcmgraph.rdfio.media import TURTLE  # noqa: PLC0415

    ledger = ledger_of(settings)
    contribution = ledger.find(identifier)
    sent = contribution.submission
    click.echo(f"{contribution.id}: {contribution.state}")
    click.echo(f"{sent.at:%Y-%m-%d %H:%M} sent by {sent.sender.name} <{sent.sender.iri}>: {sent.title} ({sent.name})")
    for event in contribution.events:
        click.echo(f"{event.at:%Y-%m-%d %H:%M} {event.verb} by {event.by.name}: {event.reason or '-'}")
    click.echo()
    data = serialize_canonical(ledger.statements(contribution), TURTLE, settings.addresses.prefixes)
    click.echo(data.decode("utf-8"), nl=False)


@command.command()
@click.argument("identifier", metavar="ID")
@click.option("--reason", default="", help="Why, for the sender.")
@_TOKEN
@with_settings("contributions")
def accept(settings: Settings, identifier: str, reason: str, token: str) -> None:
    """Publish a contribution (curators)."""
    from gcmgraph.cli.shared.contributions import contributions, holder  # noqa: PLC0415

    _told(contributions(settings).accept(identifier, holder(settings, token), reason))


@command.command()
@click.argument("identifier", metavar="ID")
@click.option("--reason", required=True, help="Why, for the sender.")
@_TOKEN
@with_settings("contributions")
def reject(settings: Settings, identifier: str, reason: str, token: str) -> None:
    """Turn a contribution down (curators)."""
    from gcmgraph.cli.shared.contributions import contributions, holder  # noqa: PLC0415

    _told(contributions(settings).reject(identifier, holder(settings, token), reason))


@command.command()
@click.argument("identifier", metavar="ID")
@click.option("--reason", required=True, help="Why.")
@_TOKEN
@with_settings("contributions")
def withdraw(settings: Settings, identifier: str, reason: str, token: str) -> None:
    """Take a contribution back: yours, or any as a curator. Its things answer 410 from then on."""
    from gcmgraph.cli.shared.contributions import contributions, holder  # noqa: PLC0415

    _told(contributions(settings).withdraw(identifier, holder(settings, token), reason))


@command.command()
@click.argument("identifier", metavar="ID")
@click.argument("words")
@_TOKEN
@with_settings("contributions")
def comment(settings: Settings, identifier: str, words: str, token: str) -> None:
    """Say something about a contribution to its sender, or to the curators."""
    from gcmgraph.cli.shared.contributions import contributions, holder  # noqa: PLC0415

    _told(contributions(settings).comment(identifier, holder(settings, token), words))


@command.command()
@click.option(
    "--format", "format_name", type=click.Choice(["xlsx", "csv"]), help="Else what the suffix of --out tells, or xlsx."
)
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the headers.")
@click.option("--class", "kind", help="The sheet that CSV is wanted of; else that of practices.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else standard output.")
@with_settings()
def template(settings: Settings, format_name: str | None, language: str, kind: str | None, out: Path | None) -> None:
    """Write the template of spreadsheets: headers, explanations and drop-downs, from the shapes and lists."""
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
@with_settings("contributions")
def create_token(settings: Settings, role: str, name: str, iri: str) -> None:
    """Make a token for a contributor or curator called NAME; IRI is the address that provenance names them by.

    The token is shown once; only its digest is kept.
    """
    from gcmgraph.cli.shared.contributions import tokens_of  # noqa: PLC0415
    from gcmgraph.contributions.contribution import Role  # noqa: PLC0415

    agent, text = tokens_of(settings).create(Role(role), name, iri)
    click.echo(f"Token {agent.token} for {agent.name} ({agent.role}). It is shown this once:", err=True)
    click.echo(text)


@command.command("list-tokens")
@with_settings("contributions")
def list_tokens(settings: Settings) -> None:
    """List the tokens, without their secrets."""
    from gcmgraph.cli.shared.contributions import tokens_of  # noqa: PLC0415

    for token in tokens_of(settings).all():
        ended = f"revoked {token.revoked:%Y-%m-%d}" if token.revoked else "valid"
        click.echo(f"{token.agent.token}  {token.agent.role:<11}  {ended:<18}  {token.agent.name} <{token.agent.iri}>")


@command.command("revoke-token")
@click.argument("identifier", metavar="TOKEN-ID")
@with_settings("contributions")
def revoke_token(settings: Settings, identifier: str) -> None:
    """End a token, at once and for good."""
    from gcmgraph.cli.shared.contributions import tokens_of  # noqa: PLC0415

    tokens_of(settings).revoke(identifier)
    click.echo(f"Token {identifier} is revoked.")


def _told(contribution: Contribution) -> None:
    click.echo(f"{contribution.id}: {contribution.state}")
