"""The dataset of a command."""

from __future__ import annotations

from gcmgraph.publication.versions.following import WAIT, open_dataset
from gcmgraph.settings import Settings
from gcmgraph.store.versions.folder import StoreFolder


def dataset_of(settings: Settings) -> StoreFolder:
    """The dataset in the settings' store, a copy brought up to date. Raises `SettingsError` for an invalid URL."""
    dataset = open_dataset(settings.location)
    dataset.follow(WAIT)
    return dataset
