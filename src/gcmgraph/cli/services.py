"""Services of the commands on contributions: database, ledger, tokens, invitations and remarks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gcmgraph.cli.stores import dataset_of
from gcmgraph.contributions.access import Invitations, Tokens
from gcmgraph.contributions.checking import LocalChecker
from gcmgraph.contributions.contribution import Agent, NotPermittedError
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publishing import publish_pending
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.service import Contributions
from gcmgraph.contributions.transfer import require_taken_over
from gcmgraph.publication.versions.files import complete_kept_dumps
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.validation.rules import load_rules


class Services:
    """Services in the database of the settings. Raises `LedgerError` where that lacks contributions of a folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.contributions_location, settings.addresses.base)
        require_taken_over(Path(settings.contributions), self.database)
        self.ledger = Ledger(self.database)
        self.tokens = Tokens(self.database)
        self.invitations = Invitations(self.database)
        self.remarks = RemarkBox(self.database)

    def contributions(self) -> Contributions:
        """The contribution service of the settings' dataset."""
        settings, dataset = self.settings, dataset_of(self.settings)
        rules = cache(lambda: load_rules(Repository.find(settings.root), settings.addresses))
        checker = LocalChecker(dataset.open_current, rules, settings.addresses)

        def publish() -> str | None:
            version = publish_pending(self.ledger, dataset, settings.addresses)
            complete_kept_dumps(dataset, settings.addresses)
            return version

        second = settings.reviewers > 1
        return Contributions(
            self.ledger, dataset.open_current, publish, checker, checker, settings.addresses, second_review=second
        )

    def holder(self, token: str) -> Agent:
        """The holder of a token. Raises `NotPermittedError` for an unknown or revoked token."""
        agent = self.tokens.holder(token)
        if agent is None:
            raise NotPermittedError("This token is not valid here, or was revoked.")
        return agent
