"""Invitations: links that give a token once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gcmgraph.contributions import access as module
from gcmgraph.contributions.access import Invitations, Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.platform.errors import ConflictError, ContributionError
from gcmgraph.settings import SERVED_AT
from program import run_here as run

MINISTRY = (Role.CONTRIBUTOR, "Ministry of Labour", "https://example.org/ministry")


@pytest.fixture
def invitations(tmp_path: Path) -> Invitations:
    return Invitations(Database(tmp_path))


def test_invitation_gives_one_token(tmp_path: Path, invitations: Invitations) -> None:
    tokens = Tokens(Database(tmp_path))
    made, code = invitations.create(*MINISTRY, days=14)
    found = invitations.find(code)
    assert found == made
    text = invitations.redeem(made)
    holder = tokens.holder(text)
    assert (holder.role, holder.name, holder.iri) == MINISTRY
    with pytest.raises(ConflictError, match="redeemed"):
        invitations.redeem(made)  # as a request that was sent at the same time
    with pytest.raises(ContributionError, match="was redeemed on"):
        invitations.revoke(made.holder.token)
    with pytest.raises(ContributionError, match="There is no invitation"):
        invitations.revoke("../x")
    assert [token.revoked is None for token in tokens.all()].count(True) == 1
    [used] = invitations.all()
    assert used.state == "redeemed"
    stored = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in stored if file.suffix)
    secrets = (
        code.split("_", 2)[2],
        text.split("_", 2)[2],
    )  # a secret may have an underscore of its own
    assert not any(secret.encode() in file.read_bytes() for file in stored for secret in secrets)


def test_guessed_code_finds_no_invitation(invitations: Invitations) -> None:
    _, code = invitations.create(*MINISTRY, days=14)
    assert invitations.find(code[:-1] + ("a" if code[-1] != "a" else "b")) is None
    for change in ("", "inv_", "x", "inv_000000000000_" + "a" * 43, "\0", "../tokens/x"):
        assert invitations.find(change) is None
        assert invitations.find(code + change) is None or not change


def test_expired_and_revoked_invitations_give_no_token(
    tmp_path: Path, invitations: Invitations, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, _ = invitations.create(*MINISTRY, days=2)
    ended, code = invitations.create(*MINISTRY, days=30)
    invitations.revoke(ended.holder.token)
    invitations.revoke(ended.holder.token)  # twice is as once
    assert invitations.find(code) is not None

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2000, 1, 1, tzinfo=UTC) + (
                late.expires - datetime(2000, 1, 1, tzinfo=UTC)
            )

    monkeypatch.setattr(module, "datetime", Later)
    assert [one.state for one in invitations.all()] == ["expired", "revoked"]
    assert late.expires - late.created == timedelta(days=2)
    for one in invitations.all():
        with pytest.raises(ConflictError):
            invitations.redeem(one)
    assert Tokens(Database(tmp_path)).all() == []


def test_invitation_is_made_listed_and_revoked_on_the_command_line(tmp_path: Path) -> None:
    ledger = ("--contributions", str(tmp_path))
    server = ("--public-url", "https://data.example.org")
    made = run("contribution", "invite", *MINISTRY, "--days", "3", *server, *ledger)
    link = re.fullmatch(
        r"https://data\.example\.org/contributions/invitation/(inv_[0-9a-f]{12}_[\w-]{43})\n",
        made.stdout,
    )
    assert link is not None, made.stderr
    store = tmp_path / "store"
    unknown = run("contribution", "invite", *MINISTRY, "--store", store, *ledger)
    assert "warning: the URL of the server is not known" in unknown.stderr
    store.mkdir()
    (store / SERVED_AT).write_text("http://127.0.0.1:8080/", "utf-8")  # as a server writes
    known = run("contribution", "invite", *MINISTRY, "--store", store, *ledger)
    assert known.stdout.startswith("http://127.0.0.1:8080/contributions/invitation/inv_")
    invitation, *_ = Invitations(Database(tmp_path)).all()
    assert f"valid until {invitation.expires:%Y-%m-%d %H:%M} UTC" in made.stderr
    listed = run("contribution", "list-invitations", *ledger).stdout
    assert listed.startswith(f"{invitation.holder.token}  contributor  until ")
    assert link[1] not in listed
    assert run("contribution", "revoke-invitation", invitation.holder.token, *ledger).exit_code == 0
    assert "revoked 20" in run("contribution", "list-invitations", *ledger).stdout
    refused = run("contribution", "invite", "curator", "A", "ftp://x", *ledger)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "is not an http(s) IRI" in refused.stderr
