"""Contributions whose senders gave an e-mail address."""

from __future__ import annotations

from datetime import UTC, datetime

from desk import Desk, practice
from sqlalchemy import delete

from gcmgraph.contributions.confirmations import Confirmations, new_code
from gcmgraph.contributions.contribution import Agent
from gcmgraph.contributions.mailer import Mailer
from gcmgraph.contributions.service import Envelope
from gcmgraph.contributions.tables import CONFIRMATION, NOTICES

BASE = "https://data.example.org/"

#: An SMTP server that nobody runs.
GONE = Mailer("127.0.0.1", 1, "gcm@example.org")


def submitted(
    desk: Desk, address: str, slug: str = "one-stop-shop", sender: Agent | None = None
) -> str:
    """A new contribution with an address."""
    desk.service.notifies = True
    envelope = Envelope("Un guichet", email=address)
    outcome = desk.service.submit(
        practice(slug, slug), envelope, sender or desk.sender, language="fr"
    )
    assert outcome.contribution is not None
    return outcome.contribution.id


def sent(desk: Desk, address: str, slug: str = "one-stop-shop") -> str:
    """A new contribution with an address that is confirmed."""
    identifier = submitted(desk, address, slug)
    confirm(desk, identifier)
    return identifier


def confirm(desk: Desk, identifier: str) -> None:
    """Confirm the address of a contribution without a mail."""
    confirmations = Confirmations(desk.ledger.database)
    code = new_code()
    confirmations.store(code, desk.ledger.find(identifier).submission, datetime.now(UTC))
    confirmation = confirmations.find(str(code))
    assert confirmation is not None
    confirmations.confirm(confirmation)
    with desk.ledger.database.writing() as rows:
        rows.execute(
            delete(NOTICES).where(
                NOTICES.c.contribution == identifier, NOTICES.c.event == CONFIRMATION
            )
        )
