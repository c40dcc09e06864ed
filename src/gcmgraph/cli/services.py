"""Services that commands use: dataset of the settings, and the database of contributions.

Before the first build, the published graph is that of the repository's files.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from gcmgraph.contributions.access import Invitations, Tokens
from gcmgraph.contributions.contribution import Agent
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.service import Contributions
from gcmgraph.contributions.submission_check import LocalChecker
from gcmgraph.contributions.transfer_import import require_taken_over
from gcmgraph.contributions.version_derivation import publish_decisions, unpublished_change
from gcmgraph.platform.errors import NotPermittedError, RdfSyntaxError
from gcmgraph.publication.versions.dataset import complete_kept_dumps, open_dataset
from gcmgraph.rdf.parsing import stream_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.stores import as_engine_returns
from gcmgraph.validation.graphs import Fact, fact
from gcmgraph.validation.rules import load_rules


def dataset_of(settings: Settings) -> StoreFolder:
    """The dataset in the settings' store. Raises `SettingsError` for one of another base."""
    return open_dataset(settings.location)


def published(settings: Settings, repository: Repository, checked: Iterable[Path] = ()) -> Store:
    """The current version, or before the first build the documents and data of the repository.

    These are in memory, without the triples of the RDF files to be `checked`, which may be files
    of the repository, so that they count as new. Raises `GcmGraphError` for an invalid file of the
    repository.
    """
    dataset = dataset_of(settings)
    if dataset.current_version():
        return dataset.open_current()
    # imports the readers of documents: a tenth of the time of a check
    from gcmgraph.publication.assembly import assemble  # noqa: PLC0415

    quads = assemble(repository, settings.addresses).quads
    facts_of_repository = {fact(quad) for quad in quads}
    checked_facts: set[Fact] = set()
    for path in checked:
        with suppress(RdfSyntaxError):  # reported by the check itself
            facts_of_file = {fact(quad) for quad in as_engine_returns(stream_quads(path))}
            checked_facts |= facts_of_file & facts_of_repository
    return Store.in_memory(quad for quad in quads if fact(quad) not in checked_facts)


class Services:
    """Services in the database of the settings.

    Raises `LedgerError` where that lacks contributions of a folder.
    """

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
        settings = self.settings
        addresses = settings.addresses
        dataset = dataset_of(settings)
        rules = cache(lambda: load_rules(Repository.find(settings.root), addresses))
        checker = LocalChecker(dataset.open_current, rules, addresses)

        def publish() -> str | None:
            version = publish_decisions(self.ledger, dataset, addresses)
            complete_kept_dumps(dataset, addresses)
            return version

        return Contributions(
            self.ledger,
            dataset.open_current,
            partial(unpublished_change, self.ledger, dataset, addresses),
            publish,
            checker,
            checker,
            addresses,
            settings.reviewers,
            bool(settings.smtp),
        )

    def holder(self, token: str) -> Agent:
        """The holder of a token. Raises `NotPermittedError` for an unknown or revoked token."""
        agent = self.tokens.holder(token)
        if agent is None:
            raise NotPermittedError("This token is not valid here, or was revoked.")
        return agent
