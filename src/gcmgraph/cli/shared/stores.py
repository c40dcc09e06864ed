"""The dataset of a command."""

from __future__ import annotations

from gcmgraph.settings import Settings
from gcmgraph.store.opening import open_dataset
from gcmgraph.store.remote.dataset import RemoteDataset
from gcmgraph.store.versions.folder import StoreFolder


def dataset_of(settings: Settings) -> StoreFolder | RemoteDataset:
    """The dataset in the settings' store: a folder, or a SPARQL server. Raises `SettingsError` for an invalid URL."""
    return open_dataset(settings.store, settings.addresses, settings.access, settings.keep_versions)
