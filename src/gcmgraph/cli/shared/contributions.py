"""Ledger, tokens and services of the commands on contributions."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

import click

from gcmgraph.cli.shared.stores import dataset_of
from gcmgraph.contributions.access.invitations import Invitations
from gcmgraph.contributions.access.tokens import Tokens
from gcmgraph.contributions.archives import packed
from gcmgraph.contributions.checking.local import LocalChecker
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.contribution import Agent
from gcmgraph.contributions.errors import ContributionError, DamagedError, NotPermittedError
from gcmgraph.contributions.publishing.publisher import publish_pending
from gcmgraph.contributions.service import Contributions
from gcmgraph.contributions.storage.database import Database
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.contributions.transfer import require_taken_over
from gcmgraph.errors import Place
from gcmgraph.publication.versions.dumps import complete_kept_dumps
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.validation.rules import load_rules


def database_of(settings: Settings) -> Database:
    """The database of the settings. Raises `LedgerError` where there are contributions that it does not have."""
    database = Database(settings.contributions_location, settings.addresses.base)
    require_taken_over(Path(settings.contributions), database)
    return database


def ledger_of(settings: Settings) -> Ledger:
    """The ledger of contributions in the database of the settings."""
    return Ledger(database_of(settings))


def report_damaged(damaged: Collection[DamagedError]) -> None:
    """Print what could not be read, if anything; exit status 1 then."""
    for error in damaged:
        click.echo(f"error: {error}", err=True)
    if damaged:
        raise SystemExit(1)


def tokens_of(settings: Settings) -> Tokens:
    """The tokens in the database of the settings."""
    return Tokens(database_of(settings))


def invitations_of(settings: Settings) -> Invitations:
    """The invitations in the database of the settings."""
    return Invitations(database_of(settings))


def contributions(settings: Settings) -> Contributions:
    """The contribution service of the settings' dataset."""
    dataset = dataset_of(settings)
    rules = cache(lambda: load_rules(Repository.find(settings.root), settings.addresses))
    checker = LocalChecker(dataset.open_current, rules, settings.addresses)
    ledger = ledger_of(settings)

    def publish() -> str | None:
        version = publish_pending(ledger, dataset, settings.addresses)
        complete_kept_dumps(dataset, settings.addresses)
        return version

    second = settings.reviewers > 1
    return Contributions(ledger, dataset.open_current, publish, checker, settings.addresses, second_review=second)


def holder(settings: Settings, token: str) -> Agent:
    """The holder of a token. Raises `NotPermittedError` for an unknown or revoked token."""
    agent = tokens_of(settings).holder(token)
    if agent is None:
        raise NotPermittedError("This token is not valid here, or was revoked.")
    return agent


def read_files(files: Iterable[Path]) -> Content:
    """Read the files to submit; several become one ZIP file. Raises `ContributionError`."""
    return packed([read_content(file) for file in files])


def read_content(file: Path) -> Content:
    """Read a file to submit; bytes of its name that are not UTF-8 are replaced. Raises `ContributionError`."""
    try:
        return Content(file.read_bytes(), os.fsencode(file.name).decode(errors="replace"))
    except OSError as error:
        raise ContributionError(f"The file cannot be read: {error.strerror}.", place=Place(str(file))) from error
