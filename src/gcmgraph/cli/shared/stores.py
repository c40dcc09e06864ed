"""The dataset of a command."""

from __future__ import annotations

import click

from gcmgraph.errors import StoreError
from gcmgraph.publication.versions.following import WAIT, open_dataset
from gcmgraph.settings import Settings
from gcmgraph.store.versions.folder import StoreFolder


def dataset_of(settings: Settings) -> StoreFolder:
    """The dataset in the settings' store, a copy brought up to date; a warning is printed where that fails.

    Raises `SettingsError` for an invalid URL, and `StoreError` where there is no copy and the server does not answer.
    """
    dataset = open_dataset(settings.location)
    try:
        dataset.follow(WAIT)
    except StoreError as error:
        if dataset.current_version() is None:
            raise
        click.echo(f"warning: {error} What follows is read from the copy in {dataset.path}.", err=True)
    return dataset
