"""`gcmgraph contribution …-token` and `…-invitation`: tokens and invitations."""

from __future__ import annotations

import click

from gcmgraph.cli.group import arguments, option, with_services
from gcmgraph.cli.services import Services
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.publication.versions.dataset import open_dataset

#: Arguments of a command that names the holder of a token.
_holder = arguments(
    click.argument("role", type=click.Choice(["contributor", "curator"])),
    click.argument("name"),
    click.argument("iri"),
)


def _holder_line(holder: Agent, state: str) -> str:
    return f"{holder.token}  {holder.role:<11}  {state}  {holder.name} <{holder.iri}>"


@click.command("create-token")
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


@click.command("list-tokens")
@with_services()
def list_tokens(services: Services) -> None:
    """List the tokens, without their secrets."""
    for token in services.tokens.all():
        state = f"revoked {token.revoked:%Y-%m-%d}" if token.revoked else "valid"
        click.echo(_holder_line(token.holder, f"{state:<18}"))


@click.command("revoke-token")
@click.argument("identifier", metavar="TOKEN-ID")
@with_services()
def revoke_token(services: Services, identifier: str) -> None:
    """Revoke a token at once, permanently."""
    services.tokens.revoke(identifier)
    click.echo(f"Token {identifier} is revoked.")


@click.command("invite")
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
    click.echo(
        f"Invitation {invitation.holder.token} for {invitation.holder.name} ({role}), valid until"
        f" {invitation.expires:%Y-%m-%d %H:%M} UTC. Mail this link; it works once:",
        err=True,
    )
    base = services.settings.link_base(open_dataset(services.settings.location).path)
    if base is None:
        click.echo(
            "warning: the URL of the server is not known. Set 'public_url', or replace the start.",
            err=True,
        )
    click.echo(f"{base or services.settings.public_base}contributions/invitation/{code}")


@click.command("list-invitations")
@with_services()
def list_invitations(services: Services) -> None:
    """List the invitations, without their secrets."""
    for invitation in services.invitations.all():
        day = invitation.redeemed or invitation.revoked or invitation.expires
        word = "until" if invitation.state == "open" else invitation.state
        state = f"{word} {day:%Y-%m-%d}"
        click.echo(_holder_line(invitation.holder, f"{state:<19}"))


@click.command("revoke-invitation")
@click.argument("identifier", metavar="INVITATION-ID")
@with_services()
def revoke_invitation(services: Services, identifier: str) -> None:
    """Revoke an invitation that was not used, permanently."""
    services.invitations.revoke(identifier)
    click.echo(f"Invitation {identifier} is revoked.")


ACCESS_COMMANDS = (
    create_token,
    list_tokens,
    revoke_token,
    invite,
    list_invitations,
    revoke_invitation,
)
